"""One indicator of one unit before the totals: the value that the steps from its figures to the total hand on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from evalplat.definitions.indicators import Leaf

from .model import State, Step


@dataclass(frozen=True, slots=True)
class Assessed:
    """``share`` is what was earned of the full mark, from 0 to 1, exact; None unless scored.

    ``expression`` gives the points out of ``rule.out_of``; if it holds ``{full}``, it works for any full mark.
    ``value`` is the value that a relative rule will compare; ``differs`` says that its sources are too far apart.
    """

    leaf: Leaf
    state: State
    share: Fraction | None = None
    reason: str = ""
    raw: str = ""
    steps: tuple[Step, ...] = ()
    expression: str = ""
    refs: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()
    alert: bool = False
    value: Fraction | None = None
    differs: bool = False

    @property
    def short(self) -> bool:
        """True if it left because its survey group has too few answers."""
        return self.reason == "sample_short"
