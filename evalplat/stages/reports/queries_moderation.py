"""The moderation of a whole campaign: every team on every leaf against the others, the cells opened, the meetings held."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import days
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.files.tables import StoredFile
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.people.unit_order import by_unit_order
from evalplat.scores import sheet
from evalplat.scores.measurements import measurements
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.scoring.canonical import canonical_bytes
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Options
from evalplat.workflow.stages import State, at_least

from .rules_strictness import KINDS, Cell, Given, cells, offset, outliers
from .tables import ModerationItem, ModerationMinutes, ModerationOutcome, ModerationRun

CELL_KINDS = {"above": "warn", "below": "warn", "higher": "mute", "lower": "mute", "level": "mute", "alone": "mute"}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A unit whose review is sealed, with the leaves of its result (code → canonical JSON)."""

    evaluation: Evaluation
    unit: Unit
    team: Team
    leaves: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell in words. ``kind`` is never shown by colour alone: ``label`` says it."""

    leaf: str
    team: str
    n: int
    mean: str
    difference: str
    label: str
    badge: str
    reading: str
    far: bool
    like: bool


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf with its cells in the order of the teams; None where a team has no unit with points."""

    code: str
    title: str
    full: Decimal
    cells: tuple[CellView | None, ...]


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit behind an opened cell, with who gave what."""

    code: str
    name: str
    category: str
    points: Decimal | None
    full: Decimal
    line: str
    ratings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpenCell:
    """The opened cell: the team's units first, then those it is compared with."""

    cell: CellView
    leaf_title: str
    team_name: str
    mine: tuple[OpenUnit, ...]
    others: tuple[OpenUnit, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A scored unit that waits for its moderation."""

    code: str
    name: str
    team: str
    total: str
    minutes: str
    changes: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting: its minutes and everything that it looked at."""

    number: str
    held_on: date
    participants: str
    note: str
    units: tuple[str, ...]
    changes: tuple[tuple[str, str, Decimal | None, Decimal, str], ...]
    scan: str
    scan_href: str


@dataclass(frozen=True, slots=True)
class Closing:
    """One deed that closed the moderation of several units: how far it is, what was refused and why."""

    run: int
    state: str
    done: int
    total: int
    moved: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The page."""

    teams: tuple[tuple[str, str, int], ...]
    rows: tuple[LeafRow, ...]
    offsets: tuple[str, ...]
    outliers: tuple[tuple[str, str, CellView], ...]
    gap: int
    units: int
    waiting: tuple[Waiting, ...]
    meetings: tuple[Meeting, ...]
    leaves: tuple[tuple[str, str], ...]
    opened: OpenCell | None = None


def reviewed(work: Work, campaign: Campaign) -> list[Reviewed]:
    """Every unit in full mode whose review is sealed, with its present points; the approved ones as they were approved."""
    query = (select(Evaluation, Unit, Team).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .join(Team, col(Team.id) == col(Evaluation.team_id))
             .where(Evaluation.campaign_id == campaign.id, col(Evaluation.side).is_(None), Evaluation.mode == "full")
             .order_by(col(Team.code), *by_unit_order(work)))
    found = [row for row in work.session.exec(query) if at_least(row[0].state, State.REVIEWED)]
    ids = [evaluation.id or 0 for evaluation, _, _ in found]
    frozen = _frozen(work, ids)
    entries = _entries(work, [key for key in ids if key not in frozen])
    system = system_of(work, campaign)
    options = sheet.options_of(campaign)

    def present(evaluation: Evaluation, unit: Unit) -> dict[str, dict[str, Any]]:
        if system.compares:
            return _by_code(json.loads(canonical_bytes(sheet.compute(work, evaluation))))
        return _computed(system, unit, entries.get(evaluation.id or 0, []), options)

    return [Reviewed(evaluation, unit, team, frozen.get(evaluation.id or 0) or present(evaluation, unit))
            for evaluation, unit, team in found]


def _frozen(work: Work, ids: Sequence[int]) -> dict[int, dict[str, dict[str, Any]]]:
    query = select(ResultVersion.evaluation_id, ResultVersion.canonical).where(
        col(ResultVersion.evaluation_id).in_(ids), ResultVersion.version == 1)
    return {key: _by_code(json.loads(text)) for key, text in work.session.exec(query)}


def _entries(work: Work, ids: Sequence[int]) -> dict[int, list[Any]]:
    """What stands in the ledgers, as rows of the columns that a measurement is made of."""
    query = (select(col(LedgerEntry.evaluation_id), col(LedgerEntry.key), col(LedgerEntry.source), col(LedgerEntry.value),
                    col(LedgerEntry.ref)).where(col(LedgerEntry.evaluation_id).in_(ids), col(LedgerEntry.withdrawn_at).is_(None))
             .order_by(col(LedgerEntry.id)))
    found: dict[int, list[Any]] = {}
    for row in work.session.exec(query):  # type: ignore[call-overload]
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def _computed(system: IndicatorSystem, unit: Unit, entries: Iterable[Any], options: Options) -> dict[str, dict[str, Any]]:
    return _by_code(json.loads(canonical_bytes(score(system, Measurements([measurements(system, unit, entries)]), options=options))))


def _by_code(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {leaf["code"]: leaf for leaf in result["units"][0]["leaves"]}


def matrix(work: Work, campaign: Campaign, *, every_leaf: bool = False, cell: str = "") -> Matrix:
    """The page: judged leaves alone unless ``every_leaf``; ``cell`` (``A101:t1``) is opened."""
    system, units = system_of(work, campaign), reviewed(work, campaign)
    shown = system.leaves if every_leaf else system.rubric_leaves
    codes = [leaf.code for leaf in shown]
    found = cells(_given(units, codes))
    gap = days.number(campaign, "team_gap")
    teams = {row.team.code: row.team.name for row in units}
    views = {(one.leaf, one.team): _view(one, gap) for one in found}
    titles = {leaf.code: leaf.title.in_language(language()) for leaf in shown}
    rows = tuple(LeafRow(leaf.code, titles[leaf.code], Decimal(str(float(leaf.points or 0))).normalize(),
                         tuple(views.get((leaf.code, team)) for team in teams)) for leaf in shown)
    return Matrix(
        teams=tuple((code, name, sum(row.team.code == code for row in units)) for code, name in teams.items()), rows=rows,
        offsets=tuple(_signed(offset(found, team)) for team in teams), gap=round(gap * 100), units=len(units),
        outliers=tuple((titles[one.leaf], teams[one.team], views[one.leaf, one.team]) for one in outliers(found, gap)),
        waiting=_waiting(work, units), meetings=meetings(work, campaign),
        leaves=tuple((leaf.code, f"{leaf.code} {leaf.title.in_language(language())}") for leaf in system.leaves),
        opened=_opened(work, units, views, titles, cell=cell))


def _given(units: Sequence[Reviewed], codes: Sequence[str]) -> list[Given]:
    found = []
    for code in codes:
        for row in units:
            leaf = row.leaves.get(code)
            if leaf and leaf["state"] == "scored" and leaf["points"] is not None and float(leaf["effective_max"]):
                full = float(leaf["effective_max"])
                found.append(Given(row.unit.code, row.team.code, row.unit.category, code, float(leaf["points"]) / full, full))
    return found


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.1f}" if abs(value) >= 0.05 else "0.0"


def _view(cell: Cell, gap: float) -> CellView:
    kind = cell.kind(gap)
    return CellView(cell.leaf, cell.team, cell.n, f"{cell.mean * 100:.0f}%", _signed(cell.difference), gettext(KINDS[kind]),
                    CELL_KINDS[kind], _reading(cell), kind in ("above", "below"), cell.like)


def _reading(cell: Cell) -> str:
    """The cell as a sentence: ``2.1 points above the others, 3 units``."""
    if cell.difference is None:
        return gettext("no other team to compare with, {n} units", n=cell.n)
    points = f"{abs(cell.difference):.1f}"
    if points == "0.0":
        return gettext("like the others, {n} units", n=cell.n)
    if cell.difference > 0:
        return gettext("{points} points above the others, {n} units", points=points, n=cell.n)
    return gettext("{points} points below the others, {n} units", points=points, n=cell.n)


def _opened(work: Work, units: Sequence[Reviewed], views: dict[tuple[str, str], CellView], titles: dict[str, str], *,
            cell: str) -> OpenCell | None:
    leaf, _, team = cell.partition(":")
    found = views.get((leaf, team))
    if found is None:
        return None
    ratings = _ratings(work, units, leaf)
    lines = [(row, _open_unit(row, leaf, ratings.get(row.evaluation.id or 0, ()))) for row in units if leaf in row.leaves]
    name = next(row.team.name for row in units if row.team.code == team)
    return OpenCell(found, titles[leaf], name, tuple(one for row, one in lines if row.team.code == team),
                    tuple(one for row, one in lines if row.team.code != team))


def _open_unit(row: Reviewed, leaf: str, ratings: Iterable[tuple[str, str]]) -> OpenUnit:
    data = row.leaves[leaf]
    points = Decimal(data["points"]) if data["points"] is not None else None
    return OpenUnit(row.unit.code, row.unit.short_name, row.unit.category, points, Decimal(data["effective_max"]), data["line"],
                    tuple(ratings))


def _ratings(work: Work, units: Sequence[Reviewed], leaf: str) -> dict[int, list[tuple[str, str]]]:
    """Evaluation → (who, level) of the blind ratings of one leaf, the lead's decision last."""
    query = (select(LedgerEntry).where(
        col(LedgerEntry.evaluation_id).in_([row.evaluation.id or 0 for row in units]), col(LedgerEntry.withdrawn_at).is_(None),
        col(LedgerEntry.key).startswith(f"rating:{leaf}:", autoescape=True) | (col(LedgerEntry.key) == f"lead:{leaf}"))
        .order_by(col(LedgerEntry.key).desc(), col(LedgerEntry.id)))
    rows = list(work.session.exec(query))
    logins = {row.key.rpartition(":")[2] for row in rows if row.key.startswith("rating:")}
    names = dict(work.session.exec(select(User.login, User.name).where(
        User.office_id == work.office_id, col(User.login).in_(logins))).all())
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        login = row.key.rpartition(":")[2]
        who = names.get(login, login) if row.key.startswith("rating:") else gettext("decided by the lead")
        found.setdefault(row.evaluation_id, []).append((who, str(row.value.get("level", ""))))
    return found


def _waiting(work: Work, units: Sequence[Reviewed]) -> tuple[Waiting, ...]:
    scored = [row for row in units if row.evaluation.state == State.SCORED]
    ids = [row.evaluation.id or 0 for row in scored]
    numbers = dict(work.session.exec(select(ModerationMinutes.evaluation_id, ModerationMinutes.number).where(
        col(ModerationMinutes.evaluation_id).in_(ids))).all())
    changed = list(work.session.exec(select(ModerationItem.evaluation_id).where(
        col(ModerationItem.evaluation_id).in_(ids), col(ModerationItem.removed_at).is_(None))))
    return tuple(Waiting(row.unit.code, row.unit.short_name, row.team.name, _total(row), numbers.get(row.evaluation.id or 0, ""),
                         changed.count(row.evaluation.id or 0)) for row in scored)


def _total(row: Reviewed) -> str:
    points = [Decimal(leaf["points"]) for leaf in row.leaves.values() if leaf["points"] is not None]
    return f"{sum(points, Decimal(0)):.2f}"


def meetings(work: Work, campaign: Campaign) -> tuple[Meeting, ...]:
    """The meetings of a campaign, the newest first: minutes are shared by their number."""
    query = (select(ModerationMinutes, Unit, StoredFile).join(Evaluation, col(Evaluation.id) == col(ModerationMinutes.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .outerjoin(StoredFile, col(StoredFile.id) == col(ModerationMinutes.file_id))
             .where(Evaluation.campaign_id == campaign.id)
             .order_by(col(ModerationMinutes.held_on).desc(), col(ModerationMinutes.number), *by_unit_order(work)))
    by_number: dict[str, list[tuple[ModerationMinutes, Unit, StoredFile | None]]] = {}
    for minutes, unit, file in work.session.exec(query):
        by_number.setdefault(minutes.number, []).append((minutes, unit, file))
    changes = _changes(work, [row[0].evaluation_id for rows in by_number.values() for row in rows])
    return tuple(_meeting(campaign, number, rows, changes) for number, rows in by_number.items())


def _changes(work: Work, ids: Sequence[int]) -> dict[int, list[ModerationItem]]:
    query = select(ModerationItem).where(col(ModerationItem.evaluation_id).in_(ids), col(ModerationItem.removed_at).is_(None))
    found: dict[int, list[ModerationItem]] = {}
    for row in work.session.exec(query.order_by(col(ModerationItem.leaf))):
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def _meeting(campaign: Campaign, number: str, rows: Sequence[tuple[ModerationMinutes, Unit, StoredFile | None]],
             changes: dict[int, list[ModerationItem]]) -> Meeting:
    first = rows[0][0]
    scan, unit = next(((file, unit) for _, unit, file in rows if file), (None, None))
    return Meeting(
        number, first.held_on, first.participants, first.note, tuple(unit.short_name for _, unit, _ in rows),
        tuple((one.short_name, item.leaf, item.points_from, item.points_to, item.reason)
              for minutes, one, _ in rows for item in changes.get(minutes.evaluation_id, [])),
        scan.name if scan else "", f"/c/{campaign.code}/u/{unit.code}/files/{scan.code}" if scan and unit else "")


def closing(work: Work, campaign: Campaign, run_id: int) -> Closing | None:
    """How far the deed is that closes the moderation of several units."""
    run = work.session.get(ModerationRun, run_id)
    if run is None or run.campaign_id != campaign.id:
        return None
    query = (select(ModerationOutcome, Unit).join(Evaluation, col(Evaluation.id) == col(ModerationOutcome.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(ModerationOutcome.run_id == run.id).order_by(*by_unit_order(work)))
    rows = list(work.session.exec(query))
    state = "done" if len(rows) >= run.total else "running" if rows else "queued"
    return Closing(run.id or 0, state, len(rows), run.total, tuple(unit.short_name for row, unit in rows if not row.reason),
                   tuple((unit.short_name, gettext(row.reason, **row.params)) for row, unit in rows if row.reason))
