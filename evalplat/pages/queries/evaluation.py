"""One unit's file: team, timeline, findings, documents, and the peers that a score is compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import quantiles
from typing import Any

from sqlmodel import col, func, select

from evalplat.access.actor import Person
from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import seats
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation, Step, Team, Window
from evalplat.documents.queries import documents_of, readable
from evalplat.documents.tables import Document
from evalplat.findings.kinds import (
    CATEGORIES,
    DESTINATIONS,
    SEVERITIES,
    STATES,
    Destination,
    FindingState,
    Severity,
)
from evalplat.findings.queries import visible_findings
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import date_time
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.pages.labels import DOCUMENT_KINDS, DOCUMENT_STATES, MOVES, WINDOWS, text_of
from evalplat.people.tables import Unit
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import SideState

MIN_PEERS = 4
CAMPAIGN_LETTERS = ("notice", "supplementary_notice")
SEVERITY_KINDS = {Severity.MINOR: "mute", Severity.MAJOR: "warn", Severity.CRITICAL: "urgent"}
STEP_KINDS = {"submit": "action", "seal_review": "action", "approve_report": "action", "inform": "action", "object": "warn",
              "refuse_assessment": "warn", "return_once": "warn", "finalise": "ok", "close": "ok", "side_suspended": "urgent"}


@dataclass(frozen=True, slots=True)
class TeamView:
    """Who evaluates: the team's name, its lead, the others."""

    name: str
    lead: str
    members: tuple[str, ...]


def team_of(work: Work, evaluation: Evaluation) -> TeamView | None:
    """The unit's team."""
    team = work.session.get(Team, evaluation.team_id) if evaluation.team_id else None
    if team is None:
        return None
    people = [seat.user.name for seat in seats.of_unit(work, evaluation)]
    return TeamView(team.name, people[0] if people else "", tuple(people[1:]))


@dataclass(frozen=True, slots=True)
class Event:
    """One point of the timeline."""

    when: datetime
    title: str
    detail: str
    who: str
    kind: str
    href: str | None = None


def timeline_of(work: Work, evaluation: Evaluation) -> list[Event]:
    """Moves, extensions and issued documents, the newest first. A unit sees no name of the office's people."""
    inside = evaluation.unit_id not in getattr(work.actor, "unit_ids", ())
    steps = work.session.exec(select(Step).where(Step.evaluation_id == evaluation.id))
    events = [Event(step.at, text_of(MOVES, step.move), step.note if inside else "",
                    gettext(step.by_name) if inside else "", STEP_KINDS.get(step.move, "mute")) for step in steps]
    windows = work.session.exec(select(Window).where(Window.evaluation_id == evaluation.id))
    events += [_extension(work, row, evaluation) for row in windows if row.kind in WINDOWS]
    events += [Event(row.issued_at, gettext("{title} issued", title=row.title), row.number or "", "", "action",
                     f"/documents/{row.code}")
               for row in documents_of(work.session, evaluation) if row.issued_at and readable(work.session, work.actor, row)]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _extension(work: Work, row: Window, evaluation: Evaluation) -> Event:
    """One unit got more time for a part."""
    said = gettext("{window} extended to {day}", window=text_of(WINDOWS, row.kind), day=date_time(row.closes_at))
    return Event(_granted(work, row, evaluation), said, f"{row.document} {row.reason}", "", "warn")


def _granted(work: Work, row: Window, evaluation: Evaluation) -> datetime:
    """When an extension was granted: the log keeps the moment, the window only its ends."""
    campaign, unit = codes(work, evaluation)
    query = select(AuditEvent).where(AuditEvent.office_id == row.office_id, AuditEvent.event == "window.extended",
                                     AuditEvent.campaign == campaign, AuditEvent.unit == unit)
    moments = [event.at for event in work.session.exec(query) if json.loads(event.data).get("window") == row.kind]
    return max(moments, default=min(row.closes_at, max(row.opens_at, evaluation.entered_at)))


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as a line."""

    code: str
    title: str
    category: str
    category_label: str
    severity_label: str
    severity_kind: str
    state: str
    state_label: str
    destination_label: str


def finding_view(row: Finding) -> FindingView:
    """Keys become words."""
    going = gettext(", ").join(gettext(DESTINATIONS[Destination(key)]) for key in row.destinations.split(",") if key)
    return FindingView(row.code, row.title, row.category, text_of(CATEGORIES, row.category),
                       gettext(SEVERITIES[Severity(row.severity)]), SEVERITY_KINDS[Severity(row.severity)], row.state,
                       gettext(STATES[FindingState(row.state)]), going)


def findings_of(work: Work, evaluation: Evaluation) -> list[FindingView]:
    """What this person may see, without the withdrawn ones."""
    return [finding_view(row) for row in visible_findings(work, evaluation) if row.state != FindingState.WITHDRAWN]


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document of a list."""

    code: str
    title: str
    kind_label: str
    number: str
    state: str
    state_label: str
    at: datetime
    unit: str = ""


def document_line(row: Document, unit: str = "") -> DocumentLine:
    """Keys become words."""
    return DocumentLine(row.code, row.title, text_of(DOCUMENT_KINDS, row.kind), row.number or "", row.state,
                        text_of(DOCUMENT_STATES, row.state), row.issued_at or row.drafted_at, unit)


def documents_for(work: Work, person: Person, evaluation: Evaluation) -> list[DocumentLine]:
    """The unit's documents, the campaign's notice and what supplements it, as far as this person may read them."""
    told = select(Document).where(Document.campaign_id == evaluation.campaign_id, col(Document.evaluation_id).is_(None),
                                  col(Document.kind).in_(CAMPAIGN_LETTERS), Document.state != "void")
    rows = [*documents_of(work.session, evaluation), *work.session.exec(told.order_by(col(Document.id).desc()))]
    return [document_line(row) for row in rows if readable(work.session, person, row)]


@dataclass(frozen=True, slots=True)
class Range:
    """Where the middle half of the peers lies, and how many they are."""

    low: Decimal
    high: Decimal
    count: int


def peers_of(work: Work, evaluation: Evaluation) -> dict[str, Range]:
    """Block or leaf → the middle half of the same category's points in their newest frozen versions.

    Empty while fewer than four others are scored: a range of two or three would name them.
    """
    unit = work.session.get_one(Unit, evaluation.unit_id)
    newest: Any = (select(ResultVersion.evaluation_id, func.max(ResultVersion.version).label("version"))
                   .join(Evaluation, col(Evaluation.id) == col(ResultVersion.evaluation_id))
                   .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                   .where(Evaluation.campaign_id == evaluation.campaign_id, Evaluation.id != evaluation.id,
                          Unit.category == unit.category,
                          col(Evaluation.side).is_(None) | (col(Evaluation.side) == SideState.SUSPENDED))
                   .group_by(col(ResultVersion.evaluation_id)).subquery())
    texts = list(work.session.exec(select(ResultVersion.canonical).join(newest, (
        col(ResultVersion.evaluation_id) == newest.c.evaluation_id) & (col(ResultVersion.version) == newest.c.version))))
    return ranges([json.loads(text)["units"][0] for text in texts]) if len(texts) >= MIN_PEERS else {}


def ranges(units: Sequence[dict[str, Any]]) -> dict[str, Range]:
    """Quartiles of the points of every block and leaf that enough units were scored on. Pure."""
    points: dict[str, list[Decimal]] = {}
    for unit in units:
        for one in [*unit["nodes"], *unit["leaves"]]:
            if one["points"] is not None and one["state"] == "scored":
                points.setdefault(one["code"], []).append(Decimal(one["points"]))
    found = {}
    for code, values in points.items():
        if len(values) >= MIN_PEERS:
            low, _, high = quantiles(values, n=4, method="inclusive")
            found[code] = Range(low, high, len(values))
    return found
