"""The first proof of the report is ready when somebody opens it."""

from __future__ import annotations

from typing import Any

from evalplat.campaigns.tables import Campaign
from evalplat.jobs.queue import JobKind
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import actions, queries
from .tables import SummaryText


def make_summary(work: Work, payload: dict[str, Any], item: Any) -> None:
    """Make the proof with the figures and empty chapters, unless somebody was faster."""
    campaign = work.session.get_one(Campaign, payload["campaign"])
    if queries.text_of(work, campaign) is None:
        row = work.add(SummaryText(campaign_id=campaign.id, office_id=work.office_id))
        actions.renew_draft(work, campaign, row)


JOBS = (JobKind("make_summary", N_("Make the proof of the report to the commission"), make_summary),)
