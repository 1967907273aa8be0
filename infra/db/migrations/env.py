"""Alembic's entry: the connection is handed in, already in its transaction."""

from alembic import context

from infra.db import (  # noqa: F401 (each adds its own)
    audience_tables,
    bot_tables,
    channel_tables,
    watch_tables,
    web_tables,
)
from infra.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
