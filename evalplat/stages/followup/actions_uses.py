"""What became of studies: the agenda, the approval's number written back, the advice as a document, its effect a year later."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import moves
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import calendar_deadline

from . import actions, actions_joint, queries, queries_letters
from .forms import AdviceForm, FollowForm
from .rules import UNDECIDED, AdviceState
from .tables import Advice

ADOPTED = (AdviceState.ADOPTED, AdviceState.PARTLY)


def record_advice(work: Work, evaluation: Evaluation, item: tuple[Advice, Finding], form: AdviceForm) -> None:
    """Write down what became of an advice: until when it stays open, when the commission takes it up, or what it decided."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    row, finding = item
    _check(form)
    row.state, row.outcome, row.document = str(form.state), form.outcome.strip(), form.document.strip()
    row.open_until = form.open_until if form.state == AdviceState.OPEN else None
    row.agenda_on = form.agenda_on or (row.agenda_on if form.state != AdviceState.OPEN else None)
    row.recorded_by, row.recorded_at = work.actor.name, work.now
    campaign_row = work.session.get_one(Campaign, evaluation.campaign_id)
    row.follow_due_at = calendar_deadline(work, days(campaign_row, "advice_follow")) if form.state in ADOPTED else None
    work.add(row)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "advice.recorded", campaign=campaign, unit=unit, finding=finding.code, state=row.state)
    if form.state not in UNDECIDED:
        actions_joint.settle(work, finding)
    actions.refresh(work, evaluation)


def _check(form: AdviceForm) -> None:
    errors = {}
    if form.state == AdviceState.OPEN and form.open_until is None:
        errors["open_until"] = N_("Say until when it stays open.")
    if form.state == AdviceState.AGENDA and form.agenda_on is None:
        errors["agenda_on"] = N_("Say when the commission takes it up.")
    if form.state not in UNDECIDED and not form.outcome.strip():
        errors["outcome"] = N_("Say what was decided.")
    if form.state in ADOPTED and not form.document.strip():
        errors["document"] = N_("Write the number of the approval.")
    if errors:
        raise Invalid(errors)


def issue_advice(work: Work, evaluation: Evaluation) -> Document:
    """Issue the advice on the establishment for everything under study that no advice names yet; internal to the office."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, *queries.ITEM_STATES)
    pairs = queries.to_advise(work, locked)
    if not pairs:
        raise Refused(N_("Every study stands in an advice already."))
    routes = queries.routes_of(work, locked)
    drafter = max((routes[finding.id or 0] for _, finding in pairs), key=lambda one: one.routed_at).routed_by
    if drafter == work.actor.user_id:
        raise Refused(N_("You proposed the studies yourself; somebody else issues the advice."))
    campaign = work.session.get_one(Campaign, locked.campaign_id)
    view = queries_letters.advice_letter(work, locked, pairs)
    document = documents.draft(work, "establishment_advice", view, title=view.title, campaign=campaign, evaluation=locked)
    document.drafted_by = drafter
    documents.issue(work, document)
    for row, _ in pairs:
        row.document_id = document.id
        work.add(row)
    code, unit = moves.codes(work, locked)
    record(work, "advice.issued", campaign=code, unit=unit, number=document.number, findings=[one.code for _, one in pairs])
    actions.refresh(work, locked)
    return document


def follow_advice(work: Work, evaluation: Evaluation, item: tuple[Advice, Finding], form: FollowForm) -> None:
    """A year after the adoption: what the adjustment brought."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    row, finding = item
    if row.follow_due_at is None:
        raise Refused(N_("Nothing was adopted, so there is no effect to look at."))
    if row.followed_at is not None:
        raise Refused(N_("The effect was looked at already."))
    row.followed_at, row.followed_by, row.follow_result = work.now, work.actor.name, form.result
    work.add(row)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "advice.followed", campaign=campaign, unit=unit, finding=finding.code)
    actions.refresh(work, evaluation)
