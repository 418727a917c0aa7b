"""A unit whose self-assessment was accepted, with figures in the ledger, and the deeds that several tests need."""

from __future__ import annotations

import pytest

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.work import Work
from evalplat.scores import ledger
from evalplat.stages.reviews import actions, actions_findings, actions_records, actions_scores, queries_scores
from evalplat.stages.reviews.forms import FindingForm, RatingForm, RecordForm, SigningForm
from evalplat.stages.reviews.rules import Method, Signing
from evalplat.stages.reviews.tables import ReviewRecord
from evalplat.workflow.stages import State
from tests.conftest import Keep
from tests.world import World

OFFICE_FIGURES = {"T3.leaders_approved": 4}
FIGURES = {"T3.leaders_filled": 5, "T8.duties_total": 40, "T8.duties_assigned": 38}
ROWS = [{"key": "admin_general", "cells": {"actual": 38}}, {"key": "institution", "cells": {"actual": 21}}]


@pytest.fixture
def accepted_world(noticed_world: World, kept: Keep) -> World:
    """Test-only shortcut: 交通运输局's state is set instead of walking through the self-assessment."""
    return kept("accepted", noticed_world, _accept)


def _accept(world: World) -> None:
    world.pass_days(26)
    with world.acting("section") as work:
        evaluation = world.evaluation(work, "jiaotong")
        evaluation.state = State.ACCEPTED
        work.add(evaluation)
        for key, value in FIGURES.items():
            ledger.put(work, evaluation, f"field:{key}", value, source="unit", ref="自评报送")
        for key, value in OFFICE_FIGURES.items():
            ledger.put(work, evaluation, f"field:{key}", value, source="office", ref="核定数")
        ledger.put(work, evaluation, "rows:T2", ROWS, source="unit", ref="自评报送")
        actions.open_room(work, evaluation)


def record_form(world: World, method: Method = Method.BRIEFING, **changes: object) -> RecordForm:
    """A record that can be kept."""
    values: dict[str, object] = {
        "method": method, "held_on": world.now.date(), "place": "市交通运输局三楼会议室", "assessors": ["lead", "assessor"],
        "participants": "张强，局长\n李华，办公室主任", "content": "听取主要负责人汇报职责履行和机构编制执行情况。"}
    return RecordForm.model_validate({**values, **changes})


def signed_record(world: World, work: Work, evaluation: Evaluation, method: Method) -> ReviewRecord:
    """A record signed on paper."""
    row = actions_records.keep_record(work, evaluation, record_form(world, method))
    actions_records.sign_record(work, evaluation, row, SigningForm(how=Signing.PAPER, signed_by="张强", pages=3))
    return row


def with_records(world: World) -> None:
    """The two needed records, signed."""
    with world.acting("assessor") as work:
        for method in (Method.BRIEFING, Method.DOCUMENT_CHECK):
            signed_record(world, work, world.evaluation(work, "jiaotong"), method)


def rating(level: str = "A", note: str = "查看门户网站，公开完整。") -> RatingForm:
    """A rating with its note."""
    return RatingForm(level=level, note=note, evidence="记录 R-02")


def rate_all(world: World, who: str, level: str = "A") -> None:
    """Every rubric leaf, by one assessor."""
    with world.acting(who) as work:
        evaluation = world.evaluation(work, "jiaotong")
        for leaf in queries_scores.leaf_views(work, evaluation):
            actions_scores.rate(work, evaluation, leaf.code, rating(level))


def finding_form(**changes: object) -> FindingForm:
    """A finding that can be raised."""
    values: dict[str, object] = {"category": "P21", "severity": "major", "title": "擅自设立项目办公室",
                                 "description": "未经批准设立项目办公室并挂牌。", "evidence": "R-02 照片"}
    return FindingForm.model_validate({**values, **changes})


def sent_finding(world: World, **changes: object) -> str:
    """A finding raised by the assessor and sent by the lead; its code."""
    with world.acting("assessor") as work:
        code = actions_findings.raise_finding(work, world.evaluation(work, "jiaotong"), finding_form(**changes)).code
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, "jiaotong")
        actions_findings.send_all(work, evaluation)
    return code

