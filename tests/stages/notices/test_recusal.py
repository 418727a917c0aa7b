"""A unit asks that somebody of its team keeps away: who may, until when, what a decision does, and how a place is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.access.scope import find_evaluation
from evalplat.access.tasks import waiting_for
from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import moves, seats, teams, watch
from evalplat.campaigns.tables import DeclaredInterest, Step, Team
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Invalid, Refused
from evalplat.people import actions as people
from evalplat.people.tables import Unit
from evalplat.stages.notices import actions as notices
from evalplat.stages.notices import actions_recusal as actions
from evalplat.stages.notices import queries_recusal as queries
from evalplat.stages.notices.forms_recusal import ChangeForm, DecisionForm, GiveForm, RecusalForm
from evalplat.stages.notices.tables import RecusalRequest
from evalplat.workflow.stages import State
from tests.conftest import Keep
from tests.world import World, csrf

PAGE = "/c/2026/u/jiaotong/team"
ASK = RecusalForm(login="assessor", reason="其配偶在我局任职")


@pytest.fixture
def received(noticed_world: World, kept: Keep) -> World:
    return kept("received", noticed_world, _receive)


def _receive(world: World) -> None:
    with world.acting("liaison-jiaotong") as work:
        notices.acknowledge(work, world.evaluation(work, "jiaotong"))


@pytest.fixture
def signed(received: World, kept: Keep) -> World:
    return kept("recusal asked", received, _ask)


def _ask(world: World) -> None:
    with world.acting("head-jiaotong") as work:
        actions.ask(work, world.evaluation(work, "jiaotong"), ASK, sign_now=True)


def decide(world: World, who: str, **typed: str) -> Document:
    with world.acting(who) as work:
        evaluation = world.evaluation(work, "jiaotong")
        row = queries.requests_of(work, evaluation)[-1]
        document = actions.decide(work, evaluation, row, DecisionForm(**{"outcome": "granted", "reason": "情况属实"} | typed))
        work.session.expunge(document)
        return document


def test_another_unit_does_not_find_the_page(received: World) -> None:
    with received.client("liaison-shenji") as client:
        assert client.get(PAGE).status_code == 404
        token = {"csrf_token": csrf(client, "/password")}
        assert client.post(f"{PAGE}/recusal", data=token | ASK.model_dump()).status_code == 404


@pytest.mark.parametrize(("who", "path"), [
    ("filler-jiaotong", "recusal"), ("lead", "recusal"), ("section", "recusal"), ("liaison-jiaotong", "recusal/1/sign"),
    ("head-jiaotong", "recusal/1/decision"), ("lead", "recusal/1/decision"), ("head-jiaotong", "change"), ("lead", "give")])
def test_nobody_else_asks_signs_decides_or_changes(signed: World, who: str, path: str) -> None:
    with signed.client(who) as client:
        token = {"csrf_token": csrf(client, "/password")}
        assert client.post(f"{PAGE}/{path}", data=token).status_code == 403


def test_the_liaison_writes_the_head_signs_the_office_is_asked(received: World) -> None:
    with received.client("liaison-jiaotong") as client:
        token = {"csrf_token": csrf(client, PAGE)}
        assert client.post(f"{PAGE}/recusal", data=token | {"login": "assessor", "reason": ""}).status_code == 422
        assert client.post(f"{PAGE}/recusal", data=token | ASK.model_dump()).status_code == 303
    with received.acting("head-jiaotong", write=False) as work:
        assert any(task.href == f"{PAGE}#request-1" for task in waiting_for(work, work.actor))
    with received.client("head-jiaotong") as client:
        assert client.post(f"{PAGE}/recusal/1/sign", data={"csrf_token": csrf(client, PAGE)}).status_code == 303
    for who in ("section", "director"):
        with received.acting(who, write=False) as work:
            task = next(task for task in waiting_for(work, work.actor) if task.href == f"{PAGE}#request-1")
            assert task.due_at is not None
            assert "陈洁" in task.title


def test_a_second_too_late_is_refused(received: World) -> None:
    with received.acting("head-jiaotong", write=False) as work:
        last = queries.until(work, received.evaluation(work, "jiaotong"))
    assert last is not None
    received.now = last + timedelta(seconds=1)
    with received.acting("head-jiaotong") as work, pytest.raises(Refused) as caught:
        actions.ask(work, received.evaluation(work, "jiaotong"), ASK, sign_now=True)
    assert "when" in caught.value.params
    received.now = last
    with received.acting("head-jiaotong") as work:
        assert actions.ask(work, received.evaluation(work, "jiaotong"), ASK, sign_now=True).state == "signed"


def test_before_the_receipt_and_after_the_review_nobody_asks(noticed_world: World) -> None:
    with noticed_world.acting("head-jiaotong") as work, pytest.raises(Refused):
        actions.ask(work, noticed_world.evaluation(work, "jiaotong"), ASK)
    with noticed_world.acting("liaison-jiaotong") as work:
        notices.acknowledge(work, noticed_world.evaluation(work, "jiaotong"))
    with noticed_world.acting("head-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        evaluation.state = State.REVIEWED  # test-only: nobody has reviewed
        with pytest.raises(Refused):
            actions.ask(work, evaluation, ASK)


def test_a_draft_that_nobody_signed_lapses(received: World) -> None:
    with received.acting("liaison-jiaotong") as work:
        actions.ask(work, received.evaluation(work, "jiaotong"), ASK)
    received.pass_days(5)
    with received.acting("system") as work:
        assert actions.lapse(work) == 1
        assert actions.lapse(work) == 0
    with received.acting("head-jiaotong", write=False) as work:
        assert not any("#request" in task.href for task in waiting_for(work, work.actor))


def test_granted_the_member_goes_another_comes_and_the_unit_reads_it(signed: World) -> None:
    document = decide(signed, "section", how="replace", joins="assessor2")
    assert document.kind == "recusal_decision"
    assert document.number
    with signed.acting("system", write=False) as work:
        evaluation = signed.evaluation(work, "jiaotong")
        assert [seat.user.login for seat in seats.of_unit(work, evaluation)] == ["lead", "assessor2"]
        assert work.session.exec(select(DeclaredInterest)).one().user_id == signed.users["assessor"]
        people_now = {who: signed.person(work.session, who) for who in ("assessor", "assessor2")}
        assert not may(people_now["assessor"], Act.SCORE_BLIND, evaluation)
        assert may(people_now["assessor2"], Act.SCORE_BLIND, evaluation)
        assert not may(people_now["assessor2"], Act.RESCORE_ITEM, evaluation)
        other = signed.evaluation(work, "shenji")
        assert may(people_now["assessor"], Act.SCORE_BLIND, other), "the other units of the team keep their member"
        assert not may(people_now["assessor2"], Act.SCORE_BLIND, other)
        assert find_evaluation(work.session, people_now["assessor"], "2026", "jiaotong") is None
        assert {"team_changed", "recusal_decided"} <= set(work.session.exec(select(Step.move)))
        assert "recusal.decided" in set(work.session.exec(select(AuditEvent.event)))
    with signed.client("liaison-jiaotong") as client:
        assert client.get(f"/documents/{document.code}").status_code == 200
        assert "何静" in client.get(PAGE).text
    with signed.client("liaison-shenji") as client:
        assert client.get(f"/documents/{document.code}").status_code == 404


def test_granted_the_unit_goes_to_another_team(signed: World) -> None:
    decide(signed, "director", how="team", team="t2")
    with signed.acting("system", write=False) as work:
        evaluation = signed.evaluation(work, "jiaotong")
        assert {seat.user.login for seat in seats.of_unit(work, evaluation)} == {"lead2", "assessor2"}
        lead = signed.person(work.session, "lead")
        assert not may(lead, Act.SEE_REVIEW, evaluation)
        assert not may(lead, Act.RESCORE_ITEM, evaluation)


def test_refused_with_a_reason_nothing_changes_and_nobody_asks_again(signed: World) -> None:
    with pytest.raises(ValueError, match="reason"):
        DecisionForm(outcome="refused", reason="")
    decide(signed, "section", outcome="refused", reason="经核实，其配偶已于五年前调离")
    with signed.acting("head-jiaotong") as work:
        evaluation = signed.evaluation(work, "jiaotong")
        assert "assessor" in {seat.user.login for seat in seats.of_unit(work, evaluation)}
        with pytest.raises(Refused):
            actions.ask(work, evaluation, ASK)


@pytest.mark.parametrize("typed", [{}, {"how": "without"}, {"how": "replace"}, {"how": "replace", "joins": "lead"},
                                   {"how": "replace", "joins": "panel"}, {"how": "team", "team": "t9"}])
def test_a_place_that_is_not_filled_keeps_the_request_open(signed: World, typed: dict[str, str]) -> None:
    with signed.client("section") as client:
        token = {"csrf_token": csrf(client, PAGE), "outcome": "granted", "reason": "情况属实"}
        answer = client.post(f"{PAGE}/recusal/1/decision", data=token | typed)
        assert answer.status_code == 422
        assert "情况属实" in answer.text
    with signed.acting("system", write=False) as work:
        assert queries.requests_of(work, signed.evaluation(work, "jiaotong"))[0].state == "signed"
        assert not work.session.exec(select(Document).where(Document.kind == "recusal_decision")).first()


def test_the_office_replaces_a_member_by_a_document(received: World) -> None:
    with received.acting("section") as work:
        evaluation = received.evaluation(work, "jiaotong")
        with pytest.raises(Invalid) as caught:
            actions.change(work, evaluation, ChangeForm(leaves="assessor", joins="assessor2", reason="工作调动"))
        assert set(caught.value.errors) == {"document"}
        with pytest.raises(Invalid):
            actions.change(work, evaluation, ChangeForm(leaves="lead", joins="assessor2", reason="调动", document="滕编办函〔2026〕9号"))
        actions.change(work, evaluation, ChangeForm(leaves="lead", joins="lead2", reason="工作调动", document="滕编办函〔2026〕9号"))
        assert [(seat.user.login, seat.lead) for seat in seats.of_unit(work, evaluation)] == [("lead2", True), ("assessor", False)]
        assert not may(received.person(work.session, "lead"), Act.SEAL_REVIEW, evaluation)
        assert may(received.person(work.session, "lead2"), Act.SEAL_REVIEW, evaluation)
    with received.acting("section") as work:
        evaluation = received.evaluation(work, "jiaotong")
        evaluation.state = State.MODERATED  # test-only: nobody has moderated
        with pytest.raises(Refused):
            actions.give(work, evaluation, GiveForm(team="t2", reason="x", document="y"))


def test_a_team_whose_member_left_the_unit_does_not_take_it(received: World) -> None:
    with received.acting("section") as work:
        evaluation = received.evaluation(work, "jiaotong")
        actions.give(work, evaluation, GiveForm(team="t2", reason="均衡工作量", document="滕编办函〔2026〕9号"))
        with pytest.raises(Invalid):
            actions.give(work, evaluation, GiveForm(team="t1", reason="改回", document="滕编办函〔2026〕10号"))
        assert evaluation.team_id == work.session.exec(select(Team.id).where(Team.code == "t2")).one()


def test_an_interest_declared_later_is_told_at_once_and_blocks_sealing_and_scoring(received: World) -> None:
    with received.acting("system") as work:
        evaluation = received.evaluation(work, "jiaotong")
        teams.declare_interest(work, received.users["assessor"], work.session.get_one(Unit, evaluation.unit_id), reason="配偶任职")
    with received.acting("section", write=False) as work:
        assert f"{PAGE}#member-assessor" in {task.href for task in waiting_for(work, work.actor)}
        evaluation = received.evaluation(work, "jiaotong")
        for state, move in ((State.ACCEPTED, "seal_review"), (State.REVIEWED, "score")):
            evaluation.state = state  # test-only: nobody has reviewed
            blocked = next(one for one in moves.blocked_by(work, evaluation, move) if one.fact == "team_without_conflict")
            assert blocked.params["name"] == "陈洁"
            assert blocked.href == PAGE
        work.session.rollback()


def test_a_register_that_changed_is_found_by_the_clock_once(received: World) -> None:
    with received.acting("sysadmin") as work:
        people.note_worked_at(work, received.users["lead"], received.units["jiaotong"], until=received.now.date())
    with received.acting("system", write=False) as work:
        assert not may(received.person(work.session, "lead"), Act.KEEP_RECORDS, received.evaluation(work, "jiaotong"))
    with received.acting("system") as work:
        assert watch.look(work) == 1
        assert watch.look(work) == 0
    with received.acting("section", write=False) as work:
        assert "王磊" in next(task.title for task in waiting_for(work, work.actor) if "#member-lead" in task.href)
    with received.acting("section") as work:
        actions.change(work, received.evaluation(work, "jiaotong"),
                       ChangeForm(leaves="lead", joins="lead2", reason="三年内曾在该局工作", document="滕编办函〔2026〕9号"))
    with received.acting("section", write=False) as work:
        assert not any("#member" in task.href for task in waiting_for(work, work.actor))
        assert watch.look(work) == 0


def test_two_who_decide_at_once_decide_once(signed: World) -> None:
    """The row was read before the other's decision was committed: what is decided is read again under the lock."""
    with signed.acting("section") as work:
        evaluation = signed.evaluation(work, "jiaotong")
        [row] = queries.requests_of(work, evaluation)
        change = update(RecusalRequest).where(col(RecusalRequest.id) == row.id).values(state="refused")
        work.session.connection().execute(change)
        for deed in (lambda: actions.decide(work, evaluation, row, DecisionForm(outcome="refused", reason="不属实")),
                     lambda: actions.take_back(work, evaluation, row), lambda: actions.sign(work, evaluation, row)):
            row.__dict__["state"] = "signed"  # as the other transaction's reader still has it
            with pytest.raises(Refused):
                deed()
