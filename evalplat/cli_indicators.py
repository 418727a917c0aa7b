"""``indicators to-excel | from-excel | diff | weights``: the indicator file as a workbook and back, compared, and weighed.

Exit codes: 0 fine (``diff``: no difference), 1 something is wrong with the input (``diff``: there are differences), 2 wrong usage,
3 the system could not read or write.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from evalplat.definitions.diff import differences
from evalplat.definitions.effective import effective_weights
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import build_system, canonical_text, load_system, read_tree_file
from evalplat.definitions.numbers import to_decimal
from evalplat.definitions.problems import Problem, has_errors
from evalplat.definitions.yaml_writing import write_yaml
from evalplat.definitions.yamltext import Node
from evalplat.terminal import said, tell

FINE, FINDINGS, USAGE, SYSTEM = 0, 1, 2, 3


def run_to_excel(source: Path, out: Path | None = None, *, force: bool = False) -> int:
    """The workbook of a YAML file, beside it unless ``out`` says where. Faults that a tree can hold may be put right in the workbook."""
    from evalplat.definitions.workbook_writing import write_workbook

    target = out or source.with_suffix(".xlsx")
    root, problems, code = _convertible(source, target, kinds=((".yaml", ".yml"), (".xlsx",)), force=force)
    if root is None or has_errors(problems):
        tell(problems)
        return code
    try:
        data = write_workbook(root)
    except ValueError as error:
        print(f"{source}: {error}", file=sys.stderr)
        return FINDINGS
    return _write(target, data, root)


def run_from_excel(source: Path, out: Path | None = None, *, force: bool = False) -> int:
    """The YAML file of a workbook, beside it unless ``out`` says where; nothing is written while there is any error."""
    target = out or source.with_suffix(".yaml")
    root, problems, code = _convertible(source, target, kinds=((".xlsx",), (".yaml", ".yml")), force=force)
    if root is not None:
        problems = build_system(root, problems, file=str(source))[1]
    tell(problems)
    if root is None or has_errors(problems):
        return code
    return _write(target, write_yaml(root).encode(), root)


def run_diff(before: Path, after: Path) -> int:
    """What changed from one system to another, a line a change; 0 if nothing, 1 if something."""
    systems = [_load(path) for path in (before, after)]
    codes = [one for one in systems if isinstance(one, int)]
    if codes:
        return max(codes)
    first, second = systems
    assert isinstance(first, IndicatorSystem)
    assert isinstance(second, IndicatorSystem)
    changes = differences(first, second)
    for change in changes:
        print(change.text(said))
    if not changes:
        same = first.hash == second.hash
        print(said("No difference: the same content.") if same
              else said("No difference: the same scoring; only the way it is written differs."))
    return FINDINGS if changes else FINE


def run_weights(path: Path) -> int:
    """The share of the score of every block and indicator, a column for each category or profile."""
    system = _load(path)
    if isinstance(system, int):
        return system
    from rich.console import Console
    from rich.table import Table

    shares = effective_weights(system)
    table = Table(title=f"{system.id} {system.version}", caption="Share of the whole score, in per cent.")
    table.add_column("id", no_wrap=True)
    table.add_column("title")
    for column in shares:
        table.add_column(column or "%", justify="right", no_wrap=True)
    for item in system.tree:
        cells = [f"{to_decimal(column[item.code] * 100, 2):f}" if item.code in column else "–" for column in shares.values()]
        table.add_row("  " * item.depth + item.code, str(item.title), *cells)
    Console(highlight=False, width=None if sys.stdout.isatty() else 120).print(table)
    return FINE


def _convertible(source: Path, target: Path, *, kinds: tuple[tuple[str, ...], tuple[str, ...]],
                 force: bool) -> tuple[Node | None, list[Problem], int]:
    """The tree of ``source`` with its problems, and the exit code if it cannot be used; ``kinds``: endings of source and target."""
    reason = ""
    if not source.is_file():
        reason = said("{path}: there is no such file.", path=source)
    elif source.suffix.lower() not in kinds[0]:
        reason = said("{path}: the name of a {kind} file is expected.", path=source, kind=" / ".join(kinds[0]))
    elif target.suffix.lower() not in kinds[1]:
        reason = said("{path}: the name of a {kind} file is expected.", path=target, kind=" / ".join(kinds[1]))
    elif target.exists() and not force:
        reason = said("{path} is there already. Name another file, or add --force.", path=target)
    if reason:
        print(reason, file=sys.stderr)
        return None, [], USAGE
    return *read_tree_file(source), FINDINGS


def _write(target: Path, data: bytes, root: Node) -> int:
    """Whole or not at all."""
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        print(f"{target}: {error.strerror or error}", file=sys.stderr)
        return SYSTEM
    sha = hashlib.sha256(canonical_text(root).encode()).hexdigest()
    print(said("{path}: written; sha256 of the content {sha}", path=target, sha=sha))
    return FINE


def _load(path: Path) -> IndicatorSystem | int:
    if not path.is_file():
        print(said("{path}: there is no such file.", path=path), file=sys.stderr)
        return USAGE
    system, problems = load_system(path)
    if system is None:
        tell(problems)
        return FINDINGS
    return system
