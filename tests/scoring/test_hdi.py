"""UNDP, Human Development Report 2023/24, values of 2022: the published index from its raw figures, by the file alone."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from evalplat.cli_score import run_score
from evalplat.definitions.loader import load_system
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, UnitMeasurements
from evalplat.scoring.ranking import rank

PUBLISHED = """\
Switzerland 84.255 16.583731 13.904066 69432.78669 0.988538 0.924128 0.988349 0.966523 0.967 very_high
Norway 83.393 18.638460 13.062343 69189.76165 0.975277 0.935411 0.987820 0.965909 0.966 very_high
Iceland 82.815 19.106730 13.767170 54688.37921 0.966385 0.958906 0.952291 0.959176 0.959 very_high
Singapore 84.133 16.902731 11.924880 88761.14559 0.986662 0.867016 1 0.949289 0.949 very_high
China 78.587 15.217936 8.106910 18024.88747 0.901338 0.692951 0.784635 0.788411 0.788 high
India 67.744 12.583710 6.570700 6950.526798 0.734523 0.568571 0.640688 0.644385 0.644 medium
Qatar 81.559 13.264270 10.131722 95944.37754 0.947062 0.706176 1 0.874508 0.875 very_high
Somalia 56.107 7.647232 1.900300 1072.201461 0.555492 0.275766 0.358349 0.380051 0.380 low"""
ROWS = [line.split() for line in PUBLISHED.splitlines()]
FILE = Path(__file__).parents[2] / "indicators" / "examples" / "hdi.yaml"
SYSTEM, PROBLEMS = load_system(FILE)
NAMES = ("LE", "EYS", "MYS", "GNI")
UNITS = [UnitMeasurements(row[0], fields=dict(zip(NAMES, row[1:5], strict=True))) for row in ROWS]
RESULT = score(SYSTEM, Measurements(UNITS))


def test_the_file_is_fine():
    assert PROBLEMS == []


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_index_is_the_published_one(row):
    unit = RESULT.unit(row[0])
    for code, value in zip(("health", "education", "income"), row[5:8], strict=True):
        part = unit.node(code) if code == "education" else unit.leaf(code)
        assert float(part.points) == pytest.approx(float(value), abs=1e-6)
    assert float(unit.total_exact) == pytest.approx(float(row[8]), abs=1e-6)
    assert (unit.total, unit.grade) == (Decimal(row[9]), row[10])


def test_the_command_scores_a_table_of_the_four_figures(tmp_path):
    data = tmp_path / "hdi.csv"
    data.write_text("unit,LE,EYS,MYS,GNI\n" + "".join(",".join(row[:5]) + "\n" for row in ROWS), encoding="utf-8")
    assert run_score(FILE, data, tmp_path / "out") == 0
    frozen = json.loads((tmp_path / "out" / "result.json").read_bytes())
    assert {one["unit"]: (one["total"], one["grade"]) for one in frozen["units"]} == {row[0]: (row[9], row[10]) for row in ROWS}


def test_the_arithmetic_can_be_repeated():
    china = RESULT.unit("China")
    assert china.leaf("income").line == "18024.88747; (ln 18024.88747 − ln 100) ÷ (ln 75000 − ln 100) × 1 = 0.784635"
    assert RESULT.unit("Qatar").leaf("income").line == "95944.37754 → 1"
    assert china.lines == ("0.901338^(1/3) × 0.692951^(1/3) × 0.784635^(1/3) = 0.788",)


def test_ranks_are_those_of_the_rounded_values():
    ranks = rank(RESULT, SYSTEM)
    assert [name for name, _ in sorted(ranks.items(), key=lambda one: one[1].rank)] == [
        "Switzerland", "Norway", "Iceland", "Singapore", "Qatar", "China", "India", "Somalia",
    ]  # fmt: skip
