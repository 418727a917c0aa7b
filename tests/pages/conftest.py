"""Worlds for the pages: a campaign in full swing, built once a process and copied."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pages.rich import enrich, lender
from tests.stages.summaries.conftest import city  # noqa: F401 - a fixture for the boards
from tests.world import World

_built: list[World] = []


@pytest.fixture
def rich_world(noticed_world: World, data_dir: Path, world_folder: Path) -> World:
    """Eleven units in many states, with results, findings, deadlines."""
    kept, here = world_folder / "rich.sqlite3", data_dir / "test.sqlite3"
    if not _built:
        noticed_world.pass_days(26)
        lender(noticed_world)
        _built.append(enrich(noticed_world))
        noticed_world.engine.dispose()
        shutil.copy(here, kept)
    noticed_world.engine.dispose()
    for rest in (data_dir / "test.sqlite3-wal", data_dir / "test.sqlite3-shm"):
        rest.unlink(missing_ok=True)
    shutil.copy(kept, here)
    known = _built[0]
    return replace(noticed_world, now=known.now, users=dict(known.users), units=dict(known.units))
