"""A place full of everything that a backup must bring along: results, documents with files, answers, links, references among rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine
from evalplat.operate.backup import Made, make
from evalplat.stages.surveys import actions as surveys
from evalplat.stages.surveys import queries
from evalplat.stages.surveys.actions_answers import Form, submit_all
from evalplat.workflow.stages import State
from tests.conftest import Keep
from tests.scored import at_state
from tests.stages.surveys.conftest import ANSWERS
from tests.world import World, make_world, with_campaign, with_notice


def posted(number: int) -> dict[str, list[str]]:
    """A citizen's form; forms differ."""
    given = {**ANSWERS["citizen"], "C13": f"建议第{number}条"}
    return {name: value if isinstance(value, list) else [value] for name, value in given.items()}


def fill(engine: Engine) -> World:
    """A campaign with an informed unit (results, letters as PDF), an open survey with answers, and one-time links."""
    world = with_notice(with_campaign(make_world(engine)))
    at_state(world, "jiaotong", State.INFORMED)
    world.pass_days(6)
    with world.acting("system") as work:
        surveys.open_and_close(work)
    for unit in ("jiaotong", "shenji"):
        with world.acting("system") as work:
            wave = queries.wave_of(work, world.campaign(work), "citizen")
            assert wave is not None
            evaluation = world.evaluation(work, unit)
        with clock.at(world.now):
            submit_all(engine, wave, evaluation, [Form(posted(n)) for n in range(20)])
    with world.acting("section") as work:
        wave = queries.wave_of(work, world.campaign(work), "delegate")
        assert wave is not None
        tokens = surveys.make_tokens(work, wave, world.evaluation(work, "jiaotong"), count=5)
        evaluation = world.evaluation(work, "jiaotong")
    delegate = {name: value if isinstance(value, list) else [value] for name, value in ANSWERS["delegate"].items()}
    with clock.at(world.now):
        submit_all(engine, wave, evaluation, [Form(delegate, token=token) for token in tokens[:2]])
    with clock.at(world.now):
        queue.run_all(engine)
    return world


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, data_dir: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("new_postgres_url")())
    return f"sqlite:///{data_dir / 'evalplat.sqlite3'}"


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """``empty("postgresql")``: another empty database of a kind."""
    made: list[Engine] = []

    def start(kind: str) -> Engine:
        url = request.getfixturevalue("new_postgres_url")() if kind == "postgresql" else f"sqlite:///{tmp_path / f'to{len(made)}.sqlite3'}"
        made.append(make_engine(url))
        return made[-1]

    yield start
    for engine in made:
        engine.dispose()


@pytest.fixture(scope="session")
def full_places() -> dict[str, World]:
    """Kind of database → the place that this process filled there."""
    return {}


@pytest.fixture
def full(request: pytest.FixtureRequest, database_url: str, kept: Keep, data_dir: Path, world_folder: Path,
         full_places: dict[str, World]) -> Iterator[World]:
    """The full place, on each kind of database; filled once a process."""
    engine = make_engine(database_url)
    if engine.dialect.name == "sqlite":
        yield kept("full", World(engine, 0), lambda world: fill(world.engine))
    else:
        folder = world_folder / "full-postgresql"
        if not folder.exists():
            full_places["postgresql"] = fill(engine)
            shutil.copytree(data_dir, folder)
            engine.dispose()
        shutil.copytree(folder, data_dir, dirs_exist_ok=True)
        known = full_places["postgresql"]
        like = known.engine.url.render_as_string(hide_password=False)
        engine = make_engine(request.getfixturevalue("new_postgres_url")(like))
        yield replace(known, engine=engine, users=dict(known.users), units=dict(known.units))
    engine.dispose()


@pytest.fixture
def small(world: World) -> World:
    """An office alone: for what does not depend on the rows."""
    return world


@pytest.fixture
def one(small: World, tmp_path: Path) -> Made:
    """A backup of the small place."""
    return make(small.engine, tmp_path / "backups")
