-- The transparency log: its entries, and the hashes over them as C2SP tiles.

CREATE TABLE ledger_state (
	id BIGINT NOT NULL PRIMARY KEY, -- 1: the one tree
	size BIGINT NOT NULL, -- entries appended
	checkpoint BLOB NOT NULL, -- the last signed note, empty before the first
	checkpoint_size BIGINT NOT NULL -- of the tree it signs
);

CREATE TABLE ledger_entry (
	position BIGINT NOT NULL PRIMARY KEY,
	body BLOB NOT NULL -- canonical JSON of the leaf
);

CREATE TABLE ledger_tile (
	level BIGINT NOT NULL, -- 0: hashes of entries; 1: of full tiles of level 0; and so on
	n BIGINT NOT NULL,
	body BLOB NOT NULL, -- up to 256 hashes of 32 bytes
	PRIMARY KEY (level, n)
);
