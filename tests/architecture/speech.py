"""Pages speak by the catalogue alone: Chinese in the code is only what is printed, drafted, recorded or read, and says so.

The mark is a comment: `# zh: printed` in the statement, on the line of the `def`; `# All zh: printed` covers a file.
In a template it stands on the line, as `{# zh: shown #}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.catalogue import KEYWORDS
from tests.architecture.checks import python_files

PACKAGES = ("access", "audit", "campaigns", "findings", "jobs", "pages", "scores", "stages", "web")
REASONS = {
    "printed": "goes into an official document, and documents are Chinese",
    "drafted": "a first text that officials change before it is used",
    "recorded": "kept as a source or a reason beside a figure, the same whoever looks at it",
    "read": "recognised in what people type",
    "shown": "the same in every language: the name of a language, the seal",
}
CHINESE = re.compile(r"[\u2e80-\u2fff\u3001-\u9fff\uff00-\uffef]")
MARK = re.compile(r"# (?:All )?zh: (\w+)")
WHOLE_FILE = re.compile(r"^# All zh: (\w+)", re.MULTILINE)
TEMPLATE_MARK = re.compile(r"\{# zh: (\w+) #\}")
MESSAGE = re.compile(r"""\b(?:_|ngettext)\(\s*"(?:[^"\\]|\\.)*"|\{#.*?#\}""", re.DOTALL)
"""A text's English id may quote Chinese as an example of what to type."""


def chinese_in_code(root: Path) -> list[str]:
    """String literals with Chinese that no mark explains, and marks that explain nothing."""
    folders = [f"evalplat/{name}" for name in PACKAGES]
    return [f"{path.relative_to(root).as_posix()}{said}" for path in python_files(root, *folders) for said in _of_module(path)]


def chinese_in_templates(root: Path) -> list[str]:
    """Chinese in pages that does not come from the catalogue."""
    found = []
    for path in sorted((root / "templates").rglob("*.html")):
        if "documents" in path.relative_to(root).parts:
            continue
        text = path.read_text(encoding="utf-8")
        bare = MESSAGE.sub(lambda match: "\n" * match[0].count("\n"), text).splitlines()
        for number, (line, whole) in enumerate(zip(bare, text.splitlines(), strict=False), 1):
            mark = TEMPLATE_MARK.search(whole)
            name = f"{path.relative_to(root).as_posix()}:{number}"
            if mark and mark[1] not in REASONS:
                found.append(f"{name}: {mark[1]} is no reason; {', '.join(REASONS)} are")
            elif CHINESE.search(line) and not mark:
                found.append(f"{name}: {CHINESE.findall(line)[0]} stands in the page; put the words into the catalogue")
    return found


def _of_module(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        mark = MARK.search(line)
        if mark and mark[1] not in REASONS:
            yield f":{number}: {mark[1]} is no reason; {', '.join(REASONS)} are"
    literals = list(_literals(ast.parse(text), []))
    if WHOLE_FILE.search(text):
        if not literals:
            yield ": says that it holds Chinese, and holds none"
        return
    told: set[int] = set()
    for node, rows in literals:
        if node.lineno not in told and not any(MARK.search(lines[row - 1]) for row in rows):
            told.add(node.lineno)
            yield f":{node.lineno}: {node.value[:30]!r} is shown as it is; use the catalogue, or mark it # zh: printed"


def _literals(node: ast.AST, rows: list[int]) -> Iterator[tuple[ast.Constant, list[int]]]:
    """Every literal with Chinese, and the lines on which a mark would explain it."""
    for child in ast.iter_child_nodes(node):
        here = rows
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            here = [*rows, *range(child.lineno, child.body[0].lineno)]
        elif isinstance(child, ast.stmt) and not hasattr(child, "body"):
            here = [*rows, *range(child.lineno, (child.end_lineno or child.lineno) + 1)]
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, ast.Call) and child in node.args[:1] and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            continue  # an English id may quote an example
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and CHINESE.search(child.value):
            yield child, [*here, child.lineno]
        yield from _literals(child, here)
