"""Rules of the house that a program can check. Each takes the root of a source tree and gives its problems.

They read files and never import the project, so tests can point them at a small tree
with a planted fault.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

LINE_LIMIT = 400
ROOM_KINDS = ("rules", "forms", "tables", "queries", "actions", "jobs", "routes")
"""From the ground up: a file of a room imports only kinds that stand before its own."""

MAY_COMMIT = ("evalplat/kernel/db.py", "evalplat/web/session.py", "evalplat/jobs/")
WEB = ("fastapi", "starlette", "evalplat.web")

_LINT = "from importlinter.cli import lint_imports_command as check; check()"


def python_files(root: Path, *folders: str) -> Iterator[Path]:
    """Every Python file below the folders, in a steady order."""
    for folder in folders or ("evalplat",):
        yield from sorted((root / folder).rglob("*.py"))


def import_problems(root: Path) -> list[str]:
    """The import contracts of pyproject.toml; in a process of its own, so that another tree can be read."""
    run = subprocess.run(
        [sys.executable, "-c", _LINT, "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if run.returncode == 0 else [(run.stdout + run.stderr).strip()]


def modules_without_floor(root: Path) -> list[str]:
    """Top-level modules that no floor of the house names, and parts of the command line used by others."""
    with (root / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    [floors] = [contract["layers"] for contract in contracts if contract["id"] == "floors"]
    known = {"__init__", "migrations", *re.findall(r"\w+", " ".join(floors))}
    tops = {path.relative_to(root / "evalplat").parts[0].removesuffix(".py") for path in python_files(root)}
    return [
        f"evalplat/{top}: say in pyproject.toml on which floor it stands"
        for top in sorted(tops - known)
        if not top.startswith("cli_")
    ] + [
        f"{_name(path, root)}:{line}: only cli.py imports the parts of the command line"
        for path in python_files(root)
        if not path.name.startswith("cli")
        for line, module in _imports(path)
        if module.startswith("evalplat.cli_")
    ]


def room_problems(root: Path) -> list[str]:
    """Rooms hold files of the seven kinds (`routes.py`, or `routes_items.py` when it grew) in their order."""
    problems, kinds = [], ", ".join(ROOM_KINDS)
    for room in sorted((root / "evalplat" / "stages").glob("*/")):
        if room.name == "__pycache__":
            continue
        for path in sorted(room.rglob("*")):
            if path.is_dir() or "__pycache__" in path.parts or path.name == "__init__.py":
                continue
            kind = _kind(path.stem)
            if path.parent != room or path.suffix != ".py" or kind is None:
                problems.append(
                    f"{_name(path, root)}: a room holds only {kinds}, or parts such as queries_view.py"
                )
            else:
                problems += _imports_upwards(path, room=room, kind=kind, root=root)
    return problems


def stray_commits(root: Path) -> list[str]:
    """Calls of `.commit()` outside the places that own a transaction."""
    return [
        f"{_name(path, root)}:{node.lineno}: commit() belongs to the request or the job, not here"
        for path in python_files(root)
        if not _name(path, root).startswith(MAY_COMMIT)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def long_files(root: Path) -> list[str]:
    """Python files and templates over the limit."""
    paths = [
        *python_files(root, "evalplat", "tests", "benchmarks"),
        *sorted((root / "templates").rglob("*.*")),
    ]
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in paths}
    return [
        f"{_name(path, root)}: {length} lines, {LINE_LIMIT} is the limit"
        for path, length in lengths.items()
        if length > LINE_LIMIT
    ]


def silent_modules(root: Path) -> list[str]:
    """Modules of the package whose docstring does not say why they exist (1 to 8 lines)."""
    problems = []
    for path in python_files(root):
        text = ast.get_docstring(_tree(path))
        if not text and path.stat().st_size:
            problems.append(f"{_name(path, root)}: no docstring")
        elif text and text.count("\n") > 8:
            problems.append(f"{_name(path, root)}: the docstring is longer than a glance")
    return problems


def undeclared_dependencies(root: Path) -> list[str]:
    """Imports of libraries that pyproject.toml does not name: they would be there by luck."""
    with (root / "pyproject.toml").open("rb") as file:
        declared = {_distribution(line) for line in tomllib.load(file)["project"]["dependencies"]}
    owners = packages_distributions()
    problems = []
    for path in python_files(root):
        for line, module in _imports(path):
            top = module.partition(".")[0]
            if top == "evalplat" or top in sys.stdlib_module_names:
                continue
            if not declared & {_distribution(owner) for owner in owners.get(top, [top])}:
                problems.append(f"{_name(path, root)}:{line}: {top} is not among the dependencies")
    return problems


def _imports_upwards(path: Path, *, room: Path, kind: str, root: Path) -> Iterator[str]:
    below = ROOM_KINDS[: ROOM_KINDS.index(kind) + 1]
    prefix = f"evalplat.stages.{room.name}."
    for line, module in _imports(path):
        if module.startswith(prefix):
            other = _kind(module.removeprefix(prefix).partition(".")[0])
            if other is not None and other not in below:
                yield f"{_name(path, root)}:{line}: {kind} may not import {other}"
        elif kind != "routes" and any(module == web or module.startswith(f"{web}.") for web in WEB):
            yield f"{_name(path, root)}:{line}: only routes know the web, not {kind}"


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports; `from a import b` counts as a.b."""
    package = list(path.parts[len(path.parts) - 1 - path.parts[::-1].index("evalplat") : -1])
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _kind(stem: str) -> str | None:
    return next((kind for kind in ROOM_KINDS if stem == kind or stem.startswith(f"{kind}_")), None)


def _distribution(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
