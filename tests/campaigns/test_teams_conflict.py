"""Somebody who must keep away from a unit writes and reads nothing of it, whatever the reason and whatever the room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from fastapi.routing import APIRoute

from evalplat.campaigns import moves, seats, teams
from evalplat.kernel.work import Work
from evalplat.people import actions as people
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, Unit, User
from evalplat.rooms import routers
from evalplat.scores import ledger
from evalplat.stages.reviews import actions_scores, queries, queries_scores
from evalplat.stages.reviews.forms import RatingForm
from evalplat.workflow.stages import State
from tests.stages.reviews.conftest import accepted_world  # noqa: F401 - a fixture
from tests.world import World, csrf

ROOMS = ("review", "report", "findings", "moderation")
RATING = RatingForm(level="A", note="制度齐全，执行到位。", evidence="R-01")


def declared(world: World, work: Work, login: str) -> None:
    teams.declare_interest(work, world.users[login], work.session.get_one(Unit, world.units["jiaotong"]), reason="配偶任职")


def worked(world: World, work: Work, login: str) -> None:
    people.note_worked_at(work, world.users[login], world.units["jiaotong"], until=work.today)


def belongs(world: World, work: Work, login: str) -> None:
    work.add(Membership(office_id=work.office_id, user_id=world.users[login], role=Role.UNIT_FILLER, unit_id=world.units["shenji"]))
    work.add(Membership(office_id=work.office_id, user_id=world.users[login], role=Role.DEPT_LIAISON, unit_id=world.units["jiaotong"]))


def writes() -> Iterator[tuple[str, str]]:
    """Every form of the rooms in which a team judges a unit."""
    for route in chain.from_iterable(router.routes for router in routers()):
        if isinstance(route, APIRoute) and route.path.startswith("/c/{campaign}/u/{unit}/"):
            room = route.path.split("/")[5]
            if room in ROOMS and "POST" in (route.methods or ()):
                yield "POST", route.path


@pytest.mark.parametrize("who", ["lead", "assessor"])
@pytest.mark.parametrize("conflict", [declared, worked])
def test_no_form_of_review_and_report_takes_anything(accepted_world: World, who: str,  # noqa: F811
                                                     conflict: Callable[[World, Work, str], None]) -> None:
    with accepted_world.acting("system") as work:
        conflict(accepted_world, work, who)
    tried = 0
    with accepted_world.client(who) as client:
        token = {"csrf_token": csrf(client, "/password")}
        for _, path in writes():
            address = path.replace("{campaign}", "2026").replace("{unit}", "jiaotong")
            for name in ("leaf", "code", "table", "number", "item", "section", "file"):
                address = address.replace("{" + name + "}", "1")
            assert client.post(address, data=token).status_code in (403, 404), address
            tried += 1
        assert client.get("/c/2026/u/jiaotong/review").status_code in (403, 404)
        assert client.get("/c/2026/u/shenji").status_code == 200, "the other units of the team stay open"
    assert tried >= 20


def test_who_comes_to_belong_to_the_unit_scores_nothing(accepted_world: World) -> None:  # noqa: F811
    with accepted_world.acting("system") as work:
        belongs(accepted_world, work, "assessor")
    with accepted_world.client("assessor") as client:
        assert client.post("/c/2026/u/jiaotong/review/scores/a203", data={"csrf_token": csrf(client, "/password")}).status_code == 403
    with accepted_world.acting("system", write=False) as work:
        team = seats.of_unit(work, accepted_world.evaluation(work, "jiaotong"))
        assert [seat.user.login for seat in team if seat.conflict] == ["assessor"]


def rated(world: World, *who: str) -> None:
    for login in who:
        with world.acting(login) as work:
            actions_scores.rate(work, world.evaluation(work, "jiaotong"), "A203", RATING)


def test_ratings_are_withdrawn_at_once_and_stay_readable(accepted_world: World) -> None:  # noqa: F811
    rated(accepted_world, "assessor", "lead")
    with accepted_world.acting("system") as work:
        declared(accepted_world, work, "assessor")
    with accepted_world.acting("section") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        assert not ledger.entries(work, evaluation, prefix="rating:A203")
        assert [row.user_id for row in queries_scores.withdrawn_of(work, evaluation)["A203"]] == [accepted_world.users["assessor"]]
        seats.change(work, evaluation, leaves=work.session.get_one(User, accepted_world.users["assessor"]),
                     joins=work.session.get_one(User, accepted_world.users["assessor2"]), reason="回避", document="滕编办函〔2026〕9号")
    rated(accepted_world, "assessor2")
    with accepted_world.client("section") as client:
        page = client.get("/c/2026/u/jiaotong/review/scores/a203").text
    assert "已撤回：A" in page
    assert "何静" in page


@pytest.mark.parametrize("state", [State.REVIEWED, State.SCORED])
def test_a_member_replaced_after_the_seal_opens_the_review_again(accepted_world: World, state: State) -> None:  # noqa: F811
    rated(accepted_world, "assessor", "lead")
    with accepted_world.acting("system") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        evaluation.state = state  # test-only: nobody has sealed
        work.add(evaluation)
        work.session.flush()
        declared(accepted_world, work, "assessor")
        assert ledger.entries(work, evaluation, prefix="rating:A203"), "what was sealed stands until the member is replaced"
        if state == State.REVIEWED:
            assert "team_without_conflict" in {one.fact for one in moves.blocked_by(work, evaluation, "score")}
    with accepted_world.acting("section") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        seats.change(work, evaluation, leaves=work.session.get_one(User, accepted_world.users["assessor"]),
                     joins=work.session.get_one(User, accepted_world.users["assessor2"]), reason="回避", document="滕编办函〔2026〕9号")
        assert accepted_world.evaluation(work, "jiaotong").state == State.ACCEPTED
        assert queries.seal_of(work, evaluation) is None
        assert not ledger.entries(work, evaluation, prefix="rating:A203")
    rated(accepted_world, "assessor2")
