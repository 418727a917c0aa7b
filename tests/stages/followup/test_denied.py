"""What must never be possible in the follow-up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.audit.log import verify
from evalplat.audit.tables import AuditEvent
from evalplat.kernel.errors import Forbidden, Invalid, MoveBlocked, Refused
from evalplat.stages.followup import (
    actions,
    actions_extend,
    actions_items,
    queries,
    queries_item,
    queries_view,
)
from evalplat.stages.followup.forms import ExtensionForm, ReasonForm, RouteForm, SubmitForm, VerifyForm
from evalplat.stages.followup.rules import ItemState
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT, item
from tests.world import World, csrf

PAGE = f"/c/2026/u/{UNIT}/follow-up"
SECRET = ("违纪", "违规", "移送", "D3", "涉嫌")


def test_without_proof_nothing_is_handed_in_or_verified(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world, proof=False)
    with world.acting("head-jiaotong") as work, pytest.raises(Invalid):
        actions_items.submit(work, world.evaluation(work, UNIT), item(work, world), SubmitForm(report="已整改"))
    with world.acting("lead") as work, pytest.raises(Refused):
        actions_items.verify(work, world.evaluation(work, UNIT), item(work, world), VerifyForm(method="written", opinion="属实"))


def test_the_departments_own_people_do_not_verify(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world)
    steps.submit(world)
    for who in ("head-jiaotong", "liaison-jiaotong"):
        with world.acting(who) as work, pytest.raises(Forbidden):
            actions_items.verify(work, world.evaluation(work, UNIT), item(work, world), VerifyForm(method="written", opinion="属实"))
        with world.client(who) as client:
            token = csrf(client, f"{PAGE}/items/f-02")
            answer = client.post(f"{PAGE}/items/f-02/verify", data={"csrf_token": token, "method": "written", "opinion": "属实"})
            assert answer.status_code == 403


def test_one_person_does_not_verify_twice(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world)
    steps.submit(world)
    assert not steps.verify(world, "lead")
    with pytest.raises(Refused):
        steps.verify(world, "lead")
    with world.acting("lead", write=False) as work:
        assert not [t for t in waiting_for(work, work.actor) if "F-02" in t.title]
    assert steps.verify(world, "section")


def test_no_extension_after_the_due_date_nor_a_second_one(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("director") as work:
        row, _ = item(work, world)
        until = (row.due_at + timedelta(days=20)).date()
        form = ExtensionForm(until=until, reason="涉及多部门")
        actions_extend.extend(work, world.evaluation(work, UNIT), item(work, world), form)
        later = ExtensionForm(until=until + timedelta(days=5), reason="再延")
        with pytest.raises(Refused):
            actions_extend.extend(work, world.evaluation(work, UNIT), item(work, world), later)
    world.pass_days(40)
    late = ExtensionForm(until=world.now.date() + timedelta(days=10), reason="迟了")
    with world.acting("director") as work, pytest.raises(Refused):
        actions_extend.extend(work, world.evaluation(work, UNIT), item(work, world, "F-03"), late)


def test_an_extension_keeps_to_the_most_that_is_allowed(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("director", write=False) as work:
        form = ExtensionForm(until=(item(work, world)[0].due_at + timedelta(days=40)).date(), reason="很长")
    with world.acting("director") as work, pytest.raises(Invalid):
        actions_extend.extend(work, world.evaluation(work, UNIT), item(work, world), form)


def test_overdue_cannot_be_set_by_anybody() -> None:
    from evalplat.stages.followup import forms
    from evalplat.stages.followup.tables import Rectification

    assert "overdue" not in set(ItemState)
    assert "overdue" not in Rectification.model_fields
    assert not [name for name in vars(forms) if hasattr(getattr(forms, name), "model_fields")
                and "overdue" in getattr(forms, name).model_fields]


@pytest.mark.parametrize("who", ["liaison-jiaotong", "head-jiaotong", "lead", "assessor", "section", "commission"])
def test_a_referral_leaves_no_trace_for_anybody_but_the_director(noticed_world: World, who: str) -> None:
    world = steps.issued(noticed_world)
    with world.acting(who, write=False) as work:
        view = queries_view.follow_up(work, world.evaluation(work, UNIT))
        assert view.referrals is None
        assert not [task for task in waiting_for(work, work.actor) if "移交" in task.title or "referral" in task.title]
    with world.client(who) as client:
        for page in (PAGE, f"{PAGE}/items/f-01", "/"):
            answer = client.get(page)
            assert answer.status_code == 200
            assert not [word for word in (SECRET if who != "section" else ("涉嫌",)) if word in answer.text], page
        token = csrf(client, "/password")
        data = {"csrf_token": token, "receipt": "x", "received_on": "2026-09-01"}
        assert client.post(f"{PAGE}/referrals/f-01", data=data).status_code == (404 if who == "section" else 403)


def test_a_finding_that_is_only_referred_is_nobodys_item(noticed_world: World) -> None:
    world = steps.routed(steps.final(noticed_world), {"F-01": ["D3"], "F-02": ["D2"], "F-03": ["D2"], "F-04": ["D1"]})
    with world.acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT), begin=True)
    with world.client("liaison-jiaotong") as client:
        assert client.get(f"{PAGE}/items/f-01").status_code == 404
        assert "F-01" not in client.get(PAGE).text
    with world.client("director") as client:
        assert "F-01" in client.get(PAGE).text


def test_another_unit_finds_nothing(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.client("liaison-shenji") as client:
        assert client.get(PAGE).status_code == 404
        assert client.get(f"{PAGE}/items/f-02").status_code == 404
        assert client.get("/c/2026/follow-up").status_code == 403
    with world.client("lead2") as client:
        assert client.get(PAGE).status_code == 404


def test_proof_is_read_by_the_department_and_its_checkers_alone(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world)
    with world.acting("section", write=False) as work:
        [file] = queries_item.item_view(work, world.evaluation(work, UNIT), item(work, world)).proofs
    for who, status in (("liaison-jiaotong", 200), ("lead", 200), ("liaison-shenji", 404), ("lead2", 404)):
        with world.client(who) as client:
            answer = client.get(file.href)
            assert answer.status_code == status
            assert status != 200 or answer.headers["content-disposition"].startswith("attachment")


def test_a_refused_file_leaves_nothing_of_its_form(noticed_world: World) -> None:
    """The first file was taken, the second is none of the kinds: neither it nor the line of the log is stored."""
    world = steps.issued(noticed_world)
    steps.plan(world)
    with world.client("liaison-jiaotong") as client:
        here = f"{PAGE}/items/f-02"
        answer = client.post(f"{here}/progress", data={"csrf_token": csrf(client, here), "percent": "40", "text": "调整了一半"}, files=[
            ("proof", ("证明.pdf", steps.PDF, "application/pdf")), ("proof", ("程序.exe", b"MZ", "application/octet-stream"))])
        assert answer.status_code == 422
        assert "调整了一半" in answer.text
    with world.acting("section", write=False) as work:
        view = queries_item.item_view(work, world.evaluation(work, UNIT), item(work, world))
        assert (view.proofs, view.log, view.row.state) == ((), (), "plan_accepted")
        assert not list(work.session.exec(select(AuditEvent).where(AuditEvent.event == "rectification.proof_added")))
        assert verify(work.session, work.office_id).broken_seq is None


def test_a_form_without_its_token_is_refused(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.client("liaison-jiaotong") as client:
        assert client.post(f"{PAGE}/receipt", data={}).status_code == 403


def test_closing_waits_for_everything(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("director") as work, pytest.raises(MoveBlocked):
        actions.close(work, world.evaluation(work, UNIT))


def test_whoever_sent_the_findings_on_does_not_issue_the_notice(noticed_world: World) -> None:
    world = steps.routed(steps.final(noticed_world))
    with world.acting("section") as work, pytest.raises(Refused):
        actions.issue_notice(work, world.evaluation(work, UNIT))


def test_before_the_result_is_final_only_a_critical_finding_goes_out(noticed_world: World) -> None:
    world = steps.with_findings(noticed_world)
    set_state(world, UNIT, State.REVIEWED)
    with world.acting("section") as work:
        evaluation = world.evaluation(work, UNIT)
        with pytest.raises(Refused):
            actions.route(work, evaluation, steps.finding(work, world, "F-02"), steps.route_form("D2"))
        actions.route(work, evaluation, steps.finding(work, world, "F-01"), steps.route_form("D2"))
    with world.acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT))
        assert [finding.code for _, finding in queries.items_of(work, world.evaluation(work, UNIT))] == ["F-01"]
        assert world.evaluation(work, UNIT).state == State.REVIEWED
    steps.plan(world, "F-01")
    with world.acting("lead", write=False) as work:
        assert item(work, world, "F-01")[0].state == ItemState.PLAN_ACCEPTED


def test_a_rectification_that_was_ordered_is_not_taken_back(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    form = RouteForm(destinations=["D1"], advice_kind="increase", advice_text="改为研究")
    with world.acting("section") as work, pytest.raises(Invalid):
        actions.route(work, world.evaluation(work, UNIT), steps.finding(work, world, "F-02"), form)


def test_the_plan_ends_by_the_due_date(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.client("liaison-jiaotong") as client:
        page = f"{PAGE}/items/f-02"
        data = {"csrf_token": csrf(client, page), "measures": "写下的措施", "leader": "张", "person": "刘", "steps": "一步",
                "finish_on": str(date(2027, 5, 1))}
        answer = client.post(f"{page}/plan", data=data)
        assert answer.status_code == 422
        assert "写下的措施" in answer.text


def test_a_rejection_needs_a_reason(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world)
    steps.submit(world)
    with world.client("section") as client:
        page = f"{PAGE}/items/f-02"
        assert client.post(f"{page}/reject", data={"csrf_token": csrf(client, page), "reason": ""}).status_code == 422
    with pytest.raises(ValueError, match="reason"):
        ReasonForm(reason="")
