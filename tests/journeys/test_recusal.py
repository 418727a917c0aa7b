"""A department asks that an assessor keeps away: two working days over the National Day, the decision, who comes and who is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evalplat.stages.notices import actions_recusal
from evalplat.workflow.stages import State
from tests.journeys.steps import at, denied, document, end_of, logged, post, see
from tests.scored import set_state
from tests.world import World

UNIT = "/c/2026/u/jiaotong"
TEAM = f"{UNIT}/team"
ASK = {"login": "assessor", "reason": "其配偶在我局任职"}
GRANT = {"outcome": "granted", "reason": "情况属实", "how": "replace", "joins": "assessor2"}


@pytest.fixture
def eve(noticed_world: World) -> World:
    """The notice is received on 29 September: the 30th and 8 October are the two working days."""
    noticed_world.now = at(9, 29)
    post(noticed_world, "liaison-jiaotong", f"{UNIT}/notice/receipt")
    return noticed_world


def test_asked_in_the_last_second_decided_and_the_place_filled(eve: World) -> None:
    world = eve
    assert "10月8日" in see(world, "liaison-jiaotong", TEAM)
    world.now = at(10, 8, 1)
    post(world, "liaison-jiaotong", f"{TEAM}/recusal", **ASK)
    assert "签署申请陈洁回避" in see(world, "head-jiaotong", "/")
    denied(world, "liaison-jiaotong", {f"!{TEAM}/recusal/1/sign": 403})
    denied(world, "section", {f"!{TEAM}/recusal/1/decision": 422})
    post(world, "section", f"{TEAM}/recusal/1/decision", expect=409, **GRANT)  # not signed yet
    world.now = end_of(10, 8)
    post(world, "head-jiaotong", f"{TEAM}/recusal/1/sign")

    # the office decides by a letter; the person asked about reads nothing of who asked
    world.now = at(10, 10)
    assert "交通运输局申请陈洁回避" in see(world, "section", "/")
    assert "其配偶" not in see(world, "assessor", TEAM)
    denied(world, "assessor", {f"!{TEAM}/recusal/1/decision": 403})
    post(world, "section", f"{TEAM}/recusal/1/decision", expect=422, **GRANT | {"joins": "panel"})
    post(world, "section", f"{TEAM}/recusal/1/decision", **GRANT)
    post(world, "director", f"{TEAM}/recusal/1/decision", expect=409, **GRANT)

    # the department reads the decision with its number, and who comes
    letter = document(world, "recusal_decision", "jiaotong")
    page = see(world, "head-jiaotong", TEAM)
    for words in ("已同意", "何静", letter.number or "?", f"/documents/{letter.code}"):
        assert words in page, words
    assert "由何静同志接替其评估工作" in see(world, "head-jiaotong", f"/documents/{letter.code}/page")
    denied(world, "head-shenji", {f"/documents/{letter.code}": 404, TEAM: 404})
    assert logged(world, "recusal.asked", "recusal.signed", "recusal.decided", "interest.declared", "team.changed") == [
        ("recusal.asked", "jiaotong", "交通运输局liaison"), ("recusal.signed", "jiaotong", "交通运输局head"),
        ("recusal.decided", "jiaotong", "李敏"), ("team.changed", "jiaotong", "李敏"), ("interest.declared", "jiaotong", "李敏")]


def test_who_was_removed_finds_nothing_and_who_came_works(eve: World) -> None:
    world = eve
    post(world, "head-jiaotong", f"{TEAM}/recusal", **ASK)
    post(world, "director", f"{TEAM}/recusal/1/decision", **GRANT)
    for unit in ("jiaotong", "shenji"):
        set_state(world, unit, State.ACCEPTED)
    world.now = at(10, 10)
    denied(world, "assessor", {UNIT: 404, f"{UNIT}/review": 404, f"{UNIT}/findings": 404, f"!{UNIT}/findings": 404,
                               f"!{UNIT}/assessment/accept": 404, "/c/2026/u/shenji/review": 200})
    assert "交通运输局" not in see(world, "assessor", "/")
    denied(world, "assessor2", {UNIT: 200, f"{UNIT}/review": 200, "/c/2026/u/shenji/review": 404})
    assert "何静" in see(world, "lead", TEAM)


def test_a_second_too_late(eve: World) -> None:
    world = eve
    post(world, "liaison-jiaotong", f"{TEAM}/recusal", **ASK)
    world.now = end_of(10, 8) + timedelta(seconds=1)
    for path, data in ((f"{TEAM}/recusal/1/sign", {}), (f"{TEAM}/recusal", ASK | {"login": "lead"})):
        assert "申请回避的期限已于" in post(world, "head-jiaotong", path, expect=409, **data)
    with world.acting("system") as work:
        assert actions_recusal.lapse(work) == 1
    page = see(world, "head-jiaotong", TEAM)
    assert "逾期未签署" in page
    assert f"{TEAM}/recusal/1/sign" not in page
    post(world, "section", f"{TEAM}/recusal/1/decision", expect=409, **GRANT)
    denied(world, "assessor", {UNIT: 200})


def test_refused_with_a_letter_and_everybody_stays(eve: World) -> None:
    world = eve
    post(world, "head-jiaotong", f"{TEAM}/recusal", **ASK)
    post(world, "section", f"{TEAM}/recusal/1/decision", outcome="refused", reason="经核实，其配偶已于五年前调离")
    letter = document(world, "recusal_decision", "jiaotong")
    assert "不需要回避" in see(world, "head-jiaotong", f"/documents/{letter.code}/page")
    assert "已就陈洁提出过回避申请" in post(world, "head-jiaotong", f"{TEAM}/recusal", expect=409, **ASK)
    denied(world, "assessor", {UNIT: 200})
