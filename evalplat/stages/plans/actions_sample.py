"""Who is visited in a comprehensive campaign: drawn by lot with a stored seed, or set by hand with a reason."""

from __future__ import annotations

import secrets

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import modes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from . import queries, queries_signals, rules
from .forms import DrawForm, ModeForm
from .tables import SampleDraw


def draw_sample(work: Work, campaign: Campaign, form: DrawForm, *, seed: str = "") -> SampleDraw:
    """Draw: all above the limit of risk, and so many of each category by lot. A draw is repeated, never undone: each is kept."""
    modes.must_be_drafted(campaign)
    if campaign.kind != modes.COMPREHENSIVE:
        raise Refused(N_("Only a comprehensive evaluation has departments that are not visited."))
    pool = pool_of(work, campaign)
    seed = seed or secrets.token_hex(8)
    full, light = rules.draw(pool, seed=seed, share=form.share, limit=form.limit)
    if not full:
        raise Invalid({"share": N_("Nobody would be visited. Take more of each category, or a lower limit.")})
    for evaluation, unit in _units(work, campaign):
        mode = modes.FULL if unit.code in full else modes.LIGHT
        modes.set_mode(work, campaign, evaluation, mode=mode, reason=f"抽样（种子{seed}）")  # zh: recorded
    row: SampleDraw = work.add(SampleDraw(
        office_id=work.office_id, campaign_id=campaign.id, seed=seed, share=form.share, limit=form.limit, full=full, light=light,
        pool={code: [category, risk] for code, (category, risk) in sorted(pool.items())}, drawn_by=work.actor.name, drawn_at=work.now))
    record(work, "sample.drawn", campaign=campaign.code, seed=seed, share=form.share, limit=form.limit, full=full, light=light)
    return row


def pool_of(work: Work, campaign: Campaign) -> dict[str, tuple[str, int]]:
    """Unit → category and risk, of all units in the campaign."""
    known = queries_signals.known_units(work)
    risks = {one.code: one for one in queries_signals.candidates(known, year=work.today.year, cycle=queries.cycle_of(work),
                                                                 weights=queries.weights_of(work))}
    return {unit.code: (unit.category, risks[unit.code].risk if unit.code in risks else 0) for _, unit in _units(work, campaign)}


def set_mode(work: Work, campaign: Campaign, form: ModeForm) -> None:
    """By hand, with a reason."""
    found = next((evaluation for evaluation, unit in _units(work, campaign) if unit.code == form.unit), None)
    if found is None:
        raise Invalid({"unit": N_("Choose one of the options.")})
    modes.set_mode(work, campaign, found, mode=form.mode, reason=form.reason)


def _units(work: Work, campaign: Campaign) -> list[tuple[Evaluation, Unit]]:
    query = select(Evaluation, Unit).join(Unit).where(Evaluation.campaign_id == campaign.id)
    return list(work.session.exec(query))
