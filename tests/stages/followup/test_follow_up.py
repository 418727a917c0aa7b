"""From the finding to the look back: sent on, issued, rectified, verified by two, closed, looked at again."""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import date, timedelta

from openpyxl import load_workbook
from sqlmodel import select
from starlette.testclient import TestClient

from evalplat.access.tasks import waiting_for
from evalplat.documents.actions import view_of
from evalplat.documents.queries import latest
from evalplat.findings.kinds import FindingState
from evalplat.people.tables import Unit
from evalplat.stages.followup import (
    actions,
    actions_extend,
    actions_items,
    actions_look_back,
    actions_referrals,
    actions_uses,
    jobs,
    queries,
    queries_ledger,
)
from evalplat.stages.followup.forms import (
    AdviceForm,
    ExtensionForm,
    LookBackForm,
    ProgressForm,
    ReferralForm,
)
from evalplat.stages.followup.rules import ItemState, sample
from evalplat.stages.followup.tables import ProgressEntry
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT, item
from tests.world import World, csrf

PAGE = f"/c/2026/u/{UNIT}/follow-up"


def titles(world: World, who: str) -> list[str]:
    with world.acting(who, write=False) as work:
        return [task.href.split("/")[-1] for task in waiting_for(work, work.actor) if "follow-up" in task.href]


def recorded(world: World) -> World:
    """Studies and referrals have their outcome and receipt."""
    with world.acting("establishment") as work:
        evaluation = world.evaluation(work, UNIT)
        [pair] = queries.advices_of(work, evaluation)
        actions_uses.record_advice(work, evaluation, pair, AdviceForm(state="adopted", outcome="核增2名", document="滕编〔2026〕9号"))
    with world.acting("director") as work:
        evaluation = world.evaluation(work, UNIT)
        [referral] = queries.referrals_of(work, evaluation)
        actions_referrals.record_referral(work, evaluation, referral, ReferralForm(receipt="市纪委监委", received_on=date(2026, 9, 1)))
    return world


def test_when_the_result_is_final_the_section_sends_the_findings_on(noticed_world: World) -> None:
    world = steps.final(noticed_world)
    assert titles(world, "section") == ["follow-up#routing"]
    assert not titles(world, "director")
    steps.routed(world)
    assert titles(world, "section") == ["follow-up#advice"]
    assert "follow-up#notice" in titles(world, "director")


def test_with_nothing_to_rectify_the_director_begins_and_closes(noticed_world: World) -> None:
    set_state(noticed_world, UNIT, State.FINAL, move="finalise")
    assert titles(noticed_world, "director") == ["follow-up#begin"]
    with noticed_world.acting("director") as work:
        actions.start(work, noticed_world.evaluation(work, UNIT))
        assert actions.close(work, noticed_world.evaluation(work, UNIT)).state == State.CLOSED


def test_the_notice_holds_what_the_department_rectifies_and_nothing_of_a_referral(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("section", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        document = latest(work.session, "rectification_notice", evaluation=evaluation)
        assert document is not None
        assert document.state == "issued"
        assert document.number == "滕编办发〔2026〕2号"
        view = view_of(document)
        assert [line.code for line in view.findings] == ["F-01", "F-02", "F-03"]
        assert len({line.destination for line in view.findings}) == 1
        assert "移送" not in str(document.view)
        assert document.drafted_by == world.users["section"]
        assert document.issued_by == world.users["director"]
        due = {finding.code: (row.due_at - world.now).days for row, finding in queries.items_of(work, evaluation)}
        assert 89 <= due["F-01"] <= 96
        assert 59 <= due["F-02"] <= 68
        assert 29 <= due["F-03"] <= 40
        assert evaluation.state == State.FOLLOWING


def test_an_item_goes_from_plan_to_closed_with_two_verifiers(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    assert "f-02#plan" in titles(world, "liaison-jiaotong")
    steps.plan(world)
    assert "f-02#progress" in titles(world, "liaison-jiaotong")
    steps.progress(world)
    assert "f-02#submit" in titles(world, "head-jiaotong")
    assert "f-02#submit" not in titles(world, "liaison-jiaotong")
    steps.submit(world)
    assert "f-02#verify" in titles(world, "assessor")
    assert not steps.verify(world, "lead")
    assert steps.verify(world, "section")
    with world.acting("section", write=False) as work:
        row, finding = item(work, world)
        assert row.state == ItemState.CLOSED
        assert row.closed_at == world.now
        assert finding.state == FindingState.CLOSED
        log = work.session.exec(select(ProgressEntry).where(ProgressEntry.rectification_id == row.id)).all()
        assert [entry.percent for entry in log] == [60, 100]


def test_a_rejected_item_goes_round_again_and_both_verify_anew(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world)
    steps.submit(world)
    steps.verify(world, "lead")
    with world.acting("section") as work:
        actions_items.reject(work, world.evaluation(work, UNIT), item(work, world), "缺少人员名单")
        assert item(work, world)[0].state == ItemState.REJECTED
    with world.acting("liaison-jiaotong") as work:
        actions_items.log_progress(work, world.evaluation(work, UNIT), item(work, world), ProgressForm(percent=90, text="已补"))
    steps.submit(world)
    assert not steps.verify(world, "lead")
    assert steps.verify(world, "section")


def test_a_silent_department_counts_as_having_the_notice(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("system") as work:
        assert jobs.deem_received(work) == 0
    world.pass_days(8)
    with world.acting("system") as work:
        assert jobs.deem_received(work) == 3
        assert item(work, world)[0].state == ItemState.RECEIVED


def test_an_overdue_major_item_holds_up_requests_until_it_is_verified(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    with world.acting("section", write=False) as work:
        assert queries.holds(work, work.session.get_one(Unit, world.units[UNIT])) == []
    world.pass_days(75)
    with world.acting("section", write=False) as work:
        unit = work.session.get_one(Unit, world.units[UNIT])
        assert [hold.code for hold in queries.holds(work, unit)] == ["F-02"]
        assert queries.holds(work, work.session.get_one(Unit, world.units["shenji"])) == []
    with world.client("liaison-jiaotong") as client:
        assert "超编3人" in client.get(PAGE).text
    steps.progress(world)
    steps.submit(world)
    with world.acting("section", write=False) as work:
        assert queries.holds(work, work.session.get_one(Unit, world.units[UNIT]))
    steps.verify(world, "lead")
    steps.verify(world, "section")
    with world.acting("section", write=False) as work:
        assert queries.holds(work, work.session.get_one(Unit, world.units[UNIT])) == []


def test_more_time_is_asked_for_and_given_once(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("liaison-jiaotong") as work:
        row, _ = item(work, world)
        first = row.due_at
        form = ExtensionForm(until=(first + timedelta(days=14)).date(), reason="涉及人员安置")
        actions_extend.ask(work, world.evaluation(work, UNIT), item(work, world), form)
    assert "f-02#extension" in titles(world, "director")
    with world.acting("director") as work:
        actions_extend.extend(work, world.evaluation(work, UNIT), item(work, world), form)
        row, _ = item(work, world)
        assert row.first_due_at == first
        assert row.due_at > first
    assert "f-02#extension" not in titles(world, "director")


def test_the_follow_up_closes_and_a_relapse_opens_an_item_again_one_level_up(noticed_world: World) -> None:
    world = recorded(steps.rectified(steps.issued(noticed_world), "F-01", "F-02", "F-03"))
    assert "follow-up#close" in titles(world, "director")
    with world.acting("director") as work:
        actions.close(work, world.evaluation(work, UNIT))
    world.pass_days(200)
    assert titles(world, "lead") == ["follow-up#look-back"]
    with world.acting("lead") as work:
        drawn = actions_look_back.draw(work, world.evaluation(work, UNIT))
        assert drawn.numbers == ["2026-jiaotong-01"]
        assert actions_look_back.draw(work, world.evaluation(work, UNIT)).seed == drawn.seed
        form = LookBackForm(outcome="relapsed", note="又挂牌", evidence="现场查看")
        actions_look_back.check(work, world.evaluation(work, UNIT), item(work, world, "F-01"), form)
        row, finding = item(work, world, "F-01")
        assert (row.state, row.round) == (ItemState.IN_PROGRESS, 2)
        assert finding.state == FindingState.ROUTED
        moved = actions_look_back.look_back(work, world.evaluation(work, UNIT), "抽查1项，反弹1项，已重新立项整改。")
        assert moved.state == State.LOOKED_BACK
    steps.progress(world, "F-01")
    steps.submit(world, "F-01")
    assert not steps.verify(world, "lead", "F-01")
    assert steps.verify(world, "section", "F-01")


def test_the_sample_takes_all_critical_ones_and_the_share_and_can_be_drawn_again() -> None:
    items = {f"i-{n:02d}": "critical" if n < 2 else "minor" for n in range(10)}
    drawn = sample(items, share=0.3, seed="abc")
    assert len(drawn) == 3
    assert {"i-00", "i-01"} <= set(drawn)
    assert drawn == sample(dict(reversed(items.items())), share=0.3, seed="abc")
    assert sample({}, share=0.3, seed="abc") == []
    assert len(sample({"a": "critical", "b": "critical", "c": "minor"}, share=0.3, seed="x")) == 2


def test_the_ledger_filters_and_its_file_runs_no_formula(noticed_world: World) -> None:
    world = steps.final(noticed_world)
    with world.acting("section") as work:
        steps.finding(work, world, "F-02").title = '=HYPERLINK("http://x","y")'
    steps.routed(world)
    with world.acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT), begin=True)
    with world.acting("section", write=False) as work:
        lines = queries_ledger.ledger(work, world.campaign(work))
        assert len(lines) == 3
        [bar] = queries_ledger.bars(lines)
        assert (bar.items, bar.closed, bar.percent) == (3, 0, 0)
    with world.client("section") as client:
        assert client.get("/c/2026/follow-up?severity=critical&state=issued").text.count(">2026-jiaotong-0") == 1
        assert "2026-jiaotong-0" not in client.get("/c/2026/follow-up?late=1").text
        answer = client.get("/c/2026/follow-up.xlsx")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        cell = sheet.cell(4, 7)
        assert cell.data_type == "s"
        assert "HYPERLINK" in cell.value


class Desk:
    """Everybody's browser, opened when it is first needed and kept open."""

    def __init__(self, world: World, stack: ExitStack) -> None:
        self.world, self.stack, self.clients = world, stack, {}

    def __call__(self, who: str) -> TestClient:
        if who not in self.clients:
            self.clients[who] = self.stack.enter_context(self.world.client(who))
        return self.clients[who]

    def press(self, who: str, address: str, *, page: str = PAGE, file: bool = False, **data: str) -> None:
        text = self(who).get(page).text
        assert f'action="{address}"' in text, f"{who} has no button for {address}"
        token = text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        files = {"proof": ("证明.pdf", steps.PDF, "application/pdf")} if file else None
        answer = self(who).post(address, data={"csrf_token": token, **data}, files=files)
        assert answer.status_code == 303, answer.text


def _walk(desk: Desk) -> None:
    client = desk("section")
    for code, where in (("f-01", "D2"), ("f-02", "D1"), ("f-03", "D3"), ("f-04", "D1")):
        data = {"csrf_token": csrf(client, PAGE), "destinations": where, "requirement": "撤销机构", "measure": "order_to_correct",
                "advice_kind": "increase", "advice_text": "研究", "referral_reason": "涉嫌违纪"}
        assert client.post(f"{PAGE}/route/{code}", data=data).status_code == 303
    assert client.post(f"{PAGE}/route/f-01", data=data | {"requirement": "", "destinations": "D2"}).status_code == 422
    desk.press("director", f"{PAGE}/notice", begin="1")
    desk.press("liaison-jiaotong", f"{PAGE}/receipt")
    here = f"{PAGE}/items/f-01"
    desk.press("liaison-jiaotong", f"{here}/plan", page=here, measures="撤", leader="张", person="刘", steps="一", finish_on="2026-09-20")
    desk.press("assessor", f"{here}/plan/return", page=here, reason="写细一些")
    desk.press("head-jiaotong", f"{here}/plan", page=here, measures="撤", leader="张", person="刘", steps="二", finish_on="2026-09-20")
    desk.press("assessor", f"{here}/plan/accept", page=here)
    desk.press("liaison-jiaotong", f"{here}/progress", page=here, percent="50", text="已摘牌", file=True)
    desk.press("liaison-jiaotong", f"{here}/ask-extension", page=here, until="2026-12-20", reason="安置")
    desk.press("director", f"{here}/refuse-extension", page=here, reason="时间足够")
    desk.press("head-jiaotong", f"{here}/submit", page=here, report="已撤销")
    desk.press("assessor", f"{here}/verify", page=here, method="on_site", opinion="属实")
    desk.press("section", f"{here}/verify", page=here, method="written", opinion="属实")
    for code in ("f-02", "f-04"):
        desk.press("establishment", f"{PAGE}/advice/{code}", state="open", open_until="2027-01-01")
    desk.press("director", f"{PAGE}/referrals/f-03", receipt="市纪委监委", received_on="2026-09-01")
    desk.press("director", f"{PAGE}/close")
    desk.press("lead", f"{PAGE}/draw")
    desk.press("lead", f"{here}/look-back", page=here, outcome="held", note="已巩固", evidence="现场")
    desk.press("lead", f"{PAGE}/look-back", report="全部巩固")
    for who in ("section", "director", "liaison-jiaotong", "lead"):
        assert desk(who).get(PAGE).status_code == 200
        assert '<form method="post" action="/c/' not in desk(who).get(here).text
    with desk.world.acting("section", write=False) as work:
        assert desk.world.evaluation(work, UNIT).state == State.LOOKED_BACK


def test_the_journey_over_http(noticed_world: World) -> None:
    """Every button of one finding's way, by the people who press them."""
    with ExitStack() as stack:
        desk = Desk(steps.final(noticed_world), stack)
        _walk(desk)
