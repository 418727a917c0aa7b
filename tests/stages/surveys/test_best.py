"""How often the best answers were chosen: only where an indicator asks, and the same in the ledger as the answers say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from evalplat.scores import sheet
from evalplat.scores.measurements import best_asked
from evalplat.scores.ranks import survey_errors
from evalplat.scoring.ranking import share_key
from tests.defined import redefine
from tests.world import World

from .conftest import freeze
from .test_office import ledger_of, send

ASKED = ("type: survey\n      survey: recipients", "type: top_box\n      survey: recipients\n      best: 2")
SAME = ("R3", "R4", "R5", "R6", "R7", "R9", "R10", "R11", "R12", "R13")


def answer(world: World, *overall: str, tokens: bool = False) -> None:
    """One person each, who chose this in the overall question."""
    for given in overall:
        why = {"R15": "slow"} if given in "12" else {}
        send(world, "recipient", tokens=tokens, **dict.fromkeys(SAME, "3"), R14=given, **why)


def test_counts_stand_in_the_ledger_where_an_indicator_asks_and_earn_its_points(open_world: World) -> None:
    redefine(open_world, ASKED)
    answer(open_world, "5", "5", "4", "3", "2", "1")
    send(open_world, "citizen", count=6)
    freeze(open_world)
    found = ledger_of(open_world, "jiaotong")
    assert found["survey:recipients"]["counts"] == [1, 1, 1, 1, 2]
    assert set(found["survey:citizens"]) == {"score", "n"}
    with open_world.acting("section", write=False) as work:
        row = open_world.evaluation(work, "jiaotong")
        system = sheet.system_for(work, row)
        assert best_asked(system) == {"recipients": (2,)}
        leaf = sheet.compute(work, row).units[0].leaf("F201")
        if system.surveys["recipients"].minimum > 6:
            assert leaf.reason == "sample_short"
        else:
            assert leaf.points == Decimal("2.50")
        errors = survey_errors(work, open_world.campaign(work))[row.id or 0]
        assert errors[share_key("recipients", 2)] == pytest.approx((0.5 * 0.5 / 6) ** 0.5)


def test_open_answers_that_weigh_in_part_give_a_share(open_world: World) -> None:
    redefine(open_world, ASKED)
    with open_world.acting("section") as work:
        campaign = open_world.campaign(work)
        campaign.settings = {**campaign.settings, "open_link_weight": "0.5"}
    answer(open_world, "5", "4", "4", "3", "2", "1", tokens=True)
    answer(open_world, "1", "1", "5", "5", "5", "5")
    freeze(open_world)
    assert ledger_of(open_world, "jiaotong")["survey:recipients"]["top"] == {"2": "0.555556"}
    with open_world.acting("section", write=False) as work:
        row = open_world.evaluation(work, "jiaotong")
        errors = survey_errors(work, open_world.campaign(work))[row.id or 0]
        assert errors[share_key("recipients", 2)] == pytest.approx((5 / 9 * 4 / 9 / 9) ** 0.5, rel=1e-5)


def test_too_few_answers_show_no_counts(open_world: World) -> None:
    redefine(open_world, ASKED)
    answer(open_world, "5", "5")
    freeze(open_world)
    assert ledger_of(open_world, "jiaotong")["survey:recipients"] == {"score": None, "n": 2}
