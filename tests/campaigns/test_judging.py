"""Experts' pairwise judgements: one's own until handed in, fixed then, the group's figures, and what is written into the draft."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlmodel import select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import drafts, judging, shares
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.numbers import read_number
from evalplat.definitions.outline import outline_of
from evalplat.kernel.errors import Invalid, NotFound, Refused
from tests.world import World

POINTS = "tengzhou-2026.yaml"
WEIGHTS = "example-gov-perf.yaml"
A1 = {("A101", "A102"): "3", ("A101", "A103"): "5", ("A102", "A103"): "2"}
A2 = {("A101", "A102"): "1", ("A103", "A101"): "1/3", ("A102", "A103"): "3"}


def begun(world: World, source: str = POINTS) -> str:
    with world.acting("section") as work:
        return drafts.start(work, source=source).code


def judged(world: World, who: str, code: str, block: str, answers: dict[tuple[str, str], str], *, hand_in: bool = True) -> None:
    with world.acting(who) as work:
        draft = drafts.draft_named(work, code)
        for (first, second), value in answers.items():
            judging.judge(work, draft, block, first=first, second=second, value=value)
        if hand_in:
            judging.hand_in(work, draft, block)


def test_what_is_handed_in_stays_until_it_is_taken_back(world: World) -> None:
    code = begun(world)
    judged(world, "lead", code, "A1", A1)
    with world.acting("lead") as work:
        draft = drafts.draft_named(work, code)
        with pytest.raises(Refused, match="handed in"):
            judging.judge(work, draft, "A1", first="A101", second="A102", value="9")
        judging.take_back(work, draft, "A1")
        assert judging.handed_in(work, draft, "A1") == []
        judging.judge(work, draft, "A1", first="A102", second="A101", value="1/9")
        row = judging.own(work, draft, "A1")
        assert row is not None
        assert judging.given(row.pairs, "A101", "A102") == 9
        assert len(row.pairs) == 3
    with world.acting("section") as work:
        events = work.session.exec(select(AuditEvent.data).where(AuditEvent.event == "weights.judged")).all()
        assert ['"handed_in":true' in one for one in events] == [True, False]


def test_a_published_draft_and_wrong_pairs_are_refused(world: World) -> None:
    code = begun(world)
    with world.acting("lead") as work:
        draft = drafts.draft_named(work, code)
        for first, second, value in (("A101", "A101", "3"), ("A101", "B101", "3"), ("A101", "A102", "10"), ("A101", "A102", "2.5")):
            with pytest.raises(Refused):
                judging.judge(work, draft, "A1", first=first, second=second, value=value)
        for block in ("A101", "Z"):
            with pytest.raises(NotFound):
                judging.judge(work, draft, block, first="A101", second="A102", value="3")
        with pytest.raises(Refused, match="still needed"):
            judging.hand_in(work, draft, "A1")
        judging.judge(work, draft, "A1", first="A101", second="A102", value="3")
        with pytest.raises(Refused, match="still needed"):
            judging.hand_in(work, draft, "A1")
    with world.acting("section") as work:
        drafts.publish(work, drafts.draft_named(work, code), revision=1)
    with world.acting("lead") as work:
        draft = drafts.draft_named(work, code)
        for deed in (judging.hand_in, judging.take_back):
            with pytest.raises(Refused, match="published"):
                deed(work, draft, "A1")
        with pytest.raises(Refused, match="published"):
            judging.judge(work, draft, "A1", first="A101", second="A102", value="3")


def test_the_group_is_the_geometric_mean_of_what_was_handed_in(world: World) -> None:
    code = begun(world)
    judged(world, "lead", code, "A1", A1)
    judged(world, "director", code, "A1", {("A101", "A102"): "1/9", ("A102", "A103"): "9"}, hand_in=False)
    with world.acting("section") as work:
        draft = drafts.draft_named(work, code)
        block = judging.block_of(draft, "A1")
        alone = judging.group_of(block, judging.handed_in(work, draft, "A1"))
        assert alone is not None
        assert [round(float(one), 6) for one in alone.weights] == [0.648329, 0.229651, 0.122020]
        assert round(alone.ratio, 4) == 0.0032
    judged(world, "commission", code, "A1", A2)
    with world.acting("section") as work:
        draft = drafts.draft_named(work, code)
        both = judging.group_of(judging.block_of(draft, "A1"), judging.handed_in(work, draft, "A1"))
        assert both is not None
        assert [round(float(one), 6) for one in both.weights] == [0.541819, 0.322471, 0.135710]


def test_taking_over_adds_up_exactly_and_keeps_the_rules_whole(world: World) -> None:
    code = begun(world)
    with world.acting("section") as work, pytest.raises(Refused, match="Nobody"):
        judging.take_over(work, drafts.draft_named(work, code), "A1", revision=1)
    judged(world, "lead", code, "A1", A1)
    judged(world, "commission", code, "A1", A2)
    with world.acting("section") as work:
        draft = drafts.draft_named(work, code)
        with pytest.raises(Invalid):
            judging.take_over(work, draft, "A1", revision=7)
        draft = judging.take_over(work, draft, "A1", revision=1)
        outline = outline_of(draft.text)
        assert outline is not None
        assert [one.share for one in outline.children("A1")] == ["4.9", "2.9", "1.2"]
        assert draft.revision == 2
        assert drafts.errors_of(drafts.checked(work, draft.text)[1]) == []
        assert work.session.exec(select(DefinitionDraft)).one().revision == 2


def test_blocks_and_weights_are_taken_over_in_their_own_way(world: World) -> None:
    code = begun(world, WEIGHTS)
    with world.acting("section") as work:
        blocks = judging.blocks_of(drafts.draft_named(work, code))
        block = next(one for one in blocks if not any(item.categories for item in one.items))
    codes = [one.code for one in block.items]
    judged(world, "lead", code, block.code, {(codes[0], other): "7" for other in codes[1:]})
    with world.acting("section") as work:
        draft = judging.take_over(work, drafts.draft_named(work, code), block.code, revision=1)
        items = judging.block_of(draft, block.code).items
        assert sum(read_number(one.share) or 0 for one in items) == sum(read_number(one.share) or 0 for one in block.items)
        assert read_number(items[0].share) == 7 * (read_number(items[1].share) or 0) or len(items) > 2


def test_remainders_go_to_the_largest() -> None:
    assert shares.rounded([0.541819, 0.322471, 0.135710], total=Fraction(9), unit=Fraction(1)) == [5, 3, 1]
    assert shares.rounded([1, 1, 1], total=Fraction(1), unit=Fraction(1, 100)) == [Fraction(34, 100), Fraction(33, 100), Fraction(33, 100)]
    assert shares.rounded([1, 1], total=Fraction(1, 3), unit=Fraction(1, 100)) is None
    for total in (7, 100):
        found = shares.rounded([0.61, 0.2, 0.1, 0.05, 0.04], total=Fraction(total), unit=Fraction(1, 10))
        assert found is not None
        assert sum(found) == total


def test_pairs_that_no_category_has_together_are_not_asked(world: World) -> None:
    code = begun(world, WEIGHTS)
    with world.acting("lead") as work:
        draft = drafts.draft_named(work, code)
        block = judging.block_of(draft, "1")
        assert [(first.code, second.code) for first, second in block.pairs] == [("1.1", "1.2"), ("1.1", "1.10")]
        with pytest.raises(Refused, match="no longer fits"):
            judging.judge(work, draft, "1", first="1.2", second="1.10", value="3")
        judging.judge(work, draft, "1", first="1.1", second="1.10", value="3")
        with pytest.raises(Refused, match="still needed"):
            judging.hand_in(work, draft, "1")
        row = judging.judge(work, draft, "1", first="1.2", second="1.1", value="3")
        judging.hand_in(work, draft, "1")
        found = judging.result_of(block, row.pairs)
        assert found is not None
        assert [round(float(one), 4) for one in found.weights] == [0.2308, 0.6923, 0.0769]


def test_categories_with_nothing_in_common_are_compared_apart(world: World) -> None:
    """1.1 and 1.3 are for A alone, 1.2 and 1.4 for B alone: two questions instead of six."""
    code = begun(world, WEIGHTS)
    with world.acting("section") as work:
        draft = drafts.draft_named(work, code)
        lines = draft.text.splitlines()
        start = next(number for number, line in enumerate(lines) if "id: 1.1," in line)
        end = next(number for number, line in enumerate(lines) if "id: 2," in line)
        new = [f"  - {{id: 1.{n}, parent: 1, title: {{zh: 第{n}项}}, weight: {weight}, source: stats, rule: online, categories: [{group}]}}"
               for n, weight, group in ((1, 30, "A"), (2, 10, "B"), (3, 20, "A"), (4, 40, "B"))]
        drafts.save(work, draft, "\n".join([*lines[:start], *new, *lines[end:], ""]), revision=1)
        parts = [one for one in judging.blocks_of(draft) if one.parent == "1"]
        assert [(one.code, one.only_for, [item.code for item in one.items]) for one in parts] == [
            ("1~1.1", ("A",), ["1.1", "1.3"]), ("1~1.2", ("B",), ["1.2", "1.4"])]
        assert [len(one.pairs) for one in parts] == [1, 1]
    judged(world, "lead", code, "1~1.2", {("1.2", "1.4"): "1"})
    with world.acting("section") as work:
        draft = drafts.draft_named(work, code)
        judging.take_over(work, draft, "1~1.2", revision=2)
        outline = outline_of(draft.text)
        assert outline is not None
        assert [one.share for one in outline.children("1")] == ["30", "25", "20", "25"]
