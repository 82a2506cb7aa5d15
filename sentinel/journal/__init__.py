"""The journal: the embedded SQLite database, the one durable spine. Only this package speaks SQL."""
