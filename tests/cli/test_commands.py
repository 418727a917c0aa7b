"""The command line as an operator meets it: real processes, their words and their exit codes; what they do, in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(data_dir: Path):
    """``run("users", "add", …)`` → the finished process."""
    def start(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "evalplat", *words], cwd=ROOT, capture_output=True, text=True, check=False,
                              env={**os.environ, "EVALPLAT_DATA_DIR": str(data_dir), "COLUMNS": "200", "LC_ALL": "C.UTF-8", **env})
    return start


def test_checking_files(run, tmp_path: Path) -> None:
    assert run("indicators", "check", *map(str, (ROOT / "indicators").glob("*.yaml"))).returncode == 0
    assert run("surveys", "check", *map(str, (ROOT / "surveys").glob("*.yaml"))).returncode == 0
    broken = tmp_path / "broken.yaml"
    sound = (ROOT / "indicators" / "tengzhou-2026.yaml").read_text(encoding="utf-8")
    broken.write_text(sound.replace("format: 1", "format：1"), encoding="utf-8")
    found = run("indicators", "check", str(broken))
    assert found.returncode == 1
    assert f"{broken}:4:" in found.stdout
    assert run("indicators", "check", "nowhere.yaml").returncode == 2


def test_scoring_without_a_database(run, tmp_path: Path) -> None:
    data = tmp_path / "units.csv"
    data.write_text((ROOT / "tests/scoring/data/units.csv").read_text(encoding="utf-8"), encoding="utf-8")
    done = run("score", "--system", str(ROOT / "indicators/example-gov-perf.yaml"), "--data", str(data), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    totals = {unit["unit"]: unit["total"] for unit in result["units"]}
    assert totals["D01"] == "84.50"


def test_what_is_wrong_is_told_in_the_language_of_the_terminal(here, tmp_path: Path) -> None:
    sound = (ROOT / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
    broken, data, survey = tmp_path / "broken.yaml", tmp_path / "units.csv", tmp_path / "survey.yaml"
    broken.write_text(sound.replace("value: done / planned", "value: dnoe / planned"), encoding="utf-8")
    data.write_text("unit,category,veto:V1\nD01,A,有\nD02,C,\n", encoding="utf-8")
    survey.write_text("name: x\n", encoding="utf-8")
    score = ("score", "--system", str(ROOT / "indicators/example-gov-perf.yaml"), "--out", str(tmp_path / "out"), "--data", str(data))
    zh = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}
    told = here("indicators", "check", str(broken), **zh).stdout
    assert told == f"{broken}:32:12  E105 数据项“dnoe”不存在。是否应为“done”？请在数据项中补充，或改正计算式。\n"
    assert here(*score, **zh).stdout == f"{data}：第2行，veto:V1 列  D305 “有”既不是“是”也不是“否”。请填 yes（是）或 no（否）。\n"
    assert here(*score).stdout == f'{data}:row 2!veto:V1  D305 "有" is neither yes nor no. Write yes or no.\n'
    data.write_text("unit,category\nD01,A\nD02,C\n", encoding="utf-8")
    assert "  M101 D02：指标体系中没有分组“C”。" in here(*score, **zh).stdout
    assert '  M101 D02: the category "C" is not in the file.' in here(*score).stdout
    assert "不认识" in here("surveys", "check", str(survey), **zh).stdout
    assert here("indicators", "check", str(ROOT / "indicators/none.yaml"), **{**zh, "LC_ALL": "en_GB.UTF-8"}).stdout.endswith(": fine\n")


def test_wrong_usage_is_two(run) -> None:
    assert run("nonsense").returncode == 2
    assert run("score", "--system", "x").returncode == 2


def test_an_old_schema_says_what_to_run(run) -> None:
    done = run("audit", "verify")
    assert done.returncode == 3
    assert "evalplat migrate" in done.stdout


def test_setting_up_by_commands(here) -> None:
    assert here("migrate").returncode == 0
    assert here("users", "add", "zhou", "--name", "周", "--role", "director").returncode == 2
    assert "no office" in here("users", "add", "zhou", "--name", "周", "--role", "director").stdout
    assert here("audit", "verify").returncode == 0
    assert here("users", "reset-password", "nobody").returncode == 2
