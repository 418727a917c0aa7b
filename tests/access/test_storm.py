"""Every page and every form as every role, with sound and with hostile input: no server error, no row of somebody else.

``EVALPLAT_TEST_REQUESTS`` sets how many requests are made (20,000 take a few minutes).
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from evalplat.app import create_app
from evalplat.campaigns import setup
from evalplat.demo import runner
from evalplat.demo.cast import PASSWORD
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, working
from evalplat.people import actions as people
from evalplat.people.roles import Role
from tests.browser.crawl import route_of

REQUESTS = int(os.environ.get("EVALPLAT_TEST_REQUESTS", "500"))
TODAY = date(2026, 11, 20)
MARK = "外单位密语"
"""Stands in every row of the other office; nobody of the demonstration may ever read it."""
WHO = ("zhou", "sun", "li", "zhao", "wang", "chen", "wu", "qian", "third", "sysadmin", "secadmin", "auditadmin", "head-shuiwu",
       "liaison-shuiwu", "filler-shuiwu", "head-yingji", "liaison-jiaotong")
LEFT_ALONE = ("/sign-out", "/static/", "/language/", "/view/")
HOSTILE = ("", " ", "0", "-1", "１２", "1e309", "NaN", "2026-02-30", "9999-12-31", "x" * 5000, "<script>alert(1)</script>", "' or 1=1 --",
           "../../etc/passwd", "\x00", "\ud7ff", "🀄" * 40, "=cmd()", "%s%n", "{{7*7}}", "true", "[]", "99999999999999999999")


class _Page(HTMLParser):
    """Links and forms of a page: each form with its action and what a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, list[str]]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        name = found.get("name", "")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "form":
            self.forms.append((found.get("method", "get").lower(), found.get("action", ""), {}))
        elif tag in ("input", "textarea", "select", "button") and name and self.forms:
            self._select = name if tag == "select" else ""
            self.forms[-1][2].setdefault(name, []).append(found.get("value", ""))
        elif tag == "option" and self._select and self.forms:
            self.forms[-1][2][self._select].append(found.get("value", ""))


@dataclass
class Storm:
    """One person's browser, which goes everywhere and sends everything."""

    client: TestClient
    who: str
    dice: random.Random
    waiting: list[str] = field(default_factory=lambda: ["/"])
    known: set[str] = field(default_factory=set)
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)
    forms: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def step(self) -> None:
        """One request: a page that was not seen yet, a form, or a spoilt address."""
        if self.waiting and (not self.forms or self.dice.random() < 0.55):
            self._get(self.waiting.pop(self.dice.randrange(len(self.waiting))))
        elif self.forms and self.dice.random() < 0.8:
            self._send(*self.dice.choice(self.forms))
        else:
            self._get(self._spoilt(self.dice.choice(sorted(self.known) or ["/"])))

    def _get(self, path: str) -> None:
        self._look(path, self.client.get(path))

    def _send(self, action: str, fields: dict[str, list[str]]) -> None:
        data = {name: self._value(name, options) for name, options in fields.items() if self.dice.random() < 0.93}
        if self.dice.random() < 0.1:
            data[self.dice.choice(("nothing", "login", "units"))] = self.dice.choice(HOSTILE)
        files = {"file": (self.dice.choice(("a.pdf", "../b.exe", "表.xlsx")), self.dice.choice((b"", b"%PDF-1.4", b"PK\x03\x04" * 9)))}
        kind = {"files": files} if self.dice.random() < 0.1 else {}
        self._look(action, self.client.post(action, data=data, **kind))  # type: ignore[arg-type]

    def _value(self, name: str, options: list[str]) -> str | list[str]:
        if name == "csrf_token":
            return options[0]
        return self.dice.choice(options) if self.dice.random() < 0.6 else self.dice.choice(HOSTILE).replace("\x00", "\x01")

    def _spoilt(self, path: str) -> str:
        parts = path.split("?", maxsplit=1)[0].split("/")
        parts[self.dice.randrange(1, len(parts)) if len(parts) > 1 else 0] = self.dice.choice(
            ("nothing", "0", "%00", "..%2f", "x" * 300, "' or 1=1", "%F0%9F%80%84", "%ff"))
        query = self.dice.choice(("", "?page=-1", "?page=99999999999999999999", "?sort=x", "?version=%00", "?open=<b>", "?q=%25"))
        return "/".join(parts) + query

    def _look(self, path: str, answer: object) -> None:
        status, text = answer.status_code, answer.text  # type: ignore[attr-defined]
        self.statuses[status] += 1
        assert status < 500, f"{self.who}: {path} answers {status}"
        assert MARK not in text, f"{self.who} reads the other office on {path}"
        assert "Traceback (most recent" not in text, f"{self.who}: {path} shows a trace"
        if status in (302, 303):
            self._note(urljoin(path, answer.headers["location"]))  # type: ignore[attr-defined]
        elif answer.headers.get("content-type", "").startswith("text/html"):  # type: ignore[attr-defined]
            self._read(path, text)

    def _read(self, path: str, text: str) -> None:
        page = _Page()
        page.feed(text)
        for link in page.links:
            self._note(urljoin(path, link))
        for method, action, fields in page.forms:
            target = urljoin(path, action) if action else path
            if method == "post" and not target.startswith(LEFT_ALONE) and self.alike[("post", _shape(target))] < 6:
                self.alike[("post", _shape(target))] += 1
                self.forms.append((target, fields))

    def _note(self, link: str) -> None:
        parts = urlsplit(link)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc not in ("", "testserver") or not address.startswith("/") or address.startswith(LEFT_ALONE):
            return
        shape = ("get", route_of(parts.path)[0] or _shape(parts.path))
        if address not in self.known and self.alike[shape] < 25:
            self.alike[shape] += 1
            self.known.add(address)
            self.waiting.append(address)


def _shape(path: str) -> str:
    return re.sub(r"\d+|[0-9a-f]{8,}", "#", path)


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Iterator[Engine]:
    """The demonstration with every stage at work, and beside it an office that has nothing to do with it."""
    folder = tmp_path_factory.mktemp("storm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALPLAT_DATA_DIR", str(folder))
        settings.cache_clear()
        engine = make_engine(settings().url)
        runner.prepare(engine)
        runner.fill(engine, 6, TODAY, lambda *_: None)
        with clock.at(datetime.combine(TODAY, time(9), tzinfo=settings().zone)), working(engine, SystemActor(0)) as work:
            _another_office(work)
        yield engine
        engine.dispose()
        settings.cache_clear()


def _another_office(work) -> None:
    office = people.set_up_office(work, code="other", name=MARK, short_name=MARK, document_mark=MARK, document_series=MARK)
    work.actor = SystemActor(office.id or 0)
    people.add_unit(work, code="shuiwu", name=f"{MARK}水务局", short_name=MARK, category="gov")
    people.add_user(work, login="other-head", name=MARK, post=MARK, roles=[(Role.DIRECTOR, None)], password=PASSWORD, must_change=False)
    setup.draft_campaign(work, code="2026", title=MARK, year=2026, census_date=TODAY, basis=MARK, scope=MARK,
                         system_file="tengzhou-2026.yaml", survey_files=["citizen.yaml"])


@pytest.mark.slow
def test_nobody_finds_a_server_error_or_a_foreign_row(city):
    now = datetime.combine(TODAY, time(10), tzinfo=settings().zone)
    with clock.at(now):
        storms = [Storm(_signed_in(city, who), who, random.Random(f"storm {who}")) for who in WHO]  # noqa: S311 - no secret
        for _, storm in zip(range(REQUESTS), cycle(storms), strict=False):
            storm.step()
    total = sum((storm.statuses for storm in storms), Counter[int]())
    assert total[200] > REQUESTS / 4
    assert total[303], "some forms were taken"
    assert total[422], "some were refused"


def _signed_in(engine: Engine, who: str) -> TestClient:
    client = TestClient(create_app(engine), follow_redirects=False, raise_server_exceptions=False)
    answer = client.post("/sign-in", data={"login": who, "password": PASSWORD, "next": "/"})
    assert answer.status_code == 303, who
    return client
