-- What time does to cases, and what administrators do to the law.

-- Warnings, escalations and effects of the law that a unit's people should
-- see. No personal data: the reference, a kind, a date. legal_on is the civil
-- day the notice is about, effective_on the one on which it was due to be told,
-- which may lie before at when the office was away. seen_at 0: nobody saw it.
CREATE TABLE notice (
	id           TEXT   PRIMARY KEY,
	reference    TEXT   NOT NULL,
	authority    TEXT   NOT NULL,
	unit         TEXT   NOT NULL,
	service      TEXT   NOT NULL,
	role         TEXT   NOT NULL,
	kind         TEXT   NOT NULL,
	about        TEXT   NOT NULL,
	legal_on     TEXT   NOT NULL,
	effective_on TEXT   NOT NULL,
	n            BIGINT NOT NULL,
	at           BIGINT NOT NULL,
	seen_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX notice_order ON notice (n);
CREATE INDEX notice_list ON notice (authority, unit, role, n);
CREATE INDEX notice_unseen ON notice (authority, unit, role) WHERE seen_at = 0;

-- Acts that bring a law to open cases. after is the last case dealt with, so
-- that an act that was cut off goes on from there; done_at 0 until it is done.
CREATE TABLE lawact (
	id      TEXT   PRIMARY KEY,
	law     TEXT   NOT NULL,
	digest  TEXT   NOT NULL,
	author  TEXT   NOT NULL,
	reason  TEXT   NOT NULL,
	at      BIGINT NOT NULL,
	after   TEXT   NOT NULL,
	cases   BIGINT NOT NULL,
	moves   BIGINT NOT NULL,
	done_at BIGINT NOT NULL
);

-- Open cases in order of their number, to look through them a page at a time;
-- those under one law are told apart without reading the others.
CREATE INDEX casefile_open ON casefile (open, reference);
CREATE INDEX casefile_profile ON casefile (profile) WHERE open = 1;
