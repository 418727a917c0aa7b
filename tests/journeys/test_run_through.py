"""One campaign from its draft to its end, played twice on SQLite and once on PostgreSQL: the results are the same bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlmodel import select

from evalplat.demo import outcome, runner
from evalplat.demo.outcome import Outcome
from evalplat.findings.tables import Finding
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.settings import settings

UNITS = 3
pytestmark = pytest.mark.slow


def play(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Outcome], list[tuple[str, str, str]]]:
    """Drive a campaign through in an empty database; results, and findings with their states."""
    monkeypatch.setenv("EVALPLAT_DATA_DIR", str(folder))
    settings.cache_clear()
    engine = make_engine(url)
    try:
        runner.prepare(engine)
        played = runner.drive_through(engine, UNITS, lambda *_: None)
        assert outcome.chain(engine, played.play.office_id).broken_seq is None
        with transaction(engine, write=False) as session:
            rows = session.exec(select(Finding).order_by(Finding.evaluation_id, Finding.code))
            findings = [(row.code, row.title, row.state) for row in rows]
        return outcome.outcomes(engine, played.play.office_id, played.code), findings
    finally:
        engine.dispose()
        settings.cache_clear()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Outcome], list[tuple[str, str, str]]]:
    """The first run, on SQLite."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        return play(f"sqlite:///{folder / 'run.sqlite3'}", folder, patch)


def fingerprint(found: list[Outcome]) -> dict[str, tuple[str, int, str, str]]:
    return {one.unit: (one.hash, one.version, one.total, one.rank) for one in found}


def test_every_department_comes_to_its_end(first):
    found, findings = first
    assert len(found) == UNITS
    assert {one.state for one in found} <= {"closed", "looked_back"}
    assert "looked_back" in {one.state for one in found}
    assert all(hashlib.sha256(one.canonical).hexdigest() == one.hash for one in found)
    assert {one.version for one in found} == {1, 2}, "somebody objected, and somebody did not"
    assert {"closed", "withdrawn"} <= {state for _, _, state in findings}


def test_results_of_different_departments_differ(first):
    totals = [float(one.total) for one in first[0]]
    assert max(totals) - min(totals) > 15


def test_a_second_run_gives_the_same_bytes(first, tmp_path, monkeypatch):
    again, findings = play(f"sqlite:///{tmp_path / 'again.sqlite3'}", tmp_path, monkeypatch)
    assert fingerprint(again) == fingerprint(first[0])
    assert findings == first[1]


@pytest.mark.postgres
def test_postgresql_gives_the_same_bytes(first, postgres_url, tmp_path, monkeypatch):
    other, findings = play(postgres_url, tmp_path, monkeypatch)
    assert fingerprint(other) == fingerprint(first[0])
    assert findings == first[1]
