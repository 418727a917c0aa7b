"""What must never be possible in a review."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evalplat.campaigns import progress, teams
from evalplat.findings.queries import find
from evalplat.kernel.errors import Forbidden, Invalid, Refused
from evalplat.people.tables import Unit, User, WorkedAt
from evalplat.scores import adjustments, ledger
from evalplat.stages.reviews import (
    actions,
    actions_adjustments,
    actions_findings,
    actions_records,
    actions_scores,
    queries,
)
from evalplat.stages.reviews.forms import AdjustmentForm, NewAssessorForm, SigningForm
from evalplat.stages.reviews.rules import Method, Signing
from tests.stages.reviews.conftest import finding_form, rating, record_form, sent_finding, signed_record
from tests.world import World

VETO = AdjustmentForm(code="H01", reason="未经批准设立机构", evidence="R-02 照片")


def test_who_declared_an_interest_scores_nothing(accepted_world: World) -> None:
    with accepted_world.acting("section") as work:
        unit = work.session.get_one(Unit, accepted_world.units["jiaotong"])
        teams.declare_interest(work, accepted_world.users["assessor"], unit, reason="配偶任职")
    with accepted_world.acting("assessor") as work, pytest.raises(Forbidden):
        actions_scores.rate(work, accepted_world.evaluation(work, "jiaotong"), "A203", rating())


def test_who_worked_there_lately_scores_nothing(accepted_world: World) -> None:
    with accepted_world.acting("system") as work:
        work.add(WorkedAt(office_id=work.office_id, user_id=accepted_world.users["assessor"],
                          unit_id=accepted_world.units["jiaotong"], until=work.today - timedelta(days=400)))
    with accepted_world.acting("assessor") as work, pytest.raises(Forbidden):
        actions_scores.rate(work, accepted_world.evaluation(work, "jiaotong"), "A203", rating())


def test_a_recusal_voids_ratings_tells_the_office_and_lets_another_in(accepted_world: World) -> None:
    world = accepted_world
    for who in ("assessor", "lead"):
        with world.acting(who) as work:
            actions_scores.rate(work, world.evaluation(work, "jiaotong"), "A203", rating())
    with world.acting("assessor") as work:
        actions.recuse(work, world.evaluation(work, "jiaotong"), reason="亲属任该局副局长")
    with world.acting("section") as work:
        evaluation = world.evaluation(work, "jiaotong")
        assert ledger.entries(work, evaluation, prefix="rating:A203") == []
        assert any(row.act == "arrange_team" for row in progress.waiting(work, evaluation))
        with pytest.raises(Invalid):
            actions.keep_team(work, evaluation)
        actions.add_assessor(work, evaluation, NewAssessorForm(login="assessor2", document="滕编办函〔2026〕9号"))
        assert [one.login for one in queries.active_members(work, evaluation)] == ["lead", "assessor2"]
    with world.acting("assessor2") as work:
        evaluation = world.evaluation(work, "jiaotong")
        actions_scores.rate(work, evaluation, "A203", rating("B"))
        assert len(ledger.entries(work, evaluation, prefix="rating:A203")) == 2


def test_somebody_of_another_team_keeps_no_record(accepted_world: World) -> None:
    with accepted_world.acting("lead2") as work, pytest.raises(Forbidden):
        actions_records.keep_record(work, accepted_world.evaluation(work, "jiaotong"), record_form(accepted_world))


def test_a_record_needs_two_assessors(accepted_world: World) -> None:
    with accepted_world.acting("lead") as work, pytest.raises(Invalid) as caught:
        actions_records.keep_record(work, accepted_world.evaluation(work, "jiaotong"),
                                    record_form(accepted_world, assessors=["lead", "lead2"]))
    assert "assessors" in caught.value.errors


def test_a_sealed_record_is_never_edited_only_corrected(accepted_world: World) -> None:
    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        row = signed_record(accepted_world, work, evaluation, Method.BRIEFING)
        for deed in (lambda: actions_records.change_record(work, evaluation, row, record_form(accepted_world, content="改写")),
                     lambda: actions_records.add_files(work, evaluation, row, [("a.txt", b"x")]),
                     lambda: actions_records.sign_record(work, evaluation, row, SigningForm(how=Signing.REFUSED, reason="x"))):
            with pytest.raises(Refused):
                deed()
        again = actions_records.keep_record(work, evaluation, record_form(accepted_world, corrects=row.code))
        assert (again.corrects_id, again.code) == (row.id, "R-02")


def test_a_refused_signature_says_why(accepted_world: World) -> None:
    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        row = actions_records.keep_record(work, evaluation, record_form(accepted_world))
        with pytest.raises(Invalid):
            actions_records.sign_record(work, evaluation, row, SigningForm(how=Signing.REFUSED))
        with pytest.raises(Invalid):
            actions_records.sign_record(work, evaluation, row, SigningForm(how=Signing.SCAN, signed_by="张强"))


def test_nobody_alone_applies_a_veto(accepted_world: World) -> None:
    world = accepted_world
    with world.acting("section") as work, pytest.raises(Forbidden):
        actions_adjustments.propose_adjustment(work, world.evaluation(work, "jiaotong"), VETO)
    with world.acting("assessor") as work:
        evaluation = world.evaluation(work, "jiaotong")
        proposal = actions_adjustments.propose_adjustment(work, evaluation, VETO)
        with pytest.raises(Refused):
            actions_adjustments.second_veto(work, evaluation, proposal)
        with pytest.raises(Refused):
            actions_adjustments.state_view(work, evaluation, proposal, "不同意")
    with world.acting("director") as work:
        evaluation = world.evaluation(work, "jiaotong")
        proposal = adjustments.proposals_of(work, evaluation)[0]
        with pytest.raises(Refused):
            actions_adjustments.decide(work, evaluation, proposal, confirmed=True, document="滕编办〔2026〕8号", reason="属实")
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, "jiaotong")
        proposal = adjustments.proposals_of(work, evaluation)[0]
        actions_adjustments.second_veto(work, evaluation, proposal)
        with pytest.raises(Forbidden):
            actions_adjustments.decide(work, evaluation, proposal, confirmed=True, document="x", reason="y")
    with world.acting("director") as work:
        evaluation = world.evaluation(work, "jiaotong")
        proposal = adjustments.proposals_of(work, evaluation)[0]
        with pytest.raises(Refused):
            actions_adjustments.decide(work, evaluation, proposal, confirmed=True, document="滕编办〔2026〕8号", reason="属实")
    with world.acting("head-jiaotong") as work:
        evaluation = world.evaluation(work, "jiaotong")
        actions_adjustments.state_view(work, evaluation, adjustments.proposals_of(work, evaluation)[0], "已立即撤销。")
    with world.acting("director") as work:
        evaluation = world.evaluation(work, "jiaotong")
        assert ledger.entries(work, evaluation, prefix="veto:") == []
        actions_adjustments.decide(work, evaluation, adjustments.proposals_of(work, evaluation)[0], confirmed=True,
                                   document="滕编办〔2026〕8号", reason="属实")
        assert [e.ref for e in ledger.entries(work, evaluation, prefix="veto:")] == ["滕编办〔2026〕8号"]


def test_a_deduction_is_served_on_the_unit_before_it_counts(accepted_world: World) -> None:
    world = accepted_world
    with world.acting("lead") as work:
        actions_adjustments.propose_adjustment(work, world.evaluation(work, "jiaotong"), AdjustmentForm(
            code="G04:serious", reason="举报查实", evidence="12310 第3号"))
    world.pass_days(10)
    with world.acting("director") as work:
        evaluation = world.evaluation(work, "jiaotong")
        proposal = adjustments.proposals_of(work, evaluation)[0]
        actions_adjustments.decide(work, evaluation, proposal, confirmed=True, document="滕编办〔2026〕8号", reason="属实")
        [entry] = ledger.entries(work, evaluation, prefix="adjust:G04")
        assert entry.value["variant"] == "serious"


def test_a_sent_finding_is_not_changed_and_only_the_lead_settles_it(accepted_world: World) -> None:
    code = sent_finding(accepted_world)
    with accepted_world.acting("assessor") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        finding = find(work, evaluation, code)
        assert finding is not None
        with pytest.raises(Refused):
            actions_findings.change_finding(work, evaluation, finding, finding_form(title="改写"))
        with pytest.raises(Forbidden):
            actions_findings.withdraw_finding(work, evaluation, finding, reason="误会")


def test_the_same_person_is_counted_once(accepted_world: World) -> None:
    with accepted_world.acting("lead", write=False) as work:
        user = work.session.get_one(User, accepted_world.users["lead"])
        assert [one.login for one in queries.members(work, accepted_world.evaluation(work, "jiaotong"))].count(user.login) == 1
