"""The rectification ledger of the office or of one campaign, gathered in a fixed number of questions however many units there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import FindingState
from evalplat.findings.tables import Finding
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.people.tables import Unit
from evalplat.workflow.calendar import Exceptions

from . import queries, queries_view, rules, rules_ladder
from .queries_view import ItemLine
from .rules_ladder import Light
from .tables import Advice, LookBackCheck, ProgressEntry, Proof, Rectification, Verification


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to items, by their ids."""

    verifications: Mapping[int, list[Verification]]
    entries: Mapping[int, list[ProgressEntry]]
    proofs: Mapping[int, list[str]]
    advices: Mapping[int, Advice]
    days: Exceptions


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger: what the page shows, and the rows behind it for the file."""

    item: ItemLine
    unit: str
    unit_code: str
    category: str
    campaign: str
    campaign_code: str
    holds: bool
    days_late: int
    light: Light
    row: Rectification
    finding: Finding
    notice: str
    notice_code: str
    check: LookBackCheck | None
    advice: Advice | None
    verifications: tuple[Verification, ...]
    entries: tuple[ProgressEntry, ...]
    proofs: tuple[str, ...]

    @property
    def destinations(self) -> tuple[str, ...]:
        """Where it went, as everybody may read it who reads the ledger: a referral has no trace here."""
        return tuple(one for one in self.finding.destinations.split(",") if one and one != "D3")


@dataclass(frozen=True, slots=True)
class UnitBar:
    """How far one department is."""

    code: str
    name: str
    items: int
    closed: int
    overdue: int
    percent: int
    held_up: bool


def ledger(work: Work, campaign: Campaign | None = None) -> list[LedgerLine]:
    """Every item of a campaign, or of the office over all campaigns, by its number."""
    query = (select(Rectification, Finding, Unit, Campaign, col(Document.number), col(Document.code), LookBackCheck)
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
             .join(Document, col(Document.id) == col(Rectification.document_id))
             .outerjoin(LookBackCheck, col(LookBackCheck.rectification_id) == col(Rectification.id))
             .where(Rectification.office_id == work.office_id, Finding.state != FindingState.WITHDRAWN)
             .order_by(col(Rectification.number)))
    if campaign is not None:
        query = query.where(Evaluation.campaign_id == campaign.id)
    around = _around(work, campaign)
    return [_line(work, found, around) for found in work.session.exec(query)]


def _around(work: Work, campaign: Campaign | None) -> Around:
    spoke = select(Verification).where(Verification.submission == Rectification.submissions).order_by(col(Verification.id))
    entries = select(ProgressEntry).order_by(col(ProgressEntry.id))
    files = (select(Proof.rectification_id, StoredFile.name).join(StoredFile, col(StoredFile.id) == col(Proof.file_id))
             .where(col(Proof.look_back).is_(False), col(StoredFile.removed_at).is_(None)).order_by(col(Proof.id)))
    return Around(
        _grouped(work, _of_items(spoke, Verification, work, campaign)), _grouped(work, _of_items(entries, ProgressEntry, work, campaign)),
        _names(work.session.exec(_of_items(files, Proof, work, campaign))),
        {row.finding_id: row for row in work.session.exec(select(Advice).where(Advice.office_id == work.office_id))},
        exceptions(work.session, work.office_id))


def _of_items(query: Any, table: Any, work: Work, campaign: Campaign | None) -> Any:
    query = query.join(Rectification, col(Rectification.id) == col(table.rectification_id)).where(
        Rectification.office_id == work.office_id)
    if campaign is None:
        return query
    return query.join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id)).where(Evaluation.campaign_id == campaign.id)


def _grouped(work: Work, query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for one in work.session.exec(query):
        found[one.rectification_id].append(one)
    return found


def _names(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for item, name in rows:
        found[item].append(name)
    return found


def _line(work: Work, found: Any, around: Around) -> LedgerLine:
    row, finding, unit, campaign, number, notice, check = found
    href = f"/c/{campaign.code}/u/{unit.code}/follow-up"
    item = queries_view.item_line(row, finding, href=href, now=work.now, check=check, drawn=False)
    late, key = queries.overdue(row, work.now), row.id or 0
    return LedgerLine(
        item, unit.short_name, unit.code, unit.category, campaign.title, campaign.code, late and finding.severity in rules.HOLDING,
        rules_ladder.lateness(row.state, row.due_at, row.submitted_at, work.now), light_of(work, campaign, row, around.days), row, finding,
        number or "", notice, check, around.advices.get(row.finding_id), tuple(around.verifications.get(key, ())),
        tuple(around.entries.get(key, ())), tuple(around.proofs.get(key, ())))


def light_of(work: Work, campaign: Campaign, row: Rectification, known: Exceptions) -> Light:
    """Where an item stands on the ladder of warnings today."""
    if not rules_ladder.waits_for_unit(row.state, row.due_at, row.submitted_at):
        return Light.NONE
    due = row.due_at.astimezone(work.settings.zone).date()
    return rules_ladder.light(due, work.today, known, warn=days(campaign, "warn_before"), red=days(campaign, "red_after"))


def bars(lines: list[LedgerLine]) -> list[UnitBar]:
    """One bar for each department: the mean of its items' percents, a closed item being whole."""
    found: dict[str, list[LedgerLine]] = {}
    for line in lines:
        found.setdefault(line.unit_code, []).append(line)
    return [UnitBar(code, own[0].unit, len(own), sum(not one.item.open for one in own), sum(one.item.overdue for one in own),
                    sum(_percent(one) for one in own) // len(own), any(one.holds for one in own))
            for code, own in sorted(found.items())]


def _percent(line: LedgerLine) -> int:
    """Handed in is not yet done: an open item is never whole."""
    return 100 if not line.item.open else min(line.row.percent, 99)
