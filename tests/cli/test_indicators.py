"""``indicators to-excel | from-excel | check | diff | weights``, as an operator meets them: words and exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evalplat.cli import app
from evalplat.definitions.loader import load_system

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "indicators" / "example-gov-perf.yaml"


@pytest.fixture
def run():
    """``run("check", file)`` → the finished command of the group ``indicators``."""
    return lambda *words: CliRunner().invoke(app, ["indicators", *map(str, words)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "system.yaml"))


def test_there_and_back(run, file, tmp_path):
    there = run("to-excel", file)
    assert there.exit_code == 0, there.output
    book = file.with_suffix(".xlsx")
    assert run("check", book).exit_code == 0
    back = tmp_path / "back.yaml"
    assert run("from-excel", book, back).exit_code == 0
    assert load_system(back)[0].hash == load_system(file)[0].hash == load_system(book)[0].hash
    assert run("diff", file, back).exit_code == 0
    assert "No difference: the same content." in run("diff", file, book).output


def test_nothing_is_replaced_unasked(run, file):
    assert run("to-excel", file).exit_code == 0
    refused = run("to-excel", file)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert run("to-excel", file, "--force").exit_code == 0


def test_wrong_usage_is_two(run, file, tmp_path):
    assert run("to-excel", tmp_path / "nowhere.yaml").exit_code == 2
    assert run("from-excel", file).exit_code == 2
    before = file.read_bytes()
    assert run("to-excel", file, file, "--force").exit_code == 2
    assert run("to-excel", file, tmp_path / "made.yaml").exit_code == 2
    assert file.read_bytes() == before
    assert run("diff", file, tmp_path / "nowhere.yaml").exit_code == 2
    assert run("weights", tmp_path / "nowhere.yaml").exit_code == 2


def test_no_room_is_three(run, file, tmp_path):
    assert run("to-excel", file, tmp_path / "no" / "folder.xlsx").exit_code == 3


def test_faults_are_told_at_their_cells_and_nothing_is_written(run, tmp_path):
    broken = ROOT / "tests/definitions/broken/indicators/veto_grade.yaml"
    book = tmp_path / "broken.xlsx"
    assert run("to-excel", broken, book).exit_code == 0
    for command in ("check", "from-excel"):
        done = run(command, book)
        assert done.exit_code == 1
        assert f"{book}:一票否决!D2  E114 " in done.output
    assert not book.with_suffix(".yaml").exists()


def test_differences_are_findings(run, file, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(file.read_text(encoding="utf-8").replace("cap: 3", "cap: 4"), encoding="utf-8")
    done = run("diff", file, other)
    assert done.exit_code == 1
    assert done.output.strip() == "Adjustment B1 “省级以上表彰”, the cap: now 4, before 3."


def test_effective_weights_are_a_table(run, file):
    done = run("weights", file)
    assert done.exit_code == 0
    [row] = [line for line in done.output.splitlines() if "1.10" in line]
    assert "20.00" in row
    assert "–" in row
