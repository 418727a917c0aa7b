"""A unit whose result was fixed, approved by the director and received: the window to object is open. For tests alone."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from evalplat.campaigns import progress
from evalplat.campaigns.tables import Evaluation, Window
from evalplat.documents.tables import Document
from evalplat.findings import actions as findings
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.scores import sheet
from evalplat.stages.objections import actions, actions_decision, actions_intake, actions_panel
from evalplat.stages.objections.forms import ItemForm, ProposalForm
from evalplat.workflow.stages import Stage, State
from tests.scored import complete_ledger, set_state
from tests.world import World

UNIT = "jiaotong"
PAGE = f"/c/2026/u/{UNIT}/objection"


def informed(world: World, unit: str = UNIT) -> World:
    """The letter was received just now; one finding stands."""
    complete_ledger(world, unit)
    with world.acting("lead") as work:
        finding = findings.raise_finding(work, world.evaluation(work, unit), category="P22", severity="minor",
                                         title="内设机构名称与批准文件不符", description="综合科对外称综合规划科。", leaf="B101")
        findings.send(work, finding)
        findings.note_silence(work, finding)
        findings.confirm(work, finding)
    with world.acting("director") as work:
        evaluation = world.evaluation(work, unit)
        sheet.freeze(work, evaluation, reason="评估报告")
        for kind, number in (("report", None), ("feedback_letter", f"滕编办发〔2026〕{unit}号")):
            work.add(Document(office_id=world.office_id, campaign_id=world.campaign_id, evaluation_id=evaluation.id,
                              code=f"{kind}-{unit}", kind=kind, title=kind, state="issued", number=number, view={},
                              drafted_at=work.now, issued_at=work.now, issued_by=work.actor.user_id))
    set_state(world, unit, State.INFORMED)
    with world.acting("system") as work:
        evaluation = world.evaluation(work, unit)
        closes = deadline(work, 10)
        work.add(Window(office_id=world.office_id, campaign_id=world.campaign_id, evaluation_id=evaluation.id,
                        kind="objection", opens_at=work.now, closes_at=closes))
        progress.wait(work, evaluation, "fill_objection", stage=Stage.OBJECTION, key="window", due_at=closes,
                      href=f"/c/2026/u/{unit}/objection")
    return world


def closes_at(world: World, unit: str = UNIT) -> timedelta:
    """How long the window is still open."""
    with world.acting("system", write=False) as work:
        query = select(Window).where(Window.kind == "objection", Window.evaluation_id == world.evaluation(work, unit).id)
        return work.session.exec(query).one().closes_at - world.now


def draft(world: World, *targets: str, claim: str = "3.20", unit: str = UNIT) -> None:
    """A complete draft with these items."""
    with world.acting(f"liaison-{unit}") as work:
        evaluation = world.evaluation(work, unit)
        forms = {}
        for target in targets:
            item = actions.add_item(work, evaluation, target)
            words = claim if item.subject == "leaf" else "应当撤销。"
            forms[item.number] = ItemForm(claim=words, reasons="2025年11月已批准，文件见附件。")
        actions.save_items(work, evaluation, forms)


def filed(world: World, *targets: str, claim: str = "3.20") -> None:
    """The same, signed by the head."""
    draft(world, *targets, claim=claim)
    with world.acting(f"head-{UNIT}") as work:
        actions.sign(work, world.evaluation(work, UNIT))


def taken_in(world: World, *targets: str, claim: str = "3.20") -> None:
    """The same, before the panel."""
    filed(world, *targets, claim=claim)
    with world.acting("section") as work:
        actions_intake.accept(work, world.evaluation(work, UNIT))


def decide(world: World, number: int, **form: object) -> None:
    """One member proposes, the other agrees."""
    with world.acting("panel") as work:
        words = ProposalForm.model_validate({"established": "查阅批复，情况属实。", **form})
        actions_panel.propose(work, world.evaluation(work, UNIT), number, words)
    with world.acting("panel2") as work:
        actions_panel.consent(work, world.evaluation(work, UNIT), number)


def sign(world: World, who: str = "commission") -> None:
    """Somebody who did not approve the report signs."""
    with world.acting(who) as work:
        actions_decision.sign_decision(work, world.evaluation(work, UNIT))


def open_tasks(work: Work, evaluation: Evaluation) -> set[str]:
    """The acts of this room that wait."""
    return {row.act for row in progress.waiting(work, evaluation) if row.stage == Stage.OBJECTION}
