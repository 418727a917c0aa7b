"""Indicator systems edited in the browser: who may, what a form changes, what is told, what is kept."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from evalplat.campaigns import drafts
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.people import actions as people
from tests.world import World, csrf

LIST = "/definitions/drafts"
PAGES = ("", "/blocks/A", "/blocks/-", "/text", "/file.xlsx", "/file.yaml")
EDITS = ("", "/blocks/A", "/text", "/publish", "/remove", "/upload", "/upload/x/take")


def begin(client: TestClient, **fields: str) -> str:
    given = {"csrf_token": csrf(client, LIST), "source": "tengzhou-2026.yaml", "title": "本市指标体系", "version": "2027.1"}
    answer = client.post(LIST, data=given | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def form(client: TestClient, address: str) -> dict[str, Any]:
    """What a browser would send back of a page's fields."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    text = page.text.split('id="block-form"', 1)[-1]
    inputs = re.findall(r'<input(?! type="checkbox")[^>]*name="([^"]+)" value="([^"]*)"', text)
    found: dict[str, Any] = dict(inputs)
    for name, value in re.findall(r'<input type="checkbox"[^>]*name="([^"]+)" value="([^"]*)" checked', text):
        found[name] = [*([found[name]] if isinstance(found.get(name), str) else found.get(name, [])), value]
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    found |= {name: body.removeprefix("\n") for name, body in areas}
    return {name: html.unescape(value) if isinstance(value, str) else value for name, value in found.items()}


@pytest.mark.parametrize("who", ["liaison-shenji", "head-jiaotong", "sysadmin"])
def test_drafts_are_the_offices_own(world: World, who: str) -> None:
    with world.client("section") as client:
        base = begin(client)
    with world.client(who) as client:
        for path in (LIST, *(base + page for page in PAGES)):
            assert client.get(path).status_code in (403, 404), path
        assert "本市指标体系" not in client.get("/definitions/compare").text


@pytest.mark.parametrize("who", ["commission", "lead", "director", "establishment"])
def test_only_the_section_edits(world: World, who: str) -> None:
    with world.client("section") as client:
        base = begin(client)
    with world.client(who) as client:
        assert client.get(base).status_code == 200
        assert 'name="revision"' not in client.get(base).text
        assert "增加一项指标" not in client.get(f"{base}/blocks/A").text
        token = {"csrf_token": csrf(client, "/password"), "revision": "1"}
        for path in (LIST, *(base + page for page in EDITS)):
            assert client.post(path, data=token).status_code == 403, path


def test_another_offices_draft_does_not_exist(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
    with world.acting("system") as work:
        other = people.set_up_office(work, code="other", name="别的编办", short_name="别的编办", document_mark="别的编办",
                                     document_series="别编办发")
        row = work.session.get_one(DefinitionDraft, 1)
        row.office_id = other.id or 0
        work.session.add(row)
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, LIST), "revision": "1"}
        for page in PAGES:
            assert client.get(base + page).status_code == 404, page
        for page in EDITS:
            assert client.post(base + page, data=token).status_code == 404, page
        assert "本市指标体系" not in client.get(LIST).text


def test_sending_a_page_back_changes_nothing(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        for block in ("A", "B", "C", "D", "E", "-"):
            address = f"{base}/blocks/{block}"
            if client.get(address).status_code == 404:
                continue
            assert client.post(address, data=form(client, address) | {"go": "save"}).status_code == 303
        for block in ("1", "2", "3", "-"):
            small = begin(client, source="example-gov-perf.yaml", title="") if block == "1" else small  # noqa: F821
            address = f"{small}/blocks/{block}"
            assert client.post(address, data=form(client, address) | {"go": "save"}).status_code == 303
    with world.acting("section") as work:
        assert [row.revision for row in drafts.all_drafts(work)] == [1, 1]


def test_the_form_changes_titles_points_steps_and_evidence(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        sent = form(client, address) | {"go": "save", "title~A103": "取消下放落实", "share~A103": "２", "evidence~A103": "文件\n清单\n",
                                        "step~A103.1.at": "", "step~A103.1.points": "", "step~A103.3.at": "95%",
                                        "step~A103.3.points": "1.5", "note~A103": "按件计数", "step~A203.0.text": "公开完整"}
        assert client.post(address, data=sent).status_code == 303
        page = client.get(address).text
        assert "取消下放落实" in page
    with world.acting("section") as work:
        draft = drafts.all_drafts(work)[0]
        system, problems = drafts.checked(work, draft.text)
        assert system is not None, problems
        leaf = system.leaf("A103")
        assert (leaf.evidence.zh, leaf.note.zh, str(leaf.points), leaf.title.en) == ("文件；清单", "按件计数", "2", leaf.title.en)
        assert [(band.test, str(band.bound), str(band.points)) for band in leaf.rule.bands] == [
            ("from", "1", "2"), ("from", "19/20", "3/2"), ("else", "0", "0")]
        assert system.leaf("A203").rule.levels[0].text.zh == "公开完整"
        assert system.leaf("A203").rule.levels[0].text.en == "Published in full on the portal and as filed"


def test_a_wrong_sum_is_shown_with_its_place_and_stops_the_publication(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        client.post(address, data=form(client, address) | {"go": "save", "share~A103": "3"})
        page = client.get(base).text
        assert "合计 101，比 100 多 1" in page
        assert "还有" in page
        assert page.index('href="#problems"') < page.index('id="tree"')
        assert f'href="{address}#A1"' in page
        assert client.get(f"{base}/publish").status_code == 303
        token = {"csrf_token": csrf(client, base), "revision": "2"}
        assert client.post(f"{base}/publish", data=token).status_code == 409
        client.post(address, data=form(client, address) | {"go": "save", "share~A103": "三"})
        assert "不是数字" in client.get(address).text
        assert 'value="三"' in client.get(address).text


def test_what_is_left_to_mend_is_said_after_saving(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        assert "处错误" not in client.get(address).text
        client.post(address, data=form(client, address) | {"go": "save", "share~A103": "三", "step~A102.0.points": "9"})
        page = client.get(address).text
        told = re.search(r"已保存。草稿还有 (\d) 处错误", page)
        assert told
        assert re.search(r"本页有 \d 处错误", page)
        assert '第一处： <a href="#A102">' in page
        assert "data-never-green" in page
        assert "本页有" not in client.get(f"{base}/blocks/B").text
        assert f"草稿其他地方还有 {told[1]} 处错误" in client.get(f"{base}/blocks/B").text
        client.post(address, data=form(client, address) | {"go": "save", "share~A103": "2", "step~A102.0.points": "3"})
        page = client.get(address).text
        assert "已保存。<" in page
        assert "处错误" not in page


def test_indicators_come_go_and_change_places(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"

        def press(**fields: str) -> str:
            return client.post(address, data=form(client, address) | fields).headers.get("location", "")

        assert press(go="add", **{"new~title": "新的一项", "new~share": "1", "new~parent": "A1"}).endswith("?open=A104#A104")
        assert press(go="add", **{"new~title": "参照的一项", "new~share": "4", "new~parent": "A2", "new~like": "A103"}).endswith("#A204")
        press(go="up~A104")
        press(go="remove~A101")
        refused = client.post(address, data=form(client, address) | {"go": "add", "new~title": "", "new~share": "x", "new~code": "A102",
                                                                     "title~A102": "没有丢失"})
        assert refused.status_code == 422
        assert "没有丢失" in refused.text
        assert "该编号已经有指标使用" in refused.text
    with world.acting("section") as work:
        one = drafts.written(drafts.all_drafts(work)[0].text)
        assert {problem.code for problem in drafts.errors_of(one.problems)} == {"E102"}
    with world.acting("section") as work:
        text = drafts.all_drafts(work)[0].text
        assert re.findall(r"id: (A\d{3})", text) == ["A102", "A104", "A103", "A201", "A202", "A203", "A301", "A302", "A204"]
        assert "bands: [{from: 1, points: 4}, {from: 0.90, points: 2}, {else: 0}]" in text


def test_a_new_indicator_shows_the_formula_it_took_over(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        sent = form(client, address) | {"go": "add", "new~title": "数据共享率", "new~share": "0", "new~parent": "A1", "new~like": "A101"}
        told = client.post(address, data=sent)
        page = client.get(told.headers["location"]).text
        assert "计算式与 A101 相同" in page
        assert "formula~A104" in page.split('id="A104"')[1].split("<details")[0]
        kept = form(client, address)
        assert kept["formula~A104"] == kept["formula~A101"]
        client.post(address, data=kept | {"go": "save", "formula~A104": "T8.duties_taken_on / T8.duties_assigned * 1"})
        assert "计算式与 A101 相同" not in client.get(address).text
        small = begin(client, source="example-gov-perf.yaml", title="示例")
        sent = form(client, f"{small}/blocks/1") | {"go": "add", "new~title": "另一项", "new~share": "0", "new~like": "1.2"}
        client.post(f"{small}/blocks/1", data=sent)
        assert "计算式与 1.2 相同" in client.get(f"{small}/blocks/1").text
    with world.acting("section") as work:
        text = next(row.text for row in drafts.all_drafts(work) if row.title == "示例")
        assert text.count("rule: deviation") == 1


def test_a_form_says_and_changes_which_categories_an_indicator_is_for(world: World) -> None:
    with world.client("section") as client:
        base = begin(client, source="example-gov-perf.yaml", title="")
        address = f"{base}/blocks/1"
        page = client.get(address).text
        assert "仅用于：经济管理部门" in page
        assert "类别 社会服务部门：合计" in page
        sent = form(client, address) | {"go": "save"}
        refused = client.post(address, data=sent | {"categories~1.1": ""})
        assert refused.status_code == 422
        assert "请至少勾选一个类别" in refused.text
        client.post(address, data=sent | {"categories~1.1": ["", "B"], "categories~1.2": ["", "A", "B"]})
        page = client.get(address).text
        assert "仅用于：经济管理部门" not in page
        assert page.count("仅用于：社会服务部门") == 2
        assert "类别 经济管理部门" in page
        adds = form(client, address) | {"go": "add", "new~title": "只考核一类", "new~share": "1", "new~categories": ["A"]}
        client.post(address, data=adds)
    with world.acting("section") as work:
        text = drafts.all_drafts(work)[0].text
        assert re.findall(r"id: 1.1[,}].*categories: \[(.*?)\]", text) == ["B"]
        assert re.findall(r"id: 1.2[,}].*categories", text) == []
        assert text.count("categories: [A]") == 1


def test_a_form_changes_the_dimension_of_an_indicator(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        sent = form(client, address)
        other = next(key for key in drafts_dimensions(world) if key != sent["dimension~A101"])
        client.post(address, data=sent | {"go": "save", "dimension~A101": other})
        assert form(client, address)["dimension~A101"] == other


def drafts_dimensions(world: World) -> list[str]:
    with world.acting("section", write=False) as work:
        system = drafts.written(drafts.all_drafts(work)[0].text).system
        return list(system.dimensions) if system else []


def test_somebody_saved_meanwhile_and_nothing_typed_is_lost(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        mine = form(client, address) | {"go": "save", "title~A101": "我的名称"}
        client.post(address, data=form(client, address) | {"go": "save", "title~A102": "别人的名称"})
        answer = client.post(address, data=mine)
        assert answer.status_code == 422
        assert "另一位同事保存过" in answer.text
        assert "我的名称" in answer.text
        assert 'name="revision" value="2"' in answer.text
        kept = form(client, f"{base}/text")
        answer = client.post(f"{base}/text", data=kept | {"revision": "1", "text": "我的全文: 1"})
        assert answer.status_code == 422
        assert "我的全文" in answer.text


def test_the_text_is_kept_with_its_errors_at_line_and_column(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        sent = form(client, f"{base}/text")
        broken = client.post(f"{base}/text", data=sent | {"text": "system: [x\n"})
        assert broken.status_code == 422
        assert "system: [x" in broken.text
        assert "第 " in broken.text
        wrong = sent["text"].replace("points: 2", "points: 二", 1)
        assert client.post(f"{base}/text", data=sent | {"text": wrong}).status_code == 303
        page = client.get(f"{base}/text").text
        assert "不是数字" in page
        line = next(number for number, one in enumerate(wrong.splitlines(), 1) if "二" in one and "points: 二" in one)
        assert f"第 {line} 行" in page


def test_a_published_version_is_read_compared_and_chosen(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        client.post(address, data=form(client, address) | {"go": "save", "title~A101": "职责承接率", "step~A101.1.points": "1"})
        assert client.get(f"{base}/publish").status_code == 200
        page = client.get(base).text
        assert page.index(f'href="{base}/publish"') < page.index('id="tree"')
        told = client.post(f"{base}/publish", data={"csrf_token": csrf(client, f"{base}/publish"), "revision": "2"})
        assert told.headers["location"] == "/definitions/tengzhou-2026/2027.1"
        page = client.get(told.headers["location"]).text
        assert "职责承接率" in page
        assert page.count('class="hue-') >= 50
        text = client.get("/definitions/compare?before=tengzhou-2026@2026.1&after=tengzhou-2026@2027.1").text
        assert "职责承接率" in text
        assert "可能影响结果" in text
        assert 'value="tengzhou-2026@2027.1"' in client.get("/c/new").text
        for ending, begins in (("xlsx", b"PK"), ("yaml", b"format:")):
            assert client.get(f"/definitions/tengzhou-2026/2027.1/file.{ending}").content.startswith(begins)
        assert client.get("/definitions/tengzhou-2026/2027.1/file.exe").status_code == 404
        late = {"csrf_token": csrf(client, LIST), "revision": "2", "go": "save", "title~A101": "x"}
        assert client.post(address, data=late).status_code == 409
        assert "增加一项指标" not in client.get(address).text
    with world.client("liaison-shenji") as client:
        assert client.get("/definitions/tengzhou-2026/2027.1").status_code == 404
        assert client.get("/definitions/tengzhou-2026/2027.1/file.yaml").status_code == 404
        assert "2027.1" not in client.get("/definitions").text


def test_a_change_of_points_is_one_line_in_one_language(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        address = f"{base}/blocks/A"
        typed = {"share~A203": "2", "step~A203.0.points": "2", "share~A202": "1", "step~A202.0.points": "1", "step~A202.1.points": "0.75",
                 "step~A202.2.points": "0.5", "title~A101": "职责承接率"}
        client.post(address, data=form(client, address) | {"go": "save"} | typed)
        page = client.get(f"/definitions/compare?before=tengzhou-2026@2026.1&after=draft:{base.rpartition('/')[2]}").text
        said = page.split('class="changes"', 1)[1]
        assert "职责承接率" in said
        assert "Statutory" not in said
        assert "规则满分" not in said
        assert "起始分" not in said
        assert len(re.findall(r"<li>[^<]*A202[^<]*分值", said)) == 1


def test_a_draft_can_be_removed(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        assert client.post(f"{base}/remove", data={"csrf_token": csrf(client, base)}).headers["location"] == LIST
        assert client.get(base).status_code == 404


def test_blocks_come_with_the_next_free_letter_and_go_while_they_are_empty(world: World) -> None:
    """G01 is a deduction and H01 a veto of this system, so the next block is I."""
    with world.client("section") as client:
        base = begin(client)
        tops = f"{base}/blocks/-"
        sent = form(client, tops) | {"go": "addpart", "part~title": "改革创新", "part~share": "10"}
        assert client.post(tops, data=sent).headers["location"].endswith("#I")
        below = f"{base}/blocks/I"
        sent = form(client, below) | {"go": "addpart", "part~title": "改革任务", "part~share": "10"}
        assert client.post(below, data=sent).headers["location"].endswith("#I01")
        sent = form(client, below) | {"go": "add", "new~title": "完成率", "new~share": "10", "new~parent": "I01"}
        assert client.post(below, data=sent).status_code == 303
        assert client.post(below, data=form(client, below) | {"go": "remove~I01"}).headers["location"] == below
        assert "完成率" in client.get(below).text
        refused = client.post(below, data=form(client, below) | {"go": "add", "new~title": "x", "new~share": "1", "new~code": "G01"})
        assert "已用于加减分项或一票否决项" in refused.text
        assert client.post(tops, data=form(client, tops) | {"go": "addpart", "part~title": "空", "part~share": "1"}).status_code == 303
        assert client.post(tops, data=form(client, tops) | {"go": "remove~J"}).headers["location"] == tops
        assert "改革创新" in client.get(tops).text
        refused = client.post(tops, data=form(client, tops) | {"go": "addpart"})
        assert refused.status_code == 422
        assert client.get(f"{base}/blocks/J").status_code == 404


def test_indicators_that_share_a_rule_show_its_steps_once(world: World) -> None:
    with world.client("section") as client:
        base = begin(client, source="example-gov-perf.yaml", title="示例")
        sent = form(client, f"{base}/text")
        text = sent["text"].replace("rule: verified_level", "rule: four_levels").replace("id: 2.2", 'id: "2.2"')
        assert client.post(f"{base}/text", data=sent | {"text": text}).status_code == 303
        address = f"{base}/blocks/2"
        page = client.get(address).text
        assert page.count('name="step~2.1.0.points"') == 1
        assert 'name="step~2.2.0.points"' not in page
        assert "与 2.1 使用同一计分标准" in page
        assert client.post(address, data=form(client, address) | {"go": "save", "step~2.1.1.points": "85"}).status_code == 303
    with world.acting("section") as work:
        rows = [one for one in drafts.all_drafts(work) if one.title == "示例"]
        system, problems = drafts.checked(work, rows[0].text)
        assert system is not None, problems
        assert [str(system.leaf(code).rule.levels[1].points) for code in ("2.1", "2.2")] == ["85", "85"]


def test_a_published_version_is_chosen_in_the_set_up(campaign_world: World) -> None:
    with campaign_world.client("section") as client:
        base = begin(client)
        client.post(f"{base}/publish", data={"csrf_token": csrf(client, base), "revision": "1"})
        frame = {"csrf_token": csrf(client, base), "title": "2026年度评估", "year": "2026", "census_date": "2026-08-31",
                 "system_file": "tengzhou-2026@2027.1", "survey_files": ["citizen.yaml", "recipient.yaml", "delegate.yaml",
                                                                          "counterpart.yaml", "staff.yaml"]}
        assert client.post("/c/2026/set-up/frame", data=frame).status_code == 303
        page = client.get("/c/2026/set-up").text
        assert re.search(r'value="tengzhou-2026@2027.1" checked', page)
        plan = client.get("/c/2026/plan").text
        assert '<a href="/definitions/tengzhou-2026/2027.1">本市指标体系 2027.1</a>' in plan
