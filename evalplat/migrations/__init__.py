"""One linear, forward-only history of the schema, for SQLite and PostgreSQL."""
