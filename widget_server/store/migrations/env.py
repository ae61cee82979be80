"""Alembic's entry: runs on the connection, and in the transaction, that `Database.migrate` opened."""

from alembic import context

from widget_server.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction holds; Alembic must not open or commit one of its own
)
context.run_migrations()
