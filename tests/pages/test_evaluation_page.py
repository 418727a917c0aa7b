"""One unit's file: what each person may see of it, the score opened, versions compared, extensions, side states."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from evalplat.campaigns.windows import window_for
from evalplat.findings.actions import name_reader
from evalplat.findings.queries import findings_of
from evalplat.pages.queries.changes import differences
from evalplat.pages.queries.evaluation import peers_of, ranges
from evalplat.scores.queries import score_view
from evalplat.workflow.stages import State
from tests.pages.rich import give_result, put_at
from tests.world import World, csrf

FILE = "/c/2026/u/shichang"


def test_a_score_opens_to_its_arithmetic(rich_world: World) -> None:
    with rich_world.client("lead") as client:
        folded = client.get(FILE).text
        assert "38 ÷ 40" not in folded
        assert f"{FILE}?open=C101#C101" in folded
        opened = client.get(f"{FILE}?open=C101").text
        assert "(38 + 0 + 0) ÷ 40" in opened
        assert "/definitions/tengzhou-2026/2026.1#C101" in opened
        everything = client.get(f"{FILE}?open=all").text
        assert everything.count('class="opened-box"') == 41


def test_the_unit_sees_its_score_only_when_it_was_told(rich_world: World) -> None:
    with rich_world.acting("section") as work:
        give_result(work, rich_world.evaluation(work, "jiaotong"), "jiaotong", 0)
    with rich_world.client("head-jiaotong") as client:
        page = client.get("/c/2026/u/jiaotong").text
        assert "big-num" not in page
        assert "结果随反馈意见书送达" in page
    with rich_world.acting("section") as work:
        put_at(work, rich_world.evaluation(work, "jiaotong"), State.INFORMED)
    with rich_world.client("head-jiaotong") as client:
        assert "big-num" in client.get("/c/2026/u/jiaotong").text
    with rich_world.client("filler-jiaotong") as client:
        assert "big-num" not in client.get("/c/2026/u/jiaotong").text


def test_a_unit_sees_no_peers_and_no_names_of_the_office(rich_world: World) -> None:
    with rich_world.acting("section") as work:
        row = rich_world.evaluation(work, "jiaotong")
        give_result(work, row, "jiaotong", 0)
        put_at(work, row, State.INFORMED)
    with rich_world.client("head-jiaotong") as client:
        page = client.get("/c/2026/u/jiaotong").text
        assert "与同类部门相比" not in page
        assert "李敏" not in page


def test_versions_are_compared(rich_world: World) -> None:
    with rich_world.acting("section") as work:
        row = rich_world.evaluation(work, "shichang")
        give_result(work, row, "shichang", 1, version=2)
        one, two = score_view(work, row, 1), score_view(work, row, 2)
        assert one is not None
        assert two is not None
        changed = differences(one, two)
        assert changed
        assert sum(one.change or 0 for one in changed) == (two.total or 0) - (one.total or 0)
        assert not differences(two, two)
    with rich_world.client("section") as client:
        page = client.get(f"{FILE}?version=2&compare=1").text
        assert 'id="changes"' in page
        assert changed[0].code in page
        assert client.get(f"{FILE}?version=7").status_code == 404


def test_peers_need_four_others() -> None:
    def unit(points: str) -> dict[str, object]:
        return {"nodes": [], "leaves": [{"code": "A1", "points": points, "state": "scored"}]}

    assert ranges([unit("1"), unit("2"), unit("3")]) == {}
    found = ranges([unit("1"), unit("2"), unit("3"), unit("4")])["A1"]
    assert (float(found.low), float(found.high), found.count) == (1.75, 3.25, 4)


def test_peers_are_of_the_same_category(rich_world: World) -> None:
    with rich_world.acting("director", write=False) as work:
        assert peers_of(work, rich_world.evaluation(work, "shichang"))["A"].count == 4
    with rich_world.acting("sysadmin") as work:
        from tests.pages.rich import unit_named

        unit_named(work, "shuili").category = "party"
    with rich_world.acting("director", write=False) as work:
        assert peers_of(work, rich_world.evaluation(work, "shichang")) == {}


@pytest.mark.parametrize(("who", "status"), [("director", 200), ("lead", 200), ("assessor", 200), ("commission", 200), ("co", 200),
                                             ("lead2", 404), ("third", 404), ("sysadmin", 404), ("liaison-shenji", 404)])
def test_who_opens_a_file(rich_world: World, who: str, status: int) -> None:
    with rich_world.client(who) as client:
        assert client.get("/c/2026/u/jiaotong").status_code == status


def test_referrals_are_for_those_alone_who_were_named(rich_world: World) -> None:
    with rich_world.acting("director") as work:
        finding = next(row for row in findings_of(work, rich_world.evaluation(work, "shichang")) if row.destinations == "D3")
        name_reader(work, finding, rich_world.users["director"], "director")
    for who, sees in (("director", True), ("section", False), ("lead", False)):
        with rich_world.client(who) as client:
            assert ("虚报在编人员数据" in client.get(FILE).text) is sees
            assert ("虚报在编人员数据" in client.get("/findings").text) is sees
            assert "两处内设机构名称" in client.get("/findings?category=P22").text
            assert "两处内设机构名称" not in client.get("/findings?severity=minor").text


def test_an_extension_stands_in_the_timeline_with_its_letter(rich_world: World) -> None:
    page = "/c/2026/u/jiaotong"
    with rich_world.client("section") as client:
        data = {"csrf_token": csrf(client, page), "window": "assessment", "until": "2026-10-20", "reason": "洪灾"}
        assert client.post(f"{page}/extension/give", data=data).status_code == 303
        text = client.get(page).text
        granted = rich_world.now.astimezone(ZoneInfo("Asia/Shanghai"))
        shown = text[text.index('id="timeline"'):]
        assert "洪灾" in shown
        assert "关于延长市交通运输局部门自评期限的通知" in shown
        assert f"{granted.month}月{granted.day}日 {granted:%H:%M}" in shown
    with rich_world.client("lead") as client:
        assert f"{page}/extension" not in client.get(page).text
    with rich_world.acting("section", write=False) as work:
        window = window_for(work, rich_world.evaluation(work, "jiaotong"), "assessment")
        assert window is not None
        assert window.closes_at.astimezone(work.settings.zone).date().isoformat() == "2026-10-20"


def test_the_file_says_since_when_and_why_it_stands_still(rich_world: World) -> None:
    page = "/c/2026/u/jiaotong"
    with rich_world.client("director") as client:
        assert f'href="{page}/aside"' in client.get(page).text
        data = {"csrf_token": csrf(client, page), "side": "suspended", "reason": "机构改革"}
        assert client.post(f"{page}/aside", data=data).status_code == 303
    with rich_world.client("head-jiaotong") as client:
        text = client.get(page).text
        assert "起暂停评估（滕编办发〔2026〕" in text
        assert "原因：机构改革" in text
    with rich_world.client("director") as client:
        data = {"csrf_token": csrf(client, page), "reason": "改革完成"}
        assert client.post(f"{page}/aside/resume", data=data).status_code == 303
        assert client.post(f"{page}/aside/resume", data=data).status_code == 409


def test_tabs_show_only_what_is_there_and_open_to_the_person(rich_world: World) -> None:
    for who, seen, unseen in (("section", ("/notice", "/documents"), ()), ("co", ("/assessment",), ("/documents", "/notice", "/report"))):
        with rich_world.client(who) as client:
            tabs = client.get(FILE).text.split('class="tabs"', 1)[1].split("</nav>", 1)[0]
            assert all(f'href="{FILE}{path}"' in tabs for path in seen)
            assert not any(f'href="{FILE}{path}"' in tabs for path in unseen)


def test_a_room_that_is_not_installed_has_no_link(rich_world: World) -> None:
    from evalplat.app import create_app
    from evalplat.pages.places import exists

    class Asked:
        class request:  # noqa: N801 - stands where a request has this name
            app = create_app(rich_world.engine)

    assert exists(Asked, "/c/2026/u/jiaotong/documents")  # type: ignore[arg-type]
    assert not exists(Asked, "/c/2026/u/jiaotong/nowhere")  # type: ignore[arg-type]
