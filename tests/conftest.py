"""What every test shares: a real PostgreSQL on request and the same dice for Hypothesis everywhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, event, make_url

from evalplat.kernel.db import make_engine
from evalplat.kernel.garbage import collect_seldom
from evalplat.kernel.settings import settings as app_settings
from evalplat.people import passwords
from evalplat.rooms import register_all
from tests.world import World, make_world, with_campaign, with_notice

pytest_plugins = ["tests.postgres"]

# Two busy cores make single examples slow without being wrong; a run on the build machine repeats exactly.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

collect_seldom()
passwords.TIME_COST, passwords.MEMORY_COST = 1, 8  # thousands of sign-ins; tests/people/test_sign_in.py looks at the real cost


LONGEST = ("browser/test_rooms", "browser/test_review", "access/test_routes", "browser/test_assessment", "operate/test_backup",
           "journeys/test_run_through", "demo/test_command", "cli/test_backup", "journeys/test_objections",
           "demo/test_served", "browser/test_pictures", "pages/test_tour", "access/test_storm", "pages/test_api",
           "documents/test_documents")
"""These files begin first, so that no process is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; otherwise in their order."""
    places = {f"tests/{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


LEVELS = {"office": make_world, "campaign": with_campaign, "notice": with_notice}
_built: dict[str, tuple[Path, World]] = {}
_kept: dict[str, World] = {}
_builders: dict[str, str] = {}
Keep = Callable[[str, World, Callable[[World], World | None]], World]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of this test alone."""
    monkeypatch.setenv("EVALPLAT_DATA_DIR", str(tmp_path))
    app_settings.cache_clear()
    yield tmp_path
    app_settings.cache_clear()


@cache
def _engine_of_process(first: Path) -> Engine:
    """One engine for the databases of all tests of this process, one after the other: it keeps the statements that it compiled."""
    made = make_engine(f"sqlite:///{first}")
    event.listen(made, "do_connect", lambda dialect, record, args, options: args.__setitem__(0, made.url.database))
    return made


@contextmanager
def _engine_at(path: Path, folder: Path) -> Iterator[Engine]:
    made = _engine_of_process(folder / "first.sqlite3")
    made.url = make_url(f"sqlite:///{path}")
    yield made
    made.dispose()


@pytest.fixture
def engine(data_dir: Path, world_folder: Path) -> Iterator[Engine]:
    """An empty SQLite database in the test's data folder."""
    with _engine_at(data_dir / "test.sqlite3", world_folder) as made:
        yield made


def _build(level: str, folder: Path) -> tuple[Path, World]:
    """Build a world once a process; tests get a copy of its file."""
    if level not in _built:
        path = folder / f"{level}.sqlite3"
        names = list(LEVELS)
        before = names[names.index(level) - 1] if names.index(level) else None
        if before:
            source, known = _build(before, folder)
            shutil.copy(source, path)
        made = make_engine(f"sqlite:///{path}")
        world = LEVELS[level](replace(known, engine=made) if before else made)  # type: ignore[operator]
        made.dispose()
        _built[level] = (path, world)
    return _built[level]


def _copy(level: str, data_dir: Path, folder: Path) -> Iterator[World]:
    source, known = _build(level, folder)
    shutil.copy(source, data_dir / "test.sqlite3")
    register_all()
    with _engine_at(data_dir / "test.sqlite3", folder) as made:
        yield replace(known, engine=made, users=dict(known.users), units=dict(known.units))


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this process keeps the worlds it built."""
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture
def world(data_dir: Path, world_folder: Path) -> Iterator[World]:
    """An office with people and units."""
    yield from _copy("office", data_dir, world_folder)


@pytest.fixture
def campaign_world(data_dir: Path, world_folder: Path) -> Iterator[World]:
    """The same with a drafted campaign."""
    yield from _copy("campaign", data_dir, world_folder)


@pytest.fixture
def noticed_world(data_dir: Path, world_folder: Path) -> Iterator[World]:
    """The same with the notice issued."""
    yield from _copy("notice", data_dir, world_folder)


def _builder(build: Callable[[World], World | None]) -> str:
    """File and name of what builds a world (one file may be two modules for pytest); of a partial, that of its function."""
    made = build.func if isinstance(build, partial) else build
    return f"{Path(made.__code__.co_filename).relative_to(Path(__file__).parent)}:{made.__qualname__}"


@pytest.fixture
def kept(data_dir: Path, world_folder: Path) -> Keep:
    """``kept("informed", noticed_world, build)``: the world as ``build`` leaves it, built once a process; the test gets a copy.

    Everything in the data folder belongs to it. A name belongs to one builder. Not for worlds on PostgreSQL.
    """

    def keep(name: str, world: World, build: Callable[[World], World | None]) -> World:
        folder, builder = world_folder / f"kept-{name}", _builder(build)
        first = _builders.setdefault(name, builder)
        assert first == builder, f"The kept world “{name}” is built by {first}; {builder} needs a name of its own."
        if name not in _kept:
            _kept[name] = replace(build(world) or world)
            world.engine.dispose()
            shutil.copytree(data_dir, folder)
        world.engine.dispose()
        shutil.rmtree(data_dir)
        shutil.copytree(folder, data_dir)
        known = _kept[name]
        return replace(world, now=known.now, campaign_id=known.campaign_id, users=dict(known.users), units=dict(known.units))

    return keep
