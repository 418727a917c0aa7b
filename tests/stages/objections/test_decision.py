"""The panel decides item by item, two agree, another signs; the result changes as decided and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from evalplat.campaigns.tables import DeclaredInterest, PanelMember, TeamMember
from evalplat.documents.actions import view_of
from evalplat.findings.queries import findings_of
from evalplat.kernel.errors import EvalError, Forbidden, Invalid, MoveBlocked, Refused
from evalplat.scores import ledger, sheet
from evalplat.scores.queries import score_view
from evalplat.stages.objections import actions, actions_decision, actions_panel, queries
from evalplat.stages.objections.forms import ProposalForm, RescoreForm
from evalplat.workflow.stages import State
from tests.stages.objections.contested import PAGE, UNIT, closes_at, decide, filed, open_tasks, sign, taken_in
from tests.world import World, csrf


def points(world: World, leaf: str, version: int | None = None) -> Decimal:
    """A leaf's points in a version (the newest unless given)."""
    with world.acting("director", write=False) as work:
        view = score_view(work, world.evaluation(work, UNIT), version)
        assert view is not None
        found = view.leaf(leaf)
        assert found is not None
        assert found.points is not None
        return found.points


def propose(world: World, who: str, **form: object) -> None:
    """A proposal on the first item."""
    with world.acting(who) as work:
        words = ProposalForm.model_validate({"established": "查明。", "decision": "upheld", **form})
        actions_panel.propose(work, world.evaluation(work, UNIT), 1, words)


def test_a_decision_changes_points_withdraws_a_finding_and_makes_a_second_version(informed_world: World) -> None:
    world = informed_world
    a101 = points(world, "A101")
    with world.acting("section", write=False) as work:
        view = score_view(work, world.evaluation(work, UNIT))
        assert view is not None
        other = next(leaf for leaf in view.leaves if leaf.points is not None and leaf.code != "A101"
                     and leaf.points + 1 <= leaf.effective_max)
        assert other.points is not None
    taken_in(world, "leaf:A101", "finding:F-01")
    decide(world, 1, decision="changed", points=str(a101 + Decimal("0.20")))
    decide(world, 2, decision="annulled", leaf=other.code, points=str(other.points + 1))
    with world.acting("commission", write=False) as work:
        assert open_tasks(work, world.evaluation(work, UNIT)) == {"sign_decision"}
    sign(world)
    with world.acting("director", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert evaluation.state == State.DECIDED
        first, second = sheet.versions(work, evaluation)
        assert second.total == first.total + Decimal("1.20")
        assert findings_of(work, evaluation)[0].state == "withdrawn"
        objection = queries.current(work, evaluation)
        assert objection is not None
        document = queries.document_of(work, objection)
        assert document is not None
        assert document.state == "issued"
        assert document.drafted_by == world.users["panel2"]
        view = view_of(document)
        assert (view.total_before, view.total_after, view.version_after) == (first.total, second.total, 2)
        assert [item.decision for item in view.items] == ["changed", "annulled"]
        [entry] = ledger.entries(work, evaluation, keys=["override:A101"])
        assert entry.ref == f"复核决定 {document.number} 第1项"
        assert (entry.source, entry.value["points"]) == ("decision", str(a101 + Decimal("0.20")))
        assert open_tasks(work, evaluation) == {"finalise"}
    for who in ("head-jiaotong", "panel", "section", "lead"):
        with world.client(who) as client:
            text = client.get(PAGE).text
            assert 'id="comparison"' in text
            assert f"{second.total:.2f}" in text
    with world.acting("director") as work:
        assert actions.finalise(work, world.evaluation(work, UNIT)).state == State.FINAL


def test_an_upheld_objection_keeps_every_point(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    decide(informed_world, 1, decision="upheld")
    sign(informed_world)
    with informed_world.acting("director", write=False) as work:
        first, second = sheet.versions(work, informed_world.evaluation(work, UNIT))
        assert (first.total, first.hash) == (second.total, second.hash)


def test_a_member_of_the_first_team_does_not_decide_even_with_a_seat(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    with informed_world.acting("system") as work:
        evaluation = informed_world.evaluation(work, UNIT)
        work.add(TeamMember(team_id=evaluation.team_id, user_id=informed_world.users["panel"], office_id=informed_world.office_id))
    with pytest.raises(Forbidden):
        propose(informed_world, "panel")
    with informed_world.client("panel") as client:
        token = csrf(client, "/password")
        assert client.post(f"{PAGE}/items/1/propose", data={"csrf_token": token}).status_code in (403, 404)


def test_a_member_with_a_conflict_does_not_decide(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    with informed_world.acting("system") as work:
        work.add(DeclaredInterest(office_id=informed_world.office_id, user_id=informed_world.users["panel"],
                                  unit_id=informed_world.units[UNIT], reason="亲属", declared_at=work.now))
    with pytest.raises(Forbidden):
        propose(informed_world, "panel")
    with informed_world.client("panel") as client:
        assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("who", ["lead", "section", "director", "assessor2"])
def test_nobody_outside_the_panel_decides(informed_world: World, who: str) -> None:
    taken_in(informed_world, "leaf:A101")
    with pytest.raises(Forbidden):
        propose(informed_world, who)
    with informed_world.client(who) as client:
        assert client.post(f"{PAGE}/items/1/agree", data={"csrf_token": csrf(client, "/password")}).status_code in (403, 404)


def test_two_members_must_agree_and_nobody_agrees_with_themselves(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    propose(informed_world, "panel")
    with informed_world.acting("panel") as work, pytest.raises(Refused):
        actions_panel.consent(work, informed_world.evaluation(work, UNIT), 1)
    with informed_world.acting("commission") as work, pytest.raises(MoveBlocked):
        actions_decision.sign_decision(work, informed_world.evaluation(work, UNIT))


def test_nobody_agrees_to_a_proposal_that_was_changed_meanwhile(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    propose(informed_world, "panel")
    propose(informed_world, "panel", established="另行查明。")
    with informed_world.acting("panel2") as work, pytest.raises(Refused):
        actions_panel.consent(work, informed_world.evaluation(work, UNIT), 1, proposal=1)


def test_nothing_is_decided_twice(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    decide(informed_world, 1, decision="upheld")
    with pytest.raises(Refused):
        propose(informed_world, "panel2")
    sign(informed_world)
    with pytest.raises(EvalError):
        sign(informed_world)


def test_the_approver_of_the_report_and_the_panel_do_not_sign(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    decide(informed_world, 1, decision="upheld")
    with pytest.raises(MoveBlocked) as caught:
        sign(informed_world, "director")
    assert caught.value.blocked[0].fact == "decision_signer_is_another"
    with informed_world.client("director") as client:
        assert 'aria-disabled="true"' in client.get(PAGE).text
        assert client.post(f"{PAGE}/decision", data={"csrf_token": csrf(client, "/password"), "method": "x"}).status_code == 409
    with informed_world.acting("system") as work:
        work.add(PanelMember(campaign_id=informed_world.campaign_id, user_id=informed_world.users["commission"],
                             office_id=informed_world.office_id))
    with pytest.raises(MoveBlocked):
        sign(informed_world)


def test_an_objection_does_not_make_a_result_worse(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    less = str(points(informed_world, "A101") - 1)
    with pytest.raises(Invalid):
        propose(informed_world, "panel", decision="changed", points=less)
    with informed_world.acting("section") as work:
        campaign = informed_world.campaign(work)
        campaign.settings = {**campaign.settings, "objection_may_worsen": True}
        work.add(campaign)
    with pytest.raises(Invalid) as caught:
        propose(informed_world, "panel", decision="changed", points=less)
    assert list(caught.value.errors) == ["item.1.worse_reason"]
    decide(informed_world, 1, decision="changed", points=less, worse_reason="批复日期更正后应当扣分。")
    sign(informed_world)
    assert points(informed_world, "A101") == Decimal(less)


def test_two_items_do_not_change_the_same_indicator(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101", "procedure", claim="4")
    decide(informed_world, 1, decision="annulled")
    words = ProposalForm.model_validate({"established": "查明。", "decision": "annulled", "leaf": "A101"})
    with informed_world.acting("panel") as work, pytest.raises(Invalid):
        actions_panel.propose(work, informed_world.evaluation(work, UNIT), 2, words)


def test_annulled_points_are_given_again_by_another_team_before_there_is_a_new_version(informed_world: World) -> None:
    world = informed_world
    before = points(world, "A101")
    taken_in(world, "leaf:A101")
    decide(world, 1, decision="annulled")
    sign(world)
    with world.acting("director", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert len(sheet.versions(work, evaluation)) == 1
        assert open_tasks(work, evaluation) == {"rescore_item"}
        assert not queries.objections_over(work, evaluation).holds
        objection = queries.current(work, evaluation)
        assert objection is not None
        document = queries.document_of(work, objection)
        assert document is not None
        assert "A101" in view_of(document).rescore_note
    for who in ("lead", "assessor", "panel"):
        with world.acting(who) as work, pytest.raises(Forbidden):
            actions_decision.rescore(work, world.evaluation(work, UNIT), "A101", RescoreForm(points=Decimal(4), note="重新核对"))
    with world.client("assessor2") as client:
        token = csrf(client, PAGE)
        answer = client.post(f"{PAGE}/again/A101", data={"csrf_token": token, "again.A101.points": "4.01", "again.A101.note": "核对"})
        assert answer.status_code == 422
        answer = client.post(f"{PAGE}/again/A101", data={"csrf_token": token, "again.A101.points": "4", "again.A101.note": "核对"})
        assert answer.status_code == 303
    assert points(world, "A101", 1) == before
    assert points(world, "A101", 2) == 4
    with world.acting("assessor2") as work, pytest.raises(Refused):
        actions_decision.rescore(work, world.evaluation(work, UNIT), "A101", RescoreForm(points=Decimal(4), note="再来"))
    with world.acting("director") as work:
        assert actions.finalise(work, world.evaluation(work, UNIT)).state == State.FINAL


def test_scoring_again_lower_keeps_the_contested_points(informed_world: World) -> None:
    before = points(informed_world, "A101")
    taken_in(informed_world, "leaf:A101")
    decide(informed_world, 1, decision="annulled")
    sign(informed_world)
    with informed_world.acting("assessor2") as work:
        actions_decision.rescore(work, informed_world.evaluation(work, UNIT), "A101", RescoreForm(points=Decimal(1), note="核对"))
    assert points(informed_world, "A101") == before


def test_a_rubric_indicator_is_scored_again_by_level(informed_world: World) -> None:
    with informed_world.acting("section", write=False) as work:
        rubric = sheet.system_for(work, informed_world.evaluation(work, UNIT)).rubric_leaves[0]
    taken_in(informed_world, f"leaf:{rubric.code}", claim="1")
    decide(informed_world, 1, decision="annulled")
    sign(informed_world)
    with informed_world.acting("lead2") as work:
        evaluation = informed_world.evaluation(work, UNIT)
        with pytest.raises(Invalid):
            actions_decision.rescore(work, evaluation, rubric.code, RescoreForm(points=Decimal(1), note="核对"))
        actions_decision.rescore(work, evaluation, rubric.code, RescoreForm(level=rubric.rule.levels[0].key, note="核对"))
    assert points(informed_world, rubric.code) == Decimal(rubric.points.numerator) / rubric.points.denominator


def test_after_the_report_the_ledger_takes_decisions_alone(informed_world: World) -> None:
    value = {"points": "4", "annulled": False, "reason": "x"}
    for source in sorted(ledger.SOURCES - {"decision"}):
        with informed_world.acting("panel") as work, pytest.raises(Refused):
            ledger.put(work, informed_world.evaluation(work, UNIT), "override:A101", value, source=source)


def test_there_is_one_round_of_review(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    decide(informed_world, 1, decision="upheld")
    sign(informed_world)
    assert closes_at(informed_world) > timedelta(0)
    with informed_world.acting("liaison-jiaotong") as work, pytest.raises(Refused):
        actions.add_item(work, informed_world.evaluation(work, UNIT), "procedure")


def test_the_unit_reads_neither_the_teams_answer_nor_a_proposal(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    with informed_world.client("lead") as client:
        token = csrf(client, PAGE)
        answer = client.post(f"{PAGE}/items/1/answer", data={"csrf_token": token, "item.1.answer": "底稿第三页已列明。"})
        assert answer.status_code == 303
    with informed_world.client("panel") as client:
        token = csrf(client, PAGE)
        assert "底稿第三页已列明。" in client.get(PAGE).text
        data = {"csrf_token": token, "item.1.established": "合议初步意见。", "item.1.decision": "upheld"}
        assert client.post(f"{PAGE}/items/1/propose", data=data).status_code == 303
    for who, sees in (("head-jiaotong", False), ("panel2", True), ("section", True), ("lead", False)):
        with informed_world.client(who) as client:
            text = client.get(PAGE).text
            assert ("合议初步意见。" in text) is sees
            if who == "head-jiaotong":
                assert "底稿第三页已列明。" not in text


def test_what_the_panel_typed_comes_back_with_its_errors(informed_world: World) -> None:
    taken_in(informed_world, "leaf:A101")
    with informed_world.client("panel") as client:
        data = {"csrf_token": csrf(client, PAGE), "item.1.established": "查阅批复。", "item.1.decision": "changed", "item.1.points": "99"}
        answer = client.post(f"{PAGE}/items/1/propose", data=data)
        assert answer.status_code == 422
        assert "查阅批复。" in answer.text
        assert 'id="f-item-1-points-error"' in answer.text


def test_other_units_keep_their_results(informed_world: World) -> None:
    filed(informed_world, "leaf:A101")
    with informed_world.acting("section", write=False) as work:
        assert sheet.versions(work, informed_world.evaluation(work, "shenji")) == []
        from evalplat.audit.tables import AuditEvent

        assert work.session.exec(select(AuditEvent).where(AuditEvent.event == "objection.filed")).one().unit == UNIT
