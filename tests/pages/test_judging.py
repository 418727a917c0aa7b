"""Pairwise comparison in the browser: whose business it is, the published figures, what the group makes of it, what is written."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from evalplat.campaigns import drafts, judging
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.numbers import read_number
from evalplat.people import actions as people
from tests.world import World, csrf

A1 = {("A101", "A102"): "3", ("A101", "A103"): "5", ("A102", "A103"): "2"}
A2 = {("A101", "A102"): "1", ("A101", "A103"): "3", ("A102", "A103"): "3"}
CIRCLE = {("A101", "A102"): "9", ("A102", "A103"): "9", ("A101", "A103"): "1/9"}


@pytest.fixture
def base(campaign_world: World) -> str:
    with campaign_world.acting("section") as work:
        return f"/definitions/drafts/{drafts.start(work, source='tengzhou-2026.yaml', title='本市指标体系').code}"


def press(client: TestClient, page: str, **fields: str) -> int:
    return client.post(page, data={"csrf_token": csrf(client, "/password")} | fields).status_code


def answer(client: TestClient, page: str, answers: dict[tuple[str, str], str]) -> None:
    for (first, second), value in answers.items():
        assert press(client, page, first=first, second=second, value=value) == 303


def handed(world: World, who: str, page: str, answers: dict[tuple[str, str], str]) -> None:
    with world.client(who) as client:
        answer(client, page, answers)
        assert press(client, page, go="hand_in") == 303


@pytest.mark.parametrize("who", ["liaison-shenji", "head-jiaotong", "filler-jiaotong", "sysadmin", "secadmin", "auditadmin", "co", "third"])
def test_units_and_administrators_do_not_judge(campaign_world: World, base: str, who: str) -> None:
    with campaign_world.client(who) as client:
        for page in (f"{base}/judge/A1", f"{base}/judgements/A1"):
            assert client.get(page).status_code in (403, 404), page
            assert press(client, page, first="A101", second="A102", value="3") in (403, 404), page
        assert "待比较" not in client.get("/definitions").text


@pytest.mark.parametrize("who", ["lead", "assessor", "commission", "director", "establishment"])
def test_experts_see_their_own_judgement_alone(campaign_world: World, base: str, who: str) -> None:
    handed(campaign_world, "section", f"{base}/judge/A1", A1)
    with campaign_world.client(who) as client:
        page = client.get(f"{base}/judge/A1").text
        assert "已比较0对，共3对" in page
        assert 'aria-pressed="true"' not in page
        assert "64.83" not in page
        assert "judgements" not in page
        assert client.get(f"{base}/judgements/A1").status_code == 403
        assert press(client, f"{base}/judgements/A1", revision="1") == 403


def test_another_offices_draft_and_unknown_blocks_do_not_exist(campaign_world: World, base: str) -> None:
    with campaign_world.client("section") as client:
        for block in ("A101", "Z", "A104"):
            assert client.get(f"{base}/judge/{block}").status_code == 404
            assert client.get(f"{base}/judgements/{block}").status_code == 404
    with campaign_world.acting("system") as work:
        other = people.set_up_office(work, code="other", name="别的编办", short_name="别的编办", document_mark="别的编办",
                                     document_series="别编办发")
        row = work.session.get_one(DefinitionDraft, 1)
        row.office_id = other.id or 0
        work.session.add(row)
    with campaign_world.client("section") as client:
        for page in (f"{base}/judge/A1", f"{base}/judgements/A1"):
            assert client.get(page).status_code == 404
            assert press(client, page, first="A101", second="A102", value="3") == 404


def test_a_published_draft_is_closed(campaign_world: World, base: str) -> None:
    handed(campaign_world, "lead", f"{base}/judge/A1", A1)
    with campaign_world.acting("section") as work:
        drafts.publish(work, drafts.draft_named(work, base.rpartition("/")[2]), revision=1)
    with campaign_world.client("lead") as client:
        page = client.get(f"{base}/judge/A1").text
        assert "已经发布" in page
        assert "提交我的比较" not in page
        for fields in ({"first": "A101", "second": "A102", "value": "9"}, {"go": "take_back"}, {"go": "hand_in"}):
            assert press(client, f"{base}/judge/A1", **fields) == 409
        assert base not in client.get("/definitions").text
    with campaign_world.client("section") as client:
        assert press(client, f"{base}/judgements/A1", revision="1") == 409


def test_the_live_result_has_the_published_figures(campaign_world: World, base: str) -> None:
    page = f"{base}/judge/A1"
    with campaign_world.client("lead") as client:
        assert "待比较" in client.get("/definitions").text
        answer(client, page, {("A101", "A102"): "3"})
        text = client.get(page).text
        assert "还需比较" in text
        assert 'href="#pair-1-3"' in text
        assert press(client, page, go="hand_in") == 409
        answer(client, page, {("A101", "A103"): "5"})
        assert "还无法检验是否一致" in client.get(page).text
        answer(client, page, {("A102", "A103"): "2"})
        text = client.get(page).text
        assert [one in text for one in ("64.83%", "22.97%", "12.20%", "CR = 0.0032", "Saaty 1990", "0.58")] == [True] * 6
        assert "不超过0.10" in text
        assert press(client, page, go="hand_in") == 303
        assert press(client, page, first="A101", second="A102", value="9") == 409
        assert "64.83%" in client.get(page).text
        assert press(client, page, go="take_back") == 303
        assert press(client, page, first="A101", second="A102", go="leave_out") == 303
        assert press(client, page, first="A101", second="A102", go="between", between="1/2") == 303
        assert press(client, page, first="A101", second="A102", go="between", between="") == 409
        assert press(client, page, first="A101", second="A102", value="2.5") == 409
        assert "“A102 划入和新增职责承接率”比“A101 三定职责分解到位率”介于同样重要与稍微重要之间" in client.get(page).text


def test_the_worst_pair_is_pointed_at_with_what_would_fit(campaign_world: World, base: str) -> None:
    page = f"{base}/judge/A1"
    with campaign_world.client("lead") as client:
        answer(client, page, CIRCLE)
        text = client.get(page).text
        assert "超过0.10" in text
        worst = re.search(r'<li class="judge-row judge-worst" id="(pair-\d-\d)">', text)
        assert worst is not None
        assert f'<a href="#{worst[1]}">' in text
        assert "矛盾最大" in text
        assert text.count("更合适：") == 3
        assert press(client, page, go="hand_in") == 303


def test_a_step_comes_back_as_a_fragment(campaign_world: World, base: str) -> None:
    page = f"{base}/judge/A1"
    with campaign_world.client("lead") as client:
        fields = {"csrf_token": csrf(client, "/password"), "first": "A101", "second": "A102"}
        found = client.post(f"{page}?block=judging", data=fields | {"value": "3"}, headers={"HX-Request": "true"})
        assert found.status_code == 200
        assert "<html" not in found.text
        assert "已比较1对，共3对" in found.text
        assert found.text.count('aria-pressed="true"') == 1
        plain = client.post(page, data=fields | {"value": "5", "place": "pair-1-2"})
        assert plain.headers["location"] == f"{page}#pair-1-2"
        assert client.post(page, data=fields | {"value": "5", "place": "//evil"}).headers["location"] == page
        assert client.post(page, data={"first": "A101", "second": "A102", "value": "3"}).status_code in (400, 403, 409, 422)


def test_the_group_and_taking_it_over(campaign_world: World, base: str) -> None:
    page = f"{base}/judgements/A1"
    with campaign_world.client("section") as client:
        assert "还没有人提交" in client.get(page).text
        assert press(client, page, revision="1") == 409
    handed(campaign_world, "lead", f"{base}/judge/A1", A1)
    handed(campaign_world, "commission", f"{base}/judge/A1", A2)
    with campaign_world.client("director") as client:
        answer(client, f"{base}/judge/A1", CIRCLE)
    with campaign_world.client("section") as client:
        text = client.get(page).text
        assert [one in text for one in ("54.18%", "32.25%", "13.57%", "王磊", "孙立", "周正")] == [True] * 5 + [False]
        assert "CR 0.0032" in text
        assert "和谐系数W：0.93" in text
        assert press(client, page, revision="9") == 422
        assert press(client, page, revision="1") == 303
        assert "已与专家组一致" in client.get(page).text
    with campaign_world.acting("section") as work:
        draft = drafts.draft_named(work, base.rpartition("/")[2])
        items = judging.block_of(draft, "A1").items
        assert [one.share for one in items] == ["4.9", "2.9", "1.2"]
        assert sum(read_number(one.share) or 0 for one in items) == 9
        assert draft.revision == 2


def test_a_contradictory_expert_is_pointed_out(campaign_world: World, base: str) -> None:
    handed(campaign_world, "director", f"{base}/judge/A1", CIRCLE)
    with campaign_world.client("section") as client:
        text = client.get(f"{base}/judgements/A1").text
        assert "请先请这几位专家复核" in text
        assert 'badge-urgent">CR ' in text


def test_a_draft_with_errors_does_not_wait_to_be_compared(campaign_world: World, base: str) -> None:
    with campaign_world.client("lead") as client:
        assert "本市指标体系" in client.get("/definitions").text.split('id="judging"')[1].split("</section>")[0]
    with campaign_world.acting("section") as work:
        drafts.change(work, drafts.all_drafts(work)[0], {("indicators", "A101", "points"): "三"}, revision=1)
    with campaign_world.client("lead") as client:
        assert "待比较" not in client.get("/definitions").text
