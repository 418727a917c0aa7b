"""A citizen's answer → the number in the PDF: the trace that the docs tell, walked step by step."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import select

from evalplat.documents.actions import view_of
from evalplat.documents.queries import latest
from evalplat.documents.render import render_pdf
from evalplat.jobs import queue
from evalplat.scores import ledger, sheet
from evalplat.scores.queries import score_view
from evalplat.stages.surveys import actions, queries
from evalplat.stages.surveys.actions_answers import Form, submit_all
from evalplat.stages.surveys.tables import SurveyAnswer, Tally
from evalplat.workflow.stages import State
from tests.scored import SURE, complete_ledger, set_state, sure_of
from tests.scored import _deeds as deeds_to_the_letter
from tests.stages.surveys.conftest import ANSWERS, link_to
from tests.stages.surveys.visitor import Visitor
from tests.world import World

PLEASED = ANSWERS["citizen"] | {"C3": "5", "C7": "5", "C11": "5", "C12": [], "C13": ""}


@pytest.fixture
def open_world(noticed_world: World) -> World:
    """The survey's window has begun."""
    noticed_world.pass_days(6)
    with noticed_world.acting("system") as work:
        actions.open_and_close(work)
    return noticed_world


def _answer_by_the_poster(world: World, given: dict[str, Any]) -> str:
    with world.client() as client:
        visitor = Visitor(client).open(link_to(world, "citizen"))
        visitor.send(go="next")
        visitor.fill(given).send(go="finish")
        assert visitor.status == 200
        return visitor.receipt


def _others(world: World, count: int) -> None:
    with world.acting("system") as work:
        wave = queries.wave_of(work, world.campaign(work), "citizen")
        assert wave is not None
        posted = {name: value if isinstance(value, list) else [value] for name, value in PLEASED.items() if value}
        forms = [Form(posted, f"trace-{number:04d}", "", None) for number in range(count)]
        submit_all(work, wave, world.evaluation(work, "jiaotong"), forms, evidence="C")


def test_one_answer_reaches_the_paper(open_world: World) -> None:
    world = open_world
    complete_ledger(world, "jiaotong")

    # the posted pages are checked and accepted; the tallies stand in the same transaction
    assert len(_answer_by_the_poster(world, ANSWERS["citizen"])) >= 6
    with world.acting("system", write=False) as work:
        assert len(list(work.session.exec(select(SurveyAnswer)))) == 1
        counts = {(row.question, row.option): row.n for row in work.session.exec(select(Tally))}
        assert counts[("C11", "3")] == 1
    _others(world, 39)

    # the window closes by the clock; the recount agrees and the group's value enters the ledger
    world.pass_days(40)
    with world.acting("system") as work:
        actions.open_and_close(work)
    with world.acting("section") as work:
        actions.freeze(work, world.campaign(work))
    with world.acting("system", write=False):
        assert queue.run_all(world.engine) >= 1
    with world.acting("system", write=False) as work:
        evaluation = world.evaluation(work, "jiaotong")
        value = ledger.value_of(work, evaluation, "survey:citizens", source="survey")
        assert value["n"] == 40
        # 2 = 30, 4 = 80, 3 = 60 with weights 20 : 20 : 40 → 57.50; thirty-nine others gave 100
        expected = ((Decimal("57.5") + 39 * 100) / 40).quantize(Decimal("0.01"))
        assert Decimal(value["score"]) == expected

        # ledger → points, with the line of arithmetic
        leaf = sheet.compute(work, evaluation).units[0].leaf("F202")
        assert str(expected) in leaf.line
        points = leaf.points

    # report and letter, by the real deeds; the paper prints the same number
    set_state(world, "jiaotong", State.REVIEWED, move="seal_review")
    with sure_of(*SURE):
        for _reached, who, deed in deeds_to_the_letter("jiaotong"):
            with world.acting(who) as work:
                deed(work, world.evaluation(work, "jiaotong"))
    with world.acting("director", write=False) as work:
        evaluation = world.evaluation(work, "jiaotong")
        view = score_view(work, evaluation)
        assert view is not None
        shown = view.leaf("F202")
        assert shown is not None
        assert (shown.points, view.version) == (points, 1)
        report = latest(work.session, "report", evaluation=evaluation)
        assert report is not None
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(render_pdf("report", view_of(report)))).pages)
    flat = "".join(text.split())
    assert str(expected) in flat
    assert f"{points}" in flat
