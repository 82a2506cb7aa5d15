-- What was read. A file's path here is the one it was first read under.
CREATE TABLE files (
  ref INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  UNIQUE (id, generation)
);
-- No unique index on (file, offset): the checkpoint commits with the rows, so none can come twice, and the index
-- would double the cost of an insert.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  part INTEGER NOT NULL,
  at INTEGER NOT NULL,
  category TEXT NOT NULL,
  fields BLOB NOT NULL
);
-- How far events were read at a time: retention counts from then.
CREATE TABLE marks (at INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE checkpoints (
  file TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  generation INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  head TEXT NOT NULL,
  head_size INTEGER NOT NULL,
  tail TEXT NOT NULL,
  at INTEGER NOT NULL,
  cursor TEXT NOT NULL,
  size INTEGER NOT NULL
);
CREATE TABLE gaps (
  seq INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  file TEXT NOT NULL,
  path TEXT NOT NULL,
  generation INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  size INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  doubt INTEGER NOT NULL
);
CREATE TABLE deadletters (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  preview TEXT NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL
);
-- Counted for good, also when dead letters themselves are dropped by retention.
CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- What was found.
-- AUTOINCREMENT: retention drops alerts from anywhere, and a seq used again would lie behind the shipper's position.
CREATE TABLE alerts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  incident TEXT NOT NULL,
  rule TEXT NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX alerts_incident ON alerts (incident, seq);
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  story TEXT NOT NULL,
  principal_kind TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  state TEXT NOT NULL,
  last_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX incidents_principal ON incidents (story, principal_kind, principal_id, last_at);
CREATE INDEX incidents_opened ON incidents (opened_at);
CREATE TABLE timeline (
  seq INTEGER PRIMARY KEY,
  incident TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX timeline_incident ON timeline (incident, seq);

-- What is done about it.
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  playbook TEXT NOT NULL,
  version TEXT NOT NULL,
  mode TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  seen BLOB NOT NULL
);
CREATE INDEX runs_incident ON runs (incident);
CREATE TABLE steps (
  id TEXT PRIMARY KEY,
  run TEXT NOT NULL,
  incident TEXT NOT NULL,
  position INTEGER NOT NULL,
  uses TEXT NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX steps_run ON steps (run, position);
CREATE INDEX steps_incident ON steps (incident);
CREATE INDEX steps_open ON steps (state, next_at);
CREATE INDEX steps_created ON steps (created_at);

-- What rules and detectors remember: correlation windows, first-seen sets.
CREATE TABLE state (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (owner, key)
) WITHOUT ROWID;
CREATE INDEX state_used ON state (owner, used_at);

-- What must still be shipped. Events and alerts only ever grow, so a position says it; incidents change, so a row does.
CREATE TABLE positions (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (
  channel TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (channel, key)
) WITHOUT ROWID;

-- What the daemon says of itself, for `status` and `watch` in other processes.
CREATE TABLE health (name TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
-- What went wrong with sentinel itself and with what it reads, and what is usual for each source (`operational/`).
CREATE TABLE episodes (
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  incident TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (kind, subject, began_at)
) WITHOUT ROWID;
CREATE INDEX episodes_open ON episodes (ended_at);
CREATE TABLE habits (source TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
