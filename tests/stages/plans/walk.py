"""A unit's whole way from the notice to the final result, at the level of actions; its survey is put into the ledger."""

from __future__ import annotations

from datetime import timedelta

from evalplat.scores import ledger, sheet
from evalplat.stages.assessments import actions_claims, actions_submit, queries
from evalplat.stages.feedback import actions as feedback
from evalplat.stages.feedback import queries as letters
from evalplat.stages.objections import actions as objections
from evalplat.stages.reports import actions as reports
from evalplat.stages.reports import queries_text
from evalplat.stages.reviews import actions as reviews
from evalplat.stages.reviews import actions_figures, actions_light
from evalplat.stages.reviews.forms import DeskCheckForm
from tests.scored import minutes, sure_of
from tests.scoring.tengzhou_data import SURVEYS
from tests.stages.assessments.filled import acknowledged, enter_office, fill_all
from tests.world import World

UNIT = "jiaotong"


def assessed(world: World) -> None:
    """Received, filled in, signed and accepted."""
    acknowledged(world)
    with world.acting("establishment") as work:
        enter_office(work, world.evaluation(work, UNIT))
    with world.acting("liaison-jiaotong") as work:
        evaluation = world.evaluation(work, UNIT)
        fill_all(work, evaluation)
        actions_submit.mark_ready(work, evaluation)
    with world.acting("head-jiaotong") as work:
        actions_submit.submit(work, world.evaluation(work, UNIT), declared=True)
    with world.acting("section") as work:
        for claim in queries.claims_of(work, world.evaluation(work, UNIT)):
            actions_claims.decide_claim(work, world.evaluation(work, UNIT), claim.code, approved=True, reason="属实")
        actions_submit.accept(work, world.evaluation(work, UNIT))


def surveyed(world: World) -> None:
    """Every group answered."""
    with world.acting("system") as work:
        evaluation = world.evaluation(work, UNIT)
        for group, answer in SURVEYS.items():
            if group in sheet.system_for(work, evaluation).surveys:
                value = {"score": str(answer.score), "n": answer.n}
                ledger.put(work, evaluation, f"survey:{group}", value, source="survey", ref=f"{group}.yaml")


def desk_sealed(world: World) -> None:
    """The section verifies every figure, writes down what it checked, and seals."""
    world.now = world.start + timedelta(days=27)
    with world.acting("section") as work:
        evaluation = world.evaluation(work, UNIT)
        actions_figures.verify_all_as_reported(work, evaluation)
        actions_light.write_desk_check(work, evaluation, DeskCheckForm(text="核对自评报告、调查统计表与台账，数据一致。"))
        reviews.seal_review(work, evaluation)


def reported(world: World) -> None:
    """Scored, moderated, written, checked, approved."""
    with sure_of("survey_frozen"):
        with world.acting("lead") as work:
            reports.score(work, world.evaluation(work, UNIT))
        with world.acting("section") as work:
            reports.record_minutes(work, world.evaluation(work, UNIT), minutes())
            reports.moderate(work, world.evaluation(work, UNIT))
        with world.acting("lead") as work:
            evaluation = world.evaluation(work, UNIT)
            reports.write_report(work, evaluation, queries_text.suggested(work, evaluation))
            reports.hand_over(work, evaluation)
        with world.acting("section") as work:
            reports.check(work, world.evaluation(work, UNIT))
        with world.acting("director") as work:
            reports.approve(work, world.evaluation(work, UNIT))


def finished(world: World) -> None:
    """Informed, received, no objection, final."""
    with world.acting("section") as work:
        evaluation = world.evaluation(work, UNIT)
        feedback.write_letter(work, evaluation, letters.suggested(work, evaluation))
        feedback.number(work, evaluation)
    with world.acting("director") as work:
        feedback.issue(work, world.evaluation(work, UNIT))
    with world.acting("liaison-jiaotong") as work:
        feedback.receive(work, world.evaluation(work, UNIT))
    world.pass_days(30)
    with world.acting("system") as work:
        objections.lapse(work, world.evaluation(work, UNIT))
    with world.acting("director") as work:
        objections.finalise(work, world.evaluation(work, UNIT))
