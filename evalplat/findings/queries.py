"""Findings as people may see them: referrals are for named persons alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order

from .kinds import STANDING, Destination, FindingState
from .tables import Finding, FindingReader


def findings_of(work: Work, evaluation: Evaluation, *, states: Iterable[str] | None = None) -> list[Finding]:
    """All findings of an evaluation, in the order of their codes; for rules and documents of the office."""
    query = select(Finding).where(Finding.evaluation_id == evaluation.id).order_by(col(Finding.code))
    if states is not None:
        query = query.where(col(Finding.state).in_(list(states)))
    return list(work.session.exec(query))


def visible_findings(work: Work, evaluation: Evaluation) -> list[Finding]:
    """What ``work.actor`` may see: the unit sees what was sent to it, referrals only who handles them."""
    person = work.actor
    of_unit = evaluation.unit_id in getattr(person, "unit_ids", ())
    rows = [row for row in findings_of(work, evaluation) if not (of_unit and _never_sent(row))]
    known = read_by_actor(work) if any(row.restricted for row in rows) else frozenset()
    return [shown for row in rows if (shown := row if row.id in known else without_referral(row)) is not None]


def read_by_actor(work: Work) -> frozenset[int]:
    """Findings of whose referral the acting person may know: named for each, whatever their role."""
    if work.actor.user_id is None:
        return frozenset()
    return frozenset(work.session.exec(select(FindingReader.finding_id).where(FindingReader.user_id == work.actor.user_id)))


def knows_every_referral(work: Work, campaign_id: int | None) -> bool:
    """Whether the acting person was named for all referrals of a campaign: counts of many units tell all of them or none."""
    unknown = (select(Finding.id).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
               .where(Evaluation.campaign_id == campaign_id, col(Finding.destinations).contains(Destination.REFER),
                      col(Finding.id).not_in(read_by_actor(work))))
    return work.session.exec(unknown).first() is None


def readers_of(work: Work, finding: Finding) -> list[FindingReader]:
    """Who was named for a referral."""
    return list(work.session.exec(select(FindingReader).where(FindingReader.finding_id == finding.id)
                                  .order_by(col(FindingReader.named_at), col(FindingReader.user_id))))


def siblings(work: Work, finding: Finding) -> list[tuple[Finding, Evaluation, Unit]]:
    """The same finding's rows for the other units it names, withdrawn ones left out."""
    if not finding.joint:
        return []
    query = (select(Finding, Evaluation, Unit).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Finding.office_id == finding.office_id, Finding.joint == finding.joint, Finding.id != finding.id,
                    Finding.state != FindingState.WITHDRAWN).order_by(*by_unit_order(work)))
    return list(work.session.exec(query))


def _never_sent(finding: Finding) -> bool:
    """A draft of the team, also one that was withdrawn before the unit was asked."""
    return finding.state == FindingState.DRAFTED or (finding.state == FindingState.WITHDRAWN and finding.sent_at is None)


def told(work: Work, evaluation: Evaluation) -> list[Finding]:
    """The standing findings as reports and letters tell them: no referral, but what is rectified beside one."""
    return [shown for row in standing(work, evaluation) if (shown := without_referral(row)) is not None]


def without_referral(finding: Finding) -> Finding | None:
    """The finding as those read it who may not know of a referral: without it, or not at all if it is nothing else.

    A finding that vanished because it is referred beside its rectification would give the referral away.
    """
    others = [one for one in finding.destinations.split(",") if one and one != Destination.REFER]
    if not finding.restricted:
        return finding
    return Finding(**finding.model_dump() | {"destinations": ",".join(others)}) if others else None


def standing(work: Work, evaluation: Evaluation) -> list[Finding]:
    """Confirmed ones, wherever they are now."""
    return findings_of(work, evaluation, states=STANDING)


def find(work: Work, evaluation: Evaluation, code: str) -> Finding | None:
    """One finding of an evaluation by its code, as ``work.actor`` may see it."""
    return next((row for row in visible_findings(work, evaluation) if row.code == code), None)
