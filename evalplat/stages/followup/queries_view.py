"""The follow-up of one unit as its page shows it; studies and referrals only for whom they are meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Evaluation
from evalplat.documents.queries import documents_of
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import CATEGORIES, OTHER_SOURCES, SEVERITIES, FindingState, Severity, source_text
from evalplat.findings.queries import readers_of, siblings
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User

from . import queries, queries_notice, queries_register, rules
from .rules import AdviceKind, AdviceState, ItemState, Measure, Outcome
from .tables import Advice, FindingPaper, FindingRoute, LookBackCheck, Rectification

SEVERITY_KINDS = {"minor": "mute", "major": "warn", "critical": "urgent"}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item in a list. ``clock``: whether the time left or lost is worth saying (not while it waits for others)."""

    code: str
    number: str
    title: str
    severity: str
    severity_kind: str
    state: str
    state_kind: str
    percent: int
    due_at: datetime
    open: bool
    overdue: bool
    clock: bool
    href: str
    outcome: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file, ready for ``file_list``."""

    id: str
    name: str
    href: str
    size: int


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One finding that is to be sent on, with what was chosen so far. ``early``: only because it cannot wait."""

    code: str
    slug: str
    title: str
    description: str
    basis: str
    category: str
    severity: str
    severity_kind: str
    early: bool
    routed: bool
    source: str
    document: str
    papers: tuple[FileLine, ...]
    joint: str
    others: tuple[str, ...]
    names_shown: bool
    values: dict[str, str]
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One study."""

    code: str
    slug: str
    title: str
    kind: str
    text: str
    state: str
    state_label: str
    outcome: str
    document: str
    open_until: date | None
    agenda_on: date | None
    letter: str
    follow_due_at: datetime | None
    followed_at: datetime | None
    followed_by: str
    follow_result: str
    recorded_by: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral."""

    code: str
    slug: str
    title: str
    description: str
    severity: str
    measure: str
    reason: str
    letter: str
    receipt: str
    received_on: date | None
    outcome: str
    transfer: bool
    document: str
    readers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One rectification notice."""

    code: str
    number: str | None
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookBackView:
    """What was drawn, from how many, and what is written so far."""

    drawn_at: datetime
    drawn_by: str
    seed: str
    share: str
    drawn: int
    left: int
    numbers: tuple[str, ...]
    population: tuple[tuple[str, str], ...]
    again: str
    report: str
    reported_by: str
    reported_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """The whole page. ``referrals`` is None for everybody who must not know whether there are any."""

    state: str
    holds: tuple[queries.Hold, ...]
    items: tuple[ItemLine, ...]
    to_receive: int
    routing: tuple[RouteLine, ...]
    draft: NoticeLine | None
    to_issue: int
    unrouted: int
    notices: tuple[NoticeLine, ...]
    advices: tuple[AdviceLine, ...]
    to_advise: int
    referrals: tuple[ReferralLine, ...] | None
    look_back: LookBackView | None
    nothing: bool


def follow_up(work: Work, evaluation: Evaluation) -> FollowUpView:
    """Everything on the page that ``work.actor`` may see."""
    pairs = queries.items_of(work, evaluation)
    inside = may(work.actor, Act.SEE_SUMMARY, evaluation)
    routes = may(work.actor, Act.ROUTE_FINDING, evaluation) or may(work.actor, Act.ISSUE_RECTIFICATION, evaluation)
    draft = queries_notice.draft_of(work, evaluation) if routes else None
    unit = work.session.get_one(Unit, evaluation.unit_id)
    issued = [one for one in documents_of(work.session, evaluation, kind="rectification_notice") if one.state == "issued"]
    routing = _routing(work, evaluation) if may(work.actor, Act.ROUTE_FINDING, evaluation) else ()
    return FollowUpView(
        state=evaluation.state, holds=tuple(queries.holds(work, unit)), items=tuple(item_lines(work, evaluation, pairs)),
        to_receive=sum(row.state == ItemState.ISSUED for row, _ in pairs), routing=routing,
        draft=NoticeLine(draft.code, draft.number, None) if draft else None,
        to_issue=len(queries.to_issue(work, evaluation)) if routes else 0,
        unrouted=len(queries.unrouted(work, evaluation)) if routes else 0,
        notices=tuple(NoticeLine(one.code, one.number, one.issued_at) for one in issued),
        advices=tuple(_advice(work, *pair) for pair in queries.advices_of(work, evaluation)) if inside else (),
        to_advise=len(queries.to_advise(work, evaluation)) if inside else 0,
        referrals=_referrals(work, evaluation), look_back=_look_back(work, evaluation),
        nothing=not pairs and not (routes and (routing or draft)))


def item_lines(work: Work, evaluation: Evaluation, pairs: list[queries.Pair]) -> list[ItemLine]:
    """Items in their order."""
    href, checks, drawn = queries.base(work, evaluation), queries.checks_of(work, evaluation), queries.look_back_of(work, evaluation)
    numbers = drawn.numbers if drawn else []
    return [item_line(row, finding, href=href, now=work.now, check=checks.get(row.id or 0), drawn=row.number in numbers)
            for row, finding in pairs]


def item_line(row: Rectification, finding: Finding, *, href: str, now: datetime, check: LookBackCheck | None,
              drawn: bool) -> ItemLine:
    """One item, in words."""
    state, late, going = ItemState(row.state), queries.overdue(row, now), rules.is_open(row.state)
    return ItemLine(
        code=finding.code, number=row.number, title=finding.title, severity=gettext(SEVERITIES[Severity(finding.severity)]),
        severity_kind=SEVERITY_KINDS[finding.severity], state=gettext(rules.STATES[state]), state_kind=rules.STATE_KINDS[state],
        percent=row.percent, due_at=row.due_at, open=going, overdue=late, clock=going and (late or now <= row.due_at),
        href=f"{href}/items/{finding.code.lower()}", outcome=gettext(rules.OUTCOMES[Outcome(check.outcome)]) if check else "",
        drawn=drawn)


def _routing(work: Work, evaluation: Evaluation) -> tuple[RouteLine, ...]:
    if evaluation.side or evaluation.state not in queries.ROUTE_STATES:
        return ()
    routes = queries.routes_of(work, evaluation)
    advices = {row.finding_id: row for row, _ in queries.advices_of(work, evaluation)}
    rows, here = queries.routable(work, evaluation), queries.base(work, evaluation)
    papers = queries_register.papers_of(work, [row.id or 0 for row in rows])
    return tuple(_route_line(work, evaluation, row, route=routes.get(row.id or 0), advice=advices.get(row.id or 0), papers=tuple(
        FileLine(file.code, file.name, f"{here}/papers/{file.code}", file.size) for file in papers.get(row.id or 0, ())))
        for row in rows)


def _route_line(work: Work, evaluation: Evaluation, row: Finding, *, route: FindingRoute | None, advice: Advice | None,
                papers: tuple[FileLine, ...]) -> RouteLine:
    values = {"requirement": route.requirement if route else row.requirement, "measure": route.measure if route else Measure.ORDER,
              "at_once": "1" if route and route.at_once else "", "advice_kind": advice.kind if advice else "",
              "advice_text": advice.text if advice else ""}
    return RouteLine(
        row.code, row.code.lower(), row.title, row.description, row.basis, gettext(CATEGORIES.get(row.category, row.category)),
        gettext(SEVERITIES[Severity(row.severity)]), SEVERITY_KINDS[row.severity], evaluation.state in queries.URGENT_STATES,
        row.state == FindingState.ROUTED, gettext(source_text(row.source)) if row.source in OTHER_SOURCES else "", row.document, papers,
        row.joint, tuple(unit.short_name for _, _, unit in siblings(work, row)), row.joint_names, values,
        tuple(d for d in row.destinations.split(",") if d))


def find_paper(work: Work, evaluation: Evaluation, code: str) -> StoredFile | None:
    """A paper of another source about a finding of this evaluation."""
    query = (select(StoredFile).join(FindingPaper, col(FindingPaper.file_id) == col(StoredFile.id))
             .join(Finding, col(Finding.id) == col(FindingPaper.finding_id))
             .where(Finding.evaluation_id == evaluation.id, StoredFile.code == code, col(StoredFile.removed_at).is_(None)))
    return work.session.exec(query).first()


def _letter_code(work: Work, document_id: int | None) -> str:
    return work.session.get_one(Document, document_id).code if document_id else ""


def _advice(work: Work, row: Advice, finding: Finding) -> AdviceLine:
    return AdviceLine(
        finding.code, finding.code.lower(), finding.title, gettext(rules.ADVICE_KINDS[AdviceKind(row.kind)]), row.text, row.state,
        gettext(rules.ADVICE_STATES[AdviceState(row.state)]), row.outcome, row.document, row.open_until, row.agenda_on,
        _letter_code(work, row.document_id), row.follow_due_at, row.followed_at, row.followed_by, row.follow_result, row.recorded_by,
        row.recorded_at)


def _referrals(work: Work, evaluation: Evaluation) -> tuple[ReferralLine, ...] | None:
    """For the named alone; None for everybody else, as if there were none."""
    pairs = queries.my_referrals(work, evaluation)
    if not pairs:
        return None
    return tuple(ReferralLine(
        finding.code, finding.code.lower(), finding.title, finding.description, gettext(SEVERITIES[Severity(finding.severity)]),
        gettext(rules.MEASURES[Measure(row.measure)]), row.reason, row.letter, row.receipt, row.received_on, row.outcome,
        row.measure == Measure.TRANSFER, _letter_code(work, row.document_id), _readers(work, finding))
        for row, finding in pairs)


def _readers(work: Work, finding: Finding) -> tuple[tuple[str, str], ...]:
    users = [work.session.get_one(User, one.user_id) for one in readers_of(work, finding)]
    return tuple((user.login, user.name) for user in users)


def _look_back(work: Work, evaluation: Evaluation) -> LookBackView | None:
    row = queries.look_back_of(work, evaluation)
    if row is None:
        return None
    checks = queries.checks_of(work, evaluation)
    left = sum(item.number in row.numbers and item.id not in checks for item, _ in queries.items_of(work, evaluation))
    return LookBackView(row.drawn_at, row.drawn_by, row.seed, row.share, len(row.numbers), left, tuple(row.numbers),
                        tuple((number, gettext(SEVERITIES[Severity(key)])) for number, key in sorted(row.population.items())),
                        rules.draw_again(row.population, row.numbers, seed=row.seed), row.report, row.reported_by, row.reported_at)
