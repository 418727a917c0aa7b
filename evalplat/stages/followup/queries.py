"""The rows of the follow-up, the facts of this room, and the hold on new requests of a late department."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from evalplat.campaigns import modes
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import Destination, FindingState, Severity
from evalplat.findings.queries import findings_of, read_by_actor, standing
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, Unit, User
from evalplat.workflow.machine import YES, Fact
from evalplat.workflow.stages import State

from . import rules
from .rules import ItemState
from .tables import (
    Advice,
    FindingRoute,
    LookBack,
    LookBackCheck,
    Proof,
    Rectification,
    Referral,
    Verification,
)

URGENT_STATES = (State.ACCEPTED, State.REVIEWED, State.SCORED, State.MODERATED, State.REPORTED, State.INFORMED, State.OBJECTED,
                 State.DECIDED)
"""Before the result is final only a critical finding is sent for rectification, and a referral never waits."""
ROUTE_STATES = (*URGENT_STATES, State.FINAL, State.FOLLOWING)
ITEM_STATES = (*ROUTE_STATES, State.CLOSED, State.LOOKED_BACK)

Pair = tuple[Rectification, Finding]


def base(work: Work, evaluation: Evaluation) -> str:
    """The address of this room for one unit."""
    campaign, unit = codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/follow-up"


def goes_to(finding: Finding, destination: Destination) -> bool:
    """Whether a finding was sent to a destination."""
    return destination in finding.destinations.split(",")


def items_of(work: Work, evaluation: Evaluation) -> list[Pair]:
    """Every rectification of an evaluation with its finding; one whose finding was withdrawn (by a decision) is over."""
    query = (select(Rectification, Finding).join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .where(Rectification.evaluation_id == evaluation.id, Finding.state != FindingState.WITHDRAWN)
             .order_by(col(Rectification.number)))
    return list(work.session.exec(query))


def numbered(work: Work, unit: str, year: int) -> int:
    """How many numbers of the ledger a unit was given in a year, withdrawn ones too: a number is never given twice."""
    query = select(func.count(col(Rectification.id))).where(
        Rectification.office_id == work.office_id, col(Rectification.number).startswith(f"{year}-{unit}-", autoescape=True))
    return work.session.exec(query).one()


def find_item(work: Work, evaluation: Evaluation, code: str) -> Pair | None:
    """One item by its finding's code, in small letters as addresses have it."""
    return next((pair for pair in items_of(work, evaluation) if pair[1].code.lower() == code.lower()), None)


def unrouted(work: Work, evaluation: Evaluation) -> list[Finding]:
    """Confirmed findings that nobody sent on yet."""
    return [row for row in standing(work, evaluation) if row.state == FindingState.CONFIRMED]


def routable(work: Work, evaluation: Evaluation) -> list[Finding]:
    """Findings whose destination can still be set: unrouted, or routed and neither issued nor restricted."""
    issued = {finding.id for _, finding in items_of(work, evaluation)}
    found = findings_of(work, evaluation, states=(FindingState.CONFIRMED, FindingState.ROUTED))
    return [row for row in found if row.id not in issued and not row.restricted]


def to_issue(work: Work, evaluation: Evaluation) -> list[Finding]:
    """What the next rectification notice will hold: before the result is final critical findings alone."""
    known = {finding.id for _, finding in items_of(work, evaluation)}
    early = evaluation.state in URGENT_STATES
    return [row for row in findings_of(work, evaluation, states=(FindingState.ROUTED,))
            if goes_to(row, Destination.RECTIFY) and row.id not in known
            and (not early or row.severity == Severity.CRITICAL)]


def routes_of(work: Work, evaluation: Evaluation) -> dict[int, FindingRoute]:
    """Finding → what was written when it was sent on."""
    query = select(FindingRoute).where(FindingRoute.evaluation_id == evaluation.id)
    return {row.finding_id: row for row in work.session.exec(query)}


def advices_of(work: Work, evaluation: Evaluation) -> list[tuple[Advice, Finding]]:
    """What the office studies."""
    query = (select(Advice, Finding).join(Finding, col(Finding.id) == col(Advice.finding_id))
             .where(Advice.evaluation_id == evaluation.id, Finding.state != FindingState.WITHDRAWN).order_by(col(Finding.code)))
    return list(work.session.exec(query))


def to_advise(work: Work, evaluation: Evaluation) -> list[tuple[Advice, Finding]]:
    """Studies that stand in no advice to the commission yet."""
    return [pair for pair in advices_of(work, evaluation) if pair[0].document_id is None and pair[0].state in rules.UNDECIDED]


def referrals_of(work: Work, evaluation: Evaluation) -> list[tuple[Referral, Finding]]:
    """Every referral, for rules that say nothing about them. Pages and deeds take ``my_referrals``."""
    query = (select(Referral, Finding).join(Finding, col(Finding.id) == col(Referral.finding_id))
             .where(Referral.evaluation_id == evaluation.id, Finding.state != FindingState.WITHDRAWN).order_by(col(Finding.code)))
    return list(work.session.exec(query))


def my_referrals(work: Work, evaluation: Evaluation) -> list[tuple[Referral, Finding]]:
    """Referrals that the acting person was named for."""
    rows = referrals_of(work, evaluation)
    known = read_by_actor(work) if rows else frozenset()
    return [pair for pair in rows if pair[1].id in known]


def directors(work: Work) -> list[int]:
    """Who heads the office in their own right: they set the list of those who may know of a referral."""
    query = (select(User.id).join(Membership, col(Membership.user_id) == col(User.id))
             .where(User.office_id == work.office_id, Membership.role == Role.DIRECTOR, col(User.active)).order_by(col(User.id)))
    return [user_id for user_id in work.session.exec(query) if user_id is not None]


def proofs_of(work: Work, row: Rectification) -> list[Proof]:
    """Files that the department handed in for the present round."""
    query = select(Proof).where(Proof.rectification_id == row.id, Proof.round == row.round, col(Proof.look_back).is_(False))
    return list(work.session.exec(query))


def verifications_of(work: Work, row: Rectification) -> list[Verification]:
    """Who verified the present submission."""
    query = select(Verification).where(Verification.rectification_id == row.id, Verification.submission == row.submissions)
    return list(work.session.exec(query.order_by(col(Verification.id))))


def look_back_of(work: Work, evaluation: Evaluation) -> LookBack | None:
    """The look back at this evaluation, if one was begun."""
    return work.session.get(LookBack, evaluation.id)


def checks_of(work: Work, evaluation: Evaluation) -> dict[int, LookBackCheck]:
    """Rectification → what the look back found."""
    query = select(LookBackCheck).where(LookBackCheck.evaluation_id == evaluation.id)
    return {row.rectification_id: row for row in work.session.exec(query)}


def overdue(row: Rectification, now: datetime) -> bool:
    """Whether an item is late at this moment."""
    return rules.is_overdue(row.state, row.due_at, submitted_at=row.submitted_at, now=now)


# --- facts ------------------------------------------------------------------------------------------------

def rectification_issued_or_none(work: Work, evaluation: Evaluation) -> Fact:
    """Every standing finding was sent on, and what the department rectifies stands in an issued notice."""
    href = base(work, evaluation)
    if count := len(unrouted(work, evaluation)):
        return Fact(False, N_("{count} findings were not sent on yet."), {"count": count}, f"{href}#routing")
    if count := len(to_issue(work, evaluation)):
        return Fact(False, N_("{count} findings are not in an issued rectification notice yet."), {"count": count}, f"{href}#notice")
    return YES


def findings_verified(work: Work, evaluation: Evaluation) -> Fact:
    """Nothing waits for a notice, every item is closed, every study has an outcome or a date. A referral blocks nothing."""
    href, campaign = base(work, evaluation), work.session.get_one(Campaign, evaluation.campaign_id)
    if campaign.kind == modes.REGISTER and work.today.year <= campaign.year:
        return Fact(False, N_("A year's register is closed when its year is over."), href=href)
    issued = rectification_issued_or_none(work, evaluation)
    if not issued.holds:
        return issued
    if count := sum(rules.is_open(row.state) for row, _ in items_of(work, evaluation)):
        return Fact(False, N_("{count} items are not rectified and verified yet."), {"count": count}, f"{href}#items")
    undecided = [row for row, _ in advices_of(work, evaluation) if row.state in rules.UNDECIDED and not (row.open_until or row.agenda_on)]
    if undecided:
        return Fact(False, N_("{count} findings under study have neither an outcome nor a date."), {"count": len(undecided)},
                    f"{href}#advice")
    return YES


def look_back_complete(work: Work, evaluation: Evaluation) -> Fact:
    """The sample was drawn, each drawn item looked at again, and the report written."""
    href = f"{base(work, evaluation)}#look-back"
    found = look_back_of(work, evaluation)
    if found is None:
        return Fact(False, N_("The items to look at again are not drawn yet."), href=href)
    checks = checks_of(work, evaluation)
    left = [row for row, _ in items_of(work, evaluation) if row.number in found.numbers and row.id not in checks]
    if left:
        return Fact(False, N_("{count} drawn items were not looked at again yet."), {"count": len(left)}, href)
    if not found.report:
        return Fact(False, N_("The report of the look back is not written yet."), href=href)
    return YES


# --- the hold on new requests -----------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Hold:
    """One overdue item that holds up new requests of its department until it is verified."""

    unit_code: str
    unit: str
    campaign: str
    code: str
    number: str
    title: str
    severity: str
    due_at: datetime
    href: str
    unit_id: int
    item_id: int
    round: int
    submitted_at: datetime | None


def holds(work: Work, unit: Unit) -> list[Hold]:
    """Why new requests of this department wait, over all campaigns; empty if nothing holds them up."""
    return _holds(work, Rectification.evaluation_id == Evaluation.id, Evaluation.unit_id == unit.id)


def holds_of_campaign(work: Work, campaign: Campaign) -> list[Hold]:
    """The same for every department of a campaign."""
    return _holds(work, Evaluation.campaign_id == campaign.id)


def all_holds(work: Work) -> list[Hold]:
    """The same for the whole office."""
    return _holds(work)


def _holds(work: Work, *where: object) -> list[Hold]:
    query = (select(Rectification, Finding, Unit, Campaign)
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
             .where(Rectification.office_id == work.office_id, Rectification.state != ItemState.CLOSED,
                    Finding.state != FindingState.WITHDRAWN, col(Finding.severity).in_(rules.HOLDING), *where)  # type: ignore[arg-type]
             .order_by(col(Rectification.due_at), col(Rectification.number)))
    return [Hold(unit.code, unit.short_name, campaign.title, finding.code, row.number, finding.title, finding.severity,
                 row.due_at, f"/c/{campaign.code}/u/{unit.code}/follow-up/items/{finding.code.lower()}", unit.id or 0, row.id or 0,
                 row.round, row.submitted_at)
            for row, finding, unit, campaign in work.session.exec(query) if overdue(row, work.now)]


def numbers(rows: Iterable[Pair]) -> dict[str, str]:
    """Item number → severity: what a look back draws from."""
    return {row.number: finding.severity for row, finding in rows}
