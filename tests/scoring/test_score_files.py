from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from evalplat.cli_score import run_check, run_score, run_totals
from evalplat.scoring.datasets import STAGES

ROOT = Path(__file__).parents[2]
SMALL, LARGE = ROOT / "indicators" / "example-gov-perf.yaml", ROOT / "indicators" / "tengzhou-2026.yaml"
DATA = Path(__file__).parent / "data" / "units.csv"


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row for row in csv.DictReader(file)}


def test_a_table_of_units_is_scored_to_files(tmp_path, capsys):
    assert run_score(SMALL, DATA, tmp_path / "out") == 0
    data = (tmp_path / "out" / "result.json").read_bytes().removesuffix(b"\n")
    assert hashlib.sha256(data).hexdigest() in capsys.readouterr().out
    assert json.loads(data)["units"][0]["total"] == "84.50"
    scores = rows_of(tmp_path / "out" / "results.csv")
    assert {unit: (row["score"], row["grade"], row["rank"]) for unit, row in scores.items()} == {
        "D01": ("84.50", "good", "2"), "D02": ("96.87", "excellent", "1"), "D03": ("66.95", "fair", "1"), "D04": ("69.75", "fair", ""),
    }  # fmt: skip
    assert scores["D04"]["no_rank"] == "vetoed"
    assert "57 ÷ 60 × 100 = 95.00" in (tmp_path / "out" / "explanations.csv").read_text(encoding="utf-8")


def test_the_same_files_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        run_score(SMALL, DATA, tmp_path / name)
    for name in ("result.json", "results.csv", "explanations.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_each_stage_is_a_table_of_its_own(tmp_path):
    run_score(SMALL, DATA, tmp_path)
    stages = {path.stem: rows_of(path) for path in (tmp_path / "stages").glob("*.csv")}
    assert set(stages) | {"nodes", "prepared"} == set(STAGES)
    one = {name: table["D01"] for name, table in stages.items()}
    assert (one["raw"]["1.1"], one["normalised"]["1.1"], one["points"]["1.1"]) == ("95", "90.0000", "90.00")
    assert one["adjusted"]["arithmetic"].endswith("86.00 − 1.50 = 84.50")
    assert (one["graded"]["score"], one["ranked"]["rank"]) == ("84.50", "2")
    with (tmp_path / "nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = {(row["unit"], row["node"]): row["points"] for row in csv.DictReader(file)}
    assert nodes["D01", "1"] == "88.00"


def test_the_robustness_has_words_and_a_seed(tmp_path):
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        run_score(SMALL, DATA, tmp_path / name, draws=200, seed=seed)
    read = [(tmp_path / name / "robustness.csv").read_bytes() for name in ("one", "two", "three")]
    assert read[0] == read[1] != read[2]
    one = rows_of(tmp_path / "one" / "robustness.csv")["D01"]
    assert one["words"].startswith("rank 2 in at least 90 % of 200 draws")
    assert "1.1" in (tmp_path / "one" / "leaving_out.csv").read_text(encoding="utf-8")


def test_an_empty_cell_is_missing_and_not_zero(tmp_path):
    data = tmp_path / "units.csv"
    data.write_text(DATA.read_text(encoding="utf-8").replace("100.0,104.2", "100.0,"), encoding="utf-8")
    assert run_score(SMALL, data, tmp_path) == 0
    scores = rows_of(tmp_path / "results.csv")
    assert (scores["D01"]["score"], scores["D01"]["coverage"]) == ("", "80.00")
    assert rows_of(tmp_path / "stages" / "points.csv")["D01"]["1.2"] == "no_value"
    assert {scores[unit]["no_rank"] for unit in ("D01", "D02")} == {"category_incomplete"}
    assert scores["D03"]["rank"] == "1"


@pytest.mark.parametrize(("before", "after", "told"), [
    ("60,57", "60,viel", 'units.csv:row 2!done  D305 "viel"'),
    ("B A B C B", "B A Q", "units.csv:row 2!2.1@level  D305"),
    ("D02", "D01", 'units.csv:row 3!unit  D303 The unit "D01" stands twice.'),
    ("planned", "planed", 'units.csv:row 1!planed  D304 The column "planed" is not in the indicator file. Did you mean "planned"?'),
    ("veto:V1", "veto:V9", "D305"),
    ("unit,", "einheit,", "D302"),
    ("60,57", "60.5,57", 'units.csv:row 2!planned  D305 "60.5" is not a whole number. Write digits only, e.g. 12.'),
    ("4.2,50", "4.2,50,9", "units.csv:2:1  D307 The row has 17 cells, the header has 16."),
    ("4.2,50", "6.1,50", "M102"),
    ("D01,A", "D01,C", "M101"),
])  # fmt: skip
def test_bad_rows_are_refused_with_file_row_and_column(tmp_path, capsys, before, after, told):
    data = tmp_path / "units.csv"
    data.write_text(DATA.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    assert run_score(SMALL, data, tmp_path / "out") == 1
    assert told in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_rows_of_tables_come_from_files_beside(tmp_path, capsys):
    (tmp_path / "year.csv").write_text("unit,category,na:E\nU1,party,没有所属单位\n", encoding="utf-8-sig")
    (tmp_path / "year.T2.csv").write_text(
        "unit,kind,approved,actual,pending_in,reserved_leader,reserved_other\nU1,admin_general,40,38,0,0,0\nU1,institution,30,21,0,0,0\n",
        encoding="utf-8",
    )
    assert run_score(LARGE, tmp_path / "year.csv", tmp_path) == 0
    assert rows_of(tmp_path / "stages" / "points.csv")["U1"]["C101"] == "3.14"
    with (tmp_path / "year.T2.csv").open("a", encoding="utf-8") as file:
        file.write("U9,support,1,1,0,0,0\nU1,support,x,1,0,0,0\n")
    assert run_score(LARGE, tmp_path / "year.csv", tmp_path) == 1
    told = capsys.readouterr().out
    assert "year.T2.csv:row 4!unit  D306" in told
    assert "year.T2.csv:row 5!approved  D305" in told


def test_check_prints_problems_and_answers_by_exit_code(tmp_path, capsys):
    assert run_check([SMALL, LARGE]) == 0
    broken = Path(__file__).parents[1] / "definitions" / "broken" / "indicators" / "unknown_rule.yaml"
    assert run_check([SMALL, broken]) == 1
    assert "unknown_rule.yaml:51:91  E103 " in capsys.readouterr().out
    assert run_check([]) == 2
    assert run_check([tmp_path / "nowhere.yaml"]) == 2
    assert run_score(SMALL, tmp_path / "nowhere.csv", tmp_path) == 2
    assert run_score(broken, DATA, tmp_path) == 1


def test_warnings_count_only_when_strict(tmp_path):
    path = tmp_path / "heavy.yaml"
    assert run_check([LARGE], strict=True) == 0
    shutil.copy(Path(__file__).parent / "data" / "heavy.yaml", path)
    assert run_check([path]) == 0
    assert run_check([path], strict=True) == 1


def test_a_published_version_is_locked(tmp_path, capsys):
    path = tmp_path / "small.yaml"
    shutil.copy(SMALL, path)
    (tmp_path / "published.lock").write_text(f"# published\nexample-gov-perf 2026.1 {'0' * 64}\n", encoding="utf-8")
    assert run_check([path]) == 1
    assert "small.yaml:4:10  E118" in capsys.readouterr().out


def test_an_unwritable_place_is_trouble_of_the_system(tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert run_score(SMALL, DATA, tmp_path / "out") == 3


PERCENT = """format: 1
system: share
version: "1"
title: 一项比例
score: {method: weights, max: 100}
fields: {share: {type: percent, title: 办结率, filled_by: unit}}
indicators:
  - {id: 1, title: 办结率, weight: 100, rule: {type: linear, value: share, points: [{at: 50%, points: 0}, {at: 100%, points: 100}]}}
"""


@pytest.mark.parametrize("read", [run_score, run_totals])
def test_a_percentage_without_its_sign_is_not_taken_for_a_hundred_times_as_much(tmp_path, capsys, read):
    system, data = tmp_path / "share.yaml", tmp_path / "units.csv"
    system.write_text(PERCENT, encoding="utf-8")
    for text in ("75%", "0.75"):
        data.write_text(f"unit,share\nU1,{text}\nU2,1.5\nU3,1000%\n", encoding="utf-8")
        assert read(system, data, tmp_path / "out") == 0
        scores = rows_of(tmp_path / "out" / "results.csv")
        assert [scores[unit]["score"] for unit in ("U1", "U2", "U3")] == ["50.00", "100.00", "100.00"]
    data.write_text("unit,share\nU1,78\n", encoding="utf-8")
    assert read(system, data, tmp_path / "out") == 1
    told = 'units.csv:row 2!share  D308 "78" without a percent sign is read as 7800 %. Write 78% or 0.78.'
    assert told in capsys.readouterr().out


BLOCKS = """format: 1
system: blocks
version: "1"
title: 缺了就不算
score: {method: weights, max: 100}
missing: {default: reweight, min_coverage: 10%}
fields: {a: {type: number, title: 甲}, b: {type: number, title: 乙}, c: {type: number, title: 丙}}
rules:
  a: {type: linear, value: a, points: [{at: 0, points: 0}, {at: 1, points: 100}]}
  b: {type: linear, value: b, points: [{at: 0, points: 0}, {at: 1, points: 100}]}
  c: {type: linear, value: c, points: [{at: 0, points: 0}, {at: 1, points: 100}]}
indicators:
  - {id: 1, title: 一, weight: 60}
  - {id: 1.1, title: 甲, weight: 40, rule: a}
  - {id: 1.2, title: 乙, weight: 20, rule: b}
  - {id: 2, title: 丙, weight: 40, rule: c}
"""


def test_what_each_indicator_adds_is_told_so_that_the_total_can_be_added_up(tmp_path):
    system, data = tmp_path / "blocks.yaml", tmp_path / "units.csv"
    system.write_text(BLOCKS, encoding="utf-8")
    data.write_text("unit,a,b,c\nU1,0.5,1,0.75\nU2,0.5,,0.75\n", encoding="utf-8")
    assert run_score(system, data, tmp_path) == 0
    with (tmp_path / "explanations.csv").open(encoding="utf-8", newline="") as file:
        told = [(row["unit"], row["leaf"], row["weight"], row["contribution"]) for row in csv.DictReader(file)]
    assert told == [("U1", "1.1", "40", "20.00"), ("U1", "1.2", "20", "20.00"), ("U1", "2", "40", "30.00"),
                    ("U2", "1.1", "60", "30.00"), ("U2", "1.2", "", ""), ("U2", "2", "40", "30.00")]
    assert [row["base"] for row in rows_of(tmp_path / "results.csv").values()] == ["70.00", "60.00"]
    for changed in ("combine: geometric, floor: 1", "combine: sum", "combine: arithmetic, floor: 1", "combine: min"):
        system.write_text(BLOCKS.replace("title: 一,", f"title: 一, {changed},"), encoding="utf-8")
        assert run_score(system, data, tmp_path) == 0
        assert {row["contribution"] for row in rows_of(tmp_path / "explanations.csv").values()} == {""}
