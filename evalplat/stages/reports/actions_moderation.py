"""A moderation meeting over several units: one set of minutes, changes with reasons; then all of them move on in one deed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from evalplat.access.actor import person_of
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.files.store import keep
from evalplat.jobs.queue import JobKind, enqueue
from evalplat.kernel.errors import EvalError, Forbidden, Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.workflow.stages import State

from . import actions
from .forms import ItemForm, MeetingForm, MinutesForm
from .tables import ModerationMinutes, ModerationOutcome, ModerationRun

CLOSE = "moderate_units"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the meeting: ``key`` names its line on the page."""

    key: str
    unit: str
    form: ItemForm


def hold_meeting(work: Work, campaign: Campaign, form: MeetingForm, *, units: Sequence[str], changes: Sequence[Change] = (),
                 scan: tuple[str, bytes] | None = None) -> list[ModerationMinutes]:
    """Record one meeting for these units, all or nothing. Recording the same number again adds to it."""
    chosen = _chosen(work, campaign, units)
    _must_agree(work, campaign, form)
    for change in changes:
        if change.unit not in chosen:
            raise Invalid({f"{change.key}.unit": N_("This department is not ticked.")})
    rows = [_record(work, evaluation, form, scan) for evaluation in chosen.values()]
    for change in changes:
        try:
            actions.add_item(work, chosen[change.unit], change.form)
        except Invalid as error:
            raise Invalid({f"{change.key}.{name}": text for name, text in error.errors.items()}, **error.params) from error
    return rows


def _chosen(work: Work, campaign: Campaign, units: Sequence[str]) -> dict[str, Evaluation]:
    found = scored(work, campaign)
    if not units:
        raise Invalid({"units": N_("Tick at least one department.")})
    if not set(units) <= found.keys():
        raise Invalid({"units": N_("A department is not waiting for its moderation any more. Reload the page.")})
    return {code: found[code] for code in units}


def scored(work: Work, campaign: Campaign) -> dict[str, Evaluation]:
    """Unit → evaluation of those that wait for their moderation."""
    query = (select(Unit.code, Evaluation).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id, Evaluation.state == State.SCORED, col(Evaluation.side).is_(None))
             .order_by(col(Unit.code)))
    return dict(work.session.exec(query).all())


def _must_agree(work: Work, campaign: Campaign, form: MinutesForm) -> None:
    """A number is one meeting: the same day wherever it stands."""
    query = (select(ModerationMinutes).join(Evaluation, col(Evaluation.id) == col(ModerationMinutes.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, ModerationMinutes.number == form.number))
    known = work.session.exec(query).first()
    if known is not None and known.held_on != form.held_on:
        raise Invalid({"held_on": N_("Minutes with this number are recorded with another day.")})


def _record(work: Work, evaluation: Evaluation, form: MeetingForm, scan: tuple[str, bytes] | None) -> ModerationMinutes:
    file = keep(work, *scan, purpose="moderation_minutes", evaluation_id=evaluation.id, field="scan") if scan else None
    minutes = MinutesForm.model_validate(form.model_dump(exclude={"note"}))
    row = actions.record_minutes(work, evaluation, minutes, file_id=file.id if file else None)
    row.note = form.note.strip()
    work.add(row)
    return row


def close_all(work: Work, campaign: Campaign, units: Sequence[str]) -> ModerationRun:
    """Close the moderation of these units, by a job: what is refused does not hold up the others, and keeps its reason."""
    chosen = _chosen(work, campaign, units)
    run: ModerationRun = work.add(ModerationRun(
        office_id=work.office_id, campaign_id=campaign.id, total=len(chosen), started_by=work.actor.user_id, started_at=work.now))
    enqueue(work, CLOSE, key=f"{campaign.code} {run.id}", campaign_id=campaign.id, run=run.id,
            evaluations=[evaluation.id for evaluation in chosen.values()])
    return run


def close_one(work: Work, payload: dict[str, Any], item: int) -> None:
    """The job's piece: in the name of whoever pressed the button, if they may still do it."""
    run = work.session.get_one(ModerationRun, payload["run"])
    if work.session.get(ModerationOutcome, (run.id, item)) is not None:
        return
    user = work.session.get_one(User, run.started_by)
    evaluation = work.session.get_one(Evaluation, item)
    reason: str = ""
    params: Mapping[str, object] = {}
    clock, work.actor = work.actor, person_of(work.session, user, work.today)
    try:
        if not user.active or not may(work.actor, Act.MODERATE, evaluation):
            raise Forbidden
        actions.moderate(work, evaluation)
    except EvalError as error:
        reason, params, work.actor = error.message, error.params, clock
    work.add(ModerationOutcome(run_id=run.id, evaluation_id=item, office_id=run.office_id, reason=reason,
                               params={key: str(value) for key, value in params.items()}))


def _evaluations(work: Work, payload: dict[str, Any]) -> list[int]:
    return list(payload["evaluations"])


JOBS = (JobKind(CLOSE, N_("Close the moderation of several departments"), close_one, items=_evaluations),)
