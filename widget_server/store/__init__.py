"""Truth in SQL: tables, queries by aggregate, migrations. SQLite and PostgreSQL with the same code."""
