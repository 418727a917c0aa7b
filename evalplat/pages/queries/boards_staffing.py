"""Posts beside demand beside result, unit by unit: who has more than it uses, who lacks what it needs, and what the office studies."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlmodel import col, or_, select

from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.scores.measurements import measurements
from evalplat.scores.queries import grade_name
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.scoring.model import Row, UnitMeasurements, Value
from evalplat.workflow.stages import State, at_least

from .boards import Place, places_of
from .units import campaign_system, category_label

KEYS = ("rows:T2", "field:T7.total", "field:T7.cap", "field:T9.entries_total")
MANY, FEW = Decimal(15), Decimal(3)
BUSY, IDLE = Decimal("1.15"), Decimal("0.85")
ADVICE: dict[str, str] = {
    "over": N_("More people than posts: reduce them by a plan"),
    "recall": N_("Many posts vacant and little work: study to recall some"),
    "fill": N_("Vacant posts beside off-establishment staff: fill the posts first"),
    "increase": N_("No vacant post, much work, good result: study to give more"),
}
MOST_KEPT = 2000
_loads: OrderedDict[tuple[str, str], Decimal | None] = OrderedDict()


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One unit. Figures are None where nothing was entered; ``load``: work that there is for each hour of the present staff."""

    code: str
    name: str
    href: str
    category: str
    approved: int | None
    actual: int | None
    pending: int | None
    reserved: int | None
    vacant: int | None
    over: int | None
    outside: int | None
    cap: int | None
    requests: int
    load: Decimal | None
    total: Decimal | None
    score_x: Decimal | None
    score_y: Decimal | None
    grade: str
    final: bool
    studied: tuple[str, ...]
    candidates: tuple[str, ...] = ()

    @property
    def rate(self) -> Decimal | None:
        """Vacant posts of a hundred approved."""
        return (Decimal(self.vacant) * 100 / self.approved).quantize(Decimal("0.1")) if self.approved and self.vacant is not None else None


def lines_of(work: Work, campaign: Campaign) -> list[StaffLine]:
    """Every unit of the campaign that this person may see."""
    system = campaign_system(work, campaign)
    places = places_of(work, [campaign])
    if system is None:
        return []
    entries = _entries(work, places)
    results = _results(work, places)
    loads = _loads_of(work, system, results)
    requests: dict[int, int] = {}
    for row in lent.borrow(work, lent.Requested, [campaign]):
        requests[row.unit_id] = requests.get(row.unit_id, 0) + 1
    studied: dict[int, list[str]] = {}
    for advice in lent.borrow(work, lent.Advised, [campaign]):
        studied.setdefault(advice.evaluation_id, []).append(gettext(advice.kind_label))
    lines = [_line(system, place, measurements(system, place.unit, entries.get(key, [])), results.get(key), load=loads.get(key),
                   requests=requests.get(place.unit.id or 0, 0), studied=tuple(dict.fromkeys(studied.get(key, []))))
             for key, place in places.items()]
    return with_candidates(lines)


def _entries(work: Work, places: Mapping[int, Place]) -> dict[int, list[LedgerEntry]]:
    query = select(LedgerEntry).where(col(LedgerEntry.evaluation_id).in_(list(places)), or_(*(LedgerEntry.key == key for key in KEYS)),
                                      col(LedgerEntry.withdrawn_at).is_(None)).order_by(col(LedgerEntry.id))
    found: dict[int, list[LedgerEntry]] = {}
    for row in work.session.exec(query):
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def _results(work: Work, places: Mapping[int, Place]) -> dict[int, Any]:
    table = ResultVersion
    query: Any = select(table.evaluation_id, table.id, table.hash, table.total, table.grade, table.score_x, table.score_y).where(
        col(table.evaluation_id).in_(list(places))).order_by(col(table.version))
    return {row.evaluation_id: row for row in work.session.exec(query)}


def _loads_of(work: Work, system: IndicatorSystem, results: Mapping[int, Any]) -> dict[int, Decimal | None]:
    """The workload of each unit as its frozen result computed it; a hash names its content, so what was read is never stale."""
    leaf = next((one.code for one in system.leaves if one.rule.value and "T8W" in one.rule.value.text), "")
    if not leaf:
        return {}
    missing = [row.id for row in results.values() if (row.hash, leaf) not in _loads]
    query = select(ResultVersion.hash, ResultVersion.canonical).where(col(ResultVersion.id).in_(missing))
    for digest, canonical in work.session.exec(query) if missing else ():
        _loads[digest, leaf] = _load(json.loads(canonical)["units"][0]["leaves"], leaf)
    while len(_loads) > MOST_KEPT:
        _loads.popitem(last=False)
    return {key: _loads.get((row.hash, leaf)) for key, row in results.items()}


def _load(leaves: Iterable[Mapping[str, Any]], code: str) -> Decimal | None:
    raw = next((leaf.get("raw") for leaf in leaves if leaf["code"] == code and leaf["state"] == "scored"), None)
    try:
        top, _, bottom = str(raw or "").partition("/")
        return (Decimal(top) / Decimal(bottom or 1)).quantize(Decimal("0.01"))
    except (InvalidOperation, ZeroDivisionError):
        return None


def _line(system: IndicatorSystem, place: Place, known: UnitMeasurements, result: Any, *, load: Decimal | None, requests: int,
          studied: tuple[str, ...]) -> StaffLine:
    rows = known.tables.get("T2", ())
    approved, actual, pending = (_sum(rows, name) for name in ("approved", "actual", "pending_in"))
    reserved = _sum(rows, "reserved_leader", "reserved_other")
    taken = ("pending_in", "reserved_leader", "reserved_other")
    kept = [(_cell(row, "approved"), _cell(row, "actual"), sum(_cell(row, name) for name in taken)) for row in rows]
    vacant = sum(max(0, a - b - c) for a, b, c in kept) if approved is not None and actual is not None else None
    over = sum(max(0, b - a) for a, b, _ in kept) if approved is not None and actual is not None else None
    return StaffLine(
        place.unit.code, place.unit.short_name, place.href, category_label(system, place.unit.category), approved, actual, pending,
        reserved, vacant, over, _field(known, "T7.total"), _field(known, "T7.cap"), requests, load, result.total if result else None,
        result.score_x if result else None, result.score_y if result else None,
        (grade_name(system, result.grade) or "") if result else "", at_least(place.evaluation.state, State.FINAL), studied)


def _cell(row: Row, name: str) -> int:
    return _number(row.cells.get(name)) or 0


def _number(value: Any) -> int | None:
    value = value.value if isinstance(value, Value) else value
    try:
        return None if value is None or value == "" else int(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        return None


def _sum(rows: Iterable[Row], *names: str) -> int | None:
    """The column's sum; None where no row has it."""
    values = [number for row in rows for name in names if (number := _number(row.cells.get(name))) is not None]
    return sum(values) if values else None


def _field(known: UnitMeasurements, name: str) -> int | None:
    return _number(known.fields.get(name))


def with_candidates(lines: Iterable[StaffLine]) -> list[StaffLine]:
    """What the figures suggest to study; the bounds are printed beside it, and nobody is bound by it."""
    known = list(lines)
    scores = sorted(line.score_y for line in known if line.score_y is not None)
    middle = scores[len(scores) // 2] if scores else None
    return [replace(line, candidates=tuple(_candidates(line, middle))) for line in known]


def _candidates(line: StaffLine, middle: Decimal | None) -> Iterable[str]:
    if line.over:
        yield "over"
    if line.rate is None:
        return
    good = line.score_y is not None and middle is not None and line.score_y >= middle
    idle = line.load is not None and line.load < IDLE
    if line.rate >= MANY and (idle or (not good and line.score_y is not None and (line.load is None or line.load <= BUSY))):
        yield "recall"
    if line.rate >= MANY and line.outside and line.vacant and line.outside >= line.vacant:
        yield "fill"
    if line.rate <= FEW and not line.over and line.load is not None and line.load > BUSY and good:
        yield "increase"


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the quadrant: vacancy across, benefit upwards, in a field of 600 × 300."""

    x: float
    y: float
    line: StaffLine
    kind: str


@dataclass(frozen=True, slots=True)
class Field:
    """The quadrant with its ticks and its two middles."""

    dots: tuple[Dot, ...]
    across: tuple[tuple[float, str], ...]
    upward: tuple[tuple[float, str], ...]
    middle_x: float
    middle_y: float


def dots(lines: Iterable[StaffLine]) -> Field | None:
    """Points for units that have both figures; None where there are too few to be read."""
    known = [(line, float(line.rate), float(line.score_y)) for line in lines if line.rate is not None and line.score_y is not None]
    if len(known) < 2:
        return None
    right = max(10.0, -(-max(rate for _, rate, _ in known) // 10) * 10)
    low = min(score for *_, score in known) // 5 * 5
    high = max(low + 5, -(-max(score for *_, score in known) // 5) * 5)

    def place(rate: float, score: float) -> tuple[float, float]:
        return round(rate / right * 600, 1), round(300 - (score - low) / (high - low) * 300, 1)

    scores = sorted(score for *_, score in known)
    found = tuple(Dot(*place(rate, score), line, next(iter(line.candidates), "")) for line, rate, score in known)
    steps = int((high - low) // 5)
    return Field(found, tuple((place(right * part / 5, low)[0], f"{right * part / 5:g}") for part in range(6)),
                 tuple((place(0, low + 5 * part)[1], f"{low + 5 * part:g}") for part in range(steps + 1)),
                 place(float(MANY), low)[0], place(0, scores[len(scores) // 2])[1])
