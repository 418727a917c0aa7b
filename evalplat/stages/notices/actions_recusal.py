"""A unit asks that somebody of its team keeps away: within days of the receipt, signed by its head, decided with a letter."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress, seats, teams
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.documents.plain import issue_letter, letter
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.formats import full_date, zh_date
from evalplat.kernel.i18n import N_, speaking
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.people.tables import Unit, User
from evalplat.workflow.stages import Stage

from . import queries_recusal as queries
from .forms_recusal import ChangeForm, DecisionForm, GiveForm, RecusalForm
from .tables import RecusalRequest

OPEN = ("drafted", "signed")


def ask(work: Work, evaluation: Evaluation, form: RecusalForm, *, sign_now: bool = False) -> RecusalRequest:
    """Write the request; it waits for the department's head, or is signed at once by who is the head."""
    locked, last = _in_time(work, evaluation)
    user = _member(work, locked, form.login)
    rows = queries.requests_of(work, locked)
    row = next((one for one in rows if one.user_id == user.id and one.state == "drafted"), None)
    if row is None and any(one.user_id == user.id and one.state in (*OPEN, "refused") for one in rows):
        raise Refused(N_("The department has asked about {name} already."), name=user.name)
    row = row or RecusalRequest(office_id=work.office_id, evaluation_id=locked.id or 0, number=len(rows) + 1, user_id=user.id or 0,
                                reason="", drafted_by="", drafted_at=work.now)
    row.reason, row.drafted_by, row.drafted_at = form.reason.strip(), work.actor.name, work.now
    work.add(row)
    campaign, unit = moves.codes(work, locked)
    record(work, "recusal.asked", campaign=campaign, unit=unit, user=user.login, reason=row.reason)
    if sign_now:
        return sign(work, locked, row)
    progress.wait(work, locked, "sign_recusal", stage=Stage.NOTICE, key=str(row.number), name=user.name, due_at=last,
                  href=f"/c/{campaign}/u/{unit}/team#request-{row.number}")
    return row


def sign(work: Work, evaluation: Evaluation, row: RecusalRequest) -> RecusalRequest:
    """The head signs: from now on the office decides within its days."""
    locked, _ = _in_time(work, evaluation)
    work.session.refresh(row, with_for_update=True)
    if row.state != "drafted":
        raise Refused(N_("This request was signed already, or is over."))
    row.state, row.signed_by, row.signed_at = "signed", work.actor.name, work.now
    work.add(row)
    user = work.session.get_one(User, row.user_id)
    campaign, unit = moves.codes(work, locked)
    record(work, "recusal.signed", campaign=campaign, unit=unit, user=user.login)
    seats.note_step(work, locked, "recusal_asked", f"{user.name}：{row.reason}")  # zh: printed
    progress.done(work, locked, "sign_recusal", key=str(row.number))
    due = deadline(work, days(work.session.get_one(Campaign, locked.campaign_id), "recusal_decision"))
    progress.wait(work, locked, "decide_recusal", stage=Stage.NOTICE, key=str(row.number), name=user.name, due_at=due,
                  href=f"/c/{campaign}/u/{unit}/team#request-{row.number}")
    return row


def _in_time(work: Work, evaluation: Evaluation) -> tuple[Evaluation, datetime]:
    """The evaluation, locked, while a request is possible, and till when; refuses a second later."""
    locked = moves.lock(work, evaluation)
    last = queries.until(work, locked)
    if last is None:
        raise Refused(N_("First confirm that you have received the notice."))
    if work.now > last:
        raise Refused(N_("The time for such a request ended on {when}."), when=zh_date(last))
    moves.must_be(locked, *queries.OPEN_STATES)
    return locked, last


def _member(work: Work, evaluation: Evaluation, login: str) -> User:
    found = next((seat.user for seat in seats.of_unit(work, evaluation) if seat.user.login == login), None)
    if found is None:
        raise Invalid({"login": N_("Choose somebody of the team.")})
    return found


def take_back(work: Work, evaluation: Evaluation, row: RecusalRequest) -> None:
    """The department asks no longer; possible until it is decided."""
    locked = moves.lock(work, evaluation)
    work.session.refresh(row, with_for_update=True)
    if row.state not in OPEN:
        raise Refused(N_("This request was decided, or is over."))
    row.state = "taken_back"
    work.add(row)
    _close(work, locked, row)
    campaign, unit = moves.codes(work, locked)
    record(work, "recusal.taken_back", campaign=campaign, unit=unit, user=work.session.get_one(User, row.user_id).login)


def _close(work: Work, evaluation: Evaluation, row: RecusalRequest) -> None:
    for act in ("sign_recusal", "decide_recusal"):
        progress.done(work, evaluation, act, key=str(row.number))


def lapse(work: Work) -> int:
    """Drafts that nobody signed in time are over; how many. Called by the timetable."""
    drafted = select(RecusalRequest).where(RecusalRequest.office_id == work.office_id, col(RecusalRequest.state) == "drafted")
    count = 0
    for row in list(work.session.exec(drafted)):
        evaluation = work.session.get_one(Evaluation, row.evaluation_id)
        last = queries.until(work, evaluation)
        if last is not None and work.now > last and not evaluation.side:
            row.state = "lapsed"
            work.add(row)
            _close(work, evaluation, row)
            count += 1
    return count


def decide(work: Work, evaluation: Evaluation, row: RecusalRequest, form: DecisionForm) -> Document:
    """Grant or refuse. Granted, the interest is recorded and the place is filled; either way the department gets a letter."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, *queries.OPEN_STATES)
    work.session.refresh(row, with_for_update=True)
    if row.state != "signed":
        raise Refused(N_("This request was decided, or is over."))
    if form.outcome == "refused":
        return _decided(work, locked, row, form, filling="")
    user = work.session.get_one(User, row.user_id)
    joins, team = _filling(work, locked, user, form)
    document = _decided(work, locked, row, form, filling=_in_words(form, joins, team))
    number = document.number or ""
    reason = f"经部门申请回避：{row.reason}"  # zh: printed
    if team is not None:
        seats.give_to(work, locked, team, reason=reason, document=number)
    else:
        seats.change(work, locked, leaves=user, joins=joins, reason=reason, document=number)
    teams.declare_interest(work, row.user_id, work.session.get_one(Unit, locked.unit_id), reason=f"{reason}（{number}）")  # zh: printed
    return document


def _filling(work: Work, evaluation: Evaluation, user: User, form: DecisionForm) -> tuple[User | None, Team | None]:
    """Who comes in, or which team takes the unit; everything is checked before anything is written."""
    if form.how == "team":
        query = select(Team).where(Team.campaign_id == evaluation.campaign_id, Team.code == form.team)
        team = work.session.exec(query).one_or_none()
        if team is None:
            raise Invalid({"team": N_("Choose one of the options.")})
        seats.check_team(work, evaluation, team)
        return None, team
    if form.how not in ("replace", "without"):
        raise Invalid({"how": N_("Say how the place is filled.")})
    joins = _user(work, form.joins) if form.how == "replace" else None
    if form.how == "replace" and joins is None:
        raise Invalid({"joins": N_("Choose one of the options.")})
    if any(seat.user.id == user.id for seat in seats.of_unit(work, evaluation)):
        seats.check(work, evaluation, leaves=user, joins=joins)
    return joins, None


def _user(work: Work, login: str) -> User | None:
    return work.session.exec(select(User).where(User.office_id == work.office_id, User.login == login)).one_or_none()


def _in_words(form: DecisionForm, joins: User | None, team: Team | None) -> str:
    if team is not None:
        return f"你单位的评估工作改由{team.name}承担。"  # zh: printed
    return f"由{joins.name}同志接替其评估工作。" if joins else "该组其他成员继续承担你单位的评估工作。"  # zh: printed


def _decided(work: Work, evaluation: Evaluation, row: RecusalRequest, form: DecisionForm, *, filling: str) -> Document:
    campaign, unit = work.session.get_one(Campaign, evaluation.campaign_id), work.session.get_one(Unit, evaluation.unit_id)
    user, granted = work.session.get_one(User, row.user_id), form.outcome == "granted"
    with speaking("zh"):
        asked = full_date(row.signed_at) if row.signed_at else ""
        decision = (f"同意{user.name}同志回避对你单位的评估。{filling}" if granted  # zh: printed
                    else f"{user.name}同志不需要回避，继续参加对你单位的评估。")
        view = letter(work, title=f"关于{unit.short_name}回避申请的决定", addressee=unit.name,  # zh: printed
                      opening=(f"你单位{asked}提出的关于{user.name}同志回避“{campaign.title}”的申请收悉。经研究，决定如下：",),
                      closing=(decision, f"理由：{form.reason.strip()}"))
    document = issue_letter(work, "recusal_decision", view, campaign=campaign, evaluation=evaluation)
    row.state, row.decided_by, row.decided_at = form.outcome, work.actor.name, work.now
    row.decision_reason, row.document_id = form.reason.strip(), document.id
    work.add(row)
    _close(work, evaluation, row)
    record(work, "recusal.decided", campaign=campaign.code, unit=unit.code, user=user.login, granted=granted,
           number=document.number or "", reason=row.decision_reason)
    seats.note_step(work, evaluation, "recusal_decided", f"{user.name}：{decision}（{document.number}）")  # zh: printed
    return document


def change(work: Work, evaluation: Evaluation, form: ChangeForm) -> None:
    """The office changes the team of one unit, by a document."""
    leaves, joins = _user(work, form.leaves), _user(work, form.joins)
    if (form.leaves and leaves is None) or (form.joins and joins is None):
        raise Invalid({"leaves" if leaves is None and form.leaves else "joins": N_("Choose one of the options.")})
    seats.change(work, evaluation, leaves=leaves, joins=joins, reason=form.reason, document=form.document)


def give(work: Work, evaluation: Evaluation, form: GiveForm) -> None:
    """The office gives the unit to another team, by a document."""
    team = work.session.exec(select(Team).where(Team.campaign_id == evaluation.campaign_id, Team.code == form.team)).one_or_none()
    if team is None:
        raise Invalid({"team": N_("Choose one of the options.")})
    seats.give_to(work, evaluation, team, reason=form.reason, document=form.document)
