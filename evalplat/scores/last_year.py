"""What a unit earned last year, put into the ledger for the indicators whose missing value last year's stands in for.

As an entry of the ledger it is one more measurement: withdrawn when a newer one comes, and taken along with the frozen result.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import moves
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.work import Work
from evalplat.workflow.stages import CampaignState, State, at_least

from . import ledger
from .sheet import system_for
from .tables import ResultVersion

POLICY, KEY = "last_year", "last:"
MOVES = ("issue", "accept", "refuse_assessment", "seal_review")
"""Moves after which it is looked up again: last year's evaluation may be concluded only while this one runs."""
OVER = (CampaignState.CONCLUDED, CampaignState.ARCHIVED)


def asked(system: IndicatorSystem) -> tuple[str, ...]:
    """The indicators whose missing value last year's result stands in for. Pure."""
    return tuple(leaf.code for leaf in system.leaves if system.when_missing(leaf) == POLICY)


def bring(work: Work, evaluation: Evaluation) -> None:
    """Put last year's points and full mark of each such indicator; nothing where the file does not ask, or nothing was earned."""
    system = system_for(work, evaluation)
    codes = asked(system)
    if not codes or at_least(evaluation.state, State.REPORTED):
        return
    found = _before(work, evaluation)
    if found is None:
        return
    campaign, version = found
    for code, value in earned(json.loads(version.canonical), codes).items():
        ledger.put(work, evaluation, f"{KEY}{code}", value, source="system",
                   ref=f"{campaign.title} 第{version.version}版结果")  # zh: recorded


def earned(result: dict[str, Any], codes: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Code → points and full mark of the indicators that were really scored: a value that was itself carried over is not carried
    twice. Pure."""
    return {leaf["code"]: {"points": leaf["points"], "full": leaf["effective_max"]} for leaf in result["units"][0]["leaves"]
            if leaf["code"] in codes and leaf["state"] == "scored" and leaf["points"] is not None and Decimal(leaf["effective_max"])}


def _before(work: Work, evaluation: Evaluation) -> tuple[Campaign, ResultVersion] | None:
    """The concluded campaign of the same kind before this one in which the unit has a result, and the newest version of it: a
    thematic one may give its own indicators the same codes."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    query: Any = (select(Campaign, ResultVersion).join(Evaluation, col(Evaluation.campaign_id) == col(Campaign.id))
                  .join(ResultVersion, col(ResultVersion.evaluation_id) == col(Evaluation.id))
                  .where(Campaign.office_id == evaluation.office_id, Campaign.id != campaign.id,
                         Campaign.kind == campaign.kind, col(Campaign.state).in_(list(OVER)),
                         Campaign.census_date < campaign.census_date, Evaluation.unit_id == evaluation.unit_id)
                  .order_by(col(Campaign.census_date).desc(), col(Campaign.id).desc(), col(ResultVersion.version).desc()).limit(1))
    return work.session.exec(query).first()  # type: ignore[no-any-return]


def provide() -> None:
    """Have it looked up after these moves; called by ``register_all``."""
    for move in MOVES:
        moves.after(move, bring)
