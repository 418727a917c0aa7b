"""``score --totals``: the same tables as ``score``, without explanations, from the file straight into columns."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from evalplat.cli import app
from evalplat.cli_score import run_score, run_totals

ROOT = Path(__file__).parents[2]
SMALL, LARGE = ROOT / "indicators" / "example-gov-perf.yaml", ROOT / "indicators" / "tengzhou-2026.yaml"
DATA = ROOT / "tests" / "scoring" / "data" / "units.csv"
SYSTEM = """format: 1
system: s
version: "1"
title: t
score: {method: weights, max: 4, decimals: 2, round_at: leaf}
relative: true
missing: {default: not_scored, min_coverage: 40%}
categories: {K: k, L: l}
facts: {has: h}
fields: {f0: {title: f}, f1: {title: f, type: integer}, kind: {title: f, type: choice, options: [a, b]}}
raters:
  panel: {title: p, count: 5, minimum: 2, combine: mean, alert_spread: 50%, above_spread: alert}
  two: {title: p, count: 2, minimum: 2, alert_spread: 20%, above_spread: lead}
surveys: {people: {title: g, minimum: 30}}
rules:
  four:
    type: levels
    raters: panel
    levels: &all [{level: A, points: 4, text: a}, {level: B, points: 2.5, text: b}, {level: C, points: 0, text: c}]
  pair: {type: levels, raters: two, levels: *all}
indicators:
  - {id: X, title: x, weight: 6}
  - {id: X1, title: x, weight: 3, rule: four, missing: zero}
  - {id: X2, title: x, weight: 3, rule: pair, missing: reweight}
  - {id: Y, title: y, weight: 5, combine: min}
  - {id: Y1, title: y, weight: 2, rule: {type: linear, value: f0 / f1, points: [{at: 0, points: 0}, {at: 1, points: 4}]}}
  - {id: Y2, title: y, weight: 2, applies_if: has, rule: {type: survey, survey: people, scale: [0, 100]}}
  - id: Y3
    title: y
    weight: 1
    rule: {type: levels, value: kind, levels: [{level: a, points: 4, text: a}, {level: b, points: 1, text: b}]}
adjust:
  order: [bonus, deduct, clamp, veto]
  items: [{id: P, kind: bonus, title: b, points: 0.13, per: x}]
vetoes: [{id: V, title: v, grade_at_most: B}]
grades: [{from: 2.5, grade: A, title: a}, {else: B, title: b}]
"""
HEAD = "unit,category,has,f0,f1,kind,X1@level,X2@one,X2@two,X2@lead,X2@lead:note,survey:people,survey:people:n,na:Y,adjust:P,veto:V,last:X1"


def _table(path: Path, units: int, *, seed: int = 1) -> Path:
    dice = Random(seed)  # noqa: S311 - made-up units

    def seldom(text: str) -> str:
        return text if dice.random() < 0.05 else ""

    rows = [",".join([
        f" u{unit} ", dice.choice("KL"), dice.choice(["yes", "yes", "否", ""]), dice.choice(["1", "2.5", "", "80%"]),
        dice.choice(["3", "7", "0"]), dice.choice(["a", "b", ""]), dice.choice(["A B A", "A/A/B", "C A A B B", "B", ""]),
        dice.choice("ABC"), dice.choice(["A", "B", ""]), seldom("B"), seldom("seen"), dice.choice(["71.5", "100", ""]),
        dice.choice(["30", "29", ""]), seldom("none"), seldom("2"), seldom("yes"), seldom("3/4"),
    ]) for unit in dice.sample(range(units), units)]  # fmt: skip
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def _both(system: Path, data: Path, out: Path) -> None:
    assert run_score(system, data, out / "all") == run_totals(system, data, out / "totals") == 0
    for name in ("results.csv", "nodes.csv"):
        assert (out / "all" / name).read_bytes() == (out / "totals" / name).read_bytes()
    assert sorted(path.name for path in (out / "totals").iterdir()) == ["nodes.csv", "results.csv"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_large_table_gives_the_same_tables(tmp_path, seed, capsys):
    (tmp_path / "s.yaml").write_text(SYSTEM, encoding="utf-8")
    _both(tmp_path / "s.yaml", _table(tmp_path / "units.csv", 120, seed=seed), tmp_path)
    alone = 120 - int(capsys.readouterr().out.split("units scored, ")[1].split()[0])
    assert 0 < alone < 40


def test_the_systems_of_the_house_too(tmp_path):
    _both(SMALL, DATA, tmp_path / "small")
    (tmp_path / "year.csv").write_text("unit,category,na:E\nU1,party,没有所属单位\nU0,party,\n", encoding="utf-8-sig")
    _both(LARGE, tmp_path / "year.csv", tmp_path / "large")
    head = "unit,kind,approved,actual,pending_in,reserved_leader,reserved_other\n"
    (tmp_path / "year.T2.csv").write_text(f"{head}U1,admin_general,40,38,0,0,0\nU1,institution,30,21,0,0,0\n", encoding="utf-8")
    _both(LARGE, tmp_path / "year.csv", tmp_path / "rows")


@pytest.mark.parametrize(("before", "after"), [
    ("60,57", "60,viel"), ("B A B C B", "B A Q"), ("D02", "D01"), ("planned", "planed"), ("veto:V1", "veto:V9"), ("unit,", "einheit,"),
    ("4.2,50", "4.2,50,9"), ("4.2,50", "6.1,50"), ("D01,A", "D01,C"), ("4.2,50", "4.2,many"), ("B A B C B", "B A B C B A"),
])  # fmt: skip
def test_what_is_wrong_is_refused_with_the_same_words(tmp_path, capsys, before, after):
    data = tmp_path / "units.csv"
    data.write_text(DATA.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    said = []
    for run in (run_score, run_totals):
        assert run(SMALL, data, tmp_path / "out") == 1
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert not (tmp_path / "out").exists()


def test_the_command(tmp_path):
    given = ["score", "--system", str(SMALL), "--data", str(DATA), "--out", str(tmp_path / "out"), "--totals"]
    assert CliRunner().invoke(app, given).exit_code == 0
    assert (tmp_path / "out" / "results.csv").is_file()
    assert CliRunner().invoke(app, [*given, "--robustness", "5"]).exit_code == 2
    assert run_totals(SMALL, tmp_path / "nowhere.csv", tmp_path) == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run_totals(SMALL, DATA, tmp_path / "file") == 3
