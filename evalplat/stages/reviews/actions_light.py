"""A department that is not visited: what only a visit shows is put down as not judged, the section checks at its desk."""

from __future__ import annotations

from datetime import datetime

from evalplat.audit.log import record
from evalplat.campaigns import modes, progress
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet
from evalplat.scores.marks import NOT_VISITED
from evalplat.workflow.stages import Stage

from . import actions_gate as gate
from . import queries
from .forms import DeskCheckForm
from .tables import DeskCheck


def open_desk(work: Work, evaluation: Evaluation, *, due_at: datetime | None) -> None:
    """No records and no ratings: figures are verified, then the section seals. The indicators that nobody can judge from a
    desk leave the points by the plan's approval, which the result says wherever it is shown."""
    here = queries.base(work, evaluation)
    for act, place in (("verify_figures", "/review/figures"), ("seal_review", "/review#desk")):
        progress.wait(work, evaluation, act, stage=Stage.REVIEW, href=f"{here}{place}", due_at=due_at)
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    approval = modes.approval_of(work, campaign)
    known = {entry.key for entry in ledger.entries(work, evaluation, prefix="na:")}
    for leaf in modes.only_on_site(sheet.system_for(work, evaluation)):
        if f"na:{leaf.code}" not in known:
            ledger.put(work, evaluation, f"na:{leaf.code}", {"reason": NOT_VISITED}, source="office", ref=approval)


def write_desk_check(work: Work, evaluation: Evaluation, form: DeskCheckForm) -> DeskCheck:
    """The section writes down what it checked and what came out; it may be changed until the seal."""
    locked = gate.open_now(work, evaluation)
    gate.section(work, locked)
    row = queries.desk_check_of(work, locked) or DeskCheck(
        evaluation_id=locked.id or 0, office_id=work.office_id, text="", by_name="", checked_at=work.now)
    row.text, row.checked_by, row.by_name, row.checked_at = form.text.strip(), work.actor.user_id, work.actor.name, work.now
    work.add(row)
    campaign, unit = codes(work, locked)
    record(work, "review.desk_checked", campaign=campaign, unit=unit, text=row.text[:200])
    return row
