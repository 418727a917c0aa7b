"""Background work as people see it, and the one deed on it: trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.campaigns.tables import Campaign
from evalplat.jobs.queue import KINDS
from evalplat.jobs.tables import Job
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Paged, Wanted, page_of
from evalplat.kernel.work import Work
from evalplat.pages.labels import JOB_STATES, text_of
from evalplat.people.tables import User

FILTERS = ("state", "kind")
STATE_KINDS = {"done": "ok", "failed": "urgent", "running": "action"}


@dataclass(frozen=True, slots=True)
class JobView:
    """One job."""

    id: int
    title: str
    about: str
    """The campaign, never the document: that a letter exists may be for named people alone."""
    state: str
    state_label: str
    state_kind: str
    done: int
    total: int
    attempts: int
    error: str
    who: str
    created_at: datetime
    finished_at: datetime | None


def _view(job: Job, user: User | None, campaign: Campaign | None) -> JobView:
    title = gettext(KINDS[job.kind].title) if job.kind in KINDS else job.kind
    about = campaign.title if campaign else gettext("the office as a whole")
    return JobView(job.id or 0, title, about, job.state, text_of(JOB_STATES, job.state), STATE_KINDS.get(job.state, "mute"),
                   job.done, job.total, job.attempts, job.error, user.name if user else gettext("system"), job.created_at,
                   job.finished_at)


def _query(work: Work) -> Any:
    return (select(Job, User, Campaign).outerjoin(User, col(User.id) == col(Job.started_by))
            .outerjoin(Campaign, col(Campaign.id) == col(Job.campaign_id)).where(Job.office_id == work.office_id))


def jobs_page(work: Work, ask: Wanted, *, size: int) -> Paged[JobView]:
    """One page of the office's jobs, the newest first."""
    query = _query(work)
    if ask.get("state"):
        query = query.where(Job.state == ask.get("state"))
    total = int(work.session.exec(query.with_only_columns(func.count(col(Job.id)))).one()[0])
    page = min(ask.page, max(1, -(-total // size)))
    rows = work.session.exec(query.order_by(col(Job.id).desc()).offset((page - 1) * size).limit(size))
    return page_of([_view(*row) for row in rows], total=total, ask=ask, size=size)


def job_view(work: Work, job_id: int) -> JobView | None:
    """One job of the office."""
    found = work.session.exec(_query(work).where(Job.id == job_id)).one_or_none()
    return _view(*found) if found else None


def retry(work: Work, job_id: int) -> None:
    """Let a failed job run again; what it finished already stays done."""
    job = work.session.exec(select(Job).where(Job.id == job_id, Job.office_id == work.office_id).with_for_update()).one_or_none()
    if job is None or job.state != "failed":
        raise Refused(N_("Only a job that did not succeed is tried again."))
    job.state, job.attempts, job.run_after, job.error = "queued", 0, work.now, ""
    work.session.add(job)
    record(work, "job.retried", job=job_id, kind=job.kind)
