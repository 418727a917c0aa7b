"""The parts that only the overall report has: comparison with the last campaign, categories, ledger, contested items."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class CategoryLine:
    """The results of one category of units."""

    title: str
    units: int
    mean: Decimal | None
    mean_x: Decimal | None
    mean_y: Decimal | None
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, kw_only=True)
class CompareLine:
    """One value in both campaigns over `n` units; `redefined`: what is measured changed in between."""

    code: str
    title: str
    now: Decimal | None
    before: Decimal | None
    change: Decimal | None
    n: int
    redefined: bool = False


@dataclass(frozen=True, kw_only=True)
class ComparePart:
    """This campaign beside the last one: the same units and indicators alone; who is new or left, which version counted."""

    title: str
    same: int
    new: tuple[str, ...]
    left: tuple[str, ...]
    versions: str
    lines: tuple[CompareLine, ...]
    blocks: tuple[CompareLine, ...]
    better: tuple[CompareLine, ...]
    worse: tuple[CompareLine, ...]


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One item of the rectification ledger."""

    number: str
    unit: str
    title: str
    severity: str
    state: str
    due: date
    closed: date | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class ContestedLine:
    """One contested item and what was decided."""

    unit: str
    what: str
    decision: str
    document: str
