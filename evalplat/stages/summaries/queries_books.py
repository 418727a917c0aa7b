"""Gathering the rows of a campaign in a dozen queries, however many units it has; or reading them from the snapshot."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import col, func, select

from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Evaluation, Team, TeamMember
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import STANDING
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import local
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.workflow.stages import State, at_least

from .rules_books import (
    AdviceRow,
    Books,
    ContestedRow,
    FileRow,
    FindingRow,
    Handling,
    ItemRow,
    LetterRow,
    ObjectionRow,
    PersonRow,
    RecordRow,
    SurveyRow,
    UnitRow,
)
from .tables import Snapshot

OWN_PAPERS = ("document",)
"""Purposes of stored files that the platform made itself."""
LETTERS = ("notice", "feedback_letter", "review_decision", "rectification_notice")
MOST_KEPT = 4000
_parsed: OrderedDict[str, Figures] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Figures:
    """What a frozen result says by code, as per cent of the full mark."""

    blocks: Mapping[str, Decimal | None]
    leaves: Mapping[str, Decimal]
    vetoed: bool


@lru_cache(maxsize=1)
def _adapters() -> tuple[TypeAdapter[Books], TypeAdapter[Handling], TypeAdapter[list[UnitRow]]]:
    return TypeAdapter(Books), TypeAdapter(Handling), TypeAdapter(list[UnitRow])


def books_of(work: Work, campaign: Campaign) -> Books:
    """The rows as they count now: from the snapshot once there is one, the handling live until the report is issued."""
    fixed = work.session.get(Snapshot, campaign.id)
    if fixed is None or "books" not in fixed.data:
        return gather(work, campaign, ranks={row["unit"]: row for row in fixed.data["units"]} if fixed else {})
    books, handling, _ = _adapters()
    later = handling.validate_python(fixed.handling) if fixed.handling else gather_handling(work, campaign)
    return books.validate_python(fixed.data["books"]).with_handling(later)


def units_of(work: Work, campaign: Campaign) -> tuple[UnitRow, ...]:
    """The units of a concluded campaign alone."""
    fixed = work.session.get(Snapshot, campaign.id)
    if fixed is None or "books" not in fixed.data:
        return books_of(work, campaign).units
    return tuple(_adapters()[2].validate_python(fixed.data["books"]["units"]))


def frozen(books: Books) -> dict[str, Any]:
    """Rows as plain values for the snapshot."""
    data: dict[str, Any] = _adapters()[0].dump_python(books, mode="json")
    return data


def frozen_handling(later: Handling) -> dict[str, Any]:
    """The same for the handling."""
    data: dict[str, Any] = _adapters()[1].dump_python(later, mode="json")
    return data


def gather(work: Work, campaign: Campaign, *, ranks: Mapping[str, Mapping[str, Any]]) -> Books:
    """The rows as they stand; ``ranks``: unit → rank, of, tied and grade of the conclusion."""
    query: Any = (select(Evaluation, Unit, Team.name).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .outerjoin(Team, col(Team.id) == col(Evaluation.team_id))
                  .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
    found = list(work.session.exec(query))
    codes = {evaluation.id: unit.code for evaluation, unit, _ in found}
    later = gather_handling(work, campaign, codes=codes)
    versions = _latest(work, list(codes))
    figures = _figures(work, list(versions.values()))
    told: dict[str, int] = {}
    for one in later.findings:
        told[one.unit] = told.get(one.unit, 0) + one.told
    units = tuple(_unit(evaluation, unit, team or "", version=versions.get(evaluation.id), figures=figures,
                        ranked=ranks.get(unit.code, {}), findings=told.get(unit.code, 0)) for evaluation, unit, team in found)
    return Books(units=units, findings=later.findings, items=later.items, advice=later.advice, letters=later.letters,
                 surveys=_surveys(work, campaign, codes), files=_files(work, codes), people=_people(work, campaign),
                 **_borrowed(work, campaign, codes))


def gather_handling(work: Work, campaign: Campaign, *, codes: Mapping[int | None, str] | None = None) -> Handling:
    """Where the findings go, the ledger, the studies and the letters."""
    known = codes if codes is not None else codes_of(work, campaign)
    findings = list(work.session.exec(select(Finding).where(
        col(Finding.evaluation_id).in_(list(known)), col(Finding.state).in_(list(STANDING)))
        .order_by(col(Finding.evaluation_id), col(Finding.code))))
    of = {row.id: row for row in findings}
    items = [_item(known, row, of.get(row.finding_id)) for row in lent.borrow(work, lent.Rectified, [campaign])]
    advice = [_study(known, row, of.get(row.finding_id)) for row in lent.borrow(work, lent.Advised, [campaign])]
    return Handling(tuple(_by_unit(_finding(known, row) for row in findings)), tuple(items), tuple(_by_unit(advice)),
                    _letters(work, campaign, known))


def codes_of(work: Work, campaign: Campaign) -> dict[int | None, str]:
    """Evaluation → code of its unit."""
    query = select(Evaluation.id, Unit.code).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
    return dict(work.session.exec(query.where(Evaluation.campaign_id == campaign.id)).all())


def _by_unit(rows: Any) -> list[Any]:
    """In an order that no database decides."""
    return sorted(rows, key=lambda row: (row.unit, getattr(row, "code", "")))


def _finding(codes: Mapping[int | None, str], row: Finding) -> FindingRow:
    destinations = tuple(one for one in row.destinations.split(",") if one)
    return FindingRow(codes[row.evaluation_id], row.code, row.category, row.severity, destinations, row.state, row.title)


def _item(codes: Mapping[int | None, str], row: lent.Rectified, finding: Finding | None) -> ItemRow:
    return ItemRow(codes[row.evaluation_id], row.number, finding.code if finding else "", finding.title if finding else row.requirement,
                   finding.severity if finding else "", row.state, row.state_label, row.open, row.overdue, row.holds,
                   local(row.due_at).date(), local(row.closed_at).date() if row.closed_at else None, row.notice)


def _study(codes: Mapping[int | None, str], row: lent.Advised, finding: Finding | None) -> AdviceRow:
    return AdviceRow(codes[row.evaluation_id], finding.code if finding else "", row.kind, row.kind_label, row.state, row.state_label,
                     row.text, row.document, row.posts)


def _letters(work: Work, campaign: Campaign, codes: Mapping[int | None, str]) -> tuple[LetterRow, ...]:
    query = select(Document.evaluation_id, Document.kind, Document.number, Document.issued_at).where(
        Document.campaign_id == campaign.id, Document.state == "issued", col(Document.kind).in_(LETTERS),
        col(Document.evaluation_id).is_not(None)).order_by(col(Document.number))
    return tuple(LetterRow(codes[evaluation], kind, number or "", local(at).date())
                 for evaluation, kind, number, at in work.session.exec(query) if at and evaluation in codes)


def _latest(work: Work, ids: Sequence[int | None]) -> dict[int, Any]:
    """Evaluation → the newest frozen version without its long text."""
    table = ResultVersion
    query: Any = select(table.evaluation_id, table.id, table.version, table.hash, table.total, table.grade, table.score_x,
                        table.score_y, table.marks).where(col(table.evaluation_id).in_(ids)).order_by(col(table.version))
    return {row.evaluation_id: row for row in work.session.exec(query)}


def _figures(work: Work, versions: Sequence[Any]) -> dict[str, Figures]:
    """Hash → figures. A hash names its content, so what was read once is never stale."""
    missing = [row.id for row in versions if row.hash not in _parsed]
    if missing:
        query = select(ResultVersion.hash, ResultVersion.canonical).where(col(ResultVersion.id).in_(missing))
        for digest, canonical in work.session.exec(query):
            _parsed[digest] = _read(json.loads(canonical)["units"][0])
        while len(_parsed) > MOST_KEPT:
            _parsed.popitem(last=False)
    return {row.hash: _parsed[row.hash] for row in versions if row.hash in _parsed}


def _read(unit: Mapping[str, Any]) -> Figures:
    leaves = {}
    for leaf in unit["leaves"]:
        full = Decimal(leaf["effective_max"])
        if leaf["state"] == "scored" and leaf["points"] is not None and full:
            leaves[leaf["code"]] = (Decimal(leaf["points"]) * 100 / full).quantize(Decimal("0.01"))
    blocks = {node["code"]: None if node["percent"] is None else Decimal(node["percent"]) for node in unit["nodes"]}
    return Figures(blocks, leaves, bool(unit["vetoes"]))


def _unit(evaluation: Evaluation, unit: Unit, team: str, *, version: Any, figures: Mapping[str, Figures],
          ranked: Mapping[str, Any], findings: int) -> UnitRow:
    final = at_least(evaluation.state, State.FINAL)
    known = figures.get(version.hash) if version is not None and final else None
    return UnitRow(
        unit.code, unit.name, unit.category, evaluation.state, final, evaluation.side, team, version.version if version else None,
        version.total if version else None, version.score_x if version else None, version.score_y if version else None,
        ranked.get("grade") or (version.grade if version else None), ranked.get("rank"), ranked.get("of", 0), bool(ranked.get("tied")),
        findings, tuple(version.marks) if version else (), known.blocks if known else {}, known.leaves if known else {},
        known.vetoed if known else False, ranked.get("last"))


def _surveys(work: Work, campaign: Campaign, codes: Mapping[int | None, str]) -> tuple[SurveyRow, ...]:
    """What the results rest on; the survey room adds how many answered and how sure the score is."""
    query: Any = select(LedgerEntry.evaluation_id, LedgerEntry.key, LedgerEntry.value).where(
        col(LedgerEntry.evaluation_id).in_(list(codes)), col(LedgerEntry.key).startswith("survey:"),
        col(LedgerEntry.withdrawn_at).is_(None)).order_by(col(LedgerEntry.id))
    rows = list(work.session.exec(query))
    beside = {(row.evaluation_id, row.group): row for row in lent.borrow(work, lent.Surveyed, [campaign])} if rows else {}
    found: dict[tuple[str, str], SurveyRow] = {}
    for evaluation, key, value in rows:
        group = key.partition(":")[2]
        more = beside.get((evaluation, group))
        score, n = value.get("score"), int(value.get("n") or 0)
        found[codes[evaluation], group] = SurveyRow(codes[evaluation], group, max(n, more.answered if more else 0), n,
                                                    None if score is None else Decimal(score), more.half if more else None)
    return tuple(found[key] for key in sorted(found))


def _files(work: Work, codes: Mapping[int | None, str]) -> tuple[FileRow, ...]:
    query = select(StoredFile.evaluation_id, func.count(col(StoredFile.id))).where(
        col(StoredFile.evaluation_id).in_(list(codes)), col(StoredFile.removed_at).is_(None),
        col(StoredFile.purpose).not_in(OWN_PAPERS)).group_by(col(StoredFile.evaluation_id))
    return tuple(sorted((FileRow(codes[evaluation], n) for evaluation, n in work.session.exec(query)), key=lambda row: row.unit))


def _people(work: Work, campaign: Campaign) -> tuple[PersonRow, ...]:
    """Everybody with a seat in a team that evaluates somebody, once."""
    teams = select(col(Evaluation.team_id)).where(Evaluation.campaign_id == campaign.id)
    query = (select(User.login, User.name, Team.name, TeamMember.lead).join(TeamMember, col(TeamMember.user_id) == col(User.id))
             .join(Team, col(Team.id) == col(TeamMember.team_id)).where(col(Team.id).in_(teams)).order_by(col(Team.code), col(User.login)))
    found: dict[str, PersonRow] = {}
    for login, name, team, lead in work.session.exec(query):
        found.setdefault(login, PersonRow(name, team, lead))
    return tuple(found.values())


def _borrowed(work: Work, campaign: Campaign, codes: Mapping[int | None, str]) -> dict[str, Any]:
    objections = [ObjectionRow(codes[row.evaluation_id], row.attempt, row.state, local(row.filed_at).date(),
                               local(row.ended_at).date() if row.ended_at else None, row.document, row.items)
                  for row in lent.borrow(work, lent.Objected, [campaign])]
    contested = [ContestedRow(codes[row.evaluation_id], row.attempt, row.number, row.subject, row.code, row.decision)
                 for row in lent.borrow(work, lent.Contested, [campaign])]
    records = [RecordRow(codes[row.evaluation_id], row.code, row.method, row.label, row.held_on, row.people)
               for row in lent.borrow(work, lent.Recorded, [campaign])]
    return {"objections": tuple(_by_unit(objections)), "contested": tuple(contested), "records": tuple(_by_unit(records))}
