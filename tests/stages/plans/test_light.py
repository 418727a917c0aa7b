"""A department that is not visited: from the notice to the final result, marked wherever it is shown."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from evalplat.access.tasks import waiting_for
from evalplat.campaigns import modes, progress, setup
from evalplat.documents.actions import view_of
from evalplat.documents.queries import latest
from evalplat.documents.render import render_html
from evalplat.kernel.errors import Forbidden, Invalid, MoveBlocked, NotFound, Refused
from evalplat.people.tables import Unit
from evalplat.scores import ledger, sheet
from evalplat.scores.marks import judged_points
from evalplat.scores.words import mark_text
from evalplat.stages.plans import actions_sample, queries
from evalplat.stages.plans.forms import DrawForm, ModeForm
from evalplat.stages.reviews import actions as reviews
from evalplat.stages.reviews import actions_light, actions_records, actions_scores
from evalplat.stages.reviews.forms import DeskCheckForm, RatingForm, VisitForm
from evalplat.stages.reviews.rules import Method
from evalplat.workflow.stages import State
from tests.stages.plans import walk
from tests.stages.plans.walk import UNIT
from tests.stages.reviews.conftest import record_form, signed_record
from tests.world import World, csrf, with_notice


@pytest.fixture
def light_world(campaign_world: World) -> World:
    """交通运输局 takes part lightly; the notice is issued."""
    with campaign_world.acting("section") as work:
        actions_sample.set_mode(work, campaign_world.campaign(work), ModeForm(unit=UNIT, mode="light", reason="规划安排明年实地评估"))
    return with_notice(campaign_world)


def test_the_whole_way_of_a_light_unit(light_world: World) -> None:
    world = light_world
    walk.assessed(world)
    with world.acting("section", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert {row.act for row in progress.waiting(work, evaluation)} >= {"verify_figures", "seal_review"}
        assert not {row.act for row in progress.waiting(work, evaluation)} & {"keep_records", "score_blind"}
        assert any("交通运输局" in task.title for task in waiting_for(work, work.actor))
        away = {entry.key.partition(":")[2]: entry for entry in ledger.entries(work, evaluation, prefix="na:")}
        assert {leaf.code for leaf in modes.only_on_site(sheet.system_for(work, evaluation))} <= set(away)
        assert {"A203", "A301", "B101", "C401"} <= set(away)
        assert "A101" not in away
        assert away["B101"].ref == "2026年度机构编制综合评估方案审批"
    walk.surveyed(world)
    walk.desk_sealed(world)
    walk.reported(world)
    walk.finished(world)
    with world.acting("director", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert evaluation.state == State.FINAL
        version = sheet.latest(work, evaluation)
        assert version is not None
        assert version.total is not None
        assert "light" in version.marks
        judged, full = judged_points(sheet.compute(work, evaluation).units[0])
        assert Decimal(0) < judged < full <= Decimal(100)
        assert f"judged:{judged.normalize():f}/{full.normalize():f}" in version.marks
        report, letter = (latest(work.session, kind, evaluation=evaluation) for kind in ("report", "feedback_letter"))
        assert report is not None
        assert letter is not None
        said = render_html("report", view_of(report))
        assert "轻评" in said
        assert "实地评估记录" not in said
        assert "通过听取汇报" not in said
        assert "轻评" in render_html("feedback_letter", view_of(letter))


def test_a_light_unit_is_not_sealed_before_the_desk_check_and_by_nobody_else(light_world: World) -> None:
    world = light_world
    walk.assessed(world)
    world.now = world.start + timedelta(days=27)
    with world.acting("section") as work, pytest.raises(MoveBlocked) as caught:
        reviews.seal_review(work, world.evaluation(work, UNIT))
    assert {one.fact for one in caught.value.blocked} == {"two_assessors", "records_signed"}
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, UNIT)
        with pytest.raises(Forbidden):
            actions_light.write_desk_check(work, evaluation, DeskCheckForm(text="核对一致。"))
        with pytest.raises(Forbidden):
            reviews.seal_review(work, evaluation)
        assert not any("交通运输局" in task.title for task in waiting_for(work, work.actor))


def test_nobody_visits_or_rates_a_light_unit(light_world: World) -> None:
    world = light_world
    walk.assessed(world)
    world.now = world.start + timedelta(days=27)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, UNIT)
        with pytest.raises(Refused, match="not visited"):
            actions_records.keep_record(work, evaluation, record_form(world, Method.BRIEFING))
        with pytest.raises(Refused, match="not visited"):
            reviews.plan_visit(work, evaluation, VisitForm(date=world.now.date(), place="会议室"))
        with pytest.raises((NotFound, Refused, Invalid)):
            actions_scores.rate(work, evaluation, "A203", RatingForm(level="A", note="公开完整", evidence="截图"))


def test_a_full_unit_needs_a_record_of_every_place(campaign_world: World) -> None:
    world = campaign_world
    with world.acting("section") as work:
        modes.set_places(work, world.campaign(work), world.evaluation(work, UNIT), ["政务大厅", " ", "政务大厅", "运输服务中心"])
    with_notice(world)
    with world.acting("section") as work:
        evaluation = world.evaluation(work, UNIT)
        assert evaluation.places == ["政务大厅", "运输服务中心"]
        with pytest.raises(Refused):
            modes.set_places(work, world.campaign(work), evaluation, [])
        evaluation.state = State.ACCEPTED
        work.add(evaluation)
        reviews.open_room(work, evaluation)
    world.pass_days(26)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, UNIT)
        for method in (Method.BRIEFING, Method.DOCUMENT_CHECK):
            signed_record(world, work, evaluation, method)
        blocked = {one.fact: one for one in _blocked(work, evaluation)}
        assert blocked["records_signed"].params["places"] == "政务大厅、运输服务中心"
        with pytest.raises(Invalid):
            actions_records.keep_record(work, evaluation, record_form(world, Method.FIELD_VISIT, visited="别处"))
        row = actions_records.keep_record(work, evaluation, record_form(world, Method.FIELD_VISIT, visited="政务大厅"))
        actions_records.sign_record(work, evaluation, row, signing())
        assert {one.fact: one for one in _blocked(work, evaluation)}["records_signed"].params["places"] == "运输服务中心"


def signing():  # type: ignore[no-untyped-def]
    from evalplat.stages.reviews.forms import SigningForm
    from evalplat.stages.reviews.rules import Signing

    return SigningForm(how=Signing.PAPER, signed_by="张强", pages=2)


def _blocked(work, evaluation):  # type: ignore[no-untyped-def]
    from evalplat.campaigns import moves

    return moves.blocked_by(work, evaluation, "seal_review")


def test_the_lot_is_recorded_with_its_seed_and_can_be_drawn_again(campaign_world: World) -> None:
    world = campaign_world
    with world.acting("section") as work:
        row = actions_sample.draw_sample(work, world.campaign(work), DrawForm(share=1, limit=90), seed="0123abcd")
        assert len(row.full) == 2
        assert {world.evaluation(work, code).mode for code in row.light} == {"light"}
        again = actions_sample.draw_sample(work, world.campaign(work), DrawForm(share=1, limit=90), seed="0123abcd")
        assert again.full == row.full
        assert [one.seed for one in queries.draws_of(work, world.campaign_id)] == ["0123abcd", "0123abcd"]
        with pytest.raises(Invalid):
            actions_sample.draw_sample(work, world.campaign(work), DrawForm(share=0, limit=100))
    with_notice(world)
    with world.acting("section") as work, pytest.raises(Refused):
        actions_sample.draw_sample(work, world.campaign(work), DrawForm(share=1, limit=90))


def test_only_a_comprehensive_campaign_has_a_light_mode(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign = campaign_world.campaign(work)
        campaign.kind = "thematic"
        work.add(campaign)
        with pytest.raises(Refused):
            actions_sample.set_mode(work, campaign, ModeForm(unit=UNIT, mode="light", reason="试"))
        with pytest.raises(Refused):
            actions_sample.draw_sample(work, campaign, DrawForm(share=1, limit=90))


def test_the_approval_fixes_who_is_visited_and_the_kind(campaign_world: World) -> None:
    world = campaign_world
    with world.acting("section") as work:
        actions_sample.set_mode(work, world.campaign(work), ModeForm(unit=UNIT, mode="light", reason="规划安排明年实地评估"))
    with world.acting("commission") as work:
        setup.approve(work, world.campaign(work))
    with world.acting("section") as work:
        campaign = world.campaign(work)
        with pytest.raises(Refused, match="approval names"):
            actions_sample.set_mode(work, campaign, ModeForm(unit=UNIT, mode="full", reason="改主意"))
        with pytest.raises(Refused, match="approval names"):
            actions_sample.draw_sample(work, campaign, DrawForm(share=1, limit=90))
        with pytest.raises(Refused, match="approval names"):
            setup.change_frame(work, campaign, kind="thematic")
        setup.change_frame(work, campaign, kind="comprehensive", scope="2025年9月至2026年8月的工作")
        modes.set_places(work, campaign, world.evaluation(work, UNIT), ["运输服务中心"])
        assert (campaign.kind, world.evaluation(work, UNIT).mode) == ("comprehensive", "light")
    with world.client("section") as client:
        page = client.get("/c/2026/visits").text
        assert "审批" in page
        assert "/visits/draw" not in page
        assert "/visits/mode" not in page
        assert "/visits/places" in page
        form = {"csrf_token": csrf(client, "/c/2026/visits"), "unit": UNIT, "mode": "full", "reason": "改主意"}
        assert client.post("/c/2026/visits/mode", data=form).status_code == 409


def test_after_the_approval_no_unit_comes_or_goes(campaign_world: World) -> None:
    """A light unit that is taken out and put back would be visited, whatever the approval says."""
    world = campaign_world
    with world.acting("section") as work:
        actions_sample.set_mode(work, world.campaign(work), ModeForm(unit=UNIT, mode="light", reason="规划安排明年实地评估"))
    with world.client("section") as client:
        assert "/set-up/units" in client.get("/c/2026/set-up").text
    with world.acting("commission") as work:
        setup.approve(work, world.campaign(work))
    with world.acting("section") as work:
        campaign, row = world.campaign(work), world.evaluation(work, UNIT)
        unit = work.session.get_one(Unit, world.units[UNIT])
        for deed in (lambda: setup.choose_units(work, campaign, []), lambda: setup.choose_units(work, campaign, [unit]),
                     lambda: setup.add_evaluation(work, campaign, unit), lambda: setup.remove_evaluation(work, campaign, row)):
            with pytest.raises(Refused, match="approval names"):
                deed()
        assert world.evaluation(work, UNIT).mode == "light"
    with world.client("section") as client:
        page = client.get("/c/2026/set-up").text
        assert "/set-up/units" not in page
        assert "交通运输局" in page.split('id="units"', 1)[1].split("</section>", 1)[0]
        token = csrf(client, "/c/2026/set-up")
        assert client.post("/c/2026/set-up/units", data={"csrf_token": token, "units": ["shenji"]}).status_code == 409
        assert client.post("/c/2026/set-up/units", data={"csrf_token": token, "all": "*"}).status_code == 409


def test_the_mark_says_how_much_was_judged() -> None:
    assert mark_text("judged:64.5/97") != "judged:64.5/97"
    assert "64.5" in mark_text("judged:64.5/97")
