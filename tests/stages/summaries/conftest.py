"""A city, built once a process and copied."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.summaries.city import build
from tests.world import World

_built: dict[bool, World] = {}


def _city(world: World, data_dir: Path, folder: Path, *, final: bool) -> World:
    kept, here = folder / f"city-{final}.sqlite3", data_dir / "test.sqlite3"
    if final not in _built:
        _built[final] = build(world, final=final)
        world.engine.dispose()
        shutil.copy(here, kept)
    world.engine.dispose()
    for rest in (data_dir / "test.sqlite3-wal", data_dir / "test.sqlite3-shm"):
        rest.unlink(missing_ok=True)
    shutil.copy(kept, here)
    return replace(world, now=_built[final].now, users=dict(_built[final].users), units=dict(_built[final].units))


@pytest.fixture
def city(noticed_world: World, data_dir: Path, world_folder: Path) -> World:
    """Eighty units, three of them not final."""
    return _city(noticed_world, data_dir, world_folder, final=False)


@pytest.fixture
def final_city(noticed_world: World, data_dir: Path, world_folder: Path) -> World:
    """Eighty units, all final."""
    return _city(noticed_world, data_dir, world_folder, final=True)
