"""From the first record to the seal: the whole review by its actions, and what keeps it open."""

from __future__ import annotations

import pytest
from sqlmodel import select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import moves, progress
from evalplat.findings.kinds import FindingState
from evalplat.findings.queries import find
from evalplat.kernel.errors import Forbidden, MoveBlocked, Refused
from evalplat.scores import ledger, sheet
from evalplat.stages.reviews import (
    actions,
    actions_figures,
    actions_findings,
    actions_records,
    actions_scores,
)
from evalplat.stages.reviews.forms import CheckForm, MediationForm, VisitForm
from evalplat.stages.reviews.rules import Answer, Method
from evalplat.workflow.stages import State
from tests.stages.reviews.conftest import (
    finding_form,
    rate_all,
    rating,
    record_form,
    sent_finding,
    signed_record,
    with_records,
)
from tests.world import World


def test_the_room_opens_with_tasks_for_team_and_each_assessor(accepted_world: World) -> None:
    with accepted_world.acting("lead", write=False) as work:
        rows = {(row.act, row.key) for row in progress.waiting(work, accepted_world.evaluation(work, "jiaotong"))}
    assert {("keep_records", ""), ("verify_figures", ""), ("seal_review", ""), ("score_blind", "lead"),
            ("score_blind", "assessor")} <= rows


def test_nothing_keeps_an_untouched_review_from_being_blocked(accepted_world: World) -> None:
    with accepted_world.acting("lead") as work, pytest.raises(MoveBlocked) as caught:
        actions.seal_review(work, accepted_world.evaluation(work, "jiaotong"))
    assert {one.fact for one in caught.value.blocked} == {"two_assessors", "records_signed", "ratings_settled"}


def test_a_whole_review_is_sealed_and_changes_no_more(accepted_world: World) -> None:
    world = accepted_world
    with world.acting("lead") as work:
        actions.plan_visit(work, world.evaluation(work, "jiaotong"), VisitForm(date=world.now.date(), place="局机关"))
    with_records(world)
    with world.acting("assessor") as work:
        actions_records.answer_check(work, world.evaluation(work, "jiaotong"), "B-1", CheckForm(answer=Answer.FAILS, note="门牌不符"))
    rate_all(world, "lead")
    rate_all(world, "assessor")
    with world.acting("assessor") as work:
        assert actions_figures.verify_all_as_reported(work, world.evaluation(work, "jiaotong")) == 5
    code = sent_finding(world)
    with world.acting("head-jiaotong") as work:
        evaluation = world.evaluation(work, "jiaotong")
        finding = find(work, evaluation, code)
        assert finding is not None
        actions_findings.answer_finding(work, evaluation, finding, agrees=True)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, "jiaotong")
        assert moves.blocked_by(work, evaluation, "seal_review")
        assert actions_findings.confirm_undisputed(work, evaluation) == 1
        seal = actions.seal_review(work, evaluation)
        assert (seal.records, evaluation.state) == (2, State.REVIEWED)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, "jiaotong")
        for deed in (lambda: actions_records.keep_record(work, evaluation, record_form(world)),
                     lambda: actions_scores.rate(work, evaluation, "A203", rating()),
                     lambda: actions_figures.verify_all_as_reported(work, evaluation),
                     lambda: actions_findings.raise_finding(work, evaluation, finding_form())):
            with pytest.raises(Refused):
                deed()
        assert [row.act for row in progress.waiting(work, evaluation) if row.stage == "review"] == []
        event = work.session.exec(select(AuditEvent).where(AuditEvent.event == "review.sealed")).one()
        assert seal.hash in event.data


def test_the_seal_names_exactly_what_it_sealed(accepted_world: World) -> None:
    with_records(accepted_world)
    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        before = actions.sealed_content(work, evaluation)
        signed_record(accepted_world, work, evaluation, Method.FIELD_VISIT)
        assert len(actions.sealed_content(work, evaluation)["records"]) == len(before["records"]) + 1


def test_one_rating_alone_reaches_neither_ledger_nor_sheet(accepted_world: World) -> None:
    with accepted_world.acting("assessor") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        actions_scores.rate(work, evaluation, "A203", rating("C"))
        assert ledger.entries(work, evaluation, prefix="rating:") == []
    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        actions_scores.rate(work, evaluation, "A203", rating("C"))
        keys = [entry.key for entry in ledger.entries(work, evaluation, prefix="rating:A203:")]
        assert sorted(keys) == ["rating:A203:assessor", "rating:A203:lead"]
        assert sheet.compute(work, evaluation).units[0].leaf("A203").points == 0


def test_a_wide_gap_waits_for_the_lead_alone(accepted_world: World) -> None:
    for who, level in (("assessor", "A"), ("lead", "D")):
        with accepted_world.acting(who) as work:
            actions_scores.rate(work, accepted_world.evaluation(work, "jiaotong"), "A301", rating(level))
    decision = MediationForm(level="B", note="有书面协调记录。")
    with accepted_world.acting("assessor") as work, pytest.raises(Forbidden):
        actions_scores.mediate(work, accepted_world.evaluation(work, "jiaotong"), "A301", decision)
    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        assert sheet.compute(work, evaluation).units[0].leaf("A301").state == "missing"
        actions_scores.mediate(work, evaluation, "A301", decision)
        assert sheet.compute(work, evaluation).units[0].leaf("A301").points == 2
        with pytest.raises(Refused):
            actions_scores.rate(work, evaluation, "A301", rating("A"))


def test_a_unit_that_says_nothing_blocks_nobody(accepted_world: World) -> None:
    world = accepted_world
    with_records(world)
    code = sent_finding(world)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, "jiaotong")
        finding = find(work, evaluation, code)
        assert finding is not None
        with pytest.raises(Refused):
            actions_findings.confirm_finding(work, evaluation, finding)
    rate_all(world, "lead")
    rate_all(world, "assessor")
    world.pass_days(14)
    with world.acting("system") as work:
        assert actions_findings.note_silence(work) == 1
        assert actions_findings.note_silence(work) == 0
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, "jiaotong")
        finding = find(work, evaluation, code)
        assert finding is not None
        assert finding.state == FindingState.SILENT
        actions_findings.confirm_undisputed(work, evaluation)
        assert actions.seal_review(work, evaluation).records == 2


def test_figures_are_verified_as_reported_or_changed_with_reason_and_evidence(accepted_world: World) -> None:
    from evalplat.kernel.errors import Invalid
    from evalplat.stages.reviews.actions_figures import Checked

    with accepted_world.acting("assessor") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        with pytest.raises(Invalid):
            actions_figures.verify_figures(work, evaluation, "T3", {("T3.leaders_filled", ""): Checked("4")})
        assert ledger.value_of(work, evaluation, "field:T3.leaders_filled", source="panel") is None
        actions_figures.verify_figures(work, evaluation, "T3", {
            ("T3.leaders_filled", ""): Checked("4", "一人已免职", "任免文件"), ("T3.heads_filled", ""): Checked("", "", "")})
        assert ledger.value_of(work, evaluation, "field:T3.leaders_filled", source="panel") == 4
        assert ledger.value_of(work, evaluation, "field:T3.leaders_filled", source="unit") == 5
        assert sheet.compute(work, evaluation).units[0].leaf("C201").points == 3
        actions_figures.verify_figures(work, evaluation, "T9", {("T9.mixed_persons", ""): Checked("0", "", "岗位表")})
        actions_figures.verify_as_reported(work, evaluation, "T2")
        rows = ledger.value_of(work, evaluation, "rows:T2", source="panel")
        assert rows[1] == {"key": "institution", "cells": {"actual": 21}}


def test_outside_the_window_nothing_is_written(accepted_world: World) -> None:
    accepted_world.pass_days(60)
    with accepted_world.acting("lead") as work, pytest.raises(Refused):
        actions_records.keep_record(work, accepted_world.evaluation(work, "jiaotong"), record_form(accepted_world))


def test_a_late_submission_is_served_on_the_unit_when_the_review_opens(noticed_world: World) -> None:
    from evalplat.scores import adjustments

    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        evaluation.state = State.ACCEPTED  # test-only shortcut
        work.add(evaluation)
        adjustments.propose(work, evaluation, code="G01", count=2, reason="逾期两个工作日")
        actions.open_room(work, evaluation)
        assert ("answer_finding", "adjustment-1") in {(row.act, row.key) for row in progress.waiting(work, evaluation)}


def test_the_team_fills_in_what_a_refusing_unit_did_not_report(accepted_world: World) -> None:
    from evalplat.campaigns.tables import Step
    from evalplat.stages.reviews import queries_figures
    from evalplat.stages.reviews.actions_figures import Checked

    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        work.add(Step(office_id=work.office_id, evaluation_id=evaluation.id or 0, move="refuse_assessment", stage="review",
                      from_state="assessing", to_state="accepted", at=work.now, by_name="李敏"))
        key = ("T3.heads_filled", "")
        table = queries_figures.find_table(queries_figures.tables_to_verify(work, evaluation), "t3")
        assert table is not None
        assert key[0] in {line.field for line in table.lines if line.due}
        actions_figures.verify_figures(work, evaluation, "T3", {key: Checked("6", "", "编办台账")})
        assert ledger.value_of(work, evaluation, "field:T3.heads_filled", source="panel") == 6
