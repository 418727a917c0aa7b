"""A unit that does nothing never blocks: halted, merged, silent, refusing, late – over the National Day of 2026, by HTTP with a set clock.

Beijing is eight hours ahead: a day ends at 16:00 UTC. 20 September (Sunday) and 10 October (Saturday) are worked, 25 September
and 1 to 7 October are not.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from evalplat.campaigns import windows
from evalplat.findings.tables import Finding
from evalplat.people.calendar import exceptions
from evalplat.stages.assessments import jobs as assessment_jobs
from evalplat.stages.assessments.actions_submit import mark_ready
from evalplat.stages.notices import actions, actions_supplements
from evalplat.stages.reviews import actions_findings
from evalplat.workflow.calendar import is_working_day
from evalplat.workflow.stages import SideState, State
from tests.scored import set_state
from tests.stages.assessments.filled import acknowledged, enter_office, fill_all
from tests.stages.reviews.conftest import finding_form
from tests.world import World, csrf

C = "/c/2026"


def _at(day: date, hour: int = 2, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC)


def _post(world: World, who: str, path: str, expect: int = 303, **data: str) -> str:
    with world.client(who) as client:
        answer = client.post(path, data={"csrf_token": csrf(client, "/password"), **data})
        assert answer.status_code == expect, answer.text[:600]
        return answer.text


def _due(world: World, unit: str, kind: str = "assessment") -> date:
    with world.acting("system", write=False) as work:
        due = windows.due_of(work, world.evaluation(work, unit), kind)
        assert due is not None
        return due.astimezone(work.settings.zone).date()


def _state(world: World, unit: str) -> tuple[str, str | None]:
    with world.acting("system", write=False) as work:
        row = world.evaluation(work, unit)
        return row.state, row.side


def test_the_calendar_knows_the_national_day(noticed_world: World) -> None:
    with noticed_world.acting("system", write=False) as work:
        known = exceptions(work.session, work.office_id)
        worked = [day for day in (date(2026, 9, 20), date(2026, 10, 10)) if is_working_day(day, known)]
        free = [day for day in (date(2026, 9, 25), *(date(2026, 10, n) for n in range(1, 8))) if not is_working_day(day, known)]
        assert (len(worked), len(free)) == (2, 8)


def test_a_suspended_unit_finds_its_time_again(noticed_world: World) -> None:
    world, unit = noticed_world, f"{C}/u/shenji"
    _post(world, "liaison-shenji", f"{unit}/notice/receipt")
    world.now = _at(date(2026, 9, 28))
    _post(world, "director", f"{unit}/aside", side="suspended", reason="机构改革")
    _post(world, "head-shenji", f"{unit}/extension", expect=409, window="assessment", until="2026-10-20", reason="机构改革")
    world.now = _at(date(2026, 10, 8))
    with world.acting("system") as work:
        assessment_jobs.tell_overdue(work)
    with world.client("section") as client:
        assert "审计局" not in client.get(f"{C}/chasing?side=unit").text.split('id="chasing"', 1)[1].split("逾期", 1)[0]
    _post(world, "director", f"{unit}/aside/resume", reason="改革完成")
    # 28, 29 and 30 September were left; the 9th, the worked Saturday and the 12th are given
    assert _due(world, "shenji") == date(2026, 10, 12)
    assert _due(world, "minzheng") == date(2026, 10, 1)
    with world.client("head-shenji") as client:
        page = client.get(f"{unit}/aside").text
        assert page.count("滕编办发〔2026〕") == 2
        assert "填报部门自评" in client.get("/").text
    _post(world, "head-shenji", f"{unit}/extension", window="assessment", until="2026-10-20", reason="材料尚未整理完毕")
    _post(world, "section", f"{unit}/extension/grant", until="2026-10-16", reason="情况属实")
    assert _due(world, "shenji") == date(2026, 10, 16)


def test_an_exempted_and_a_merged_unit_leave_the_round(noticed_world: World) -> None:
    world = noticed_world
    _post(world, "director", f"{C}/u/shenji/aside", side="exempt", reason="新设机构未满一年")
    _post(world, "director", f"{C}/u/minzheng/aside", expect=422, side="merged", reason="机构合并")
    _post(world, "director", f"{C}/u/minzheng/aside", side="merged", reason="机构合并", successor="jiaotong")
    assert _state(world, "shenji") == (State.NOTIFIED, SideState.EXEMPT)
    assert _state(world, "minzheng") == (State.NOTIFIED, SideState.MERGED)
    with world.client("head-jiaotong") as client:
        assert client.get(f"{C}/u/minzheng").status_code == 200
        assert client.get(f"{C}/u/minzheng/documents").status_code == 200
    _post(world, "director", f"{C}/u/shenji/aside/resume", expect=409, reason="x")
    world.now = _at(date(2026, 10, 9))
    with world.acting("system") as work:
        assert actions.deem_served(work) == 1
    with world.client("section") as client:
        page = client.get(f"{C}?stage=assessment").text
        assert "交通运输局" in page


def test_an_extension_is_a_second_too_late(noticed_world: World) -> None:
    world, unit = noticed_world, f"{C}/u/shenji"
    _post(world, "liaison-shenji", f"{unit}/notice/receipt")
    wish = {"window": "assessment", "until": "2026-10-09", "reason": "数据仍在核对"}
    with world.acting("system", write=False) as work:
        due = windows.due_of(work, world.evaluation(work, "shenji"), "assessment")
    world.now = due + timedelta(seconds=1)
    assert "截止日期已过" in _post(world, "head-shenji", f"{unit}/extension", expect=409, **wish)
    _post(world, "section", f"{unit}/extension/give", expect=409, **wish)
    world.now = due
    _post(world, "head-shenji", f"{unit}/extension", **wish)
    _post(world, "section", f"{unit}/extension/grant", until="2026-10-09", reason="同意")
    assert _due(world, "shenji") == date(2026, 10, 9)


def test_silence_about_the_notice_over_the_holiday(noticed_world: World) -> None:
    world = noticed_world
    _post(world, "section", f"{C}/notice/supplements", reason="时间调整", assessment_closes="2026-10-20")
    world.now = _at(date(2026, 9, 30))
    _post(world, "section", f"{C}/notice/supplements/1/number")
    _post(world, "director", f"{C}/notice/supplements/1/issue")
    # 8, 9 and the worked Saturday 10 October are the three working days
    for moment, count in ((_at(date(2026, 10, 10), 15, 59), 0), (_at(date(2026, 10, 10), 16, 0, 1), 3)):
        world.now = moment
        with world.acting("system") as work:
            assert actions_supplements.deem_served(work) == count


def test_who_refuses_or_is_late_is_marked_and_the_round_goes_on(noticed_world: World) -> None:
    world = acknowledged(noticed_world)
    with world.acting("establishment") as work:
        enter_office(work, world.evaluation(work, "jiaotong"))
    with world.acting("liaison-jiaotong") as work:
        fill_all(work, world.evaluation(work, "jiaotong"))
        mark_ready(work, world.evaluation(work, "jiaotong"))
    _post(world, "liaison-shenji", f"{C}/u/shenji/notice/receipt")
    world.now = _at(date(2026, 10, 9))
    with world.client("head-jiaotong") as client:
        page = client.get(f"{C}/u/jiaotong/assessment/check").text
    seen = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    _post(world, "head-jiaotong", f"{C}/u/jiaotong/assessment/submit", declared="1", seen=seen)
    with world.acting("system") as work:
        assessment_jobs.tell_overdue(work)
        assert world.evaluation(work, "jiaotong").late
    with world.client("section") as client:
        assert "逾期提交" in client.get(f"{C}/u/jiaotong").text
        assert "逾期" in client.get(C).text
    _post(world, "section", f"{C}/u/shenji/assessment/refusal", refusal_reason="多次催办仍未报送", document="滕编办函〔2026〕9号")
    assert _state(world, "shenji") == (State.ACCEPTED, None)


def test_silence_about_a_finding_does_not_count_while_halted(noticed_world: World) -> None:
    world, unit = noticed_world, f"{C}/u/shenji"
    set_state(world, "shenji", State.ACCEPTED)
    world.now = _at(date(2026, 9, 29))
    with world.acting("lead") as work:
        row = world.evaluation(work, "shenji")
        finding = actions_findings.raise_finding(work, row, finding_form())
        actions_findings.send_finding(work, row, finding)
        code = finding.code
    world.now = _at(date(2026, 9, 30))
    _post(world, "director", f"{unit}/aside", side="suspended", reason="突发事件处置")
    world.now = _at(date(2026, 10, 9))
    _post(world, "director", f"{unit}/aside/resume", reason="处置完毕")
    # three working days after 9 October: the worked Saturday, the 12th, the 13th
    for moment, count in ((_at(date(2026, 10, 13), 15, 59), 0), (_at(date(2026, 10, 13), 16, 0, 1), 1)):
        world.now = moment
        with world.acting("system") as work:
            assert actions_findings.note_silence(work) == count
    with world.acting("lead", write=False) as work:
        assert work.session.exec(select(Finding.state).where(Finding.code == code)).one() == "silent"
