"""A campaign is concluded once everything is final; ranks exist only then; the report is written from the snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlmodel import select

from evalplat.campaigns import lent
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.actions import view_of
from evalplat.documents.render import render_pdf
from evalplat.documents.tables import Document
from evalplat.kernel.errors import MoveBlocked, Refused
from evalplat.kernel.work import Work
from evalplat.scores.ranks import order_of
from evalplat.stages.summaries import actions, queries, rules
from evalplat.stages.summaries.forms import SummaryForm
from evalplat.stages.summaries.queries_view import rank_text
from evalplat.workflow.stages import State
from tests.conftest import Keep
from tests.scored import at_state, set_state
from tests.world import World, csrf

CHAPTERS = {"overall": "总体较好。", "achievements": "职责落实更加到位：\n承接及时。", "problems": "编制使用不均衡：\n机关满编与空编并存。",
            "causes": "统筹不够。", "handling": "提出编制调整建议2条。", "advice": "统筹编制资源：\n收回部分空编。"}


@pytest.fixture
def final_world(noticed_world: World, kept: Keep) -> World:
    """Every unit is final with a frozen result."""
    def build(world: World) -> None:
        for unit in world.units:
            at_state(world, unit, State.INFORMED)
            set_state(world, unit, State.FINAL, move="finalise")

    return kept("all final", noticed_world, build)


def test_a_campaign_with_an_open_unit_is_not_concluded(noticed_world: World) -> None:
    with noticed_world.acting("director") as work, pytest.raises(MoveBlocked) as caught:
        actions.conclude(work, noticed_world.campaign(work))
    assert caught.value.blocked[0].fact == "every_evaluation_final"


def test_concluding_fixes_ranks_inside_categories(final_world: World) -> None:
    with final_world.acting("director") as work:
        before = queries.overview(work, final_world.campaign(work))
        assert all(row.rank is None for row in before.units)
        actions.conclude(work, final_world.campaign(work))
    with final_world.acting("section", write=False) as work:
        rows = {row.code: row for row in queries.overview(work, final_world.campaign(work)).units}
        assert sorted([rows["jiaotong"].rank, rows["shenji"].rank]) == [1, 2]
        assert (rows["minzheng"].rank, rows["minzheng"].of) == (1, 1)


def test_places_that_surveys_do_not_tell_apart_are_fixed_as_a_group(final_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Surveyed]:
        ids = work.session.exec(select(Evaluation.id).where(Evaluation.campaign_id == campaigns[0].id))
        groups = system_of(work, campaigns[0]).surveys
        return [lent.Surveyed(one or 0, "w", "w", group, "frozen", 50, 50, 50, 30, Decimal(80), Decimal(400))
                for one in ids for group in groups]

    monkeypatch.setitem(lent._lenders, lent.Surveyed, unsure)
    with final_world.acting("director") as work:
        actions.conclude(work, final_world.campaign(work))
        ranked = order_of(work, final_world.campaign(work)).ranked
    with final_world.acting("section", write=False) as work:
        rows = {row.code: row for row in queries.overview(work, final_world.campaign(work)).units}
        for code in ("jiaotong", "shenji"):
            assert (rows[code].rank, rows[code].last) == (1, 2) == (ranked[code].rank, ranked[code].last)
            assert rank_text(rows[code], {}) == "1—2/2（差异不显著）"
    with final_world.client("section") as client:
        assert "第1—2名（差异不显著），共2家" in client.get("/c/2026/summary").text


def test_the_author_does_not_issue_the_report(final_world: World) -> None:
    with final_world.acting("director") as work:
        actions.conclude(work, final_world.campaign(work))
    with final_world.acting("section") as work:
        actions.write_summary(work, final_world.campaign(work), SummaryForm(**CHAPTERS))
        with pytest.raises(Refused):
            actions.issue_summary(work, final_world.campaign(work))
    with final_world.acting("director") as work:
        actions.issue_summary(work, final_world.campaign(work))
    with final_world.acting("director", write=False) as work:
        text = queries.text_of(work, final_world.campaign(work))
        assert text is not None
        document = work.session.get_one(Document, text.document_id)
        assert document.state == "issued"
        assert render_pdf("summary", view_of(document)).startswith(b"%PDF")


def test_without_a_snapshot_there_is_no_report(noticed_world: World) -> None:
    with noticed_world.acting("section") as work, pytest.raises(Refused):
        actions.write_summary(work, noticed_world.campaign(work), SummaryForm(**CHAPTERS))


def test_pages_by_role(final_world: World) -> None:
    with final_world.client("commission") as client:
        assert client.get("/c/2026/summary").status_code == 200
    with final_world.client("liaison-shenji") as client:
        assert client.get("/c/2026/summary").status_code == 403
    with final_world.client("section") as client:
        token = csrf(client, "/password")
        assert client.post("/c/2026/summary/conclude", data={"csrf_token": token}).status_code == 403


def test_sections_and_bands() -> None:
    assert rules.sections("甲：\n一\n二\n乙:\n三") == [("甲", ["一", "二"]), ("乙", ["三"])]
    assert rules.sections("只有一行") == [("", ["只有一行"])]
    assert dict(rules.distribution([]))["below 60"] == 0
