"""What is wrong with a definition or an input, as a value: a code, a place, parameters.

Pure packages return lists of these; the caller decides whether they become a page, a line on a terminal or an exit code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file: line and column from 1, or a sheet and a cell of a workbook."""

    file: str = ""
    line: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file}:{self.sheet}!{self.cell}" if self.file else f"{self.sheet}!{self.cell}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``code`` is stable (E101, W203 …); ``message`` is an English gettext id with ``{name}`` placeholders that ``params``
    fills in; ``hint`` says what to do and is formatted the same way.
    """

    code: str
    message: str
    where: Where = field(default_factory=Where)
    params: Mapping[str, object] = field(default_factory=dict)
    hint: str = ""
    severity: Severity = "error"

    def text(self) -> str:
        """The English sentence, placeholders filled in, hint at the end."""
        parts = [self.message.format(**self.params)]
        if self.hint:
            parts.append(self.hint.format(**self.params))
        return " ".join(parts)

    def line(self) -> str:
        """``file:line:column  E101 what is wrong. What to do.``"""
        return f"{self.where}  {self.code} {self.text()}"


def has_errors(problems: list[Problem]) -> bool:
    """True if at least one problem is no mere warning."""
    return any(problem.severity == "error" for problem in problems)
