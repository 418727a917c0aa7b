"""What every party reads, takes home and is denied while a unit is halted, merged, given more time, or refuses: over the National Day."""

from __future__ import annotations

from datetime import date, timedelta

from evalplat.campaigns import windows
from evalplat.stages.assessments import jobs as assessment_jobs
from evalplat.stages.notices import actions
from evalplat.workflow.stages import State
from tests.journeys.steps import at, day_of, denied, document, end_of, logged, post, see
from tests.scored import set_state
from tests.world import World

C = "/c/2026"
UNIT = f"{C}/u/shenji"


def due(world: World, unit: str = "shenji") -> date:
    with world.acting("system", write=False) as work:
        return day_of(world, windows.due_of(work, world.evaluation(work, unit), "assessment"))


def test_a_halt_is_a_letter_and_nothing_moves_till_the_next_one(noticed_world: World) -> None:
    world = noticed_world
    post(world, "liaison-shenji", f"{UNIT}/notice/receipt")
    world.now = at(9, 29)
    for who, status in (("section", 403), ("head-shenji", 403), ("head-jiaotong", 404)):
        post(world, who, f"{UNIT}/aside", expect=status, side="suspended", reason="机构改革")
    post(world, "director", f"{UNIT}/aside", side="suspended", reason="机构改革")
    letter = document(world, "side_notice", "shenji")
    assert "因机构改革，经研究，决定自2026年9月29日起暂停" in see(world, "liaison-shenji", f"/documents/{letter.code}/page")
    page = see(world, "head-shenji", f"{UNIT}/aside")
    assert letter.number is not None
    assert letter.number in page
    assert f"/documents/{letter.code}.pdf" in page
    denied(world, "head-jiaotong", {f"/documents/{letter.code}": 404, f"{UNIT}/aside": 404})

    # neither the unit nor the office goes on, and nobody is chased
    assert "填报部门自评" not in see(world, "liaison-shenji", "/")
    denied(world, "head-shenji", {f"!{UNIT}/assessment/submit": 409, f"!{UNIT}/assessment/ready": 409, f"{UNIT}/assessment": 200})
    post(world, "section", f"{UNIT}/assessment/refusal", expect=409, refusal_reason="未报送", document="滕编办函〔2026〕9号")
    world.now = at(10, 9)
    with world.acting("system") as work:
        assessment_jobs.tell_overdue(work)
    assert "审计局" not in see(world, "section", f"{C}/chasing").split('id="chasing"', 1)[1].split('id="calls"', 1)[0]

    # 29 and 30 September and 1 October were the last days; two of them are worked: the Saturday and the 12th are given
    post(world, "section", f"{UNIT}/aside/resume", expect=403, reason="改革完成")
    post(world, "director", f"{UNIT}/aside/resume", reason="改革完成")
    assert due(world) == date(2026, 10, 12)
    back = document(world, "side_notice", "shenji")
    assert back.code != letter.code
    text = see(world, "head-shenji", f"/documents/{back.code}/page")
    assert "2026年10月1日" in text
    assert "2026年10月12日" in text
    assert "填报部门自评" in see(world, "liaison-shenji", "/")
    assert logged(world, "evaluation.side_set", "evaluation.side_cleared") == [
        ("evaluation.side_set", "shenji", "周正"), ("evaluation.side_cleared", "shenji", "周正")]


def test_a_merged_unit_hands_its_file_to_the_successor(noticed_world: World) -> None:
    world = noticed_world
    set_state(world, "shenji", State.FOLLOWING)
    world.now = at(9, 30)
    denied(world, "head-minzheng", {UNIT: 404})
    post(world, "director", f"{UNIT}/aside", expect=422, side="merged", reason="机构合并", successor="shenji")
    post(world, "director", f"{UNIT}/aside", side="merged", reason="机构合并", successor="minzheng")
    letter = document(world, "side_notice", "shenji")
    world.now = at(10, 10)
    assert "市民政局已承接" in see(world, "head-minzheng", f"{UNIT}/aside")
    denied(world, "head-minzheng", {UNIT: 200, f"{UNIT}/follow-up": 200, f"/documents/{letter.code}": 200})
    denied(world, "filler-minzheng", {f"{UNIT}/follow-up": 404})
    denied(world, "head-jiaotong", {UNIT: 404, f"{UNIT}/follow-up": 404, f"/documents/{letter.code}": 404})
    assert logged(world, "unit.succeeded") == [("unit.succeeded", "shenji", "周正")]
    assert "审计局" in see(world, "section", C)


def test_more_time_is_asked_on_the_eve_and_a_day_off_moves_on(noticed_world: World) -> None:
    world, page = noticed_world, f"{UNIT}/extension"
    post(world, "liaison-shenji", f"{UNIT}/notice/receipt")
    world.now = at(9, 30)
    post(world, "liaison-shenji", page, expect=422, window="assessment", until="2026-09-30", reason="材料未齐")
    post(world, "liaison-shenji", page, window="assessment", until="2026-10-04", reason="材料未齐")
    assert "发送延期申请" in see(world, "head-shenji", "/")
    denied(world, "liaison-shenji", {f"!{page}/ask": 403, f"!{page}/grant": 403, f"!{page}/give": 403})
    post(world, "section", f"{page}/grant", expect=409, until="2026-10-04", reason="同意")  # not sent yet
    post(world, "head-shenji", f"{page}/ask")
    assert due(world) == date(2026, 10, 1)  # until it is decided the present date counts
    assert "审计局申请延期" in see(world, "section", "/")
    post(world, "section", f"{page}/grant", until="2026-10-04", reason="情况属实")
    assert due(world) == date(2026, 10, 8)
    letter = document(world, "extension_notice", "shenji")
    assert "由2026年10月1日延至2026年10月8日" in see(world, "head-shenji", f"/documents/{letter.code}/page")
    assert f"/documents/{letter.code}.pdf" in see(world, "liaison-shenji", page)
    denied(world, "head-jiaotong", {page: 404, f"/documents/{letter.code}": 404})

    # others stay with the announced day; a second after the new one nothing is left to ask
    assert due(world, "minzheng") == date(2026, 10, 1)
    world.now = end_of(10, 8) + timedelta(seconds=1)
    assert "截止日期已过" in post(world, "head-shenji", page, expect=409, window="assessment", until="2026-10-12", reason="再延")
    assert "滕编办发" in see(world, "section", page)
    assert logged(world, "extension.asked", "extension.granted", "window.extended") == [
        ("extension.asked", "shenji", "审计局head"), ("window.extended", "shenji", "李敏"), ("extension.granted", "shenji", "李敏")]


def test_a_unit_that_refuses_is_put_on_record_and_evaluated_all_the_same(noticed_world: World) -> None:
    world = noticed_world
    world.now = at(9, 30)
    with world.acting("system") as work:
        assert actions.deem_served(work) == 3  # nobody confirmed the notice: it counts as served
    assert "视为送达" in see(world, "liaison-shenji", f"{UNIT}/notice")
    record = {"refusal_reason": "多次催办仍未报送", "document": "滕编办函〔2026〕9号"}
    world.now = at(10, 9)
    with world.acting("system") as work:
        assessment_jobs.tell_overdue(work)
    assert "逾期" in see(world, "liaison-shenji", "/")
    for who, status in (("head-shenji", 403), ("lead", 403), ("head-jiaotong", 404)):
        post(world, who, f"{UNIT}/assessment/refusal", expect=status, **record)
    post(world, "section", f"{UNIT}/assessment/refusal", expect=422, refusal_reason="", document="")
    post(world, "section", f"{UNIT}/assessment/refusal", **record)

    # the unit reads that it is on record and can hand in nothing any more; the team goes on with the office's own data
    assert "多次催办仍未报送" in see(world, "head-shenji", f"{UNIT}/assessment")
    denied(world, "head-shenji", {f"!{UNIT}/assessment/submit": 409, f"!{UNIT}/assessment/refusal": 403})
    denied(world, "lead", {f"{UNIT}/review": 200})
    post(world, "section", f"{UNIT}/assessment/refusal", expect=409, **record)
    with world.acting("system", write=False) as work:
        assert world.evaluation(work, "shenji").state == State.ACCEPTED
        assert world.evaluation(work, "minzheng").state == State.ASSESSING
    assert logged(world, "notice.deemed_served", "assessment.refusal_recorded")[-2:] == [
        ("notice.deemed_served", "minzheng", "system"), ("assessment.refusal_recorded", "shenji", "李敏")]
