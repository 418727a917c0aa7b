"""One campaign from its draft to its end: played again on PostgreSQL, and killed again and again, its results are the same bytes.
The process that is killed is the command that everybody runs; it writes results and documents.

``EVALPLAT_TEST_KILLS`` and ``EVALPLAT_TEST_UNITS`` make it longer.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from evalplat.demo import database, outcome, runner
from evalplat.demo.outcome import Outcome
from evalplat.findings.tables import Finding
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.settings import settings

UNITS = int(os.environ.get("EVALPLAT_TEST_UNITS", "3"))
KILLS = int(os.environ.get("EVALPLAT_TEST_KILLS", "2"))
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Run:
    """What a run-through left behind."""

    found: list[Outcome]
    findings: list[tuple[str, str, str]]
    seconds: float


def play(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Drive a campaign through in an empty database; results, and findings with their states."""
    monkeypatch.setenv("EVALPLAT_DATA_DIR", str(folder))
    settings.cache_clear()
    engine, began = make_engine(url), time.monotonic()
    try:
        database.prepare(engine)
        played = runner.drive_through(engine, UNITS, lambda *_: None)
        assert outcome.chain(engine, played.play.office_id).broken_seq is None
        with transaction(engine, write=False) as session:
            rows = session.exec(select(Finding).order_by(Finding.evaluation_id, Finding.code))
            findings = [(row.code, row.title, row.state) for row in rows]
        return Run(outcome.outcomes(engine, played.play.office_id, played.code), findings, time.monotonic() - began)
    finally:
        engine.dispose()
        settings.cache_clear()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The first run, on SQLite."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        return play(f"sqlite:///{folder / 'run.sqlite3'}", folder, patch)


def fingerprint(found: list[Outcome]) -> dict[str, tuple[str, int, str, str]]:
    return {one.unit: (one.hash, one.version, one.total, one.rank) for one in found}


def test_every_department_comes_to_its_end(first):
    found, findings = first.found, first.findings
    assert len(found) == UNITS
    assert {one.state for one in found} <= {"closed", "looked_back"}
    assert "looked_back" in {one.state for one in found}
    assert all(hashlib.sha256(one.canonical).hexdigest() == one.hash for one in found)
    assert {one.version for one in found} == {1, 2}, "somebody objected, and somebody did not"
    assert {"closed", "withdrawn"} <= {state for _, _, state in findings}


def test_results_of_different_departments_differ(first):
    totals = [float(one.total) for one in first.found]
    assert max(totals) - min(totals) > 15


def _process(folder: Path, elsewhere: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "evalplat", "demo", "--run-through", "--units", str(UNITS), "--out", str(folder)]
    with (folder / "said.txt").open("ab") as said:
        return subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | {"EVALPLAT_DATA_DIR": str(elsewhere)})


def test_killed_at_random_moments_it_ends_with_the_same_bytes(first, tmp_path):
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    thrown, killed = random.Random(2026), 0  # noqa: S311 - moments, no secrets
    for _ in range(KILLS):
        process = _process(folder, elsewhere)
        try:
            process.wait(1.5 + thrown.random() * max(4, 0.9 * first.seconds / KILLS))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    said = folder / "said.txt"
    if process.returncode < 0:
        process = _process(folder, elsewhere)
    assert process.wait(60 + 20 * first.seconds) == 0, said.read_text("utf-8")[-3000:]
    print(f"killed {killed} times; alone it took {first.seconds:.0f} s")
    assert killed
    assert {path.read_bytes() for path in (folder / "results").glob("*.json")} == {one.canonical for one in first.found}
    documents = list((folder / "documents").glob("*.pdf"))
    assert len(documents) >= 10
    assert all(path.read_bytes().startswith(b"%PDF-") for path in documents)
    assert "the chain is whole" in said.read_text("utf-8")
    assert not list(elsewhere.iterdir()), "it works in a folder of its own"


@pytest.mark.postgres
def test_postgresql_gives_the_same_bytes(first, postgres_url, tmp_path, monkeypatch):
    other = play(postgres_url, tmp_path, monkeypatch)
    assert fingerprint(other.found) == fingerprint(first.found)
    assert other.findings == first.findings
