"""Who wrote a document last does not issue it: a rewriter counts as its writer, and the page says so before the press."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evalplat.campaigns import headcount, moves
from evalplat.kernel.errors import Refused
from evalplat.kernel.work import Work
from evalplat.stages.feedback import actions as feedback
from evalplat.stages.feedback import queries as letters
from evalplat.stages.notices import actions as notices
from evalplat.workflow.stages import State
from tests import scored
from tests.documents.test_drafts import FORM
from tests.world import World

Deed = Callable[[World, Work], object]
OWN = "该文书由您起草，须由他人签发"


def write_notice(world: World, work: Work) -> None:
    notices.write_notice(work, world.campaign(work), FORM)


def number_notice(world: World, work: Work) -> None:
    notices.number_notice(work, world.campaign(work))


def issue_notice(world: World, work: Work) -> None:
    notices.issue_notice(work, world.campaign(work))


def write_letter(world: World, work: Work) -> None:
    evaluation = world.evaluation(work, "jiaotong")
    feedback.write_letter(work, evaluation, letters.suggested(work, evaluation))


def number_letter(world: World, work: Work) -> None:
    feedback.number(work, world.evaluation(work, "jiaotong"))


def issue_letter(world: World, work: Work) -> None:
    feedback.issue(work, world.evaluation(work, "jiaotong"))


@pytest.fixture
def approved(campaign_world: World) -> World:
    """A campaign whose plan is approved."""
    with campaign_world.acting("commission") as work:
        moves.make_campaign(work, campaign_world.campaign(work), "approve")
    return campaign_world


@pytest.fixture
def reported(noticed_world: World) -> World:
    """An approved report that waits for its letter."""
    scored.at_state(noticed_world, "jiaotong", State.REPORTED)
    return noticed_world


CASES = [("approved", write_notice, number_notice, issue_notice, "/c/2026/notice"),
         ("reported", write_letter, number_letter, issue_letter, "/c/2026/u/jiaotong/feedback")]


@pytest.mark.parametrize(("level", "write", "number", "issue", "page"), CASES)
def test_the_last_writer_is_refused_the_first_may_issue(request: pytest.FixtureRequest, level: str, write: Deed, number: Deed,
                                                        issue: Deed, page: str) -> None:
    world: World = request.getfixturevalue(level)
    for who in ("section", "director"):
        with world.acting(who) as work:
            write(world, work)
    with world.acting("section") as work:
        number(world, work)
    with pytest.raises(Refused, match="somebody else issues it"), world.acting("director") as work:
        issue(world, work)
    with world.acting("section") as work:
        issue(world, work)


@pytest.mark.parametrize(("level", "write", "number", "issue", "page"), CASES)
def test_the_page_offers_the_writer_no_button(request: pytest.FixtureRequest, level: str, write: Deed, number: Deed, issue: Deed,
                                              page: str) -> None:
    world: World = request.getfixturevalue(level)
    with world.acting("director") as work:
        write(world, work)
        number(world, work)
    with world.client("director") as client:
        text = client.get(page).text
        assert OWN in text
        assert f'{page}/issue"' not in text
    with world.acting("section") as work:
        write(world, work)
    with world.client("director") as client:
        text = client.get(page).text
        assert OWN not in text
        assert f'{page}/issue"' in text


def test_a_relaxed_rule_gives_the_writer_the_button(approved: World) -> None:
    with approved.acting("section") as work:
        headcount.relax(work, approved.campaign(work), ["three_people"], reason="全办六人")
    with approved.acting("director") as work:
        write_notice(approved, work)
        number_notice(approved, work)
    with approved.client("director") as client:
        text = client.get("/c/2026/notice").text
        assert OWN not in text
        assert '/c/2026/notice/issue"' in text
