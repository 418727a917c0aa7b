"""The letter tells the unit its fixed result; its receipt opens the time to object."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.audit.tables import AuditEvent
from evalplat.campaigns.tables import Window
from evalplat.documents.actions import view_of
from evalplat.documents.render import render_html
from evalplat.documents.tables import Document
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Destination, FindingState
from evalplat.kernel.errors import MoveBlocked, Refused
from evalplat.kernel.formats import local
from evalplat.scores import ledger, sheet
from evalplat.stages.feedback import actions, queries
from evalplat.workflow.stages import State
from tests import scored
from tests.world import World, csrf

PAGE = "/c/2026/u/jiaotong/feedback"


def state_of(world: World) -> str:
    """Where jiaotong stands."""
    with world.acting("system", write=False) as work:
        return world.evaluation(work, "jiaotong").state


def tasks_of(world: World, who: str) -> list[str]:
    """Where the tasks of somebody lead."""
    with world.acting(who, write=False) as work:
        return [task.href for task in waiting_for(work, work.actor)]


def letters(world: World) -> list[Document]:
    """Every feedback letter there is."""
    with world.acting("system", write=False) as work:
        found = list(work.session.exec(select(Document).where(Document.kind == "feedback_letter")))
        work.session.expunge_all()
        return found


def window(world: World) -> Window | None:
    """The time to object of jiaotong."""
    with world.acting("system", write=False) as work:
        found = queries.window_of(work, world.evaluation(work, "jiaotong"))
        work.session.expunge_all()
        return found


def test_before_it_is_informed_the_unit_sees_nothing(reported_world: World) -> None:
    for who, status in (("liaison-jiaotong", 403), ("head-jiaotong", 403), ("filler-jiaotong", 403), ("liaison-shenji", 404),
                        ("assessor2", 404), ("section", 200), ("director", 200), ("lead", 200)):
        with reported_world.client(who) as client:
            assert client.get(PAGE).status_code == status, who
    with reported_world.client("head-jiaotong") as client:
        assert client.get("/c/2026/u/jiaotong/report").status_code == 403


def test_the_office_writes_numbers_and_issues_once(reported_world: World) -> None:
    assert f"{PAGE}#text" in tasks_of(reported_world, "section")
    with reported_world.client("director") as client:
        token = csrf(client, "/password")
        assert client.post(f"{PAGE}/issue", data={"csrf_token": token}).status_code == 409
        assert client.post(f"{PAGE}/letter", data={"csrf_token": token}).status_code == 403
    with reported_world.client("section") as client:
        token = csrf(client, PAGE)
        bad = client.post(f"{PAGE}/letter", data={"csrf_token": token, "achievements": "三定职责落实较好", "contact_person": ""})
        assert bad.status_code == 422
        assert "三定职责落实较好" in bad.text
        good = {"csrf_token": token, "achievements": "三定职责落实较好", "advice": "", "objection_how": "书面提出。",
                "contact_person": "李敏", "contact_phone": "0632-5500001"}
        assert client.post(f"{PAGE}/letter", data=good).status_code == 303
        assert client.post(f"{PAGE}/number", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/number", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/issue", data={"csrf_token": token}).status_code == 403
    assert f"{PAGE}#letter" in tasks_of(reported_world, "director")
    with reported_world.client("director") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/issue", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/issue", data={"csrf_token": token}).status_code == 409
    [letter] = letters(reported_world)
    assert (letter.number, letter.state) == ("滕编办发〔2026〕2号", "issued")
    assert state_of(reported_world) == State.INFORMED


def test_an_unnumbered_letter_is_not_issued(reported_world: World) -> None:
    with reported_world.acting("section") as work:
        evaluation = reported_world.evaluation(work, "jiaotong")
        actions.write_letter(work, evaluation, queries.suggested(work, evaluation))
    with reported_world.acting("director") as work, pytest.raises(MoveBlocked):
        actions.issue(work, reported_world.evaluation(work, "jiaotong"))


def test_the_letter_tells_the_fixed_result_and_no_referral(noticed_world: World) -> None:
    with noticed_world.acting("lead") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        for title, destination in (("违规线索", Destination.REFER), ("借调超期", Destination.RECTIFY)):
            row = findings.raise_finding(work, evaluation, category="P35", severity="major", title=title, description=f"{title}的事实")
            row.state = FindingState.CONFIRMED
            findings.route(work, row, [destination])
    scored.at_state(noticed_world, "jiaotong", "informed")
    [letter] = letters(noticed_world)
    view = view_of(letter)
    with noticed_world.acting("system", write=False) as work:
        version = sheet.latest(work, noticed_world.evaluation(work, "jiaotong"))
        assert version is not None
        assert (view.result.total, view.stamp.result_hash) == (version.total, version.hash)
    assert [row.title for row in view.findings] == ["借调超期"]
    html = render_html("feedback_letter", view)
    assert "10个工作日" in html
    assert "违规线索" not in html
    assert "名次" not in html
    assert "排名" not in html
    assert "评估员1 A" in html
    assert "assessor" not in html


def test_the_unit_reads_its_result_and_confirms_once(informed_world: World) -> None:
    assert tasks_of(informed_world, "liaison-jiaotong")[-1:] == [f"{PAGE}#letter"]
    with informed_world.client("liaison-jiaotong") as client:
        page = client.get(PAGE).text
        assert "职能配置" in page
        assert "评估员1" in page
        assert "assessor A" not in page
        assert "您的权利" in page
        assert "提出异议的方式" not in page
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/receipt", data={}).status_code == 403
        assert client.post(f"{PAGE}/receipt", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/receipt", data={"csrf_token": token}).status_code == 409
        assert "24:00" in client.get(PAGE).text
        assert client.get("/c/2026/u/jiaotong/report").status_code == 403
    with informed_world.client("liaison-shenji") as client:
        assert client.get(PAGE).status_code == 404
        assert client.post(f"{PAGE}/receipt", data={"csrf_token": csrf(client, "/password")}).status_code == 404


def test_receipt_opens_ten_working_days_to_object(informed_world: World) -> None:
    assert window(informed_world) is None
    with informed_world.acting("head-jiaotong") as work:
        actions.receive(work, informed_world.evaluation(work, "jiaotong"))
    found = window(informed_world)
    assert found is not None
    assert (found.opens_at, found.kind) == (informed_world.now, "objection")
    # 1 September 2026 is a Tuesday; ten working days later is Tuesday the 15th.
    assert local(found.closes_at).strftime("%Y-%m-%d %H:%M") == "2026-09-15 23:59"
    assert "/c/2026/u/jiaotong/objection" in tasks_of(informed_world, "liaison-jiaotong")


def test_paper_receipt_by_the_section_alone(informed_world: World) -> None:
    with informed_world.client("liaison-jiaotong") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/paper-receipt", data={"csrf_token": token, "note": "x"}).status_code == 403
    with informed_world.client("section") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/paper-receipt", data={"csrf_token": token, "note": ""}).status_code == 422
        wrong = client.post(f"{PAGE}/paper-receipt", data={"csrf_token": token, "note": "张三9月2日签收"},
                            files={"scan": ("a.exe", b"MZ", "application/x")})
        assert wrong.status_code == 422
        assert "张三9月2日签收" in wrong.text
        right = client.post(f"{PAGE}/paper-receipt", data={"csrf_token": token, "note": "张三9月2日签收"},
                            files={"scan": ("回执.pdf", b"%PDF-1.7 x", "application/pdf")})
        assert right.status_code == 303
    gc.collect()
    assert window(informed_world) is not None


def test_a_silent_unit_is_deemed_to_have_received(informed_world: World) -> None:
    with informed_world.acting("system") as work:
        assert actions.deem_received(work) == 0
    informed_world.pass_days(4)
    with informed_world.acting("system") as work:
        assert actions.deem_received(work) == 1
        assert actions.deem_received(work) == 0
    with informed_world.acting("system", write=False) as work:
        receipt = queries.receipt_of(work, informed_world.evaluation(work, "jiaotong"))
        assert receipt is not None
        assert receipt.how == "deemed"
        assert work.session.exec(select(AuditEvent).where(AuditEvent.event == "letter.deemed_received")).one()
    found = window(informed_world)
    assert found is not None
    assert found.closes_at > informed_world.now + timedelta(days=13)


def test_an_issued_letter_and_its_score_stand(informed_world: World) -> None:
    with informed_world.acting("section") as work:
        evaluation = informed_world.evaluation(work, "jiaotong")
        with pytest.raises(Refused):
            actions.write_letter(work, evaluation, queries.suggested(work, evaluation))
        with pytest.raises(Refused):
            ledger.put(work, evaluation, "override:A301", {"points": "3.00", "annulled": False, "reason": "x"}, source="meeting")
    with informed_world.acting("liaison-jiaotong") as work, pytest.raises(Refused):
        ledger.put(work, informed_world.evaluation(work, "jiaotong"), "field:T8.duties_total", "1", source="unit")


def test_later_people_read_what_was_done(informed_world: World) -> None:
    with informed_world.acting("head-jiaotong") as work:
        actions.receive(work, informed_world.evaluation(work, "jiaotong"))
    for state in (State.OBJECTED, State.DECIDED, State.FINAL, State.CLOSED):
        scored.set_state(informed_world, "jiaotong", state)
        for who in ("head-jiaotong", "section", "director"):
            with informed_world.client(who) as client:
                page = client.get(PAGE)
                assert page.status_code == 200
                assert "<textarea" not in page.text
    with informed_world.client("section") as client:
        page = client.get("/c/2026/u/jiaotong/report")
        assert page.status_code == 200
        assert "<textarea" not in page.text
