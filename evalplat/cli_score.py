"""Scoring from files alone, without a database: what the commands ``score`` and ``check`` do.

Exit codes: 0 fine, 1 something is wrong with the input, 2 wrong usage, 3 the system could not read or write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import load_system, read_lock
from evalplat.definitions.problems import Problem, has_errors
from evalplat.scoring.canonical import canonical_bytes, result_hash
from evalplat.scoring.engine import score
from evalplat.scoring.explain import explain
from evalplat.scoring.model import Result
from evalplat.scoring.ranking import rank
from evalplat.scoring.tables import read_measurements

FINE, FINDINGS, USAGE, SYSTEM = 0, 1, 2, 3
Checker = Callable[[Path], list[Problem]]


def run_check(paths: Iterable[str | Path], *, strict: bool = False, checker: Checker | None = None) -> int:
    """Check indicator files and print each problem as ``file:line:column  E101 …``; warnings count only if ``strict``."""
    files = [Path(path) for path in paths]
    if not files:
        print("Name at least one file to check.", file=sys.stderr)
        return USAGE
    worst = FINE
    for path in files:
        if not path.is_file():
            print(f"{path}: there is no such file.", file=sys.stderr)
            worst = max(worst, USAGE)
            continue
        problems = checker(path) if checker else load_system(path, published=read_lock(path.with_name("published.lock")))[1]
        for problem in problems:
            print(problem.line())
        if has_errors(problems) or (strict and problems):
            worst = max(worst, FINDINGS)
        else:
            print(f"{path}: {_counted(problems)}")
    return worst


def run_score(system_path: str | Path, data_path: str | Path, out_dir: str | Path) -> int:
    """Score the units of a CSV table; writes result.json (canonical), scores.csv and explanations.csv to ``out_dir``."""
    for path in (Path(system_path), Path(data_path)):
        if not path.is_file():
            print(f"{path}: there is no such file.", file=sys.stderr)
            return USAGE
    system, problems = load_system(system_path)
    if system is None:
        return _refuse(problems)
    measurements, problems = read_measurements(system, Path(data_path))
    if problems:
        return _refuse(problems)
    result = score(system, measurements)
    if result.problems:
        return _refuse(result.problems)
    try:
        _write(Path(out_dir), system, result)
    except OSError as error:
        print(f"{out_dir}: {error.strerror or error}", file=sys.stderr)
        return SYSTEM
    print(f"{len(result.units)} units scored; sha256 {result_hash(result)}")
    return FINE


def _refuse(problems: Iterable[Problem]) -> int:
    for problem in problems:
        print(problem.line())
    return FINDINGS


def _counted(problems: list[Problem]) -> str:
    return f"fine, {len(problems)} warnings" if problems else "fine"


def _write(out: Path, system: IndicatorSystem, result: Result) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "result.json").write_bytes(canonical_bytes(result) + b"\n")
    _scores(system, result).to_csv(out / "scores.csv", index=False, lineterminator="\n", encoding="utf-8")
    _explanations(system, result).to_csv(out / "explanations.csv", index=False, lineterminator="\n", encoding="utf-8")


def _scores(system: IndicatorSystem, result: Result) -> pd.DataFrame:
    ranks = rank(result, system)
    rows = []
    for unit in result.units:
        place = ranks[unit.unit]
        row: dict[str, object] = {"unit": unit.unit, "category": unit.category, "profile": unit.profile, "total": unit.total,
                                  "base": unit.base, "adjustments": unit.adjustment_total, "grade": unit.grade}  # fmt: skip
        row |= {"rank": place.rank or "", "rank_of": place.of or "", "no_rank": place.reason, "coverage": unit.coverage}
        row |= {f"score_{name}": value for name, value in unit.dimensions.items()}
        row |= {"marks": " ".join(unit.marks)}
        row |= {leaf.code: leaf.reason if leaf.points is None else leaf.points for leaf in unit.leaves}
        rows.append({name: "" if value is None else value for name, value in row.items()})
    return pd.DataFrame(rows, dtype=object)


def _explanations(system: IndicatorSystem, result: Result) -> pd.DataFrame:
    rows = []
    for unit in result.units:
        for leaf in unit.leaves:
            told = explain(result, unit.unit, leaf.code, system=system)
            rows.append({
                "unit": unit.unit, "leaf": leaf.code, "title": told.title, "state": leaf.state,
                "points": "" if leaf.points is None else leaf.points, "of": leaf.effective_max, "raw": leaf.raw,
                "arithmetic": leaf.line, "reason": leaf.reason, "missing": " ".join(leaf.missing_names),
                "refs": "; ".join(leaf.refs), "rule": f"{Path(system.file).name}:{leaf.rule_line}",
            })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)
