"""A unit whose result is final, with findings of each severity, and the follow-up's deeds by name."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from evalplat.findings import actions as findings
from evalplat.findings.tables import Finding
from evalplat.kernel.work import Work
from evalplat.stages.followup import actions, actions_items, queries
from evalplat.stages.followup.forms import PlanForm, ProgressForm, RouteForm, SubmitForm, VerifyForm
from evalplat.stages.followup.queries import Pair
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.world import World

UNIT = "jiaotong"
PDF = b"%PDF-1.4 proof"
FOUND = (("P21", "critical", "擅自设立执法大队"), ("P31", "major", "超编3人"), ("P51", "minor", "制度缺失"), ("P38", "major", "编制不足"))
DESTINATIONS: dict[str, list[str]] = {"F-01": ["D2", "D3"], "F-02": ["D2"], "F-03": ["D2"], "F-04": ["D1"]}


def with_findings(world: World, unit: str = UNIT) -> World:
    """Four confirmed findings, F-01 critical, F-02 and F-04 major, F-03 minor; heard and confirmed by the book's own deeds."""
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, unit)
        for category, severity, title in FOUND:
            row = findings.raise_finding(work, evaluation, category=category, severity=severity, title=title,
                                         description=f"{title}的具体情况。", basis="《机构编制监督检查工作办法》")
            findings.send(work, row)
            findings.answer(work, row, agrees=True, text="")
            findings.confirm(work, row)
    return world


def final(world: World, unit: str = UNIT) -> World:
    """The result is final (set directly; the rooms before are not at home here)."""
    set_state(with_findings(world, unit), unit, State.FINAL, move="finalise")
    return world


def route_form(*destinations: str) -> RouteForm:
    return RouteForm(destinations=list(destinations), requirement="限期改正，撤销擅自设立的机构。", advice_kind="increase",
                     advice_text="建议核增编制2名。", referral_reason="涉嫌违反机构编制纪律。")


def finding(work: Work, world: World, code: str, unit: str = UNIT) -> Finding:
    evaluation = world.evaluation(work, unit)
    return work.session.exec(select(Finding).where(Finding.evaluation_id == evaluation.id, Finding.code == code)).one()


def routed(world: World, destinations: dict[str, list[str]] | None = None) -> World:
    with world.acting("section") as work:
        for code, chosen in (destinations or DESTINATIONS).items():
            actions.route(work, world.evaluation(work, UNIT), finding(work, world, code), route_form(*chosen))
    return world


def issued(world: World) -> World:
    with routed(final(world)).acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT), begin=True)
    return world


def item(work: Work, world: World, code: str = "F-02") -> Pair:
    found = queries.find_item(work, world.evaluation(work, UNIT), code)
    assert found is not None
    return found


def plan(world: World, code: str = "F-02") -> None:
    with world.acting("liaison-jiaotong") as work:
        actions_items.submit_plan(work, world.evaluation(work, UNIT), item(work, world, code), PlanForm(
            measures="清理超编人员", leader="张局长", person="刘科长", steps="一个月内完成", finish_on=date(2026, 9, 20)))
    with world.acting("lead") as work:
        actions_items.accept_plan(work, world.evaluation(work, UNIT), item(work, world, code))


def progress(world: World, code: str = "F-02", *, proof: bool = True) -> None:
    with world.acting("liaison-jiaotong") as work:
        actions_items.log_progress(work, world.evaluation(work, UNIT), item(work, world, code),
                                   ProgressForm(percent=60, text="已调整2人"), files=[("证明.pdf", PDF)] if proof else [])


def submit(world: World, code: str = "F-02") -> None:
    with world.acting("head-jiaotong") as work:
        actions_items.submit(work, world.evaluation(work, UNIT), item(work, world, code), SubmitForm(report="已全部整改到位"))


def verify(world: World, who: str, code: str = "F-02") -> bool:
    with world.acting(who) as work:
        return actions_items.verify(work, world.evaluation(work, UNIT), item(work, world, code),
                                    VerifyForm(method="on_site", opinion="现场核查属实"))


def rectified(world: World, *codes: str) -> World:
    for code in codes:
        plan(world, code)
        progress(world, code)
        submit(world, code)
        verify(world, "lead", code)
        verify(world, "section", code)
    return world
