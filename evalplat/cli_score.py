"""Scoring from files alone, without a database: what the commands ``score`` and ``check`` do.

Exit codes: 0 fine, 1 something is wrong with the input, 2 wrong usage, 3 the system could not read or write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import build_system, read_lock, read_tree_file
from evalplat.definitions.numbers import number_text
from evalplat.definitions.problems import Problem, has_errors
from evalplat.scoring.canonical import canonical_bytes, result_hash
from evalplat.scoring.column_tables import read_columns
from evalplat.scoring.datasets import datasets, nodes_table, results_table
from evalplat.scoring.engine import score
from evalplat.scoring.explain import contributions, explain
from evalplat.scoring.few_units import few_units
from evalplat.scoring.model import Result
from evalplat.scoring.robustness import leaving_out, rank_ranges
from evalplat.scoring.tables import read_measurements
from evalplat.scoring.totals import results, totals
from evalplat.terminal import said, tell

FINE, FINDINGS, USAGE, SYSTEM = 0, 1, 2, 3
Checker = Callable[[Path], list[Problem]]


def run_check(paths: Iterable[str | Path], *, strict: bool = False, checker: Checker | None = None, data: Path | None = None) -> int:
    """Check indicator files and print each problem as ``file:line:column  E101 …``; warnings count only if ``strict``.

    ``data``: the table of the units to be scored; what is wrong with it, and what it lacks for the rules (W202), is told as well.
    """
    files = [Path(path) for path in paths]
    if data is not None and not _there(data):
        return USAGE
    if not files:
        print(said("Name at least one file to check."), file=sys.stderr)
        return USAGE
    worst = FINE
    for path in files:
        if not path.is_file():
            print(said("{path}: there is no such file.", path=path), file=sys.stderr)
            worst = max(worst, USAGE)
            continue
        problems = checker(path) if checker else _checked(path, data)
        tell(problems)
        if has_errors(problems) or (strict and problems):
            worst = max(worst, FINDINGS)
        else:
            print(f"{path}: {_counted(problems)}")
    return worst


def run_score(system_path: str | Path, data_path: str | Path, out_dir: str | Path, *, draws: int = 0, seed: int = 1) -> int:
    """Score the units of a CSV table. ``out_dir`` gets result.json (canonical), results.csv, explanations.csv, a table for each stage
    in stages/ (nodes.csv beside results.csv) and, if there are ``draws``, robustness.csv and leaving_out.csv."""
    if not _there(system_path, data_path):
        return USAGE
    root, problems = read_tree_file(Path(system_path))
    system, problems = build_system(root, problems, file=str(system_path))
    if system is None:
        return _refuse(problems)
    measurements, problems = read_measurements(system, Path(data_path))
    if problems:
        return _refuse(problems)
    tell(few_units(system, (unit.category for unit in measurements.units), root))
    result = score(system, measurements)
    refused = _refuse(result.problems)
    if has_errors(list(result.problems)):
        return refused
    try:
        _write(Path(out_dir), system, result)
        if draws:
            _write_robustness(Path(out_dir), system, result, draws=draws, seed=seed)
    except OSError as error:
        print(f"{out_dir}: {error.strerror or error}", file=sys.stderr)
        return SYSTEM
    print(said("{count} units scored; sha256 {sha}", count=len(result.units), sha=result_hash(result)))
    return FINE


def run_totals(system_path: str | Path, data_path: str | Path, out_dir: str | Path) -> int:
    """The same totals for large tables: ``out_dir`` gets results.csv and nodes.csv as ``run_score`` writes them, and nothing else."""
    if not _there(system_path, data_path):
        return USAGE
    root, problems = read_tree_file(Path(system_path))
    system, problems = build_system(root, problems, file=str(system_path))
    if system is None:
        return _refuse(problems)
    columns, problems = read_columns(system, Path(data_path))
    if columns is None:
        return _refuse(problems)
    tell(few_units(system, columns.categories, root))
    found = totals(system, columns)
    refused = _refuse(found.problems)
    if has_errors(list(found.problems)):
        return refused
    units = tuple(results(found))
    try:
        Path(out_dir).mkdir(parents=True, exist_ok=True)
        _save(Path(out_dir) / "results.csv", results_table(Result(system.id, system.version, system.hash, "", units), system))
        if nodes := nodes_table(units):
            _save(Path(out_dir) / "nodes.csv", nodes)
    except OSError as error:
        print(f"{out_dir}: {error.strerror or error}", file=sys.stderr)
        return SYSTEM
    print(said("{count} units scored, {columns} of them in columns; without explanations", count=len(units),
               columns=len(units) - len(found.scored)))
    return FINE


def _checked(path: Path, data: Path | None) -> list[Problem]:
    """Of the file, and then of the table with it."""
    root, problems = read_tree_file(path)
    system, problems = build_system(root, problems, file=str(path), published=read_lock(path.with_name("published.lock")))
    if data is None or system is None:
        return problems
    measurements, faults = read_measurements(system, data)
    return [*problems, *few_units(system, (unit.category for unit in measurements.units), root), *faults]


def _there(*paths: str | Path) -> bool:
    lacking = [path for path in paths if not Path(path).is_file()]
    if lacking:
        print(said("{path}: there is no such file.", path=lacking[0]), file=sys.stderr)
    return not lacking


def _refuse(problems: Iterable[Problem]) -> int:
    tell(problems)
    return FINDINGS


def _counted(problems: list[Problem]) -> str:
    return said("fine, {count} warnings", count=len(problems)) if problems else said("fine")


def _write(out: Path, system: IndicatorSystem, result: Result) -> None:
    (out / "stages").mkdir(parents=True, exist_ok=True)
    (out / "result.json").write_bytes(canonical_bytes(result) + b"\n")
    _save(out / "results.csv", results_table(result, system))
    _save(out / "explanations.csv", _explanations(system, result))
    for name, rows in datasets(result, system).items():
        if rows:
            _save(out / "nodes.csv" if name == "nodes" else out / "stages" / f"{name}.csv", rows)


def _write_robustness(out: Path, system: IndicatorSystem, result: Result, *, draws: int, seed: int) -> None:
    """For each category: how far each rank and grade hangs on the weights, and on each indicator."""
    found, left, places = [], [], system.score.decimals
    for category in dict.fromkeys(unit.category for unit in result.units):
        for one in rank_ranges(result, system, category=category, draws=draws, seed=seed).values():
            message, given = one.words()
            row: dict[str, object] = {"unit": one.unit, "category": category, "rank": one.rank, "best": one.best, "worst": one.worst}
            row |= {"low": f"{one.low:.{places}f}", "high": f"{one.high:.{places}f}", "same_grade": f"{one.same_grade:.4f}"}
            found.append(row | {"draws": draws, "seed": seed, "words": message.format(**given)})
        left += [{"category": category, "left_out": one.leaf, "mean_shift": f"{one.mean_shift:.2f}", "most_moved": one.unit,
                  "shift": one.shift} for one in leaving_out(result, system, category=category)]
    if found:
        _save(out / "robustness.csv", found)
        _save(out / "leaving_out.csv", left)
    else:
        print(said("No category has ranks, so there is nothing whose robustness could be told."))


def _save(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    pd.DataFrame(rows, dtype=object).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _explanations(system: IndicatorSystem, result: Result) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for unit in result.units:
        added = contributions(system, unit)
        for leaf in unit.leaves:
            adds = added.get(leaf.code)
            told = explain(result, unit.unit, leaf.code, system=system)
            rows.append({
                "unit": unit.unit, "leaf": leaf.code, "title": told.title, "state": leaf.state,
                "points": "" if leaf.points is None else leaf.points, "of": leaf.effective_max,
                "weight": number_text(adds.weight * 100, most=6) if adds else "",
                "contribution": number_text(adds.points, least=system.score.decimals, most=6) if adds else "", "raw": leaf.raw,
                "arithmetic": leaf.line, "reason": leaf.reason, "missing": " ".join(leaf.missing_names),
                "refs": "; ".join(leaf.refs), "rule": f"{Path(system.file).name}:{leaf.rule_line}",
            })  # fmt: skip
    return rows
