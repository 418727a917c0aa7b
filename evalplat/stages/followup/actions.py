"""Sending findings on, issuing the rectification notice, beginning and ending the follow-up."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Destination, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.people.turns import in_turn
from evalplat.workflow.stages import Stage

from . import actions_holds, queries, queries_notice, queries_waiting
from .forms import RouteForm
from .rules import REFERRAL_MEASURES, UNIT_MEASURES
from .tables import Advice, FindingRoute, Rectification, Referral


def refresh(work: Work, evaluation: Evaluation) -> None:
    """Bring the shared book of what waits, and the holds on the unit's requests, in line with the rows of this room."""
    work.session.flush()
    actions_holds.sync(work, evaluation.unit_id)
    wanted = {(one.act, one.key): one for one in queries_waiting.waiting(work, evaluation)}
    open_rows = {(row.act, row.key): row for row in progress.waiting(work, evaluation) if row.act in queries_waiting.ACTS}
    for act, key in open_rows.keys() - wanted.keys():
        progress.done(work, evaluation, act, key=key)
    for place, one in wanted.items():
        known = open_rows.get(place)
        if known is None or (known.href, known.due_at, known.params) != (one.href, one.due_at, one.params):
            progress.wait(work, evaluation, one.act, stage=Stage.FOLLOW_UP, href=one.href, key=one.key, due_at=one.due_at,
                          **one.params)


def open_room(work: Work, evaluation: Evaluation) -> None:
    """The result is final: findings wait to be sent on, or the director to say that there is nothing to rectify."""
    renew_draft(work, evaluation)
    refresh(work, evaluation)


def route(work: Work, evaluation: Evaluation, finding: Finding, form: RouteForm) -> None:
    """Send a confirmed finding on to one or two destinations."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, *queries.ROUTE_STATES)
    chosen = set(form.destinations)
    _check_route(work, locked, finding, form)
    findings.route(work, finding, sorted(chosen))
    _write_route(work, finding, form)
    if Destination.STUDY in chosen:
        _write_advice(work, finding, form)
    elif (old := work.session.get(Advice, finding.id)) is not None:
        work.session.delete(old)
    if Destination.REFER in chosen:
        _write_referral(work, finding, form)
    work.session.flush()
    renew_draft(work, locked)
    refresh(work, locked)


def _check_route(work: Work, evaluation: Evaluation, finding: Finding, form: RouteForm) -> None:
    chosen, errors = set(form.destinations), {}
    if not 1 <= len(chosen) <= 2:
        errors["destinations"] = N_("Choose one or two destinations.")
    early = evaluation.state in queries.URGENT_STATES and finding.severity != Severity.CRITICAL
    if early and Destination.REFER not in chosen:
        raise Refused(N_("Before the result is final only a critical finding is sent on, or a violation is handed over."))
    issued = any(row.finding_id == finding.id for row, _ in queries.items_of(work, evaluation))
    if issued and Destination.RECTIFY not in chosen:
        errors["destinations"] = N_("The rectification notice was issued; rectification cannot be taken back.")
    if Destination.RECTIFY in chosen and not form.requirement.strip():
        errors["requirement"] = N_("Say what the department must do.")
    if Destination.RECTIFY in chosen and form.measure not in UNIT_MEASURES:
        errors["measure"] = N_("Choose one of the options.")
    if Destination.STUDY in chosen and (form.advice_kind is None or not form.advice_text.strip()):
        errors["advice_text"] = N_("Say which adjustment should be studied, and why.")
    if Destination.REFER in chosen and not form.referral_reason.strip():
        errors["referral_reason"] = N_("Say what is handed over and why.")
    if Destination.REFER in chosen and form.referral_measure not in REFERRAL_MEASURES:
        errors["referral_measure"] = N_("Choose one of the options.")
    if errors:
        raise Invalid(errors)


def _write_route(work: Work, finding: Finding, form: RouteForm) -> None:
    row = work.session.get(FindingRoute, finding.id) or FindingRoute(
        finding_id=finding.id, office_id=work.office_id, evaluation_id=finding.evaluation_id, routed_at=work.now)
    row.requirement, row.measure, row.at_once = form.requirement.strip(), str(form.measure), form.at_once
    row.routed_by, row.routed_at = work.actor.user_id, work.now
    work.add(row)


def _write_advice(work: Work, finding: Finding, form: RouteForm) -> None:
    row = work.session.get(Advice, finding.id) or Advice(
        finding_id=finding.id, office_id=work.office_id, evaluation_id=finding.evaluation_id, kind="", text="")
    row.kind, row.text = str(form.advice_kind), form.advice_text.strip()
    work.add(row)


def _write_referral(work: Work, finding: Finding, form: RouteForm) -> None:
    row = work.session.get(Referral, finding.id) or Referral(
        finding_id=finding.id, office_id=work.office_id, evaluation_id=finding.evaluation_id, measure="", reason="")
    row.measure, row.reason = str(form.referral_measure), form.referral_reason.strip()
    work.add(row)
    # Nothing of this may stand beside the routing in the log: two neighbouring lines would tell what they both hide.
    for user_id in queries.directors(work):
        findings.name_reader(work, finding, user_id, "", audited=False)


def renew_draft(work: Work, evaluation: Evaluation) -> Document | None:
    """Make the proof of the notice anew; one that became empty is declared void. Its drafter is whoever sent the findings on."""
    rows, old = queries.to_issue(work, evaluation), queries_notice.draft_of(work, evaluation)
    if not rows:
        if old is not None:
            documents.void(work, old, reason="没有需要下达的整改事项。")  # zh: recorded
        return None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    document = documents.draft(work, "rectification_notice", queries_notice.notice_view(work, evaluation, rows),
                               title=queries_notice.notice_title(campaign), campaign=campaign, evaluation=evaluation, replaces=old)
    routes = queries.routes_of(work, evaluation)
    document.drafted_by = max((routes[row.id or 0] for row in rows), key=lambda one: one.routed_at).routed_by
    work.session.add(document)
    return document


def issue_notice(work: Work, evaluation: Evaluation, *, begin: bool = False) -> Document:
    """Issue the rectification notice: every item gets its number and its dates. ``begin`` starts the follow-up as well."""
    in_turn(work)
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, *queries.ROUTE_STATES)
    rows = queries.to_issue(work, locked)
    if not rows:
        raise Refused(N_("There is nothing to be rectified by the department."))
    routes = queries.routes_of(work, locked)
    if work.actor.user_id in {routes[row.id or 0].routed_by for row in rows}:
        raise Refused(N_("You sent the findings on yourself; somebody else issues the notice."))
    document = renew_draft(work, locked)
    assert document is not None
    documents.issue(work, document)
    _make_items(work, locked, rows, document)
    campaign, unit = moves.codes(work, locked)
    record(work, "rectification.issued", campaign=campaign, unit=unit, number=document.number, findings=[row.code for row in rows])
    refresh(work, locked)
    if begin:
        start(work, locked)
    return document


def _make_items(work: Work, evaluation: Evaluation, rows: list[Finding], document: Document) -> None:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    _, unit = moves.codes(work, evaluation)
    routes, year = queries.routes_of(work, evaluation), work.today.year
    for serial, row in enumerate(rows, queries.numbered(work, unit, year) + 1):
        written = routes[row.id or 0]
        due = queries_notice.due_of(work, campaign, row.severity, at_once=written.at_once)
        first = deadline(work, days(campaign, "first_step")) if row.severity == Severity.CRITICAL else None
        work.add(Rectification(
            office_id=work.office_id, evaluation_id=evaluation.id, finding_id=row.id, document_id=document.id,
            number=f"{year}-{unit}-{serial:02d}", requirement=written.requirement, measure=written.measure, at_once=written.at_once,
            issued_at=work.now, plan_due_at=min(queries_notice.plan_due(work, campaign), due), due_at=due, first_due_at=due,
            first_step_due_at=first))


def start(work: Work, evaluation: Evaluation) -> Evaluation:
    """Begin the follow-up: the notice is out, or there is nothing to rectify."""
    moved = moves.make(work, evaluation, "follow_up")
    refresh(work, moved)
    return moved


def close(work: Work, evaluation: Evaluation) -> Evaluation:
    """End the follow-up: everything is verified; a look back waits for the team."""
    moved = moves.make(work, evaluation, "close")
    refresh(work, moved)
    return moved

