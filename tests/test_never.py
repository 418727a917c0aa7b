"""What must never be possible: each forbidden thing is tried, and its refusal is seen.

The numbers are those of the list of thirteen that the stages must keep.
"""

from __future__ import annotations

import ast
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.audit import log
from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import definitions, moves, setup, teams, windows
from evalplat.campaigns.tables import Definition, Team
from evalplat.documents import actions as documents
from evalplat.documents.queries import latest
from evalplat.documents.tables import Document
from evalplat.kernel.db import transaction
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.people import actions as people
from evalplat.people.tables import Unit, User
from evalplat.scores import adjustments, ledger, sheet
from evalplat.workflow.stages import State
from tests.scored import at_state, complete_ledger
from tests.world import World, csrf


@pytest.fixture
def reported(noticed_world: World) -> World:
    """jiaotong's report was approved: version 1 is frozen."""
    at_state(noticed_world, "jiaotong", State.REPORTED)
    return noticed_world


# 1. no change of score, finding or weight after the report, except by a recorded decision


@pytest.mark.parametrize("source", ["unit", "office", "panel", "register", "survey", "system", "meeting"])
def test_1_after_the_report_no_score_changes_but_by_a_decision(reported: World, source: str) -> None:
    with reported.acting("director") as work:
        evaluation = reported.evaluation(work, "jiaotong")
        with pytest.raises(Refused):
            ledger.put(work, evaluation, "field:T8.duties_assigned", "1", source=source)
        with pytest.raises(Refused):
            ledger.withdraw(work, evaluation, "field:T8.duties_assigned", source=source, reason="x")


def test_1_the_old_value_stays_readable_beside_the_new(reported: World) -> None:
    with reported.acting("director") as work:
        evaluation = reported.evaluation(work, "jiaotong")
        value = {"points": "1.00", "annulled": False, "reason": "复核"}
        ledger.put(work, evaluation, "override:A101", value, source="decision", ref="复核决定 第1项")
        second = sheet.freeze(work, evaluation, reason="decision")
        first = sheet.versions(work, evaluation)[0]
        assert (first.version, second.version) == (1, 2)
        assert first.total != second.total


# 2. nothing that was announced changes after the notice


def test_2_a_file_that_changes_after_the_notice_does_not_change_the_campaign(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        campaign = noticed_world.campaign(work)
        before = definitions.system_of(work, campaign).hash
        campaign.system_file = "example-gov-perf.yaml"
        work.session.add(campaign)
        work.session.flush()
        assert definitions.system_of(work, campaign).hash == before


def test_2_units_teams_and_panel_are_fixed_by_the_notice(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        campaign = noticed_world.campaign(work)
        user = work.session.get_one(User, noticed_world.users["co"])
        evaluation = noticed_world.evaluation(work, "shenji")
        team = work.session.exec(select(Team).where(Team.campaign_id == campaign.id)).first()
        assert team is not None
        new = people.add_unit(work, code="new", name="新局", short_name="新局", category="gov_econ")
        for deed in (lambda: setup.add_evaluation(work, campaign, new), lambda: setup.remove_evaluation(work, campaign, evaluation),
                     lambda: teams.make_team(work, campaign, code="t9", name="九组", lead=user, members=[user]),
                     lambda: teams.assign_team(work, campaign, evaluation, team)):
            with pytest.raises(Refused):
                deed()


def test_2_the_same_version_with_other_content_cannot_be_published(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        row = work.session.exec(select(Definition).where(Definition.kind == "indicators")).one()
        row.hash = "0" * 64
        work.session.add(row)
        other = setup.draft_campaign(work, code="other", title="另一次", year=2026, census_date=work.today,
                                     system_file="tengzhou-2026.yaml", survey_files=[])
        with pytest.raises(Refused):
            definitions.freeze(work, other)


# 3. nobody evaluates where they have an interest; nobody of the first team sits on the panel


def test_3_a_declared_interest_keeps_out_at_assignment_and_afterwards(noticed_world: World) -> None:
    with noticed_world.acting("assessor") as work:
        unit = work.session.get_one(Unit, noticed_world.units["jiaotong"])
        teams.declare_interest(work, noticed_world.users["assessor"], unit, reason="配偶在该局任职")
    with noticed_world.acting("system", write=False) as work:
        person = noticed_world.person(work.session, "assessor")
        evaluation = noticed_world.evaluation(work, "jiaotong")
        deeds = (Act.SCORE_BLIND, Act.SEE_REVIEW, Act.RAISE_FINDING, Act.ACCEPT_ASSESSMENT)
        assert [act for act in deeds if may(person, act, evaluation)] == []
        assert may(person, Act.SCORE_BLIND, noticed_world.evaluation(work, "shenji"))


def test_3_whoever_worked_there_within_three_years_is_not_assigned(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign = campaign_world.campaign(work)
        unit = campaign_world.units["shenji"]
        people.note_worked_at(work, campaign_world.users["assessor"], unit, until=work.today - timedelta(days=400))
        evaluation = campaign_world.evaluation(work, "shenji")
        team = work.session.get_one(Team, evaluation.team_id)
        with pytest.raises(Invalid):
            teams.assign_team(work, campaign, evaluation, team)


def test_3_a_member_of_a_team_does_not_sit_on_the_panel(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        lead = work.session.get_one(User, campaign_world.users["lead"])
        panel = work.session.get_one(User, campaign_world.users["panel"])
        with pytest.raises(Invalid):
            teams.make_panel(work, campaign_world.campaign(work), chair=panel, members=[lead])


# 4. a department reads no raw answers, nobody else's scores, no working papers


@pytest.mark.parametrize("path", ["/c/2026/surveys", "/c/2026/u/jiaotong/review", "/c/2026/u/jiaotong/report", "/c/2026/summary",
                                  "/findings", "/audit", "/people", "/jobs"])
@pytest.mark.parametrize("who", ["head-jiaotong", "liaison-jiaotong", "filler-jiaotong"])
def test_4_a_department_reads_no_papers_of_the_office(reported: World, path: str, who: str) -> None:
    with reported.client(who) as client:
        assert client.get(path).status_code == 403


def test_4_a_department_sees_no_score_before_its_letter(reported: World) -> None:
    with reported.acting("system", write=False) as work:
        version = sheet.latest(work, reported.evaluation(work, "jiaotong"))
        assert version is not None
    with reported.client("liaison-jiaotong") as client:
        assert str(version.total) not in client.get("/c/2026/u/jiaotong").text


@pytest.mark.parametrize("path", ["", "/assessment", "/feedback", "/objection", "/follow-up", "/findings", "/documents", "/notice"])
def test_4_another_departments_file_does_not_exist(reported: World, path: str) -> None:
    with reported.client("head-shenji") as client:
        assert client.get(f"/c/2026/u/jiaotong{path}").status_code == 404


def test_4_another_departments_document_does_not_exist(reported: World) -> None:
    at_state(reported, "minzheng", State.INFORMED)
    with reported.acting("system", write=False) as work:
        letter = latest(work.session, "feedback_letter", evaluation=reported.evaluation(work, "minzheng"))
        assert letter is not None
    for who, expected in (("head-minzheng", 200), ("head-shenji", 404)):
        with reported.client(who) as client:
            assert client.get(f"/documents/{letter.code}").status_code == expected


# 6. nobody approves their own draft; no number is used twice; an issued document stays


def test_6_drafter_checker_and_approver_are_three_people(reported: World) -> None:
    with reported.acting("system", write=False) as work:
        report = latest(work.session, "report", evaluation=reported.evaluation(work, "jiaotong"))
        assert report is not None
        assert len({report.drafted_by, report.checked_by, report.issued_by}) == 3


def test_6_an_issued_document_is_not_changed_and_not_issued_again(reported: World) -> None:
    with reported.acting("director") as work:
        report = latest(work.session, "report", evaluation=reported.evaluation(work, "jiaotong"))
        assert report is not None
        with pytest.raises(Refused):
            documents.issue(work, report)
        with pytest.raises(Refused):
            documents.draft(work, "report", documents.view_of(report), title="x", campaign=reported.campaign(work), replaces=report)


def test_6_a_number_is_not_used_twice(noticed_world: World) -> None:
    with noticed_world.acting("director") as work:
        notice = work.session.exec(select(Document).where(Document.kind == "notice")).one()
        documents.void(work, notice, reason="文字有误")
        assert notice.number == "滕编办发〔2026〕1号"
        renewed = documents.draft(work, "notice", documents.view_of(notice), title="再发", campaign=noticed_world.campaign(work))
        assert documents.give_number(work, renewed) == "滕编办发〔2026〕2号"
        renewed.number = notice.number
        with pytest.raises(IntegrityError):
            work.session.flush()
        work.session.rollback()
        work.before_commit.clear()


# 8. no result is final before the window to object is over


def test_8_no_result_is_final_while_the_window_is_open(noticed_world: World) -> None:
    at_state(noticed_world, "jiaotong", State.INFORMED)
    with noticed_world.acting("director") as work:
        blocked = moves.blocked_by(work, noticed_world.evaluation(work, "jiaotong"), "finalise")
        assert "objections_over" in [item.fact for item in blocked]
        with pytest.raises(MoveBlocked):
            moves.make(work, noticed_world.evaluation(work, "jiaotong"), "finalise")


@pytest.mark.parametrize("state", [state for state in State if state not in (State.INFORMED, State.DECIDED)])
def test_8_no_other_state_leads_to_a_final_result(noticed_world: World, state: State) -> None:
    with noticed_world.acting("director") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        evaluation.state = state
        work.session.add(evaluation)
        work.session.flush()
        with pytest.raises(MoveBlocked):
            moves.make(work, evaluation, "finalise")


# 10. the audit log is neither changed nor shortened; times come from the server


def test_10_a_changed_log_is_found(noticed_world: World, data_dir) -> None:
    connection = sqlite3.connect(data_dir / "test.sqlite3")
    connection.execute("update audit_event set actor_name = '别人' where seq = 12")
    connection.commit()
    connection.close()
    with transaction(noticed_world.engine, write=False) as session:
        assert log.verify(session, noticed_world.office_id).broken_seq == 12


def test_10_no_code_changes_or_removes_an_event() -> None:
    package = Path(__file__).parents[1] / "evalplat"
    writes = ("session.delete(", "import delete", "import update", "sqlalchemy.delete", "sqlalchemy.update")
    named = [path.relative_to(package).as_posix() for path in package.rglob("*.py")
             if any(isinstance(node, ast.Name) and node.id == "AuditEvent" for node in ast.walk(ast.parse(path.read_text("utf-8"))))]
    writers = [name for name in named if any(word in (package / name).read_text("utf-8") for word in writes)]
    assert writers == []


def test_10_a_date_sent_by_the_browser_does_not_date_the_deed(noticed_world: World) -> None:
    with noticed_world.client("liaison-jiaotong") as client:
        page = "/c/2026/u/jiaotong/notice"
        data = {"csrf_token": csrf(client, page), "at": "2020-01-01", "now": "2020-01-01T00:00:00Z"}
        assert client.post(f"{page}/receipt", data=data).status_code == 303
    with noticed_world.acting("system", write=False) as work:
        query = select(AuditEvent).where(AuditEvent.event == "notice.received").order_by(col(AuditEvent.seq).desc())
        event = work.session.exec(query).first()
        assert event is not None
        assert event.at == noticed_world.now


# 11. nobody applies a veto alone


def test_11_one_assessor_alone_applies_no_veto(noticed_world: World) -> None:
    complete_ledger(noticed_world, "jiaotong")
    with noticed_world.acting("lead") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        proposal = adjustments.propose(work, evaluation, code="H03", reason="超配副职1名", evidence="领导职数台账")
        with pytest.raises(Refused):
            adjustments.second(work, proposal)
        with pytest.raises(Refused):
            adjustments.decide(work, proposal, confirmed=True, document="纪要", reason="")
        assert sheet.compute(work, evaluation).units[0].vetoes == ()
    with noticed_world.acting("director") as work:
        found = adjustments.find_proposal(work, noticed_world.evaluation(work, "jiaotong"), 1)
        assert found is not None
        with pytest.raises(Refused):
            adjustments.decide(work, found, confirmed=True, document="纪要〔2026〕3号", reason="")


# 13. a late submission is not made timely by a silent extension


def test_13_an_extension_needs_a_reason_and_a_document_and_is_recorded(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        current = windows.window_for(work, evaluation, "assessment")
        assert current is not None
        later = current.closes_at + timedelta(days=5)
        with pytest.raises(Invalid):
            windows.extend(work, evaluation, "assessment", closes_at=later, reason="", document="")
        windows.extend(work, evaluation, "assessment", closes_at=later, reason="机构改革", document="青编办函〔2026〕3号")
    with noticed_world.acting("system", write=False) as work:
        assert work.session.exec(select(AuditEvent).where(AuditEvent.event == "window.extended")).one().unit == "jiaotong"
        other = windows.window_for(work, noticed_world.evaluation(work, "shenji"), "assessment")
        assert other is not None
        assert other.closes_at < later


def test_13_the_campaigns_window_does_not_change_after_the_notice(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        campaign = noticed_world.campaign(work)
        current = windows.window_of(work, campaign, "assessment")
        assert current is not None
        with pytest.raises(Refused):
            windows.set_window(work, campaign, "assessment", opens_at=current.opens_at, closes_at=current.closes_at + timedelta(days=30))
