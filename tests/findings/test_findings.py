"""The book of findings: where they come from, whose they are, who may know of a referral."""

from __future__ import annotations

from datetime import date

import pytest

from evalplat.findings import actions
from evalplat.findings.kinds import OTHER_SOURCES, SOURCES, FindingState, Source, source_text
from evalplat.findings.queries import read_by_actor, siblings, visible_findings
from evalplat.findings.seals import seal
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Refused
from evalplat.kernel.work import Work
from tests.world import World

UNIT = "jiaotong"


def entered(work: Work, world: World, unit: str = UNIT, *, joint: str = "") -> Finding:
    return actions.enter(work, world.evaluation(work, unit), source="audit", category="P31", severity="major", title="超编",
                         description="超编2人", basis="", document="滕审报〔2026〕1号", found_on=date(2026, 8, 1), joint=joint)


def test_every_source_has_its_word_and_a_place_in_an_evaluation_is_the_evaluation() -> None:
    assert set(SOURCES) == set(Source)
    assert Source.REVIEW not in OTHER_SOURCES
    assert source_text("moderation") == SOURCES[Source.REVIEW]


def test_what_another_source_established_stands_and_is_answered_once(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        row = entered(work, noticed_world)
        assert row.state == FindingState.CONFIRMED
    with noticed_world.acting("head-jiaotong") as work:
        found = work.session.get_one(Finding, row.id)
        with pytest.raises(Refused):
            actions.state_view(work, found, agrees=False, text=" ")
        actions.state_view(work, found, agrees=True, text="")
        with pytest.raises(Refused):
            actions.state_view(work, found, agrees=True, text="")


def test_siblings_are_the_other_units_rows(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        one, two = entered(work, noticed_world, joint="J-1"), entered(work, noticed_world, "shenji", joint="J-1")
        alone = entered(work, noticed_world, "minzheng")
        assert [unit.code for _, _, unit in siblings(work, one)] == ["shenji"]
        assert [row.id for row, _, _ in siblings(work, two)] == [one.id]
        assert siblings(work, alone) == []


def test_a_referral_is_seen_by_the_named_alone_whatever_their_role(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        row = entered(work, noticed_world)
        actions.route(work, row, ["D3"])
        actions.name_reader(work, row, noticed_world.users["establishment"], "establishment")
    for who, sees in (("establishment", True), ("director", False), ("section", False), ("head-jiaotong", False)):
        with noticed_world.acting(who, write=False) as work:
            assert bool(visible_findings(work, noticed_world.evaluation(work, UNIT))) is sees, who
            assert bool(read_by_actor(work)) is sees


def test_a_seal_binds_what_it_hides(noticed_world: World) -> None:
    with noticed_world.acting("section", write=False) as work:
        assert seal(work, "routed", 1, "D3") == seal(work, "routed", 1, "D3")
        assert len({seal(work, "routed", 1, "D3"), seal(work, "routed", 1, "D2"), seal(work, "recorded", 1, "D3")}) == 3
