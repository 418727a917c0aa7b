"""Whether the frozen results are still what the audit chain says was frozen."""

from __future__ import annotations

import hashlib
import json

from sqlmodel import Session, col, select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.people.tables import Unit

from .tables import ResultVersion


def count(session: Session, office_id: int) -> int:
    """How many results were frozen, by the chain."""
    return len(_recorded(session, office_id))


def changed(session: Session, office_id: int) -> list[str]:
    """The results that are missing, or are not what was recorded when they were frozen: `2026/yingji 1`."""
    query = (select(ResultVersion, Campaign.code, Unit.code)
             .join(Evaluation, col(Evaluation.id) == col(ResultVersion.evaluation_id))
             .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id)).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(ResultVersion.office_id == office_id))
    found = {(campaign, unit, row.version): row for row, campaign, unit in session.exec(query)}
    recorded = _recorded(session, office_id)
    return [f"{campaign}/{unit} {version}" for campaign, unit, version in sorted(found.keys() | recorded.keys())
            if not _same(found.get((campaign, unit, version)), recorded.get((campaign, unit, version)))]


def _recorded(session: Session, office_id: int) -> dict[tuple[str, str, int], str]:
    query = select(AuditEvent).where(AuditEvent.office_id == office_id, AuditEvent.event == "result.frozen")
    told = ((row.campaign, row.unit, json.loads(row.data)) for row in session.exec(query))
    return {(campaign, unit, int(data["version"])): data["hash"] for campaign, unit, data in told}


def _same(row: ResultVersion | None, recorded: str | None) -> bool:
    """The text gives the recorded hash, and the columns beside it say what the text says."""
    if row is None or row.hash != recorded or hashlib.sha256(row.canonical.encode()).hexdigest() != recorded:
        return False
    unit = json.loads(row.canonical)["units"][0]
    return (str(row.total), row.grade) == (str(unit["total"]), unit["grade"])
