"""The interface for programs: what the person may read, narrowed by the token; never a foreign row, a referral or a draft."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select
from starlette.testclient import TestClient

from evalplat.access import tokens
from evalplat.access.tables import ApiToken
from evalplat.documents.tables import Document
from evalplat.findings.tables import Finding
from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.pages import api_gate
from evalplat.people.tables import User
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import State
from tests.conftest import Keep
from tests.scored import at_state, set_state
from tests.world import World, app_over, csrf

V1 = "/api/v1"
Bearer = dict[str, str]


@pytest.fixture
def final_world(noticed_world: World, kept: Keep) -> World:
    """jiaotong's result is final, with documents made; the others are under way."""
    return kept("api-final", noticed_world, finalised)


def finalised(world: World) -> None:
    at_state(world, "jiaotong", State.INFORMED)
    set_state(world, "jiaotong", State.FINAL)
    with clock.at(world.now):
        queue.run_all(world.engine)


@pytest.fixture
def program(noticed_world: World) -> Iterator[TestClient]:
    """A program: no cookie, no form."""
    with clock.at(noticed_world.now), TestClient(app_over(noticed_world.engine), follow_redirects=False) as client:
        yield client


def bearer(world: World, who: str, *scopes: str) -> Bearer:
    """A token made for somebody."""
    with world.acting("secadmin") as work:
        user = work.session.get_one(User, world.users[who])
        _, secret = tokens.make(work, user, name="数据共享平台", scopes=scopes or list(tokens.SCOPES),
                                expires_on=work.today + timedelta(days=30))
    return {"authorization": f"Bearer {secret}"}


def finding(world: World, unit: str, code: str, destinations: str) -> None:
    """A finding in follow-up."""
    with world.acting("system") as work:
        work.add(Finding(office_id=world.office_id, evaluation_id=world.evaluation(work, unit).id, code=code, category="P22",
                         severity="major", title=f"问题{code}", description="说明", state="routed", destinations=destinations,
                         raised_at=work.now, sent_at=work.now))


def test_without_a_token_there_is_nothing(program: TestClient) -> None:
    for header in ({}, {"authorization": "Bearer evp_nonsense"}, {"authorization": "Basic abc"}, {"authorization": "Bearer "}):
        answer = program.get(f"{V1}/campaigns", headers=header)
        assert answer.status_code == 401
        assert answer.json()["code"] == "token_needed"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_browsers_sign_in_is_no_token(noticed_world: World) -> None:
    with noticed_world.client("director") as client:
        assert client.get(f"{V1}/campaigns").status_code == 401


def test_what_the_office_reads(final_world: World, program: TestClient) -> None:
    header = bearer(final_world, "section")
    assert [one["code"] for one in program.get(f"{V1}/campaigns", headers=header).json()["items"]] == ["2026"]
    assert program.get(f"{V1}/campaigns/2026", headers=header).json()["title"] == "2026年度机构编制综合评估"
    units = program.get(f"{V1}/campaigns/2026/units", headers=header).json()
    assert {one["unit"]: one["state"] for one in units["items"]} == {"jiaotong": "final", "minzheng": "notified", "shenji": "notified"}
    found = program.get(f"{V1}/campaigns/2026/results", headers=header).json()["items"]
    assert [one["unit"] for one in found] == ["jiaotong"]
    full = program.get(f"{V1}/campaigns/2026/units/jiaotong/result", headers=header).json()
    with final_world.acting("system", write=False) as work:
        row = work.session.exec(select(ResultVersion)).one()
    assert (full["hash"], full["total"]) == (row.hash, str(row.total))
    assert all(leaf["line"] for leaf in full["indicators"] if leaf["state"] == "scored")
    assert sum(leaf["state"] == "scored" for leaf in full["indicators"]) > 20


def test_a_result_is_given_out_when_it_is_final(noticed_world: World, program: TestClient) -> None:
    at_state(noticed_world, "jiaotong", State.REPORTED)
    header = bearer(noticed_world, "director")
    assert program.get(f"{V1}/campaigns/2026/results", headers=header).json()["items"] == []
    answer = program.get(f"{V1}/campaigns/2026/units/jiaotong/result", headers=header)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_unit_reads_its_own_rows_alone(final_world: World, program: TestClient) -> None:
    at_state(final_world, "shenji", State.INFORMED)
    set_state(final_world, "shenji", State.FINAL)
    with clock.at(final_world.now):
        queue.run_all(final_world.engine)
    for unit, code in (("jiaotong", "F-01"), ("shenji", "F-02")):
        finding(final_world, unit, code, "D2")
    header = bearer(final_world, "liaison-jiaotong")
    for path in ("campaigns/2026/units", "campaigns/2026/results"):
        assert {one["unit"] for one in program.get(f"{V1}/{path}", headers=header).json()["items"]} == {"jiaotong"}, path
    own = program.get(f"{V1}/campaigns/2026/units/jiaotong/findings", headers=header).json()["items"]
    assert [(one["code"], one["destinations"]) for one in own] == [("F-01", [])]
    papers = program.get(f"{V1}/documents", headers=header).json()["items"]
    assert {one["unit"] for one in papers} <= {"jiaotong", None}
    assert {one["kind"] for one in papers} >= {"notice", "feedback_letter"}
    assert "report" not in {one["kind"] for one in papers}
    for path in ("units/shenji", "units/shenji/result", "units/shenji/findings"):
        assert program.get(f"{V1}/campaigns/2026/{path}", headers=header).status_code == 404, path
    assert program.get(f"{V1}/findings", headers=header).status_code == 403
    with final_world.acting("system", write=False) as work:
        foreign = [row.code for row in work.session.exec(select(Document).where(
            Document.evaluation_id == final_world.evaluation(work, "shenji").id))]
    for code in foreign:
        assert program.get(f"{V1}/documents/{code}", headers=header).status_code == 404
        assert program.get(f"{V1}/documents/{code}.pdf", headers=header).status_code == 404


def test_a_unit_never_reads_who_rated(final_world: World, program: TestClient) -> None:
    text = program.get(f"{V1}/campaigns/2026/units/jiaotong/result", headers=bearer(final_world, "head-jiaotong")).text
    assert "assessor " not in text
    assert "lead 见" not in text
    for login in ("lead", "assessor"):
        assert f"{login} " not in text


@pytest.mark.parametrize("who", ["director", "section", "commission", "lead", "liaison-jiaotong"])
def test_no_referral_ever(noticed_world: World, program: TestClient, who: str) -> None:
    for number, destinations in enumerate(("D2", "D3", "D2,D3", "D1"), start=1):
        finding(noticed_world, "jiaotong", f"F-0{number}", destinations)
    header = bearer(noticed_world, who)
    answers = [program.get(f"{V1}/campaigns/2026/units/jiaotong/findings", headers=header)]
    answers += [program.get(f"{V1}/findings", headers=header)] if who != "liaison-jiaotong" else []
    for answer in answers:
        assert {one["code"] for one in answer.json()["items"]} == {"F-01", "F-03", "F-04"}
        assert "D3" not in answer.text


def test_documents_as_they_were_issued(final_world: World, program: TestClient) -> None:
    header = bearer(final_world, "director", "documents")
    papers = program.get(f"{V1}/documents?campaign=2026", headers=header).json()["items"]
    assert papers
    assert all(one["state"] in ("issued", "void") for one in papers)
    one = next(paper for paper in papers if paper["kind"] == "feedback_letter")
    answer = program.get(f"{V1}/documents/{one['code']}.pdf", headers=header)
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) == one["size"]
    assert program.get(f"{V1}/documents/{one['code']}", headers=header).json() == one
    again = program.get(f"{V1}/documents/{one['code']}.pdf", headers={**header, "if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_draft_is_for_the_pages(noticed_world: World, program: TestClient) -> None:
    at_state(noticed_world, "jiaotong", State.MODERATED)
    with noticed_world.acting("system") as work:
        row = work.session.exec(select(Document)).first()
        assert row is not None
        draft = work.add(Document(**row.model_dump(exclude={"id", "code", "number"}) | {"code": "draft-1", "state": "draft"}))
        assert draft.id
        named = work.add(Document(**row.model_dump(exclude={"id", "code", "number"}) | {
            "code": "named-1", "kind": "referral_letter", "readers": [noticed_world.users["director"]]}))
        assert named.id
    header = bearer(noticed_world, "director")
    assert not {"draft-1", "named-1"} & {one["code"] for one in program.get(f"{V1}/documents", headers=header).json()["items"]}
    for code in ("draft-1", "named-1"):
        assert program.get(f"{V1}/documents/{code}", headers=header).status_code == 404


def test_scopes_narrow(noticed_world: World, program: TestClient) -> None:
    header = bearer(noticed_world, "director", "documents")
    assert program.get(f"{V1}/documents", headers=header).status_code == 200
    for path in ("campaigns", "campaigns/2026/results", "findings"):
        answer = program.get(f"{V1}/{path}", headers=header)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize("ended", ["by hand", "by its day", "with the account"])
def test_a_token_ends(noticed_world: World, ended: str) -> None:
    header = bearer(noticed_world, "director")
    with noticed_world.acting("secadmin") as work:
        if ended == "by hand":
            tokens.revoke(work, work.session.exec(select(ApiToken)).one())
        elif ended == "with the account":
            work.session.get_one(User, noticed_world.users["director"]).active = False
    if ended == "by its day":
        noticed_world.pass_days(31)
    with clock.at(noticed_world.now), TestClient(app_over(noticed_world.engine)) as client:
        assert client.get(f"{V1}/campaigns", headers=header).status_code == 401


def test_lists_come_in_parts(noticed_world: World, program: TestClient) -> None:
    for number in range(1, 8):
        finding(noticed_world, "shenji", f"F-{number:02}", "D2" if number % 3 else "D3")
    header = bearer(noticed_world, "section")
    for path, expected in (("campaigns/2026/units", 3), ("findings", 5)):
        seen, cursor = [], ""
        for _ in range(10):
            part = program.get(f"{V1}/{path}?limit=2&cursor={cursor}", headers=header).json()
            assert len(part["items"]) <= 2
            seen += [json.dumps(one) for one in part["items"]]
            cursor = part["next"] or ""
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == expected, path


@pytest.mark.parametrize(("query", "status"), [("cursor=%21", 400), ("cursor=abc", 400), ("cursor=Zm9v", 400), ("limit=0", 400),
                                               ("limit=1000", 400), ("limit=x", 400), ("cursor=" + "a" * 61, 400)])
def test_nonsense_is_refused_in_json(noticed_world: World, program: TestClient, query: str, status: int) -> None:
    answer = program.get(f"{V1}/findings?{query}", headers=bearer(noticed_world, "section"))
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}


def test_it_only_reads(noticed_world: World, program: TestClient) -> None:
    header = bearer(noticed_world, "section")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = program.request(method, f"{V1}/campaigns", headers=header)
        assert (answer.status_code, answer.json()["code"]) == (405, "read_only")
    assert program.get(f"{V1}/nowhere", headers=header).json()["code"] == "not_found"


def test_an_unchanged_answer_is_not_sent_again(noticed_world: World, program: TestClient) -> None:
    header = bearer(noticed_world, "section")
    first = program.get(f"{V1}/campaigns", headers=header)
    assert first.headers["cache-control"] == "private, no-cache"
    again = program.get(f"{V1}/campaigns", headers={**header, "if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    finding(noticed_world, "shenji", "F-01", "D2")
    assert program.get(f"{V1}/findings", headers={**header, "if-none-match": first.headers["etag"]}).status_code == 200


def test_too_many_calls_wait() -> None:
    limit = api_gate.Limit(60)
    assert all(limit.take("a", 0.0) for _ in range(60))
    assert not limit.take("a", 0.0)
    assert limit.take("b", 0.0)
    assert limit.take("a", 1.5)
    assert not limit.take("a", 1.5)


def test_the_use_is_noted(noticed_world: World, program: TestClient) -> None:
    header = bearer(noticed_world, "section")
    program.get(f"{V1}/campaigns", headers=header)
    program.get(f"{V1}/campaigns", headers=header)
    with noticed_world.acting("system", write=False) as work:
        assert work.session.exec(select(ApiToken)).one().last_used_at == noticed_world.now
    with noticed_world.client("auditadmin") as client:
        text = client.get("/audit?area=token").text
        assert text.count("使用访问令牌") == 1
        assert "evp_" not in text


def test_the_description_names_every_call_and_no_foreign_host(noticed_world: World, program: TestClient) -> None:
    found = program.get(f"{V1}/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    for path, call in found["paths"].items():
        names = {one["name"] for one in call["get"]["parameters"]}
        assert {"campaign", "unit", "code"} & set(path.replace("{", " ").replace("}", " ").split()) <= names
        assert call["get"]["x-scope"] in tokens.SCOPES
    with noticed_world.client("liaison-shenji") as client:
        page = client.get("/api")
        assert page.status_code == 200
        assert "<script" not in page.text.split("<main", 1)[1]
        for path in found["paths"]:
            assert path in page.text
        assert "http://" not in page.text.split("<main", 1)[1]


def test_making_and_ending_a_token(noticed_world: World) -> None:
    with noticed_world.client("secadmin") as client:
        good = {"csrf_token": csrf(client, "/api/tokens"), "user": "section", "name": "数据共享平台", "scopes": ["results", "findings"],
                "expires_on": "2026-12-31"}
        for wrong in ({"user": "sysadmin"}, {"user": "nobody"}, {"scopes": []}, {"scopes": ["all"]}, {"expires_on": "2026-09-01"},
                      {"expires_on": "2028-01-01"}, {"name": ""}):
            answer = client.post("/api/tokens", data={**good, **wrong})
            assert answer.status_code == 422, wrong
            if "name" not in wrong:
                assert "数据共享平台" in answer.text
        slip = client.post("/api/tokens", data=good).text
        secret = slip.split('id="secret">', 1)[1].split("<", 1)[0]
        listed = client.get("/api/tokens").text
        assert secret not in listed
        assert "数据共享平台" in listed
        header = {"authorization": f"Bearer {secret}"}
        assert client.get(f"{V1}/findings", headers=header).status_code == 200
        with noticed_world.acting("system", write=False) as work:
            code = work.session.exec(select(ApiToken.code)).one()
        assert client.post(f"/api/tokens/{code}/end", data={"csrf_token": good["csrf_token"]}).status_code == 303
        assert client.get(f"{V1}/findings", headers=header).status_code == 401
    with noticed_world.client("sysadmin") as client:
        assert client.get("/api/tokens").status_code == 403


@pytest.mark.parametrize("path", ["campaigns", "campaigns/2026/units", "campaigns/2026/results", "findings", "documents"])
def test_a_list_costs_the_same_however_long_it_is(final_world: World, program: TestClient, path: str) -> None:
    header = bearer(final_world, "section")
    program.get(f"{V1}/{path}", headers=header)
    asked: list[str] = []
    event.listen(final_world.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    program.get(f"{V1}/{path}", headers=header)
    few = len(asked)
    for number in range(1, 9):
        finding(final_world, "minzheng", f"F-{number:02}", "D2")
    with final_world.acting("system") as work:
        for row in list(work.session.exec(select(Document).where(Document.state == "issued"))):
            for number in range(5):
                work.add(Document(**row.model_dump(exclude={"id", "code", "number"}) | {"code": f"{row.code}-{number}"}))
    asked.clear()
    assert program.get(f"{V1}/{path}", headers=header).status_code == 200
    assert len(asked) == few
