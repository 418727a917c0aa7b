"""Two versions compared: blocks and indicators before and after, what caused it, each number open in its own version."""

from __future__ import annotations

from decimal import Decimal

from evalplat.pages.queries.changes import BLOCK, LEAF, TOTAL, changes
from evalplat.scores import ledger, sheet
from evalplat.scores.queries import score_view
from evalplat.workflow.stages import State
from tests import scored
from tests.world import World

FILE = "/c/2026/u/jiaotong"
NUMBER = "复核决定 滕编办发〔2026〕9号 第1项"


def two_versions(world: World) -> None:
    """The result as it was reported, then with one indicator decided otherwise and something deducted."""
    scored.at_state(world, "jiaotong", State.INFORMED)
    with world.acting("system") as work:
        row = world.evaluation(work, "jiaotong")
        value = {"points": "1.00", "annulled": False, "reason": "材料属实，予以更正。"}
        ledger.put(work, row, "override:A203", value, source="decision", ref=NUMBER)
        deducted = sheet.system_for(work, row).adjustments[0]
        ledger.put(work, row, f"adjust:{deducted.code}#1", {"count": "1", "variant": next(iter(deducted.points)), "reason": "迟报"},
                   source="decision", ref="决定书")
        sheet.freeze(work, row, reason="复核决定 滕编办发〔2026〕9号")


def test_what_changed_is_told_by_block_and_indicator_with_its_decision(noticed_world: World) -> None:
    two_versions(noticed_world)
    with noticed_world.acting("section", write=False) as work:
        row = noticed_world.evaluation(work, "jiaotong")
        one, two = score_view(work, row, 1), score_view(work, row, 2)
        assert one is not None
        assert two is not None
        found = changes(one, two, base=FILE, documents={"滕编办发〔2026〕9号": "/documents/D1"})
        assert changes(two, two, base=FILE, documents={}) == []
    kinds = [(line.kind, line.code) for line in found]
    assert kinds[:1] == [(TOTAL, "")]
    assert (BLOCK, "A") in kinds
    leaf = next(line for line in found if line.kind == LEAF)
    assert leaf.code == "A203"
    assert leaf.causes == ((NUMBER, "/documents/D1"),)
    assert "材料属实" in leaf.note
    assert (leaf.before_href, leaf.after_href) == (f"{FILE}?version=1&open=A203#A203", f"{FILE}?version=2&open=A203#A203")
    deducted = found[-1]
    assert (deducted.kind, deducted.before) == (BLOCK, Decimal(0))
    assert "迟报" in deducted.note
    block = next(line for line in found if (line.kind, line.code) == (BLOCK, "A"))
    assert (leaf.change or 0) == (block.change or 0)
    assert (block.change or 0) + (deducted.change or 0) == found[0].change


def test_the_page_shows_both_versions_and_every_number_opens(noticed_world: World) -> None:
    two_versions(noticed_world)
    with noticed_world.client("section") as client:
        page = client.get(f"{FILE}?version=2&compare=1").text
        card = page[page.index('id="changes"'):page.index('id="score"')]
        assert "第 2 版的依据：复核决定 滕编办发〔2026〕9号" in card
        for version in (1, 2):
            assert f'href="{FILE}?version={version}&amp;open=A203#A203"' in card
            assert 'class="opened-box"' in client.get(f"{FILE}?version={version}&open=A203").text
    with noticed_world.client("head-jiaotong") as client:
        seen = client.get(f"{FILE}?version=2&compare=1").text
        assert NUMBER in seen
        assert "lead A" not in seen[seen.index('id="changes"'):seen.index('id="score"')]
