"""The only writer of states: lock the row, ask for the facts, check, write, note the step, audit."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.jobs.queue import enqueue
from evalplat.kernel.errors import MoveBlocked, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.changes import ENDS_ACCOUNTS, end_lent_accounts
from evalplat.people.tables import Unit
from evalplat.workflow.machine import CAMPAIGN, EVALUATION, Blocked, what_blocks
from evalplat.workflow.stages import STAGE_OF, State

from . import facts
from .tables import Campaign, Evaluation, Step

AfterMove = Callable[[Work, Evaluation], None]
_after: dict[str, list[AfterMove]] = {}


def after(move: str, deed: AfterMove) -> None:
    """A room asks to be called, in the same transaction, when ``move`` was made (to open what it waits for)."""
    listed = _after.setdefault(move, [])
    if deed not in listed:
        listed.append(deed)


def blocked_by(work: Work, evaluation: Evaluation, move: str) -> tuple[Blocked, ...]:
    """Why ``move`` cannot be made now; empty if it can. For greying a button with its reason."""
    entry = EVALUATION[move]
    if evaluation.side:
        return (Blocked(move, "", N_("The evaluation of this unit is suspended.")),)
    if evaluation.state not in entry.sources:
        return what_blocks(entry, evaluation.state, {})
    return what_blocks(entry, evaluation.state, facts.ask(work, evaluation, entry.facts))


def make(work: Work, evaluation: Evaluation, move: str, *, note: str = "") -> Evaluation:
    """Make a move, or raise ``MoveBlocked`` with every reason. Who may is the caller's guard's business."""
    locked = lock(work, evaluation)
    blocked = blocked_by(work, locked, move)
    if blocked:
        raise MoveBlocked(blocked)
    entry = EVALUATION[move]
    before = locked.state
    locked.state, locked.entered_at = entry.to, work.now
    work.session.add(locked)
    _note_step(work, locked, move, before, note)
    for deed in _after.get(move, []):
        deed(work, locked)
    for job in entry.jobs:
        enqueue(work, job, campaign_id=locked.campaign_id, evaluation_id=locked.id)
    return locked


def lock(work: Work, evaluation: Evaluation) -> Evaluation:
    """The evaluation's row, locked and fresh: two people pressing at once cannot both pass."""
    query = select(Evaluation).where(Evaluation.id == evaluation.id).with_for_update()
    return work.session.exec(query.execution_options(populate_existing=True)).one()


def _note_step(work: Work, evaluation: Evaluation, move: str, before: str, note: str) -> None:
    campaign, unit = codes(work, evaluation)
    work.add(Step(office_id=work.office_id, evaluation_id=evaluation.id, move=move, stage=STAGE_OF[State(evaluation.state)],
                  from_state=before, to_state=evaluation.state, at=work.now, by_user_id=work.actor.user_id,
                  by_name=work.actor.name, note=note))
    record(work, "evaluation.moved", campaign=campaign, unit=unit, move=move, note=note,
           **{"from": before, "to": evaluation.state})


def codes(work: Work, evaluation: Evaluation) -> tuple[str, str]:
    """The codes of campaign and unit, as addresses and the audit log show them."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    return campaign.code, unit.code


def campaign_blocked_by(work: Work, campaign: Campaign, move: str) -> tuple[Blocked, ...]:
    """Why a campaign's move cannot be made now."""
    entry = CAMPAIGN[move]
    if campaign.state not in entry.sources:
        return what_blocks(entry, campaign.state, {})
    return what_blocks(entry, campaign.state, facts.ask(work, campaign, entry.facts))


def make_campaign(work: Work, campaign: Campaign, move: str, *, note: str = "") -> Campaign:
    """Make a campaign's move, or raise ``MoveBlocked``."""
    query = select(Campaign).where(Campaign.id == campaign.id).with_for_update()
    locked = work.session.exec(query.execution_options(populate_existing=True)).one()
    blocked = campaign_blocked_by(work, locked, move)
    if blocked:
        raise MoveBlocked(blocked)
    before, entry = locked.state, CAMPAIGN[move]
    locked.state = entry.to
    work.session.add(locked)
    record(work, "campaign.moved", campaign=locked.code, move=move, note=note, **{"from": before, "to": locked.state})
    if move in ENDS_ACCOUNTS:
        end_lent_accounts(work, locked.code)
    for job in entry.jobs:
        enqueue(work, job, campaign_id=locked.id, campaign=locked.id)
    return locked


def must_be(evaluation: Evaluation, *states: State) -> None:
    """Refuse a deed that belongs to other states (saving a draft after it was submitted, say)."""
    if evaluation.side or evaluation.state not in states:
        raise Refused(N_("This is no longer possible: the evaluation has moved on. Reload the page to see where it stands."))
