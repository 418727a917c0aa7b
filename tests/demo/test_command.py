from __future__ import annotations

import io
import json
import shutil
from datetime import UTC, datetime

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from evalplat.app import create_app
from evalplat.demo import command, database, runner
from evalplat.demo.cast import OFFICE
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, working
from evalplat.people import actions as people

from .conftest import UNITS, Filled, change_password, own_page

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def quiet():
    return Console(file=io.StringIO(), width=120)


def said(console: Console) -> str:
    return console.file.getvalue()


def office(code: str) -> None:
    """An office in the data folder's database."""
    engine = make_engine(settings().url)
    database.prepare(engine)
    with clock.at(NOW), working(engine, SystemActor(0)) as work:
        people.set_up_office(work, **{**OFFICE, "code": code})
    engine.dispose()


def test_somebody_elses_database_is_left_alone(data_dir, quiet):
    office("other")
    for reset in (False, True):
        assert command.ready(quiet, units=3, reset=reset) == command.USAGE
    engine = make_engine(settings().url)
    assert database.offices(engine) == ["other"]
    engine.dispose()


def test_a_demonstration_without_its_mark_asks_for_a_reset(data_dir, quiet):
    office(OFFICE["code"])
    assert command.ready(quiet, units=3, reset=False) == command.USAGE
    assert "--reset" in said(quiet)


@pytest.mark.slow
def test_filled_once_kept_and_begun_anew(filled: Filled, data_dir, quiet):
    shutil.copytree(filled.folder, data_dir, dirs_exist_ok=True)
    mark = data_dir / command.MARK
    before = mark.read_bytes()
    assert json.loads(before) == {"units": UNITS, "before": 0, "lang": "zh", "filled": filled.day, "done": True}
    assert command.ready(quiet, units=12, reset=False, lang="en") == command.FINE
    assert "keeps its language" in said(quiet)
    command.fill(quiet)
    assert mark.read_bytes() == before, "the second start keeps what is there"

    mine, foreign = data_dir / "notes.txt", settings().files_dir / "ab" / "letter.txt"
    foreign.parent.mkdir(parents=True, exist_ok=True)
    for path in (mine, foreign):
        path.write_text("keep", encoding="utf-8")
    assert command.ready(quiet, units=4, reset=True) == command.FINE
    assert json.loads(mark.read_text(encoding="utf-8"))["units"] == 4
    assert mine.exists()
    assert foreign.exists(), "files that the program did not make stay"


def test_a_play_goes_on_in_its_language(data_dir, quiet, tmp_path):
    assert command.ready(quiet, units=3, reset=False, lang="en") == command.FINE
    mark = data_dir / command.MARK
    assert json.loads(mark.read_text(encoding="utf-8"))["lang"] == "en"
    assert command.ready(quiet, units=3, reset=False) == command.FINE
    assert json.loads(mark.read_text(encoding="utf-8"))["lang"] == "en"
    assert command.ready(quiet, units=3, reset=True) == command.FINE
    assert json.loads(mark.read_text(encoding="utf-8"))["lang"] == "zh"


def test_a_mark_of_before_there_were_languages_is_chinese(tmp_path):
    path = tmp_path / command.MARK
    path.write_text('{"units": 3}', encoding="utf-8")
    assert command._mark(path) == {"units": 3, "lang": "zh"}


def test_whoever_has_not_chosen_reads_the_language_of_the_installation(data_dir, monkeypatch):
    office(OFFICE["code"])
    for language, words, other in (("en", "Sign in", "登录"), ("zh", "登录", "Sign in")):
        monkeypatch.setenv("EVALPLAT_LANGUAGE", language)
        settings.cache_clear()
        with TestClient(create_app(make_engine(settings().url))) as client:
            assert words in client.get("/sign-in").text
            client.cookies.set("language", "zh" if language == "en" else "en")
            assert other in client.get("/sign-in").text


@pytest.mark.slow
def test_pages_are_read_before_it_is_full_and_deeds_wait(filled: Filled):
    assert "0 %" in filled.page
    assert filled.refused.status_code == 409
    assert "0 %" in filled.refused.text


@pytest.mark.slow
def test_deeds_are_possible_when_it_is_full(filled: Filled, data_dir, monkeypatch):
    shutil.copytree(filled.folder, data_dir, dirs_exist_ok=True)
    monkeypatch.setenv("EVALPLAT_DEMO", "true")
    settings.cache_clear()
    engine = make_engine(settings().url)
    with TestClient(create_app(engine), follow_redirects=False) as client:
        assert " 0 %" not in own_page(client)
        assert change_password(client).status_code == 303
    engine.dispose()


def test_reset_never_touches_a_database_set_elsewhere(data_dir, quiet, monkeypatch):
    monkeypatch.setenv("EVALPLAT_DATABASE_URL", f"sqlite:///{data_dir / 'elsewhere.sqlite3'}")
    settings.cache_clear()
    office(OFFICE["code"])
    assert command.ready(quiet, units=3, reset=True) == command.USAGE
    assert (data_dir / "elsewhere.sqlite3").exists()


def test_a_run_through_wants_an_empty_database(data_dir, quiet, monkeypatch, tmp_path):
    monkeypatch.setenv("EVALPLAT_DATABASE_URL", f"sqlite:///{tmp_path / 'full.sqlite3'}")
    settings.cache_clear()
    office("other")
    assert command.run_through(quiet, units=3, out=tmp_path / "out") == command.USAGE


class Begun(Exception):
    """The play would begin now."""


@pytest.mark.parametrize(("units", "asked", "plays"), [(4, None, "zh"), (3, None, "en"), (3, "zh", "zh"), (4, "en", "en")])
def test_a_run_through_takes_the_language_of_the_same_play_alone(data_dir, quiet, monkeypatch, tmp_path, units, asked, plays):
    """One of other departments begins anew, in Chinese unless another language is asked for."""
    def begin(engine, count, watch, *, lang):
        raise Begun(count, lang)

    monkeypatch.setattr(runner, "drive_through", begin)
    with pytest.raises(Begun):
        command.run_through(quiet, units=3, out=tmp_path / "out", lang="en")
    with pytest.raises(Begun) as caught:
        command.run_through(quiet, units=units, out=tmp_path / "out", lang=asked)
    assert caught.value.args == (units, plays)
