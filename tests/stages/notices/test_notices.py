"""The notice reaches every unit, is received or deemed served, and fixes what it announced."""

from __future__ import annotations

import pytest

from evalplat.campaigns import definitions, setup
from evalplat.kernel.errors import EvalError, MoveBlocked, Refused
from evalplat.stages.notices import actions, queries
from evalplat.workflow.stages import State
from tests.world import World, csrf


def test_issuing_notifies_every_unit_and_freezes_the_definitions(noticed_world: World) -> None:
    with noticed_world.acting("section", write=False) as work:
        campaign = noticed_world.campaign(work)
        assert {noticed_world.evaluation(work, unit).state for unit in noticed_world.units} == {State.NOTIFIED}
        assert len(definitions.frozen(work, campaign, "survey")) == 5
        document = queries.document_of(work, campaign)
        assert document is not None
        assert document.number == "滕编办发〔2026〕1号"
        assert document.state == "issued"


def test_without_a_number_the_notice_is_not_issued(campaign_world: World) -> None:
    with campaign_world.acting("director") as work, pytest.raises(MoveBlocked) as caught:
        actions.issue_notice(work, campaign_world.campaign(work))
    assert caught.value.blocked


def test_nothing_of_the_frame_changes_after_the_notice(noticed_world: World) -> None:
    with noticed_world.acting("section") as work, pytest.raises(Refused):
        setup.remove_evaluation(work, noticed_world.campaign(work), noticed_world.evaluation(work, "shenji"))


def test_a_unit_confirms_receipt_once(noticed_world: World) -> None:
    with noticed_world.client("liaison-jiaotong") as client:
        page = "/c/2026/u/jiaotong/notice"
        token = csrf(client, page)
        first = client.post(f"{page}/receipt", data={"csrf_token": token})
        assert first.status_code == 303
        again = client.post(f"{page}/receipt", data={"csrf_token": token})
        assert again.status_code == 409
    with noticed_world.acting("section", write=False) as work:
        assert noticed_world.evaluation(work, "jiaotong").state == State.ASSESSING


def test_a_silent_unit_is_deemed_served(noticed_world: World) -> None:
    with noticed_world.acting("system") as work:
        assert actions.deem_served(work) == 0
    noticed_world.pass_days(7)
    with noticed_world.acting("system") as work:
        assert actions.deem_served(work) == 3
    with noticed_world.acting("section", write=False) as work:
        receipt = queries.receipt_of(work, noticed_world.evaluation(work, "shenji"))
        assert receipt is not None
        assert receipt.how == "deemed"


def test_another_unit_does_not_find_the_page(noticed_world: World) -> None:
    with noticed_world.client("liaison-shenji") as client:
        assert client.get("/c/2026/u/jiaotong/notice").status_code == 404
        assert client.get("/c/2026/u/shenji/notice").status_code == 200


def test_an_insider_without_the_act_is_refused_and_it_is_noted(noticed_world: World) -> None:
    with noticed_world.client("filler-shenji") as client:
        token = csrf(client, "/password")
        assert client.post("/c/2026/u/shenji/notice/receipt", data={"csrf_token": token}).status_code == 403
    with noticed_world.acting("system", write=False) as work:
        from sqlmodel import select

        from evalplat.audit.tables import AuditEvent

        assert work.session.exec(select(AuditEvent).where(AuditEvent.event == "access.denied")).one()


def test_a_form_without_its_token_is_refused(noticed_world: World) -> None:
    with noticed_world.client("liaison-jiaotong") as client:
        assert client.post("/c/2026/u/jiaotong/notice/receipt", data={}).status_code == 403


def test_the_office_writes_the_notice_and_sees_errors_beside_the_fields(campaign_world: World) -> None:
    with campaign_world.client("section") as client:
        token = csrf(client, "/c/2026/notice")
        answer = client.post("/c/2026/notice", data={"csrf_token": token, "purpose": "摸清底数", "requirements": ""})
        assert answer.status_code == 422
        assert "摸清底数" in answer.text


def test_evalerror_is_the_base_of_refusals() -> None:
    assert issubclass(MoveBlocked, EvalError)
