"""The pages: who gets in, nothing typed is lost, files come and go, the whole way by forms without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from evalplat.access.acts import Act
from evalplat.stages.assessments import actions, actions_submit, queries
from evalplat.stages.assessments.rules_issues import blocking, issues
from evalplat.workflow.stages import State
from tests.stages.assessments.filled import BASE, UNIT, acknowledged, enter_office, fill_all
from tests.world import World, csrf

PDF = b"%PDF-1.4\n%test\n"


def form(client: TestClient, page: str) -> dict[str, str]:
    """Hidden fields of a page's forms and its first token."""
    text = client.get(page).text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))


@pytest.mark.parametrize(("who", "page", "status"), [
    ("liaison-shenji", "", 404), ("liaison-shenji", "/texts", 404), ("liaison-shenji", "/files/abc", 404),
    ("liaison-shenji", "/affiliates", 404), ("head-minzheng", "/office", 404), ("filler-jiaotong", "", 403),
    ("filler-jiaotong", "/tables/T1", 403), ("filler-jiaotong", "/affiliates", 200), ("third", "", 404), ("lead2", "", 404),
    ("assessor", "", 200), ("assessor", "/texts", 303), ("liaison-jiaotong", "/texts", 200), ("liaison-jiaotong", "/tables/T9", 404),
    ("liaison-jiaotong", "/scores/A", 200), ("liaison-jiaotong", "/scores/Z", 404), ("liaison-jiaotong", "/problems", 200),
    ("liaison-jiaotong", "/check", 200), ("establishment", "/office", 200), ("section", "", 200), ("sysadmin", "", 404),
])
def test_who_sees_what(noticed_world: World, who: str, page: str, status: int) -> None:
    acknowledged(noticed_world)
    with noticed_world.client(who) as client:
        assert client.get(BASE + page).status_code == status


@pytest.mark.parametrize(("who", "page", "status"), [
    ("liaison-shenji", "/texts", 404), ("liaison-shenji", "/texts/autosave", 404), ("liaison-shenji", "/scores/A", 404),
    ("assessor", "/texts", 403), ("filler-jiaotong", "/tables/T1", 403), ("filler-jiaotong", "/texts/autosave", 403),
    ("liaison-jiaotong", "/submit", 403), ("liaison-jiaotong", "/office", 403), ("liaison-jiaotong", "/claims/decide", 403),
    ("liaison-jiaotong", "/disputes/decide", 403), ("liaison-jiaotong", "/accept", 403), ("assessor", "/refusal", 403),
    ("section", "/office", 403), ("establishment", "/claims/decide", 403), ("liaison-jiaotong", "/leads/0", 403),
])
def test_who_may_do_what(noticed_world: World, who: str, page: str, status: int) -> None:
    acknowledged(noticed_world)
    with noticed_world.client(who) as client:
        token = csrf(client, "/password")
        assert client.post(BASE + page, data={"csrf_token": token}).status_code == status


def test_without_a_token_nothing_is_stored(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.client("liaison-jiaotong") as client:
        assert client.post(f"{BASE}/texts", data={"text.c1": "x"}).status_code == 403


def test_a_form_saves_and_the_page_shows_it_again(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.client("liaison-jiaotong") as client:
        hidden = form(client, f"{BASE}/texts")
        answer = client.post(f"{BASE}/texts", data={**hidden, "text.c1": "第一行\r\n<b>第二行</b>", "nonsense": "x"})
        assert answer.status_code == 303
        text = client.get(f"{BASE}/texts").text
        assert "&lt;b&gt;第二行&lt;/b&gt;" in text
        saved = client.post(f"{BASE}/texts/autosave", data={**hidden, "text.c2": "二"})
        assert re.fullmatch(r'\{"saved_at":"\d\d:\d\d"\}', saved.text)
        client.post(f"{BASE}/tables/T8", data={**form(client, f"{BASE}/tables/T8"), "T8.duties_total": "十二", "T7.cap": "5"})
        text = client.get(f"{BASE}/tables/T8").text
        assert 'value="十二"' in text
        assert 'href="#f-T8-duties_total"' in text


def test_a_row_is_added_once_however_often_the_button_is_pressed(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.client("filler-jiaotong") as client:
        hidden = form(client, f"{BASE}/affiliates")
        for _ in range(2):
            answer = client.post(f"{BASE}/affiliates", data={**hidden, "add_row": "T5"})
            assert answer.headers["location"].endswith("#f-T5")
        row = hidden["new_row"]
        client.post(f"{BASE}/affiliates", data={**hidden, f"T5.{row}.name": "市公路中心", f"T5.{row}.actual": "三十",
                                                 "T8.posts_total": "1"})
        text = client.get(f"{BASE}/affiliates").text
        assert text.count('name="remove_row"') == 1
        assert 'value="三十"' in text
        client.post(f"{BASE}/affiliates", data={**hidden, "remove_row": f"T5.{row}"})
        assert 'name="remove_row"' not in client.get(f"{BASE}/affiliates").text
        client.post(f"{BASE}/affiliates", data={**hidden, f"T5.{row}.actual": "30"})
        assert client.get(f"{BASE}/affiliates").text.count('name="remove_row"') == 1
    with noticed_world.acting("system", write=False) as work:
        draft = queries.draft_of(work, noticed_world.evaluation(work, UNIT))
        assert draft.text(f"T5.{row}.name") == "市公路中心"
        assert draft.text("T8.posts_total") == ""


def test_evidence_is_kept_once_and_given_out_as_a_file_to_save(noticed_world: World) -> None:
    acknowledged(noticed_world)
    page = f"{BASE}/scores/A"
    with noticed_world.client("liaison-jiaotong") as client:
        hidden = form(client, page)
        for _ in range(2):
            answer = client.post(page, data={**hidden, "score.A101": "0"}, files={"file.A101": ("三定 规定.pdf", PDF, "application/pdf")})
            assert answer.status_code == 303
        refused = client.post(page, data={**hidden, "score.A101": "2.5"}, files={"file.A101": ("x.exe", b"MZ", "application/pdf")})
        assert refused.status_code == 422
        assert 'value="2.5"' in refused.text
        links = set(re.findall(rf'href="({BASE}/files/\w+)"', client.get(page).text))
        assert len(links) == 1
        got = client.get(links.pop())
        assert got.content == PDF
        assert got.headers["content-disposition"].startswith("attachment; filename=")
        assert "filename*=UTF-8''%E4%B8%89" in got.headers["content-disposition"]
        assert got.headers["x-content-type-options"] == "nosniff"
        code = str(got.url).rsplit("/", 1)[1]
        client.post(page, data={**hidden, "remove_file": code})
        assert client.get(f"{BASE}/files/{code}").status_code == 404


def test_a_claim_without_a_reason_is_shown_again(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.client("liaison-jiaotong") as client:
        page = f"{BASE}/scores/E"
        assert client.post(page, data={**form(client, page), "claim": "E", "reason.E": ""}).status_code == 422
        assert client.post(page, data={**form(client, page), "claim": "E", "reason.E": "没有所属单位"}).status_code == 303
        assert "score.E101" not in client.get(page).text
    with noticed_world.client("section") as client:
        data = {"csrf_token": csrf(client, BASE), "code": "E", "decision": "approve"}
        assert client.post(f"{BASE}/claims/decide", data=data).status_code == 303
        assert client.post(f"{BASE}/claims/decide", data=data).status_code == 409


def test_the_office_enters_figures_by_its_page(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.client("establishment") as client:
        token = {"csrf_token": csrf(client, f"{BASE}/office")}
        wrong = client.post(f"{BASE}/office", data={**token, "T7.cap": "多", "ref": "台账"})
        assert wrong.status_code == 422
        assert 'value="多"' in wrong.text
        fine = {**token, "ref": "滕编发〔2025〕7号", "T7.cap": "20", "new.T5": "市公路中心",
                "T5.new.approved": "42", "T5.new.last_grade": "A"}
        assert client.post(f"{BASE}/office", data=fine).status_code == 303
    with noticed_world.client("liaison-jiaotong") as client:
        assert "市公路中心" in client.get(f"{BASE}/tables/T5").text
        text = client.get(f"{BASE}/office").text
        assert "滕编发〔2025〕7号" in text
        data = {"csrf_token": csrf(client, f"{BASE}/office"), "field": "T5.市公路中心.approved", "claimed": "43", "reason": "增编"}
        assert client.post(f"{BASE}/disputes", data={**data, "claimed": "x"}).status_code == 422
        assert client.post(f"{BASE}/disputes", data=data).status_code == 303
        assert client.post(f"{BASE}/disputes", data=data).status_code == 303
    with noticed_world.client("establishment") as client:
        data = {"csrf_token": csrf(client, f"{BASE}/office"), "field": "T5.市公路中心.approved", "decision": "refuse", "reason": "批文为42"}
        assert client.post(f"{BASE}/disputes/decide", data=data).status_code == 303


def test_signed_by_the_form_then_read_by_the_team(noticed_world: World) -> None:
    world = acknowledged(noticed_world)
    with world.acting("establishment") as work:
        enter_office(work, world.evaluation(work, UNIT))
    with world.acting("liaison-jiaotong") as work:
        fill_all(work, world.evaluation(work, UNIT))
        actions.fill(work, world.evaluation(work, UNIT), tables={"T2": {"admin_general": {"actual": 41}}},
                     figures={"T6.age_35": 11})
        draft = queries.draft_of(work, world.evaluation(work, UNIT))
        assert blocking(draft, issues(draft)) == []
    with world.client("liaison-jiaotong") as client:
        assert client.post(f"{BASE}/ready", data={"csrf_token": csrf(client, f"{BASE}/check")}).status_code == 303
    with world.client("head-jiaotong") as client:
        hidden = form(client, f"{BASE}/check")
        assert client.post(f"{BASE}/submit", data=hidden).status_code == 422
        signed = client.post(f"{BASE}/submit", data={**hidden, "declared": "1"})
        assert signed.status_code == 303
        assert client.post(f"{BASE}/submit", data={**hidden, "declared": "1"}).status_code == 409
        assert client.post(f"{BASE}/texts", data={**hidden, "text.c1": "x"}).status_code == 409
        assert client.get(f"{BASE}/texts").status_code == 303
        assert client.get(BASE).status_code == 200
    _the_team_looks(world)


def _the_team_looks(world: World) -> None:
    with world.client("lead") as client:
        text = client.get(BASE).text
        assert "P31" in text
        token = {"csrf_token": csrf(client, BASE)}
        for _ in range(2):
            assert client.post(f"{BASE}/leads/0", data=token).status_code == 303
        assert "F-01" in client.get(BASE).text
        assert "F-02" not in client.get(BASE).text
        assert client.post(f"{BASE}/return", data=token).status_code == 422
        assert client.post(f"{BASE}/accept", data=token).status_code == 303
        assert client.post(f"{BASE}/accept", data=token).status_code == 409
        assert client.get(BASE).status_code == 200
    with world.acting("system", write=False) as work:
        assert world.evaluation(work, UNIT).state == State.ACCEPTED


def test_the_clerk_is_told_when_it_is_over(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("section") as work:
        actions_submit.record_refusal(work, noticed_world.evaluation(work, UNIT), reason="逾期", document="函9号")
    with noticed_world.client("filler-jiaotong") as client:
        assert client.get(f"{BASE}/affiliates").status_code == 200


def test_home_shows_the_task(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.client("liaison-jiaotong") as client:
        text: Any = client.get("/").text
        assert BASE in text
        assert "affiliates" not in text
    assert Act.FILL_ASSESSMENT
