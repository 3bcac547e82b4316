-- The salt of an envelope's ledger leaf, where the leaf itself was: the office
-- makes the leaf from salt and signed deposit record, so that it cannot be
-- another.
ALTER TABLE submission RENAME COLUMN leaf TO salt;
