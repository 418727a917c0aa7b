"""The history of the schema leads to exactly the tables of the program, on both databases, and is one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from evalplat.kernel.db import make_engine, metadata
from evalplat.migrations.run import current, newest, upgrade
from evalplat.rooms import load_tables

VERSIONS = Path(__file__).parents[2] / "evalplat" / "migrations" / "versions"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, data_dir: Path):
    """An empty database of each kind."""
    url = request.getfixturevalue("new_postgres_url")() if request.param == "postgres" else f"sqlite:///{data_dir / 'new.sqlite3'}"
    engine = make_engine(url)
    yield engine
    engine.dispose()


def test_the_history_makes_the_programs_tables(empty: Engine) -> None:
    load_tables()
    assert upgrade(empty) is True
    assert upgrade(empty) is False
    assert current(empty) == newest()
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_it_is_one_line_and_forward_only() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(VERSIONS.glob("*.py"))]
    assert texts
    assert sum("down_revision = None" in text for text in texts) == 1
    assert not any("def downgrade" in text for text in texts)
