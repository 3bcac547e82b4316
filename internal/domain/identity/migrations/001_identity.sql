-- Agents of authorities and their sessions.
CREATE TABLE agent (
	id        TEXT PRIMARY KEY,
	name      TEXT NOT NULL,
	authority TEXT NOT NULL,
	unit      TEXT NOT NULL,
	role      TEXT NOT NULL,
	password  TEXT NOT NULL
);

CREATE TABLE agent_session (
	id      TEXT   PRIMARY KEY,
	agent   TEXT   NOT NULL,
	since   BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);
CREATE INDEX agent_session_seen ON agent_session (seen_at);
