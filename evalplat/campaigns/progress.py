"""The shared book of what waits for whom. Rooms write it; pages only read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from evalplat.kernel.work import Work
from evalplat.workflow.stages import Stage

from .tables import Campaign, Evaluation, OfficeProgress, Progress


def _find(work: Work, campaign_id: int, evaluation_id: int | None, act: str, key: str) -> Progress | None:
    query = select(Progress).where(
        Progress.campaign_id == campaign_id, col(Progress.evaluation_id).is_(None) if evaluation_id is None
        else Progress.evaluation_id == evaluation_id, Progress.act == act, Progress.key == key)
    return work.session.exec(query.order_by(col(Progress.id))).first()


def wait(work: Work, subject: Campaign | Evaluation, act: str, *, stage: Stage, href: str, key: str = "",
         due_at: datetime | None = None, **params: Any) -> Progress:
    """From now on this waits for whoever may do ``act``. Opening it again reopens the same row."""
    campaign_id, evaluation_id = _ids(subject)
    row = _find(work, campaign_id, evaluation_id, act, key)
    if row is None:
        row = Progress(office_id=work.office_id, campaign_id=campaign_id, evaluation_id=evaluation_id, act=act, key=key,
                       stage=stage, opened_at=work.now)
    elif row.done_at is not None:
        row.opened_at = work.now
    row.stage, row.href, row.due_at, row.params, row.done_at, row.done_by = stage, href, due_at, params, None, ""
    work.add(row)
    return row


def done(work: Work, subject: Campaign | Evaluation, act: str, *, key: str | None = None) -> None:
    """It waits no longer: every open row of ``act`` (of ``key`` alone, if given) is closed."""
    for row in waiting(work, subject):
        if row.act == act and (key is None or row.key == key):
            row.done_at, row.done_by = work.now, work.actor.name
            work.session.add(row)
    work.session.flush()


def drop_all(work: Work, subject: Evaluation) -> None:
    """Nothing waits any more: the evaluation is exempt, merged or suspended."""
    for row in waiting(work, subject):
        row.done_at, row.done_by = work.now, work.actor.name
        work.session.add(row)


def waiting(work: Work, subject: Campaign | Evaluation) -> list[Progress]:
    """The open rows of one campaign or evaluation."""
    campaign_id, evaluation_id = _ids(subject)
    query = select(Progress).where(
        Progress.campaign_id == campaign_id, col(Progress.evaluation_id).is_(None) if evaluation_id is None
        else Progress.evaluation_id == evaluation_id, col(Progress.done_at).is_(None))
    return list(work.session.exec(query))


def _ids(subject: Campaign | Evaluation) -> tuple[int, int | None]:
    if isinstance(subject, Campaign):
        return subject.id or 0, None
    return subject.campaign_id, subject.id


def wait_in_office(work: Work, act: str, *, href: str, key: str = "", due_at: datetime | None = None, **params: Any) -> OfficeProgress:
    """From now on this waits for whoever may do ``act`` in the office; it belongs to no campaign."""
    query = select(OfficeProgress).where(OfficeProgress.office_id == work.office_id, OfficeProgress.act == act, OfficeProgress.key == key)
    row = work.session.exec(query).one_or_none() or OfficeProgress(office_id=work.office_id, act=act, key=key, opened_at=work.now)
    row.opened_at = work.now if row.done_at is not None else row.opened_at
    row.href, row.due_at, row.params, row.done_at, row.done_by = href, due_at, params, None, ""
    work.add(row)
    return row


def done_in_office(work: Work, act: str, *, key: str | None = None) -> None:
    """It waits no longer."""
    query = select(OfficeProgress).where(OfficeProgress.office_id == work.office_id, OfficeProgress.act == act,
                                         col(OfficeProgress.done_at).is_(None))
    for row in work.session.exec(query):
        if key is None or row.key == key:
            row.done_at, row.done_by = work.now, work.actor.name
            work.session.add(row)
    work.session.flush()
