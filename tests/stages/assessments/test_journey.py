"""From opening to acceptance, over the actions: filled in by several, signed by the head, frozen, in the ledger."""

from __future__ import annotations

import json

import pytest

from evalplat.campaigns import moves, progress
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.scores import ledger, sheet
from evalplat.stages.assessments import actions, actions_claims, actions_office, actions_submit, jobs, queries
from evalplat.stages.assessments.rules_issues import blocking, issues, parts
from evalplat.workflow.stages import State
from tests.stages.assessments.filled import UNIT, acknowledged, enter_office, fill_all
from tests.world import World


def signed_world(world: World, *, days: float = 0) -> World:
    acknowledged(world)
    world.pass_days(days)
    with world.acting("establishment") as work:
        enter_office(work, world.evaluation(work, UNIT))
    with world.acting("liaison-jiaotong") as work:
        fill_all(work, world.evaluation(work, UNIT))
        stop = blocking(queries.draft_of(work, world.evaluation(work, UNIT)), issues(queries.draft_of(work, world.evaluation(work, UNIT))))
        assert stop == []
        actions_submit.mark_ready(work, world.evaluation(work, UNIT))
    with world.acting("head-jiaotong") as work:
        actions_submit.submit(work, world.evaluation(work, UNIT), declared=True)
    return world


def waiting(world: World, unit: str = UNIT) -> set[str]:
    with world.acting("system", write=False) as work:
        return {row.act for row in progress.waiting(work, world.evaluation(work, unit))}


def test_the_room_opens_with_the_receipt(noticed_world: World) -> None:
    assert waiting(noticed_world) == {"acknowledge_notice", "enter_office_figures"}
    acknowledged(noticed_world)
    assert waiting(noticed_world) == {"fill_assessment", "fill_affiliates", "enter_office_figures"}


def test_signing_freezes_a_copy_and_fills_the_ledger(noticed_world: World) -> None:
    world = signed_world(noticed_world)
    with world.acting("lead", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert evaluation.state == State.SUBMITTED
        assert not evaluation.late
        [copy] = queries.submissions_of(work, evaluation)
        assert json.loads(copy.canonical)["scores"]["A101"]["score"] == "4"
        assert ledger.value_of(work, evaluation, "field:T8.duties_total", source="unit") == 12
        assert ledger.value_of(work, evaluation, "field:T7.cap", source="office") == 20
        assert ledger.value_of(work, evaluation, "rows:T2", source="office") == [{"key": "admin_general", "cells": {"approved": 40}}]
        [row] = ledger.value_of(work, evaluation, "rows:T2", source="unit")
        assert row["cells"]["actual"] == 38
        assert not ledger.entries(work, evaluation, prefix="rating:")
        result = sheet.compute(work, evaluation).units[0]
        assert {leaf.code for leaf in result.leaves if leaf.state == "missing"}.isdisjoint({"A101", "C101", "E103", "D203", "B103"})
    assert waiting(world) == {"accept_assessment"}


def test_late_is_marked_and_a_deduction_proposed(noticed_world: World) -> None:
    world = signed_world(noticed_world, days=28)
    with world.acting("lead", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert evaluation.late
        assert queries.submissions_of(work, evaluation)[0].late_days >= 1
    assert "decide_adjustment" in waiting(world)


def test_gaps_bar_the_signature_and_are_told_with_their_place(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("liaison-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        with pytest.raises(MoveBlocked) as caught:
            actions_submit.mark_ready(work, evaluation)
        assert caught.value.href.endswith("/check")
        draft = queries.draft_of(work, evaluation)
        assert {part.state for part in parts(draft, issues(draft))} == {"new"}


def test_wrong_input_is_kept_and_told(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("liaison-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions.fill(work, evaluation, figures={"T8.duties_total": "十二"}, scores={"A101": ("4.5", "好")})
        draft = queries.draft_of(work, evaluation)
        assert draft.text("T8.duties_total") == "十二"
        told = {issue.name: issue.message for issue in issues(draft) if not issue.missing}
        assert told["T8.duties_total"] == "Enter a number."
        assert told["score.A101"].startswith("Enter a number from 0")


def test_zero_is_a_self_score(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("liaison-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions.fill(work, evaluation, scores={"A101": ("0", "未落实")})
        assert "score.A101" not in {issue.name for issue in issues(queries.draft_of(work, evaluation))}


def test_an_old_page_undoes_nothing_of_others(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("liaison-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        old = actions.Base(queries.version_of(work, evaluation), "tab1")
        actions.save(work, evaluation, {"text.c1": "甲写的", "text.c2": ""}, part="texts", base=old)
    with noticed_world.acting("head-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions.save(work, evaluation, {"text.c1": "", "text.c2": "乙写的"}, part="texts",
                     base=actions.Base(0, "tab2"))
        actions.save(work, evaluation, {"text.c1": "甲写的又改", "text.c2": ""}, part="texts", base=old)
        draft = queries.draft_of(work, evaluation)
        assert (draft.text("text.c1"), draft.text("text.c2")) == ("甲写的又改", "乙写的")


def test_who_called_it_ready_does_not_sign_and_changes_call_for_another_look(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("establishment") as work:
        enter_office(work, noticed_world.evaluation(work, UNIT))
    with noticed_world.acting("head-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        fill_all(work, evaluation)
        actions_submit.mark_ready(work, evaluation)
        with pytest.raises(Refused, match="two people"):
            actions_submit.submit(work, evaluation, declared=True)
        actions.fill(work, evaluation, texts={"c1": "又改了"})
        with pytest.raises(Refused, match="ready"):
            actions_submit.submit(work, evaluation, declared=True)
    with noticed_world.acting("liaison-jiaotong") as work:
        actions_submit.mark_ready(work, noticed_world.evaluation(work, UNIT))
    with noticed_world.acting("head-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        with pytest.raises(Invalid):
            actions_submit.submit(work, evaluation, declared=True, seen="0" * 64)
        with pytest.raises(Invalid):
            actions_submit.submit(work, evaluation, declared=False)
        actions_submit.submit(work, evaluation, declared=True)
        with pytest.raises(Refused):
            actions_submit.submit(work, evaluation, declared=True)
        with pytest.raises(Refused):
            actions.fill(work, evaluation, texts={"c1": "签后改"})


def test_returned_once_what_was_filled_in_stays(noticed_world: World) -> None:
    world = signed_world(noticed_world)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, UNIT)
        actions_submit.return_once(work, evaluation, reason="第八章过于简单。")
        assert queries.draft_of(work, evaluation).text("text.c9")
    assert waiting(world) == {"fill_assessment"}
    with world.acting("liaison-jiaotong") as work:
        actions_submit.mark_ready(work, world.evaluation(work, UNIT))
    with world.acting("head-jiaotong") as work:
        actions_submit.submit(work, world.evaluation(work, UNIT), declared=True)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, UNIT)
        with pytest.raises(MoveBlocked):
            actions_submit.return_once(work, evaluation, reason="再改")
        assert actions_submit.accept(work, evaluation).state == State.ACCEPTED
    assert "accept_assessment" not in waiting(world)


def test_a_refusal_needs_a_document_and_blocks_nothing(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("liaison-jiaotong") as work:
        actions_claims.claim_not_applicable(work, noticed_world.evaluation(work, UNIT), "A102", reason="无划入职责")
    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        with pytest.raises(MoveBlocked):
            moves.make(work, evaluation, "refuse_assessment")
        actions_submit.record_refusal(work, evaluation, reason="逾期未报", document="滕编办函〔2026〕9号")
        assert evaluation.state == State.ACCEPTED
        assert queries.not_applicable_approved(work, evaluation).holds


def test_a_claim_is_decided_by_the_section(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("liaison-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        with pytest.raises(Invalid):
            actions_claims.claim_not_applicable(work, evaluation, "D201", reason=" ")
        for code in ("D201", "E", "D201"):
            actions_claims.claim_not_applicable(work, evaluation, code, reason="无此项")
        assert not queries.not_applicable_approved(work, evaluation).holds
        names = {issue.name for issue in issues(queries.draft_of(work, evaluation))}
        assert names.isdisjoint({"T8.inspections_done", "score.E101", "T5", "text.c6"})
    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions_claims.decide_claim(work, evaluation, "D201", approved=True, reason="")
        actions_claims.decide_claim(work, evaluation, "E", approved=False, reason="有两家所属单位")
        assert ledger.value_of(work, evaluation, "na:D201", source="office") == {"reason": "无此项"}
        assert "score.E101" in {issue.name for issue in issues(queries.draft_of(work, evaluation))}


def test_a_dispute_stands_beside_the_figure_until_the_office_decides(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("establishment") as work:
        enter_office(work, noticed_world.evaluation(work, UNIT))
    with noticed_world.acting("liaison-jiaotong") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions_claims.dispute_figure(work, evaluation, "T2.admin_general.approved", claimed="41", reason="2025年增编1名")
        actions.fill(work, evaluation, figures={"T7.cap": "999"})
        draft = queries.draft_of(work, evaluation)
        assert draft.office["T2.admin_general.approved"] == "40"
        assert draft.text("T7.cap") == ""
    with noticed_world.acting("establishment") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions_claims.decide_dispute(work, evaluation, "T2.admin_general.approved", upheld=True, reason="批文已核",
                                      ref="滕编发〔2025〕7号")
        assert ledger.value_of(work, evaluation, "rows:T2", source="office")[0]["cells"]["approved"] == 41


def test_office_figures_are_checked_all_or_nothing(noticed_world: World) -> None:
    with noticed_world.acting("establishment") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        with pytest.raises(Invalid) as caught:
            actions_office.enter_office_figures(work, evaluation, ref="台账",
                                                fields={"T8.assigned_due": 3, "T8.assigned_on_time": 4, "T7.cap": "多"})
        assert set(caught.value.errors) == {"T8.assigned_on_time", "T7.cap"}
        with pytest.raises(Invalid):
            actions_office.enter_office_figures(work, evaluation, ref=" ", fields={"T7.cap": 20})
        assert queries.latest(work, evaluation, "office") == {}


def test_what_is_overdue_is_put_before_the_section_once(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("system") as work:
        jobs.tell_overdue(work)
    assert "record_refusal" not in waiting(noticed_world)
    noticed_world.pass_days(40)
    with noticed_world.acting("system") as work:
        jobs.tell_overdue(work)
        jobs.tell_overdue(work)
    assert "record_refusal" in waiting(noticed_world)


def test_before_the_window_opens_nobody_signs(noticed_world: World) -> None:
    acknowledged(noticed_world)
    noticed_world.pass_days(-5)
    with noticed_world.acting("head-jiaotong") as work, pytest.raises(Refused, match="window"):
        actions_submit.submit(work, noticed_world.evaluation(work, UNIT), declared=True)


def test_rows_of_the_office_that_the_unit_does_not_have_count_nowhere(noticed_world: World) -> None:
    acknowledged(noticed_world)
    with noticed_world.acting("establishment") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        actions_office.enter_office_figures(work, evaluation, ref="台账", tables={"T5": {"已撤销中心": {"approved": 9}}})
        [row] = queries.row_order(work, evaluation)["T5"]
    with noticed_world.acting("liaison-jiaotong") as work:
        actions.remove_row(work, noticed_world.evaluation(work, UNIT), "T5", row)
    world = noticed_world
    with world.acting("establishment") as work:
        enter_office(work, world.evaluation(work, UNIT))
    with world.acting("liaison-jiaotong") as work:
        fill_all(work, world.evaluation(work, UNIT))
        actions_submit.mark_ready(work, world.evaluation(work, UNIT))
    with world.acting("head-jiaotong") as work:
        evaluation = world.evaluation(work, UNIT)
        actions_submit.submit(work, evaluation, declared=True)
        keys = [row["key"] for row in ledger.value_of(work, evaluation, "rows:T5", source="office")]
        assert keys == ["市公路事业发展中心"]
