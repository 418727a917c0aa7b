"""``demo --lang en``: one department writes and is written to in English; all figures are those of the Chinese play."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from evalplat.campaigns.tables import Campaign, Team
from evalplat.demo import database, plan_served, runner
from evalplat.demo.cast import BODIES, ENGLISH, PASSWORD
from evalplat.demo.content_records import records
from evalplat.demo.content_texts import chapters
from evalplat.demo.english import WORDS
from evalplat.demo.figures import Case
from evalplat.documents.tables import Document
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.settings import settings
from evalplat.people.tables import Office, Unit, User
from tests.world import app_over

CHINESE = re.compile(r"[\u3400-\u9fff]")
NUMBER = re.compile(r"[\u3400-\u9fff]+〔\d{4}〕\d+号")
BODY = next(body for body in BODIES if body.code == ENGLISH)
SPEAKS = Case(BODY, 2026, date(2026, 2, 28), "en")
SAME = Case(BODY, 2026, date(2026, 2, 28))
BASE = f"/c/2026/u/{ENGLISH}"
SWITCH = ("中文", "评")
"""What is Chinese on every page: the way back to Chinese, and the sign of the house."""


def test_every_english_text_is_english():
    assert [text for text in WORDS.values() if CHINESE.search(text)] == []
    assert [text for text in WORDS.values() if not text.strip()] == []


def test_texts_keep_the_places_for_figures():
    def places(text: str) -> list[str]:
        return sorted(re.findall(r"\{([\w.]+)", text))

    assert [chinese for chinese, english in WORDS.items() if places(chinese) != places(english)] == []


def test_only_one_department_speaks_english():
    assert SPEAKS.english
    assert not any(Case(body, 2026, SPEAKS.census, "en").english for body in BODIES if body is not BODY)
    assert SAME.say("anything") == "anything"


def test_chapters_and_records_tell_the_same_in_english():
    assert set(chapters(SPEAKS)) == set(chapters(SAME))
    told, known = records(SPEAKS, "Zhang", "Li"), records(SAME, "Zhang", "Li")
    assert [(one.method, one.starts, one.anonymous) for one in told] == [(one.method, one.starts, one.anonymous) for one in known]
    texts = [*chapters(SPEAKS).values(), *(text for one in told for text in (one.place, one.content, *one.people))]
    assert [text for text in texts if CHINESE.search(NUMBER.sub("", text))] == []


def test_figures_are_the_same_in_both_languages():
    here, there = SPEAKS.figures, SAME.figures
    assert (here.fields, here.office, here.panel) == (there.fields, there.office, there.panel)
    assert [row["actual"] for row in here.tables["T4"]] == [row["actual"] for row in there.tables["T4"]]
    assert [row["yearly_cases"] for row in here.tables["T8W"]] == [row["yearly_cases"] for row in there.tables["T8W"]]
    assert {key: value for key, (value, _, _) in here.changes.items()} == {key: value for key, (value, _, _) in there.changes.items()}


@pytest.mark.parametrize("units", [3, 12, 80])
def test_it_takes_part_in_every_play_in_english(units):
    found = plan_served.cases_for(date(2026, 11, 20), units, lang="en")
    assert len({case.body.code for case in found}) == units
    assert [case.body.code for case in found if case.english] == [ENGLISH]


@dataclass
class English:
    engine: Engine
    end: datetime


@pytest.fixture(scope="module")
def english(tmp_path_factory) -> Iterator[English]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALPLAT_DATA_DIR", str(tmp_path_factory.mktemp("english")))
        patch.setenv("EVALPLAT_DEMO", "true")
        patch.setenv("EVALPLAT_LANGUAGE", "en")
        settings.cache_clear()
        engine = make_engine(settings().url)
        database.prepare(engine)
        played = runner.drive_through(engine, 3, lambda *_: None, lang="en")
        yield English(engine, played.end + timedelta(days=1))
        engine.dispose()
        settings.cache_clear()


def names(session: Session) -> list[str]:
    """Of people, departments, teams, campaigns, the office and its documents: what stays Chinese."""
    found = [*session.exec(select(User.name)), *session.exec(select(Team.name)), *session.exec(select(Campaign.title)),
             *session.exec(select(Document.title))]
    for row in session.exec(select(Unit.name, Unit.short_name)).all() + session.exec(select(Office.name, Office.short_name)).all():
        found += row
    return sorted({*found, *SWITCH}, key=len, reverse=True)


def shown(page: str) -> Iterator[str]:
    """What a person reads or hears on a page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    yield from (html.unescape(text) for text in re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"', page))
    yield from (html.unescape(text).strip() for text in re.split(r"<[^>]+>", page))


def left_over(page: str, known: list[str]) -> list[str]:
    found = []
    for text in shown(page):
        rest = NUMBER.sub("", text)
        for name in known:
            rest = rest.replace(name, "")
        if CHINESE.search(rest):
            found.append(text)
    return found


def walk(english: English, login: str, waiting: list[str]) -> tuple[set[str], dict[str, list[str]]]:
    """The pages of the department that somebody reaches, and the Chinese on them that is no name."""
    with transaction(english.engine, write=False) as session:
        known = names(session)
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    with clock.at(english.end), TestClient(app_over(english.engine), follow_redirects=False) as client:
        client.post("/sign-in", data={"login": login, "password": PASSWORD, "next": "/"})
        while waiting:
            address = waiting.pop()
            seen.add(address)
            answer = client.get(address)
            assert answer.status_code == 200, address
            if left := left_over(answer.text, known):
                found[address] = left
            links = {html.unescape(link) for link in re.findall(rf'href="({BASE}[^"#?]*)', answer.text)}
            waiting += sorted(link for link in links - seen - set(waiting) if not re.search(r"/files/|\.(?:pdf|xlsx|svg)$", link))
    return seen, found


@pytest.mark.slow
def test_the_liaison_reads_no_chinese_but_names_and_documents(english):
    opened = [f"{BASE}?open={leaf}" for leaf in ("A101", "A201", "A302", "C101", "F202")]
    seen, found = walk(english, f"liaison-{ENGLISH}", ["/", "/c", BASE, *opened])
    assert found == {}
    assert {f"{BASE}/{room}" for room in ("assessment", "findings", "objection", "follow-up")} <= seen


@pytest.mark.slow
def test_the_team_and_the_office_read_of_it_in_english(english):
    seen, found = walk(english, "liu", [BASE])
    assert found == {}
    assert any("/review/records/" in address for address in seen)
    waves = ("citizen", "recipient", "delegate", "counterpart", "staff")
    seen, found = walk(english, "li", [f"/c/2026/surveys/{wave}/results/{ENGLISH}" for wave in waves])
    assert found == {}


@pytest.mark.slow
def test_the_other_departments_speak_chinese(english):
    with clock.at(english.end), TestClient(app_over(english.engine), follow_redirects=False) as client:
        client.post("/sign-in", data={"login": "liaison-shuiwu", "password": PASSWORD, "next": "/"})
        assert "整改" in client.get("/c/2026/u/shuiwu/follow-up").text
        signed_in = client.get("/sign-in").text
    assert "Sign in" in signed_in


@pytest.mark.slow
def test_the_sign_in_page_shows_its_people(english):
    with TestClient(app_over(english.engine), follow_redirects=False) as client:
        page = client.get("/sign-in").text
    assert f"head-{ENGLISH}" in page
    assert "head-shuiwu" not in page
    assert f"filler-{ENGLISH}" not in page, "it has no affiliated institutions to fill in for"
