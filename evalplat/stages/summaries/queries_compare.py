"""The last concluded campaign of the same kind, and what became of its results."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign
from evalplat.kernel.errors import Refused
from evalplat.kernel.work import Work

from .queries_books import units_of
from .rules_books import UnitRow
from .rules_compare import Comparison, compare
from .tables import Snapshot


def previous(work: Work, campaign: Campaign) -> Campaign | None:
    """The campaign of the same kind that was concluded last before this one."""
    query = (select(Campaign).join(Snapshot, col(Snapshot.campaign_id) == col(Campaign.id))
             .where(Campaign.office_id == work.office_id, Campaign.kind == campaign.kind, Campaign.id != campaign.id))
    if campaign.concluded_at is not None:
        query = query.where(col(Campaign.concluded_at) < campaign.concluded_at)
    return work.session.exec(query.order_by(col(Campaign.concluded_at).desc(), col(Campaign.id).desc())).first()


def comparison(work: Work, campaign: Campaign, units: Sequence[UnitRow]) -> Comparison | None:
    """Side by side; None where there is nothing to compare with."""
    before = previous(work, campaign)
    if before is None:
        return None
    try:
        old = system_of(work, before)
    except Refused:
        return None
    return compare(units, units_of(work, before), system_of(work, campaign), old, title=before.title, code=before.code)
