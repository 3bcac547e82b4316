-- The public store: ciphertext, public facts, nothing else.

-- What the office has published: services, authorities, law, trust file.
CREATE TABLE publication (
	kind         TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	hash         TEXT   NOT NULL,
	body         BLOB   NOT NULL,
	published_at BIGINT NOT NULL,
	PRIMARY KEY (kind, id, hash)
);

-- One browser's visit, by the hash of its cookie's secret.
CREATE TABLE visit (
	id      TEXT   PRIMARY KEY,
	keep    BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);
CREATE INDEX visit_seen ON visit (seen_at);

-- The codes a visit holds, each sealed under the cookie's secret.
CREATE TABLE visit_code (
	visit      TEXT   NOT NULL,
	slot       TEXT   NOT NULL,
	service    TEXT   NOT NULL,
	locator    TEXT   NOT NULL,
	sealed     BLOB   NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (visit, slot)
);

-- A draft, sealed under its resume code.
CREATE TABLE draft (
	locator    TEXT   PRIMARY KEY,
	service    TEXT   NOT NULL,
	revision   BIGINT NOT NULL,
	sealed     BLOB   NOT NULL,
	started_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE INDEX draft_updated ON draft (updated_at);

-- Blobs that no stored envelope owns yet, named before they are written: the
-- sealed files of drafts, and what a stopped process left. draft is the
-- locator of the draft they were made for.
CREATE TABLE loose_blob (
	name     TEXT   PRIMARY KEY,
	draft    TEXT   NOT NULL,
	added_at BIGINT NOT NULL
);
CREATE INDEX loose_blob_added ON loose_blob (added_at);

-- Sealed filings and later envelopes of the applicant. offered is the number
-- under which exchange hands the row to the office, given when first offered;
-- chain is an envelope's place in its case, the filing's is 0.
CREATE TABLE submission (
	envelope    TEXT   PRIMARY KEY,
	kind        TEXT   NOT NULL,
	locator     TEXT   NOT NULL,
	step        TEXT   NOT NULL,
	chain       BIGINT NOT NULL,
	reference   TEXT   NOT NULL,
	service     TEXT   NOT NULL,
	version     TEXT   NOT NULL,
	authority   TEXT   NOT NULL,
	unit        TEXT   NOT NULL,
	received_at BIGINT NOT NULL,
	body        BLOB   NOT NULL,
	deposit     BLOB   NOT NULL,
	leaf        BLOB   NOT NULL,
	receipt     BLOB   NOT NULL,
	offered     BIGINT
);
CREATE UNIQUE INDEX submission_once ON submission (locator, step);
CREATE UNIQUE INDEX submission_chain ON submission (locator, chain);
CREATE UNIQUE INDEX submission_reference ON submission (reference) WHERE kind = 'filing';
CREATE UNIQUE INDEX submission_offered ON submission (offered);
CREATE INDEX submission_waiting ON submission (received_at) WHERE offered IS NULL;

-- First answers of the API, sealed under a key from the Idempotency-Key.
CREATE TABLE idempotency (
	key_hash   TEXT   PRIMARY KEY,
	body_hash  TEXT   NOT NULL,
	sealed     BLOB   NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Public facts about a case, pushed by the office: its timeline. arrival keeps
-- the office's order.
CREATE TABLE fact (
	id        TEXT   PRIMARY KEY,
	reference TEXT   NOT NULL,
	arrival   BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	kind      TEXT   NOT NULL,
	data      TEXT   NOT NULL
);
CREATE INDEX fact_case ON fact (reference, arrival);
CREATE INDEX fact_arrival ON fact (arrival);

-- What the office wrote to the applicant, sealed so that only the code opens it.
CREATE TABLE message (
	id        TEXT   PRIMARY KEY,
	reference TEXT   NOT NULL,
	at        BIGINT NOT NULL,
	kind      TEXT   NOT NULL,
	sealed    BLOB   NOT NULL
);
CREATE INDEX message_case ON message (reference, at);

-- Proof that a deposit is in the ledger.
CREATE TABLE inclusion (
	envelope TEXT PRIMARY KEY,
	proof    BLOB NOT NULL
);

-- Checkpoint and tiles, as the worker published them.
CREATE TABLE ledger_file (
	path       TEXT   PRIMARY KEY,
	body       BLOB   NOT NULL,
	updated_at BIGINT NOT NULL
);
