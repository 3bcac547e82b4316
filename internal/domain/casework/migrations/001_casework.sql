-- The office store: clear facts, actions, ciphertext. No text a person wrote
-- rests here outside a seal.

-- One row per case: the projection that lists need, written with the action
-- that changed it. sort_on is the legal date the queue is ordered by; wake_on
-- is the civil day on which the state changes without anybody's act, or ''.
CREATE TABLE casefile (
	reference  TEXT   PRIMARY KEY,
	authority  TEXT   NOT NULL,
	unit       TEXT   NOT NULL,
	service    TEXT   NOT NULL,
	version    TEXT   NOT NULL,
	profile    TEXT   NOT NULL,
	filing     TEXT   NOT NULL,
	locator    TEXT   NOT NULL,
	signer     BLOB   NOT NULL,
	last       TEXT   NOT NULL,
	filed_at   BIGINT NOT NULL,
	late       BIGINT NOT NULL,
	state      TEXT   NOT NULL,
	turn       TEXT   NOT NULL,
	due_on     TEXT   NOT NULL,
	sort_on    TEXT   NOT NULL,
	wake_on    TEXT   NOT NULL,
	open       BIGINT NOT NULL,
	actions    BIGINT NOT NULL,
	accesses   BIGINT NOT NULL
);
CREATE INDEX casefile_queue ON casefile (authority, unit, open, sort_on, reference);
CREATE UNIQUE INDEX casefile_locator ON casefile (locator);
CREATE INDEX casefile_wake ON casefile (wake_on) WHERE wake_on <> '';

-- What happened, append-only; folded into state and clock.
CREATE TABLE action (
	id        TEXT   PRIMARY KEY,
	reference TEXT   NOT NULL,
	n         BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	actor     TEXT   NOT NULL,
	kind      TEXT   NOT NULL,
	data      TEXT   NOT NULL
);
CREATE UNIQUE INDEX action_order ON action (reference, n);

-- Sealed envelopes: the applicant's, and what the office wrote (letters,
-- documents, notes), the latter sealed to the unit.
CREATE TABLE envelope (
	id        TEXT   PRIMARY KEY,
	reference TEXT   NOT NULL,
	kind      TEXT   NOT NULL,
	at        BIGINT NOT NULL,
	body      BLOB   NOT NULL
);
CREATE INDEX envelope_case ON envelope (reference, at);

-- Envelopes that failed a check at intake, kept for a person to look at.
CREATE TABLE quarantine (
	envelope TEXT   PRIMARY KEY,
	at       BIGINT NOT NULL,
	reason   TEXT   NOT NULL,
	body     BLOB   NOT NULL
);

-- Sealed files that the portal could not give when their envelope was taken;
-- the worker goes on asking for them.
CREATE TABLE wanted (
	name     TEXT   PRIMARY KEY,
	envelope TEXT   NOT NULL,
	file     TEXT   NOT NULL,
	since    BIGINT NOT NULL
);

-- Who opened a case, numbered per case without gaps.
CREATE TABLE access (
	reference TEXT   NOT NULL,
	n         BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	agent     TEXT   NOT NULL,
	name      TEXT   NOT NULL,
	role      TEXT   NOT NULL,
	unit      TEXT   NOT NULL,
	purpose   TEXT   NOT NULL,
	fields    TEXT   NOT NULL,
	machine   BIGINT NOT NULL,
	PRIMARY KEY (reference, n)
);

-- Exact search: keyed hashes that only the office can compute.
CREATE TABLE blind (
	field     TEXT NOT NULL,
	mac       TEXT NOT NULL,
	reference TEXT NOT NULL,
	PRIMARY KEY (field, mac, reference)
);

-- Leaves waiting for, or placed in, the ledger. envelope is set for receipts;
-- salt is empty for them, since the receipt alone holds it.
CREATE TABLE leaf (
	id       TEXT   PRIMARY KEY,
	at       BIGINT NOT NULL,
	kind     TEXT   NOT NULL,
	body     BLOB   NOT NULL,
	salt     BLOB   NOT NULL,
	envelope TEXT   NOT NULL,
	position BIGINT
);
CREATE INDEX leaf_waiting ON leaf (at, id) WHERE position IS NULL;
CREATE UNIQUE INDEX leaf_position ON leaf (position);

-- What must still reach the portal.
CREATE TABLE outbox (
	id   TEXT   PRIMARY KEY,
	at   BIGINT NOT NULL,
	kind TEXT   NOT NULL,
	body BLOB   NOT NULL
);
CREATE INDEX outbox_order ON outbox (at, id);

-- How far exchange has been read, and the ledger pushed.
CREATE TABLE progress (
	name TEXT   PRIMARY KEY,
	seq  BIGINT NOT NULL
);

-- What this office has published.
CREATE TABLE published (
	kind TEXT   NOT NULL,
	id   TEXT   NOT NULL,
	hash TEXT   NOT NULL,
	body BLOB   NOT NULL,
	at   BIGINT NOT NULL,
	PRIMARY KEY (kind, id, hash)
);

-- Issued documents: numbers and digests, no content. The content is the
-- envelope of that name.
CREATE TABLE document (
	number    TEXT   PRIMARY KEY,
	reference TEXT   NOT NULL,
	envelope  TEXT   NOT NULL,
	name      TEXT   NOT NULL,
	at        BIGINT NOT NULL,
	digest    TEXT   NOT NULL
);
CREATE INDEX document_case ON document (reference);
