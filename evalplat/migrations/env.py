"""What Alembic runs: the tables of every room, on the connection that ``evalplat.migrations.run`` hands over."""

from __future__ import annotations

from alembic import context

from evalplat.kernel.db import metadata
from evalplat.rooms import load_tables

load_tables()
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
