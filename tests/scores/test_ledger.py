"""The ledger's way into a result, and what may not enter it."""

from __future__ import annotations

import pytest

from evalplat.kernel.errors import Refused
from evalplat.scores import adjustments, ledger, queries, sheet
from tests.world import World


def test_an_empty_ledger_gives_a_provisional_result_without_a_total(noticed_world: World) -> None:
    with noticed_world.acting("lead", write=False) as work:
        view = queries.score_view(work, noticed_world.evaluation(work, "jiaotong"))
        assert view is not None
        assert view.provisional
        assert view.total is None
        assert len(view.leaves) == 41


def test_a_later_source_never_overwrites_another(noticed_world: World) -> None:
    with noticed_world.acting("lead") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        ledger.put(work, evaluation, "field:T8.duties_total", "10", source="unit")
        ledger.put(work, evaluation, "field:T8.duties_total", "9", source="panel")
        found = {row.source: row.value for row in ledger.entries(work, evaluation)}
        assert found == {"unit": "10", "panel": "9"}


def test_an_incomplete_result_is_not_frozen(noticed_world: World) -> None:
    with noticed_world.acting("director") as work, pytest.raises(Refused):
        sheet.freeze(work, noticed_world.evaluation(work, "jiaotong"), reason="test")


def test_a_veto_needs_two_people_and_a_third_who_decides(noticed_world: World) -> None:
    with noticed_world.acting("lead") as work:
        proposal = adjustments.propose(work, noticed_world.evaluation(work, "jiaotong"), code="H03", reason="超配1名",
                                       evidence="实名制核对表")
        with pytest.raises(Refused):
            adjustments.second(work, proposal)
    with noticed_world.acting("director") as work:
        found = adjustments.find_proposal(work, noticed_world.evaluation(work, "jiaotong"), 1)
        assert found is not None
        with pytest.raises(Refused):
            adjustments.decide(work, found, confirmed=True, document="纪要〔2026〕3号", reason="")
    with noticed_world.acting("assessor") as work:
        found = adjustments.find_proposal(work, noticed_world.evaluation(work, "jiaotong"), 1)
        assert found is not None
        adjustments.second(work, found)
    with noticed_world.acting("director") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        found = adjustments.find_proposal(work, evaluation, 1)
        assert found is not None
        adjustments.decide(work, found, confirmed=True, document="纪要〔2026〕3号", reason="事实清楚")
        assert [row.key for row in ledger.entries(work, evaluation)] == ["veto:H03"]
