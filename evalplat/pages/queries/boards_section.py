"""The section's board: what became of the findings, closing rates, the load of the teams, answers to the surveys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import col, func, select

from evalplat.access.acts import Act
from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Progress
from evalplat.findings.kinds import CATEGORIES, SEVERITIES, STANDING, STATES, Destination
from evalplat.findings.queries import read_by_actor
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.workflow.stages import ORDER, State

from .boards import Place

HANDED_IN = ("submitted", "verified", "closed")
STEPS: dict[str, str] = {
    "raised": N_("raised"), "confirmed": N_("confirmed"), "routed": N_("sent on"), "issued": N_("in a rectification notice"),
    "rectified": N_("handed in as rectified"), "closed": N_("verified and closed"), "held": N_("lasting at the look-back"),
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with what became of it; ``item`` is its line of the ledger."""

    row: Finding
    place: Place
    item: lent.Rectified | None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the funnel that it has reached."""
        found = ["raised"]
        if self.row.state in STANDING:
            found.append("confirmed")
        if self.row.state in ("routed", "closed"):
            found.append("routed")
        if self.item:
            found += ["issued", *(["rectified"] if self.item.state in HANDED_IN else []), *([] if self.item.open else ["closed"]),
                      *(["held"] if self.item.outcome == "held" else [])]
        return tuple(found)

    @property
    def href(self) -> str:
        """Where it stands."""
        return f"{self.place.href}/follow-up/items/{self.row.code.lower()}" if self.item else f"{self.place.href}/findings#{self.row.code}"


@dataclass(frozen=True, slots=True)
class Rate:
    """Items of one unit or kind, how many are closed and overdue; ``query`` is the way to them."""

    label: str
    query: str
    items: int
    closed: int
    overdue: int

    @property
    def percent(self) -> Decimal | None:
        """The closing rate."""
        return (Decimal(self.closed) * 100 / self.items).quantize(Decimal("0.1")) if self.items else None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """What one team has to do."""

    name: str
    campaign: str
    href: str
    units: int
    open: int
    visited: int
    findings: int
    tasks: int
    overdue: int


@dataclass(frozen=True, slots=True)
class WaveLine:
    """One questionnaire over all units."""

    title: str
    campaign: str
    href: str
    issued: int
    answered: int
    valid: int
    units: int
    short: int

    @property
    def percent(self) -> Decimal | None:
        """Answers of a hundred one-time links; None where none was made."""
        return (Decimal(self.answered) * 100 / self.issued).quantize(Decimal("0.1")) if self.issued else None


@dataclass(frozen=True, slots=True)
class SectionBoard:
    """Everything on the section's board. ``funnel``: (step, label, count)."""

    funnel: tuple[tuple[str, str, int], ...]
    by_kind: tuple[Rate, ...]
    by_unit: tuple[Rate, ...]
    teams: tuple[TeamLine, ...]
    waves: tuple[WaveLine, ...]


def findings_of(work: Work, campaigns: Sequence[Campaign], places: Mapping[int, Place]) -> list[FindingLine]:
    """Every finding that this person may know of, the gravest first."""
    query = select(Finding).where(col(Finding.evaluation_id).in_(list(places))).order_by(col(Finding.evaluation_id), col(Finding.code))
    query = query.where((col(Finding.destinations) != Destination.REFER) | col(Finding.id).in_(read_by_actor(work)))
    items = {row.finding_id: row for row in lent.borrow(work, lent.Rectified, campaigns)}
    return [FindingLine(row, places[row.evaluation_id], items.get(row.id or 0)) for row in work.session.exec(query)]


def chosen(lines: Sequence[FindingLine], *, step: str = "", unit: str = "", category: str = "", late: bool = False) -> list[FindingLine]:
    """The findings behind a figure."""
    return [line for line in lines if (not step or step in line.steps) and unit in ("", line.place.unit.code)
            and category in ("", line.row.category) and (not late or (line.item is not None and line.item.overdue))]


def board(work: Work, campaigns: Sequence[Campaign], places: Mapping[int, Place]) -> SectionBoard:
    """Count it all."""
    lines = findings_of(work, campaigns, places)
    return SectionBoard(
        tuple((step, gettext(label), len(chosen(lines, step=step))) for step, label in STEPS.items()),
        tuple(_rates(lines, lambda line: (line.row.category, f"{line.row.category} {gettext(CATEGORIES.get(line.row.category, ''))}"),
                     "category")),
        tuple(_rates(lines, lambda line: (line.place.unit.code, line.place.unit.short_name), "unit")),
        tuple(_teams(work, lines, places)), tuple(_waves(work, campaigns)))


def _rates(lines: Sequence[FindingLine], key: Callable[[FindingLine], tuple[str, str]], name: str) -> list[Rate]:
    """The lowest closing rate first."""
    groups: dict[tuple[str, str], list[FindingLine]] = {}
    for line in lines:
        if line.item is not None:
            groups.setdefault(key(line), []).append(line)
    found = [Rate(label, f"{name}={code}", len(rows), sum("closed" in row.steps for row in rows),
                  sum(row.item.overdue for row in rows if row.item)) for (code, label), rows in groups.items()]
    return sorted(found, key=lambda rate: (rate.percent or 0, -rate.overdue, -rate.items, rate.label))


def _teams(work: Work, lines: Sequence[FindingLine], places: Mapping[int, Place]) -> list[TeamLine]:
    query: Any = select(Progress.evaluation_id, func.count(col(Progress.id)), func.count(col(Progress.id)).filter(
        col(Progress.due_at) < work.now)).where(col(Progress.evaluation_id).in_(list(places)), col(Progress.done_at).is_(None),
        Progress.act != Act.RECORD_REFERRAL).group_by(col(Progress.evaluation_id))
    tasks = {evaluation: (count, late) for evaluation, count, late in work.session.exec(query)}
    raised: dict[int, int] = {}
    for line in lines:
        raised[line.row.evaluation_id] = raised.get(line.row.evaluation_id, 0) + 1
    groups: dict[tuple[int, int], list[Place]] = {}
    for place in places.values():
        if place.evaluation.team_id:
            groups.setdefault((place.campaign.id or 0, place.evaluation.team_id), []).append(place)
    return [_team(rows, tasks, raised) for rows in groups.values()]


def _team(rows: Sequence[Place], tasks: Mapping[int, tuple[int, int]], raised: Mapping[int, int]) -> TeamLine:
    keys = [place.evaluation.id or 0 for place in rows]
    orders = [ORDER[State(place.evaluation.state)] for place in rows]
    first = rows[0]
    return TeamLine(first.team, first.campaign.title, f"/c/{first.campaign.code}?team={first.team_code}", len(rows),
                    sum(order < ORDER[State.FINAL] for order in orders), sum(order >= ORDER[State.REVIEWED] for order in orders),
                    sum(raised.get(key, 0) for key in keys), sum(tasks.get(key, (0, 0))[0] for key in keys),
                    sum(tasks.get(key, (0, 0))[1] for key in keys))


def _waves(work: Work, campaigns: Sequence[Campaign]) -> list[WaveLine]:
    found = []
    for campaign in campaigns:
        groups: dict[str, list[lent.Surveyed]] = {}
        for row in lent.borrow(work, lent.Surveyed, [campaign]):
            groups.setdefault(row.wave, []).append(row)
        found += [WaveLine(rows[0].title, campaign.title, f"/c/{campaign.code}/surveys", sum(row.issued for row in rows),
                           sum(row.answered for row in rows), sum(row.valid for row in rows), len(rows),
                           sum(row.valid < row.minimum for row in rows)) for rows in groups.values()]
    return found


def words(line: FindingLine) -> tuple[str, str, str]:
    """Kind, severity and state of a finding."""
    row = line.row
    return (f"{row.category} {gettext(CATEGORIES.get(row.category, ''))}",
            gettext({str(key): text for key, text in SEVERITIES.items()}.get(row.severity, row.severity)),
            gettext(line.item.state_label if line.item else {str(key): text for key, text in STATES.items()}.get(row.state, row.state)))
