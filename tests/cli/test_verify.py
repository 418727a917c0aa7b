"""A result is frozen on one machine and checked on another; what was changed behind the back is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import select
from typer.testing import CliRunner

from evalplat.cli import app
from evalplat.documents.tables import Document
from evalplat.files.store import read
from evalplat.files.tables import StoredFile
from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine
from evalplat.kernel.schema import newest
from evalplat.kernel.settings import settings
from evalplat.people.tables import Unit
from evalplat.scores import ledger, sheet
from evalplat.scores.rebuilt import rebuilt
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.scoring.frozen import frozen_bytes, read_frozen
from evalplat.workflow.stages import State
from tests.conftest import Keep
from tests.scored import at_state
from tests.world import World, make_world, with_campaign, with_notice

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def _scored(world: World) -> World:
    world = with_notice(with_campaign(make_world(world.engine)))
    at_state(world, "jiaotong", State.INFORMED)
    at_state(world, "minzheng", State.REPORTED)
    return world


BOTH = pytest.mark.parametrize("place", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, data_dir: Path, kept: Keep) -> Iterator[World]:
    """Two units with a fixed result, on SQLite unless a test asks for both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        engine = make_engine(f"sqlite:///{data_dir / 'evalplat.sqlite3'}")
        yield kept("fixed", World(engine, 1), _scored)
    else:
        engine = make_engine(str(request.getfixturevalue("new_postgres_url")()))
        yield _scored(World(engine, 1))
    engine.dispose()


@pytest.fixture
def run(place: World, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("result", "freeze", …)`` on the world's database."""
    monkeypatch.setenv("EVALPLAT_DATABASE_URL", place.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    with place.engine.begin() as connection:
        connection.execute(text("create table alembic_version (version_num varchar(32) not null)"))
        connection.execute(text("insert into alembic_version values (:version)"), {"version": newest()})

    def start(*words: str) -> subprocess.CompletedProcess[str]:
        done = CliRunner().invoke(app, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout)

    return start


def _start(words: tuple[str, ...], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    ours = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT), **env}
    return subprocess.run([sys.executable, "-m", "evalplat", *words], cwd=folder, capture_output=True, text=True, check=False, env=ours)


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The program on another machine: another folder, no data, no database."""
    folder = tmp_path_factory.mktemp("elsewhere")
    nowhere = {"EVALPLAT_DATA_DIR": str(folder / "var"), "EVALPLAT_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none"}
    return lambda *words: _start(words, folder, **nowhere)


def _change(place: World, key: str, value: Any) -> LedgerEntry:
    """What somebody with the database's password could do."""
    with place.acting("system") as work:
        evaluation = place.evaluation(work, "jiaotong")
        query = select(LedgerEntry).where(LedgerEntry.evaluation_id == evaluation.id, LedgerEntry.key == key)
        row = work.session.exec(query).first()
        assert row is not None, key
        row.value = value
        flag_modified(row, "value")
        work.session.add(row)
        return row


def _rated(place: World) -> tuple[str, str]:
    """An indicator that both assessors rated alike, and another level of it."""
    with place.acting("system") as work:
        leaf = sheet.system_for(work, place.evaluation(work, "jiaotong")).rubric_leaves[1]
        return leaf.code, leaf.rule.levels[1].key


@BOTH
def test_frozen_here_and_the_same_there(place: World, run: Run, elsewhere: Run, tmp_path: Path) -> None:
    out = tmp_path / "frozen"
    done = run("result", "freeze", "--campaign", "2026", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["2026-jiaotong-v1.zip", "2026-minzheng-v1.zip"]
    again = tmp_path / "again"
    assert run("result", "freeze", "--campaign", "2026", "--unit", "jiaotong", "--out", str(again)).returncode == 0
    assert (again / "2026-jiaotong-v1.zip").read_bytes() == (out / "2026-jiaotong-v1.zip").read_bytes()
    with place.acting("system") as work:
        stored = sheet.latest(work, place.evaluation(work, "jiaotong"))
        assert stored is not None
    with zipfile.ZipFile(out / "2026-jiaotong-v1.zip") as archive:
        assert archive.read("result.json").decode() == stored.canonical
        assert archive.read("system.yaml").decode() == (ROOT / "indicators" / "tengzhou-2026.yaml").read_text(encoding="utf-8")
    checked = elsewhere("verify", str(out / "2026-jiaotong-v1.zip"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert stored.hash in checked.stdout


@BOTH
def test_a_changed_rating_is_named(place: World, run: Run, tmp_path: Path) -> None:
    code, level = _rated(place)
    _change(place, f"rating:{code}:assessor", {"level": level})
    done = run("result", "freeze", "--campaign", "2026", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    told = next(line for line in done.stdout.splitlines() if f"unit jiaotong, indicator {code}:" in line)
    assert f"the value read was A / A, now A / {level}" in told or f"now {level} / A" in told
    assert f"assessor {level}" in told
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["2026-minzheng-v1.zip"]


def test_a_changed_figure_and_a_changed_source_are_named(place: World, run: Run, tmp_path: Path) -> None:
    _change(place, "field:T8.power_items_matched", "42")
    done = run("result", "freeze", "--campaign", "2026", "--unit", "jiaotong", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "unit jiaotong, indicator" in done.stdout
    assert "42" in done.stdout
    assert not list((tmp_path / "out").iterdir())


def test_a_changed_result_is_named(place: World) -> None:
    with place.acting("system") as work:
        evaluation = place.evaluation(work, "jiaotong")
        row = sheet.latest(work, evaluation)
        assert row is not None
        body = json.loads(row.canonical)
        before = body["units"][0]["total"]
        body["units"][0]["total"] = "99.99"
        row.canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        made = rebuilt(work, evaluation, row)
        row.canonical = "{}"
        spoilt = rebuilt(work, evaluation, row)
        work.session.expunge(row)
    assert [one.what for one in spoilt.changes] == ["the stored result"]
    assert made.frozen is None
    told = [one.sentence() for one in made.changes]
    assert f"unit jiaotong: total was 99.99, now {before}" in told
    assert any("the stored result" in one for one in told)


def test_an_earlier_version_is_rebuilt_from_what_counted_then(place: World, run: Run, tmp_path: Path) -> None:
    code, _ = _rated(place)
    place.pass_days(1)
    with place.acting("system") as work:
        evaluation = place.evaluation(work, "jiaotong")
        ledger.put(work, evaluation, f"override:{code}", {"points": "1", "reason": "x"}, source="decision", ref="复核决定")
        second = sheet.freeze(work, evaluation, reason="decision")
        assert second.version == 2
    for number in ("1", "2"):
        done = run("result", "freeze", "--campaign", "2026", "--unit", "jiaotong", "--version", number, "--out", str(tmp_path / "out"))
        assert done.returncode == 0, done.stdout
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_facts_that_were_edited_for_a_later_year_do_not_count(place: World) -> None:
    with place.acting("system") as work:
        unit = work.session.get_one(Unit, place.units["jiaotong"])
        unit.facts, unit.category = unit.facts | {"has_services": False}, "gov_social"
        work.session.add(unit)
        work.session.flush()
        evaluation = place.evaluation(work, "jiaotong")
        row = work.session.exec(select(ResultVersion).where(ResultVersion.evaluation_id == evaluation.id)).one()
        made = rebuilt(work, evaluation, row)
    assert made.changes == ()
    assert made.frozen is not None


def test_a_changed_file_is_refused_and_a_forged_one_is_another_result(place: World, run: Run, tmp_path: Path) -> None:
    assert run("result", "freeze", "--campaign", "2026", "--unit", "jiaotong", "--out", str(tmp_path)).returncode == 0
    good = tmp_path / "2026-jiaotong-v1.zip"
    frozen = read_frozen(good.read_bytes())
    bad = tmp_path / "bad.zip"
    body = json.loads(frozen.result)
    leaf = body["units"][0]["leaves"][0]
    leaf["points"] = "0.01"
    forged = replace(frozen, result=json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    bad.write_bytes(frozen_bytes(forged))
    done = run("verify", str(bad))
    assert done.returncode == 1
    assert f"unit jiaotong, indicator {leaf['code']}: points was 0.01, now" in done.stdout

    bad.write_bytes(good.read_bytes().replace(b'"level":"A"', b'"level":"B"', 1))
    done = run("verify", str(bad))
    assert done.returncode == 2
    bad.write_bytes(frozen_bytes(replace(frozen, result=b"{}")))
    done = run("verify", str(bad))
    assert (done.returncode, "not a result" in done.stdout) == (1, True)
    bad.write_bytes(frozen_bytes(replace(frozen, system="format: 1\n")))
    done = run("verify", str(bad))
    assert (done.returncode, "has errors" in done.stdout) == (1, True)


def test_wrong_usage(place: World, run: Run, tmp_path: Path) -> None:
    assert run("verify", str(tmp_path / "nothing.zip")).returncode == 2
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert run("verify", str(tmp_path / "x.zip")).returncode == 2
    out = ("--out", str(tmp_path / "out"))
    assert run("result", "freeze", "--campaign", "1999", *out).returncode == 2
    assert run("result", "freeze", "--campaign", "2026", "--unit", "nobody", *out).returncode == 2
    assert run("result", "freeze", "--campaign", "2026", "--office", "elsewhere", *out).returncode == 2
    assert run("result", "freeze", "--campaign", "2026", "--version", "9", *out).returncode == 2


def test_a_letter_names_its_result(place: World, run: Run, tmp_path: Path) -> None:
    with clock.at(place.now):
        queue.run_all(place.engine)
    with place.acting("system") as work:
        stored = sheet.latest(work, place.evaluation(work, "jiaotong"))
        assert stored is not None
        papers = [work.session.get_one(StoredFile, row.file_id) for row in work.session.exec(select(Document)) if row.file_id]
        for file in papers:
            (tmp_path / f"{file.code}.pdf").write_bytes(read(file))
    checked = {path.name: run("verify", str(path)) for path in tmp_path.glob("*.pdf")}
    named = [done for done in checked.values() if stored.hash in done.stdout]
    assert named, {name: done.stdout for name, done in checked.items()}
    assert all(done.returncode == 0 and "version 1 of unit jiaotong in campaign 2026" in done.stdout for done in named)
    with place.acting("system") as work:
        row = sheet.latest(work, place.evaluation(work, "jiaotong"))
        assert row is not None
        row.canonical += " "
        work.session.add(row)
    done = run("verify", next(str(tmp_path / name) for name, done in checked.items() if stored.hash in done.stdout))
    assert done.returncode == 1
    assert "changed since" in done.stdout
