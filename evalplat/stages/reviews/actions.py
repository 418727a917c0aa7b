"""The frame of a review: opened when the self-assessment is accepted, planned, recused from, and sealed for good."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import canonical
from evalplat.audit.log import record as audit
from evalplat.campaigns import modes, moves, progress, seats, teams, windows
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.workflow.stages import Stage, State

from . import actions_adjustments, actions_light, actions_scores, queries, queries_records, queries_scores
from . import actions_gate as gate
from .forms import NewAssessorForm, VisitForm
from .tables import FigureCheck, ReviewSeal, ReviewVisit

ACTS = ("keep_records", "score_blind", "mediate_score", "verify_figures", "confirm_finding", "propose_adjustment", "seal_review",
        "arrange_team")
"""What the seal ends. A proposed deduction or veto may still be answered and decided after it."""


def open_room(work: Work, evaluation: Evaluation) -> None:
    """The self-assessment is accepted, or refused for good: the team's work begins."""
    here, window = queries.base(work, evaluation), windows.window_for(work, evaluation, "review")
    due: datetime | None = window.closes_at if window else None
    if evaluation.mode == modes.LIGHT:
        actions_light.open_desk(work, evaluation, due_at=due)
        actions_adjustments.ask_about_earlier(work, evaluation)
        return
    for act, place in (("keep_records", "/review/records"), ("verify_figures", "/review/figures"), ("seal_review", "/review#seal")):
        progress.wait(work, evaluation, act, stage=Stage.REVIEW, href=f"{here}{place}", due_at=due)
    actions_scores.refresh_tasks(work, evaluation)
    actions_adjustments.ask_about_earlier(work, evaluation)


def plan_visit(work: Work, evaluation: Evaluation, form: VisitForm) -> ReviewVisit:
    """Say when and where the team comes. May be done before the window opens, and again when something changes."""
    locked = gate.going_on(work, evaluation)
    gate.visited(locked)
    gate.member(work, locked)
    window = windows.window_for(work, locked, "review")
    zone = work.settings.zone
    if window and not window.opens_at.astimezone(zone).date() <= form.date <= window.closes_at.astimezone(zone).date():
        raise Invalid({"date": N_("The visit must lie within the time of the on-site evaluation.")})
    row = queries.visit_of(work, locked) or ReviewVisit(
        evaluation_id=locked.id or 0, office_id=work.office_id, date=form.date, place="", planned_at=work.now)
    row.date, row.place, row.agenda = form.date, form.place, form.agenda
    row.planned_by, row.planned_at = work.actor.user_id, work.now
    work.add(row)
    campaign, unit = codes(work, locked)
    audit(work, "review.visit_planned", campaign=campaign, unit=unit, date=form.date)
    return row


def recuse(work: Work, evaluation: Evaluation, *, reason: str) -> None:
    """An assessor keeps away from this unit from now on. Their ratings count no more; the office is told."""
    locked = gate.going_on(work, evaluation)
    me = gate.member(work, locked)
    campaign, unit = codes(work, locked)
    audit(work, "review.recused", campaign=campaign, unit=unit, user=me.login, reason=reason.strip())
    teams.declare_interest(work, me.user_id, work.session.get_one(Unit, locked.unit_id), reason=reason)


def on_conflict(work: Work, evaluation: Evaluation, user: User) -> None:
    """Somebody of the team must keep away: while the review goes on their ratings count no more at once."""
    if evaluation.state == State.ACCEPTED:
        actions_scores.void_ratings(work, evaluation, user)
        actions_scores.refresh_tasks(work, evaluation)


def on_leaving(work: Work, evaluation: Evaluation, user: User) -> None:
    """Somebody left the team. Their ratings count no more; if the review was sealed with them, it is open again."""
    voided = actions_scores.void_ratings(work, evaluation, user)
    if evaluation.state == State.ACCEPTED:
        actions_scores.refresh_tasks(work, evaluation)
    elif voided:
        reopen(work, evaluation, note=user.name)


def reopen(work: Work, evaluation: Evaluation, *, note: str) -> None:
    """Ratings were withdrawn after the seal: another gives them again, then the review is sealed anew."""
    seal = queries.seal_of(work, evaluation)
    moved = moves.make(work, evaluation, "reopen_review", note=f"{note} {seal.hash if seal else ''}".strip())
    if seal is not None:
        work.session.delete(seal)
        work.session.flush()
    for row in progress.waiting(work, moved):
        if row.stage == Stage.REPORT:
            progress.done(work, moved, row.act, key=row.key)
    open_room(work, moved)


def add_assessor(work: Work, evaluation: Evaluation, form: NewAssessorForm) -> None:
    """Somebody takes a recused assessor's place, by a document. If the lead is gone, the new one leads."""
    locked = gate.going_on(work, evaluation)
    user = work.session.exec(select(User).where(User.office_id == work.office_id, User.login == form.login)).one_or_none()
    if user is None:
        raise Invalid({"login": N_("Choose an assessor who has no conflict with this department.")})
    near = [one for one in seats.of_unit(work, locked) if one.conflict]
    reason = near[0].why if near else gettext(N_("the team gets one more assessor"))
    try:
        seats.change(work, locked, leaves=near[0].user if near else None, joins=user, reason=reason, document=form.document)
    except Invalid as error:
        raise Invalid({"login": next(iter(error.errors.values()))}) from error
    campaign, unit = codes(work, locked)
    audit(work, "review.assessor_added", campaign=campaign, unit=unit, user=user.login, document=form.document)
    progress.done(work, locked, "arrange_team", key=near[0].user.login if near else "")
    actions_scores.refresh_tasks(work, locked)


def keep_team(work: Work, evaluation: Evaluation) -> None:
    """The office has seen the recusal and lets the others go on without this member."""
    locked = gate.going_on(work, evaluation)
    for seat in [one for one in seats.of_unit(work, locked) if one.conflict]:
        seats.change(work, locked, leaves=seat.user, joins=None, reason=seat.why, document="")


def seal_review(work: Work, evaluation: Evaluation) -> ReviewSeal:
    """Finish the review. Afterwards nothing in this room changes; the seal's hash says what it was."""
    locked = gate.going_on(work, evaluation)
    gate.sealer(work, locked)
    moved = moves.make(work, locked, "seal_review")
    content = sealed_content(work, moved)
    seal: ReviewSeal = work.add(ReviewSeal(
        evaluation_id=moved.id or 0, office_id=work.office_id, records=len(content["records"]),
        hash=hashlib.sha256(canonical(content).encode()).hexdigest(), sealed_by=work.actor.user_id,
        by_name=work.actor.name, sealed_at=work.now))
    for row in progress.waiting(work, moved):
        if row.act in ACTS:
            progress.done(work, moved, row.act, key=row.key)
    campaign, unit = codes(work, moved)
    audit(work, "review.sealed", campaign=campaign, unit=unit, records=seal.records, hash=seal.hash)
    return seal


def sealed_content(work: Work, evaluation: Evaluation) -> dict[str, list[Any]]:
    """Everything of this room in a fixed order and without row ids: what the seal's hash is taken over."""
    logins = {user.id: user.login for user in work.session.exec(select(User).where(User.office_id == work.office_id))}
    files = queries_records.files_of(work, evaluation)
    rows = queries_records.records_of(work, evaluation)
    numbers = {row.id: row.code for row in rows}
    figures = work.session.exec(select(FigureCheck).where(FigureCheck.evaluation_id == evaluation.id).order_by(
        col(FigureCheck.field), col(FigureCheck.row_key)))
    desk = queries.desk_check_of(work, evaluation)
    more: dict[str, list[Any]] = {"desk": [[desk.text, desk.by_name, desk.checked_at]]} if desk else {}
    if evaluation.places:
        more["places"] = [[row.code, row.visited] for row in rows if row.visited]
    return more | {
        "records": [[row.code, row.method, row.held_on, row.starts, row.ends, row.place, row.assessors, row.participants,
                     row.content, numbers.get(row.corrects_id, ""), row.signing, row.signed_by, row.signed_pages,
                     row.refused_reason, logins.get(row.created_by), row.created_at] for row in rows],
        "files": [[numbers.get(link.record_id, ""), link.check_code, file.name, file.sha256] for link, file in files],
        "checks": [[row.code, row.answer, row.note, logins.get(row.by_user_id), row.at]
                   for _, row in sorted(queries_records.answers_of(work, evaluation).items())],
        "ratings": [[leaf, logins.get(row.user_id), row.level, row.note, row.evidence]
                    for leaf, found in sorted(queries_scores.ratings_of(work, evaluation).items()) for row in found],
        "figures": [[row.field, row.row_key, row.changed, row.reason, row.evidence] for row in figures],
    }
