"""The registry and the private side on SQLite and PostgreSQL, one code path."""
