"""One interface for both expression languages: indicator formulas (``formulas``) and XLSForm expressions (``xpath``).

Compiling reports the position of each error and lists the names used; evaluating never runs Python code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class ExpressionError(Exception):
    """The text cannot be compiled. ``offset`` is the position in the text, from 0; ``reason`` an English gettext id."""

    def __init__(self, reason: str, offset: int = 0, **params: object) -> None:
        super().__init__(reason.format(**params))
        self.reason = reason
        self.offset = offset
        self.params = params


class Expression(Protocol):
    """A compiled expression."""

    @property
    def text(self) -> str:
        """The source, as written."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """Every field or question that the expression reads."""
        ...

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value over ``values`` (name → value; a name may be absent, which means missing)."""
        ...
