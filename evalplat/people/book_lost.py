"""Departments whose own row has an unusable code: whoever names one is pointed to that row and not blamed for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from evalplat.kernel.i18n import N_, listed

from .book_format import CODE

_ITS_ROW = N_("Row {row} of the sheet 单位 has an error in this code. Correct it there; if the code becomes another one, "
              "write that one here too.")
_SOME_ROW = N_("No department has this code yet, and on the sheet 单位 the code is missing or wrong in row {rows}. "
               "Correct it there first.")
_FEW = 5
Pointer = tuple[str, dict[str, str]]


@dataclass
class LostCodes:
    """Rows of the sheet of departments without a code that can be used, by what was typed there where anything was."""

    _rows: list[int] = field(default_factory=list)
    _typed: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, typed: Any = None) -> None:
        """Remember a row. Unless ``typed`` still tells its code, it could be the department behind any code that is not there."""
        if typed is None or not CODE.fullmatch(_folded(typed)):
            self._rows.append(row)
        for text in (_folded(typed), _bare(typed)) if typed is not None else ():
            self._typed.setdefault(text, row)

    def about(self, code: str) -> Pointer | None:
        """Where a code that no department has may be mended; None where no row of the other sheet is to blame."""
        row = self._typed.get(_folded(code)) or self._typed.get(_bare(code) or "-")
        if row:
            return _ITS_ROW, {"row": str(row)}
        if not self._rows or not CODE.fullmatch(code.strip().lower()):
            return None
        return _SOME_ROW, {"rows": listed([str(one) for one in self._rows[:_FEW]]) + ("…" if len(self._rows) > _FEW else "")}


def _folded(value: Any) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip().lower()


def _bare(value: Any) -> str:
    return re.sub(r"[^a-z0-9]", "", _folded(value))
