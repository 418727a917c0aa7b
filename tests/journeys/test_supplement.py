"""A supplementary notice on the eve of the National Day: everybody's receipt, and a window that is longer for all."""

from __future__ import annotations

from datetime import date, timedelta

from evalplat.campaigns import windows
from evalplat.stages.assessments import jobs as assessment_jobs
from evalplat.stages.notices import actions_supplements
from tests.journeys.steps import at, day_of, denied, end_of, logged, post, see
from tests.world import World

C, PAGE = "/c/2026", "/c/2026/notice/supplements"
MOVE = {"reason": "国庆节前后工作安排调整", "assessment_closes": "2026-10-12"}


def due(world: World, unit: str) -> date:
    with world.acting("system", write=False) as work:
        return day_of(world, windows.due_of(work, world.evaluation(work, unit), "assessment"))


def received(world: World) -> World:
    for unit in world.units:
        post(world, f"liaison-{unit}", f"{C}/u/{unit}/notice/receipt")
    return world


def drafted(world: World) -> World:
    """It is written and numbered on the last Monday of September, and nothing has changed."""
    world.now = at(9, 28)
    denied(world, "director", {f"!{PAGE}": 403})
    post(world, "section", PAGE, expect=422, reason="提前截止", assessment_closes="2026-09-29")
    post(world, "section", PAGE, **MOVE)
    page = see(world, "section", f"{PAGE}/1")
    assert "2026年10月1日" in page
    assert "2026年10月12日" in page
    assert due(world, "shenji") == date(2026, 10, 1)
    post(world, "section", f"{PAGE}/1/number")
    return world


def test_from_the_draft_to_everybodys_receipt(noticed_world: World) -> None:
    world, unit = drafted(received(noticed_world)), f"{C}/u/shenji"
    denied(world, "section", {f"!{PAGE}/1/issue": 403})
    denied(world, "head-shenji", {f"{PAGE}/1": 403, f"!{PAGE}/1/issue": 403})
    assert "补充通知" not in see(world, "liaison-shenji", f"{unit}/notice")
    denied(world, "liaison-shenji", {f"!{unit}/notice/supplements/1/receipt": 404})
    assert "印发补充通知" in see(world, "director", "/")
    post(world, "director", f"{PAGE}/1/issue")

    # the department reads before and after, may take the paper, and confirms once
    assert "签收补充通知" in see(world, "liaison-shenji", "/")
    page = see(world, "liaison-shenji", f"{unit}/notice")
    for words in ("滕编办发〔2026〕2号", "2026年10月1日", "2026年10月12日", "10月8日后仍未签收的，视为送达", "确认签收"):
        assert words in page, words
    paper = page.rsplit("/documents/supplementary-notice-", 1)[1].split(".pdf", 1)[0]
    assert "国庆节前后工作安排调整" in see(world, "head-shenji", f"/documents/supplementary-notice-{paper}/page")
    denied(world, "filler-shenji", {f"!{unit}/notice/supplements/1/receipt": 403})
    denied(world, "head-jiaotong", {f"{unit}/notice": 404, f"!{unit}/notice/supplements/1/receipt": 404})
    post(world, "head-shenji", f"{unit}/notice/supplements/1/receipt")
    denied(world, "liaison-shenji", {f"!{unit}/notice/supplements/1/receipt": 409})
    assert "签收补充通知" not in see(world, "liaison-shenji", "/")

    # who says nothing is served three working days later: 29 and 30 September, 8 October
    for moment, count in ((end_of(10, 8), 0), (end_of(10, 8) + timedelta(seconds=1), 2)):
        world.now = moment
        with world.acting("system") as work:
            assert actions_supplements.deem_served(work) == count
    page = see(world, "section", f"{PAGE}/1")
    assert (page.count("视为送达"), page.count("在线签收")) == (2, 1)
    denied(world, "liaison-minzheng", {f"!{C}/u/minzheng/notice/supplements/1/receipt": 409})
    assert "视为送达" in see(world, "liaison-minzheng", f"{C}/u/minzheng/notice")
    assert logged(world, "supplement.drafted", "supplement.issued", "supplement.received", "window.set")[-6:] == [
        ("supplement.drafted", "", "李敏"), ("window.set", "", "周正"), ("supplement.issued", "", "周正"),
        ("supplement.received", "shenji", "审计局head"), ("supplement.received", "jiaotong", "system"),
        ("supplement.received", "minzheng", "system")]


def test_the_longer_window_counts_for_all_and_ends_by_the_second(noticed_world: World) -> None:
    world = drafted(received(noticed_world))
    post(world, "head-jiaotong", f"{C}/u/jiaotong/extension", window="assessment", until="2026-10-15", reason="材料较多")
    post(world, "section", f"{C}/u/jiaotong/extension/grant", until="2026-10-15", reason="情况属实")
    post(world, "director", f"{PAGE}/1/issue")
    assert [due(world, unit) for unit in ("jiaotong", "shenji", "minzheng")] == [date(2026, 10, 15), *[date(2026, 10, 12)] * 2]

    # after the old end, on the worked Saturday, the department still fills in and is not late
    world.now = at(10, 10)
    with world.acting("system") as work:
        actions_supplements.deem_served(work)
        assessment_jobs.tell_overdue(work)
    assert "10月12日" in see(world, "liaison-shenji", "/")
    assert "逾期" not in see(world, "section", f"{C}/u/shenji")
    post(world, "head-shenji", f"{C}/u/shenji/extension", window="assessment", until="2026-10-14", reason="数据仍在核对")

    # a second after the new end nothing is moved any more, neither for one nor for all
    world.now = end_of(10, 12) + timedelta(seconds=1)
    with world.acting("system") as work:
        assessment_jobs.tell_overdue(work)
    assert "截止日期已过" in post(world, "head-minzheng", f"{C}/u/minzheng/extension", expect=409, window="assessment",
                             until="2026-10-16", reason="来不及")
    assert "该时段已经结束" in post(world, "section", PAGE, expect=422, reason="再延", assessment_closes="2026-10-20")
    assert "逾期" in see(world, "section", f"{C}/chasing").split('id="chasing"', 1)[1]
    assert due(world, "jiaotong") == date(2026, 10, 15)
