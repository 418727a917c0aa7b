"""Findings from other sources, findings of several units, what is set right at once, the first step on a critical one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import FindingState
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.kernel.work import Work
from evalplat.stages.followup import (
    actions,
    actions_items,
    actions_joint,
    actions_register,
    queries,
    queries_item,
)
from evalplat.stages.followup.forms import (
    EntryForm,
    PlanForm,
    ProgressForm,
    RouteForm,
    SubmitForm,
    UnitsForm,
    VerifyForm,
    ViewForm,
)
from evalplat.stages.followup.rules import ItemState
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import PDF, UNIT
from tests.world import World, csrf


def entry(*units: str, **changes: object) -> EntryForm:
    data = {"source": "hotline", "units": list(units), "category": "P13", "severity": "major", "title": "执法职责交叉",
            "description": "两单位均行使水上执法职责。", "document": "12310受理登记〔2026〕7号", "found_on": date(2026, 8, 20),
            "requirement": "厘清职责边界。"}
    return EntryForm.model_validate(data | changes)


def entered(world: World, *units: str, **changes: object) -> World:
    with world.acting("section") as work:
        actions_register.enter(work, entry(*(units or ("jiaotong", "shenji")), **changes), files=[("举报.pdf", PDF)])
    return world


def place(work: Work, unit: str) -> tuple[Evaluation, Finding]:
    query = (select(Evaluation, Finding).join(Finding, Finding.evaluation_id == Evaluation.id)
             .join(Campaign, Campaign.id == Evaluation.campaign_id)
             .where(Campaign.kind == "register", Evaluation.unit_id == unit))
    return work.session.exec(query).one()


def ordered(world: World, *units: str, at_once: bool = False) -> World:
    for unit in units:
        with world.acting("section") as work:
            evaluation, finding = place(work, world.units[unit])
            actions.route(work, evaluation, finding, RouteForm(destinations=["D2"], requirement="厘清职责", at_once=at_once))
        with world.acting("director") as work:
            actions.issue_notice(work, place(work, world.units[unit])[0])
    return world


def pair(work: Work, world: World, unit: str) -> tuple[Evaluation, queries.Pair]:
    evaluation, finding = place(work, world.units[unit])
    found = queries.find_item(work, evaluation, finding.code)
    assert found is not None
    return evaluation, found


def rectify(world: World, unit: str) -> None:
    with world.acting(f"liaison-{unit}") as work:
        evaluation, item = pair(work, world, unit)
        actions_items.submit_plan(work, evaluation, item, PlanForm(measures="厘清", leader="张", person="刘", steps="一",
                                                                   internal_unit="法规科", finish_on=date(2026, 9, 20)))
    with world.acting("section") as work:
        actions_items.accept_plan(work, *pair(work, world, unit))
    with world.acting(f"liaison-{unit}") as work:
        evaluation, item = pair(work, world, unit)
        actions_items.log_progress(work, evaluation, item, ProgressForm(percent=80, text="已签订备忘录"), files=[("备忘录.pdf", PDF)])
    with world.acting(f"head-{unit}") as work:
        evaluation, item = pair(work, world, unit)
        actions_items.submit(work, evaluation, item, SubmitForm(report="已厘清"))
    for who in ("section", "lead"):
        with world.acting(who) as work:
            evaluation, item = pair(work, world, unit)
            actions_items.verify(work, evaluation, item, VerifyForm(method="written", opinion="属实"))


def test_the_section_alone_enters_a_finding_with_its_document(noticed_world: World) -> None:
    for who in ("liaison-jiaotong", "lead", "director", "auditadmin"):
        with noticed_world.client(who) as client:
            assert client.get("/follow-up/new").status_code == 403
    with noticed_world.client("section") as client:
        data = {"csrf_token": csrf(client, "/follow-up/new"), "source": "audit", "units": "jiaotong", "category": "P31",
                "severity": "major", "title": "超编2人", "description": "审计发现超编。", "document": "滕审报〔2026〕3号",
                "found_on": "2026-08-20"}
        again = client.post("/follow-up/new", data=data | {"document": ""})
        assert again.status_code == 422
        assert "超编2人" in again.text
        done = client.post("/follow-up/new", data=data, files=[("papers", ("报告.pdf", PDF, "application/pdf"))])
        assert done.status_code == 303
        page = client.get(done.headers["location"].split("#")[0])
        assert "滕审报〔2026〕3号" in page.text
        paper = page.text.split("/papers/", 1)[1].split('"', 1)[0]
        assert client.get(f"/c/daily-2026/u/jiaotong/follow-up/papers/{paper}").status_code == 200
    for who, status in (("liaison-jiaotong", 403), ("lead", 403), ("liaison-shenji", 404)):
        with noticed_world.client(who) as client:
            assert client.get(f"/c/daily-2026/u/jiaotong/follow-up/papers/{paper}").status_code == status
            assert "超编2人" not in client.get("/c/daily-2026/u/jiaotong/follow-up").text or who == "lead"


@pytest.mark.parametrize("changes", [
    {"source": "review"}, {"category": "P00"}, {"found_on": date(2027, 1, 1)}, {"units": ["nowhere"]}, {"units": []}])
def test_an_entry_is_checked(noticed_world: World, changes: dict[str, object]) -> None:
    with noticed_world.acting("section") as work, pytest.raises(Invalid):
        actions_register.enter(work, entry("jiaotong", **changes))


def test_it_touches_no_evaluation_and_stands_in_the_ledger_with_its_source(noticed_world: World) -> None:
    world = ordered(entered(noticed_world, "jiaotong"), "jiaotong")
    with world.acting("section", write=False) as work:
        assert world.evaluation(work, UNIT).state == State.NOTIFIED
        row = pair(work, world, "jiaotong")[1][0]
        assert row.number == "2026-jiaotong-01"
    with world.client("section") as client:
        text = client.get("/follow-up?source=hotline&line=2026-jiaotong-01").text
        assert "12310受理登记〔2026〕7号" in text
        assert "没有符合" in client.get("/follow-up?source=audit").text
        own = "/c/daily-2026/u/jiaotong"
        for page in ("/", "/c", own, f"{own}/findings", "/findings?source=hotline", f"{own}/follow-up"):
            assert client.get(page).status_code == 200, page
        assert client.get("/c/daily-2026").headers["location"] == "/c/daily-2026/follow-up"
    with world.client("liaison-jiaotong") as client:
        assert client.get("/c/daily-2026/u/jiaotong/follow-up").status_code == 200


def test_the_register_closes_when_its_year_is_over(noticed_world: World) -> None:
    world = entered(noticed_world, "jiaotong")
    ordered(world, "jiaotong")
    rectify(world, "jiaotong")
    with world.acting("director") as work, pytest.raises(MoveBlocked):
        actions.close(work, place(work, world.units["jiaotong"])[0])
    world.pass_days(140)
    with world.acting("director") as work:
        assert actions.close(work, place(work, world.units["jiaotong"])[0]).state == State.CLOSED


def test_one_finding_of_two_units_ends_when_both_parts_have_ended(noticed_world: World) -> None:
    world = ordered(entered(noticed_world), "jiaotong", "shenji")
    rectify(world, "jiaotong")
    with world.acting("section", write=False) as work:
        _, (row, finding) = pair(work, world, "jiaotong")
        assert row.state == ItemState.CLOSED
        assert finding.state == FindingState.ROUTED
        assert pair(work, world, "shenji")[1][0].state == ItemState.ISSUED
    rectify(world, "shenji")
    with world.acting("section", write=False) as work:
        assert {place(work, world.units[unit])[1].state for unit in ("jiaotong", "shenji")} == {FindingState.CLOSED}
        assert len({place(work, world.units[unit])[1].joint for unit in ("jiaotong", "shenji")}) == 1


@pytest.mark.parametrize("shown", [False, True])
def test_a_unit_reads_its_own_part_and_the_others_names_if_the_office_says_so(noticed_world: World, *, shown: bool) -> None:
    world = ordered(entered(noticed_world, names_shown=shown), "jiaotong", "shenji")
    with world.acting("head-jiaotong", write=False) as work:
        evaluation, item = pair(work, world, "jiaotong")
        assert queries_item.item_view(work, evaluation, item).others == (("审计局",) if shown else ())
    with world.acting("section", write=False) as work:
        evaluation, item = pair(work, world, "jiaotong")
        assert queries_item.item_view(work, evaluation, item).others == ("审计局",)
    with world.client("liaison-jiaotong") as client:
        assert client.get("/c/daily-2026/u/shenji/follow-up").status_code == 404
        text = client.get("/c/daily-2026/u/jiaotong/follow-up/items/f-01").text
        assert ("审计局" in text) is shown


def test_each_unit_states_its_own_view_once(noticed_world: World) -> None:
    world = ordered(entered(noticed_world), "jiaotong", "shenji")
    with world.acting("head-jiaotong") as work:
        evaluation, item = pair(work, world, "jiaotong")
        with pytest.raises(Invalid):
            actions_joint.state_view(work, evaluation, item, ViewForm(view="disputes"))
        actions_joint.state_view(work, evaluation, item, ViewForm(view="disputes", text="职责已划转"))
        with pytest.raises(Refused):
            actions_joint.state_view(work, evaluation, item, ViewForm(view="agrees"))
    with world.acting("section", write=False) as work:
        assert place(work, world.units["jiaotong"])[1].answer == "职责已划转"
        assert place(work, world.units["shenji"])[1].answered_at is None


@pytest.mark.parametrize(("state", "where", "begins"), [
    (State.ACCEPTED, "2026", "drafted"), (State.SCORED, "2026", "confirmed"), (State.INFORMED, "daily-2026", "confirmed")])
def test_naming_a_further_unit_never_changes_a_report_that_is_out(noticed_world: World, state: State, where: str, begins: str) -> None:
    world = steps.final(noticed_world)
    set_state(world, "shenji", state)
    with world.acting("section") as work:
        finding = steps.finding(work, world, "F-02")
        [row] = actions_joint.name_units(work, world.evaluation(work, UNIT), finding, UnitsForm(units=["shenji"]))
        evaluation = work.session.get_one(Evaluation, row.evaluation_id)
        assert work.session.get_one(Campaign, evaluation.campaign_id).code == where
        assert (row.state, row.joint) == (begins, finding.joint)


def test_what_can_be_set_right_at_once_needs_no_plan(noticed_world: World) -> None:
    world = ordered(entered(noticed_world, "jiaotong", severity="minor"), "jiaotong", at_once=True)
    with world.acting("liaison-jiaotong") as work:
        evaluation, item = pair(work, world, "jiaotong")
        assert (item[0].due_at - world.now).days <= 8
        actions_items.log_progress(work, evaluation, item, ProgressForm(percent=100, text="已改正"), files=[("照片.pdf", PDF)])
        assert item[0].state == ItemState.IN_PROGRESS


def test_a_critical_finding_wants_a_first_step_before_its_plan_is_accepted(noticed_world: World) -> None:
    """Confirmed during the visit: it goes out at once, through all later stages, and is one item."""
    world = steps.with_findings(noticed_world)
    set_state(world, UNIT, State.ACCEPTED)
    steps.routed(world, {"F-01": ["D2"]})
    with world.acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT))
        row, _ = steps.item(work, world, "F-01")
        assert timedelta(days=9) < row.first_step_due_at - world.now < timedelta(days=22)
    with world.acting("liaison-jiaotong") as work:
        assert any(task.href.endswith("f-01#progress") for task in waiting_for(work, work.actor))
        first = ProgressForm(percent=5, text="已停止行文")
        actions_items.log_progress(work, world.evaluation(work, UNIT), steps.item(work, world, "F-01"), first)
        row, _ = steps.item(work, world, "F-01")
        assert (row.state, row.first_step_at) == (ItemState.RECEIVED, world.now)
        with pytest.raises(Refused):
            actions_items.log_progress(work, world.evaluation(work, UNIT), (row, steps.finding(work, world, "F-01")),
                                       ProgressForm(percent=9, text="再记一次"))
    set_state(world, UNIT, State.FINAL, move="finalise")
    steps.routed(world, {"F-02": ["D2"], "F-03": ["D2"], "F-04": ["D1"]})
    with world.acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT), begin=True)
        numbers = [(row.number, one.code) for row, one in queries.items_of(work, world.evaluation(work, UNIT))]
        assert numbers == [("2026-jiaotong-01", "F-01"), ("2026-jiaotong-02", "F-02"), ("2026-jiaotong-03", "F-03")]
