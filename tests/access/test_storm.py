"""Every page and every form as every role, with sound and with hostile input: no server error, no row of somebody else.

``EVALPLAT_TEST_REQUESTS`` sets how many requests are made (20,000 take a quarter of an hour of one core).
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain, cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.routing import Match
from starlette.testclient import TestClient

from evalplat.access import tokens
from evalplat.app import create_app
from evalplat.demo import database, runner
from evalplat.demo.cast import PASSWORD
from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, working
from evalplat.people.tables import User
from evalplat.rooms import routers
from tests.access.planted import another_office, drafts_of_both, forbidden_to, mark_own_words, units_of
from tests.access.seeds import addresses
from tests.access.storm import Storm, Weather
from tests.access.test_routes import ROUTES, flat
from tests.browser.demo import UNITS, filled
from tests.browser.site import data_folder

REQUESTS = int(os.environ.get("EVALPLAT_TEST_REQUESTS", "500"))
FRESH_AFTER = 1000
"""Then the database is as it was at the beginning: nobody's account stays closed, no campaign stays cancelled."""
WHO = ("zhou", "sun", "li", "zhao", "wang", "chen", "wu", "qian", "third", "sysadmin", "secadmin", "auditadmin", "head-shuiwu",
       "liaison-shuiwu", "filler-shuiwu", "head-yingji", "liaison-jiaotong", "filler-xuanchuan", "")
"""The last is a stranger."""
SPARED = frozenset(WHO) - {""}
PROGRAMS = ("li", "liaison-jiaotong")
"""Whose tokens the programs carry."""
LONG = 10_000
"""From so many requests on, last year's concluded campaign stands beside this year's, and every pattern must have answered."""
NEVER: dict[str, str] = {
    "/start": "only where there is no office: tests/people", "/office/clear": "only the demonstration's own: tests/people",
    "/tour": "only the demonstration's own: tests/pages/test_tour", "/tour/phone": "only the demonstration's own: tests/pages/test_tour",
    "/language/{code}": "leads back with a cookie", "/view/{view}": "leads back with a cookie",
    "/s/{link}/{page}": "leads to the first page",
    "/c/{campaign}/u/{unit}/assessment/tables": "leads to the first table",
    "/c/{campaign}/u/{unit}/assessment/scores": "leads to the first block",
    "/office/import/{code}": "only after an upload: tests/journeys/test_new_office",
    "/office/import/{code}/marked.xlsx": "only after an upload: tests/journeys/test_new_office",
    "/definitions/files/{name}": "only a file with errors has it", "/s/b": "only with a token of one's own: tests/browser/test_citizen",
    "/c/{campaign}/u/{unit}/files/{file}": "the demonstration scans nothing: tests/pages/test_scans",
    "/c/{campaign}/u/{unit}/follow-up/papers/{file}": "the demonstration has none: tests/stages/followup",
    "/c/{campaign}/notice/supplements/{ordinal}": "the demonstration has none: tests/stages/notices/test_supplements",
    "/c/{campaign}/u/{unit}/review/findings/{code}": "only one's own while the review is open: tests/browser/test_review",
    "/c/{campaign}/summary/interim.pdf": "only when the interim form was made: tests/stages/summaries",
}


@dataclass
class City:
    """The demonstration with every stage at work, marked, and beside it an office that has nothing to do with it."""

    engine: Engine
    now: datetime
    units: list[str]
    begin: list[str]

    def keep(self) -> None:
        """Remember the database as it is."""
        self.engine.dispose()
        shutil.copy(self._file, self._file.with_suffix(".kept"))

    def again(self) -> None:
        """The database as it was kept."""
        self.engine.dispose()
        for rest in ("-wal", "-shm"):
            self._file.with_name(self._file.name + rest).unlink(missing_ok=True)
        shutil.copy(self._file.with_suffix(".kept"), self._file)

    @property
    def _file(self) -> Path:
        return Path(self.engine.url.database or "")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("storm") / "data"
    if REQUESTS < LONG:
        shutil.copytree(filled(tmp_path_factory), folder)
    with data_folder(folder) as engine:
        now = datetime.combine(datetime.now(settings().zone).date(), time(10), tzinfo=settings().zone)
        if REQUESTS >= LONG:
            database.prepare(engine)
            runner.fill(engine, UNITS, now.date(), lambda *_: None, before=UNITS)
            _make_some_documents(engine, now)
        with clock.at(now), working(engine, SystemActor(0)) as work:
            units, begin = units_of(work), addresses(work)
            assert mark_own_words(work) > 100
            another_office(work, now.date())
            drafts_of_both(work)
            begin += [one for one in addresses(work) if one.startswith("/definitions/drafts/")]
        yield City(engine, now, units, begin)


def _make_some_documents(engine: Engine, now: datetime) -> None:
    with clock.at(now):
        for _ in range(12):
            waiting = queue.take(engine)
            if waiting is not None:
                queue.run(engine, waiting)


def test_no_pattern_hides_another() -> None:
    every = list(chain.from_iterable(flat(router) for router in routers()))
    hidden = []
    for route, method in ((one, method) for one in every for method in one.methods):
        scope = {"type": "http", "method": method, "path": re.sub(r"{\w+(:\w+)?}", "1", route.path)}
        first = next(one for one in every if one.matches(scope)[0] is Match.FULL)
        hidden += [f"{method} {route.path} is answered by {first.path}"] if first is not route else []
    assert hidden == []


@pytest.mark.slow
def test_nobody_finds_a_server_error_or_a_foreign_row(city: City) -> None:
    weather = Weather()
    with clock.at(city.now), ExitStack() as stack:
        storms = list(_storms(city, weather, stack))
        city.keep()
        for number, storm in enumerate(islice(cycle(storms), REQUESTS), start=1):
            storm.step()
            if number % FRESH_AFTER == 0:
                city.again()
    print(*_report(weather, storms), sep="\n")
    assert weather.wrong == []
    total = sum((storm.statuses for storm in storms), Counter[int]())
    assert total[200] > REQUESTS / 5
    assert total[303], "some forms were taken"
    assert total[422], "some were refused"
    if REQUESTS >= LONG:
        assert never_answered(weather) <= NEVER.keys()


def _storms(city: City, weather: Weather, stack: ExitStack) -> Iterator[Storm]:
    app = create_app(city.engine)
    for who in (*WHO, *(f"program of {who}" for who in PROGRAMS)):
        client = stack.enter_context(TestClient(app, follow_redirects=False, raise_server_exceptions=False))
        name = who.removeprefix("program of ")
        if who != name:
            client.headers |= _token(city, name)
        elif who:
            assert client.post("/sign-in", data={"login": who, "password": PASSWORD, "next": "/"}).status_code == 303, who
        storm = Storm(client, who, weather, random.Random(f"storm {who} {REQUESTS}"), forbidden_to(name, city.units),  # noqa: S311 - no secret
                      SPARED, beyond=list(city.begin))
        if who != name:
            storm.waiting = [address for address in city.begin if address.startswith("/api/v1/")]
        yield storm


def _token(city: City, who: str) -> dict[str, str]:
    with working(city.engine, SystemActor(1)) as work:
        user = work.session.exec(select(User).where(User.login == who)).one()
        _, secret = tokens.make(work, user, name="tests", scopes=list(tokens.SCOPES), expires_on=work.today + timedelta(days=9))
    return {"authorization": f"Bearer {secret}"}


def _report(weather: Weather, storms: list[Storm]) -> Iterator[str]:
    """What a long run tells (pytest -rP)."""
    yield from (f"{storm.who or 'a stranger'}: {dict(sorted(storm.statuses.items()))}" for storm in storms)
    yield f"{weather.made} requests, {len(weather.seen)} addresses, {len(weather.answered)} routes answered"
    yield f"never answered: {sorted(never_answered(weather))}"


def never_answered(weather: Weather) -> set[str]:
    """Routes that no page of ours led to, or that answered nobody."""
    return {one.path for one in ROUTES if one.method == "GET"} - weather.answered.keys()
