"""Write the next schema version: python scripts/new_migration.py 0009 "say what changes". Look at the result before you commit it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from evalplat.kernel.db import make_engine, metadata
from evalplat.migrations.run import autogenerate, newest, upgrade
from evalplat.rooms import load_tables

MOST = 9
"""Tables in one of the first versions, so that each stays readable."""


def write(number: str, message: str, *, tables: frozenset[str] | None = None) -> None:
    """One version, from the difference between the history and the tables."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'old.sqlite3'}")
        if newest():
            upgrade(engine)
        autogenerate(engine, message, revision=number, tables=tables)
        engine.dispose()


def write_first_versions() -> None:
    """The whole schema as several versions, in the order in which tables need one another."""
    load_tables()
    names = [table.name for table in metadata.sorted_tables]
    for step, start in enumerate(range(0, len(names), MOST), 1):
        write(f"{step:04d}", f"tables {start + 1} to {min(start + MOST, len(names))}", tables=frozenset(names[: start + MOST]))


if __name__ == "__main__":
    if sys.argv[1:] == ["--first"]:
        write_first_versions()
    else:
        write(sys.argv[1], sys.argv[2])
