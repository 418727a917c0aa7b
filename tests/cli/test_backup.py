"""Backups by hand, as an operator makes them: a real folder, exit codes; a process of its own where the exit code comes from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evalplat.kernel.db import make_engine
from evalplat.operate import backup
from tests.cli.conftest import Run
from tests.world import World

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(here: Run, world: World) -> Run:
    """``run("backup", "make")`` on the world's database."""
    def start(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return here(*words, **{"EVALPLAT_DATABASE_URL": str(world.engine.url), **env})
    return start


@pytest.fixture
def process(world: World, data_dir: Path) -> Run:
    """The same as a process."""
    def start(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        ours = {"EVALPLAT_DATA_DIR": str(data_dir), "EVALPLAT_DATABASE_URL": str(world.engine.url), "COLUMNS": "200"}
        return subprocess.run([sys.executable, "-m", "evalplat", *words], cwd=ROOT, capture_output=True, text=True, check=False,
                              env={**os.environ, **ours, **env})
    return start


def test_make_prove_restore(run: Run, data_dir: Path, tmp_path: Path) -> None:
    made = run("backup", "make")
    assert made.returncode == 0, made.stderr
    newest = backup.latest(data_dir / "backups")
    assert newest is not None
    assert str(newest) in made.stdout

    proved = run("backup", "drill", str(newest))
    assert proved.returncode == 0, proved.stdout
    assert "is whole" in proved.stdout
    doctor = run("doctor").stdout  # what it asked for is done
    assert "FINDING  Last drill" not in doctor
    assert "FINDING  Last backup" not in doctor
    lines = json.loads(run("backup", "drill", str(newest), "--json").stdout)
    assert lines["fine"] is True
    assert {line["what"] for line in lines["lines"]} >= {"rows", "audit events", "results", "documents", "files"}

    target = tmp_path / "new"
    back = run("backup", "restore", str(newest), "--into", str(target), EVALPLAT_DATABASE_URL="")
    assert back.returncode == 0, back.stdout
    again = make_engine(f"sqlite:///{target / 'evalplat.sqlite3'}")
    with again.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from audit_event where event = 'backup.restored'").scalar() == 1
    again.dispose()
    over = run("backup", "restore", str(newest), "--into", str(target), EVALPLAT_DATABASE_URL="")
    assert over.returncode == 1
    assert "not empty" in over.stdout


def test_half_a_backup_is_refused_with_a_sentence(run: Run, data_dir: Path, tmp_path: Path) -> None:
    assert run("backup", "make", "--to", str(tmp_path / "there"), "--keep", "1").returncode == 0
    newest = backup.latest(tmp_path / "there")
    assert newest is not None
    half = tmp_path / newest.name
    half.write_bytes(newest.read_bytes()[:-1000])
    for words in (("drill", str(half)), ("restore", str(half), "--into", str(tmp_path / "new"))):
        done = run("backup", *words, EVALPLAT_DATABASE_URL="")
        assert done.returncode == 1
        assert "cut short or changed" in done.stdout.replace("\n", " ")
        assert "Traceback" not in done.stderr
    assert run("backup", "drill", str(tmp_path / "nowhere.tar")).returncode == 1


def test_a_place_that_cannot_be_written_is_system_trouble(process: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert process("backup", "make", "--to", str(tmp_path / "file")).returncode == 3


def test_the_doctor_finds_and_says_what_to_do(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 1
    assert "FINDING" in done.stdout
    assert "Run: evalplat backup drill FILE" in done.stdout
    assert "SQLite says: ok" in done.stdout
