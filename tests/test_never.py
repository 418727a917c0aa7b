"""What must never be possible, lines 1 to 6: each forbidden thing is tried, and its refusal is seen.

The numbers are those of the list of thirteen that the stages must keep; 7 to 13 stand in ``test_never_later.py``.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

import evalplat
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns import definitions, moves, setup, teams
from evalplat.campaigns.tables import Definition, Team
from evalplat.documents import actions as documents
from evalplat.documents.queries import latest
from evalplat.documents.tables import Document
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.people import actions as people
from evalplat.people.tables import Membership, Unit, User
from evalplat.scores import ledger, sheet
from evalplat.scoring.canonical import result_hash
from evalplat.stages.assessments import queries as assessment_queries
from evalplat.workflow.stages import State
from tests.scored import at_state, complete_ledger, set_state
from tests.stages.assessments import filled
from tests.stages.followup import steps
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


def test_1_no_deed_of_review_and_office_touches_a_reported_result(reported: World) -> None:
    steps.with_findings(reported)
    before, page = frozen(reported), "/c/2026/u/jiaotong"
    deeds = {
        "lead": ("review/scores/A301", "review/scores/A301/lead", "review/figures/T8/as-reported", "review/adjustments", "review/seal",
                 "findings", "findings/f-02/change", "findings/f-02/withdraw", "findings/f-02/confirm", "report/score", "report/text"),
        "assessor": ("review/scores/A301", "findings/f-01/withdraw"), "establishment": ("assessment/office", "assessment/disputes/decide"),
        "section": ("report/moderate", "report/items", "assessment/claims/decide", "assessment/return"), "director": ("report/approve",)}
    form = {"level": "C", "note": "改", "reason": "改", "code": "H03", "evidence": "改", "title": "改", "description": "改",
            "category": "P21", "leaf": "A301", "points": "1", "T8.duties_assigned": "1", "ref": "改", "decision": "approve",
            "field": "T8.duties_assigned"}
    for who, paths in deeds.items():
        with reported.client(who) as client:
            token = {"csrf_token": csrf(client, "/password")}
            answers = {path: client.post(f"{page}/{path}", data=token | form).status_code for path in paths}
            assert set(answers.values()) <= {403, 404, 409, 410, 422}, answers
    assert frozen(reported) == before


def frozen(world: World) -> tuple[list[tuple[int, str]], list[tuple[str, str, str]], str]:
    """Versions with their hashes, findings, and what would be computed now."""
    with world.acting("system", write=False) as work:
        evaluation = world.evaluation(work, "jiaotong")
        found = work.session.exec(select(Finding).where(Finding.evaluation_id == evaluation.id))
        return ([(row.version, row.hash) for row in sheet.versions(work, evaluation)],
                [(row.code, row.state, row.severity) for row in found], result_hash(sheet.compute(work, evaluation)))


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


def test_2_no_page_of_the_set_up_takes_anything_after_the_notice(noticed_world: World) -> None:
    with noticed_world.client("section") as client:
        token = {"csrf_token": csrf(client, "/password"), "title": "改", "code": "2026", "year": "2026", "kind": "comprehensive",
                 "census_date": "2026-08-31", "system_file": "none.yaml", "survey_files": "citizen.yaml", "all": "*", "seen": "x"}
        for part in ("frame", "units", "proposal", "panel", "windows", "days", "hand-over"):
            assert client.post(f"/c/2026/set-up/{part}", data=token).status_code in (409, 422), part
        assert client.post("/c/2026/publication", data=token | {"public": "score"}).status_code == 409
        assert client.post("/c/2026/notice", data=token | {"purpose": "改"}).status_code in (409, 422)
    with noticed_world.acting("section", write=False) as work:
        campaign = noticed_world.campaign(work)
        assert (campaign.title, campaign.system_file) == ("2026年度机构编制综合评估", "tengzhou-2026.yaml")
        assert len(campaign.survey_files) == 5
        assert "publication" not in campaign.settings


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


def test_3_the_pages_of_the_unit_do_not_exist_for_who_must_keep_away(noticed_world: World) -> None:
    set_state(noticed_world, "jiaotong", State.ACCEPTED)
    with noticed_world.client("assessor") as client:
        token, page = {"csrf_token": csrf(client, "/password")}, "/c/2026/u/jiaotong"
        assert client.post(f"{page}/review/recusal", data=token | {"reason": "配偶在该局任职"}).status_code == 303
        for path in ("review/scores/A301", "findings", "assessment/accept", "review/records"):
            assert client.post(f"{page}/{path}", data=token | {"level": "A", "note": "好"}).status_code == 404
        assert client.get(f"{page}/review").status_code == 404


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


PAPERS = ("/c/2026/surveys", "/c/2026/surveys/citizen/results/jiaotong", "/c/2026/u/jiaotong/review", "/c/2026/u/jiaotong/review/records",
          "/c/2026/u/jiaotong/review/checklist", "/c/2026/u/jiaotong/review/scores", "/c/2026/u/jiaotong/review/scores/A301",
          "/c/2026/u/jiaotong/review/figures/T8", "/c/2026/u/jiaotong/report", "/c/2026/moderation", "/c/2026/summary",
          "/c/2026/summary.xlsx", "/c/2026/units.xlsx", "/board", "/findings", "/audit", "/people", "/jobs")


@pytest.mark.parametrize("who", ["head-jiaotong", "liaison-jiaotong", "filler-jiaotong"])
def test_4_a_department_reads_no_papers_of_the_office(reported: World, who: str) -> None:
    with reported.client(who) as client:
        assert {path: client.get(path).status_code for path in PAPERS} == dict.fromkeys(PAPERS, 403)


def test_4_a_department_sees_no_score_before_its_letter(reported: World) -> None:
    with reported.acting("system", write=False) as work:
        version = sheet.latest(work, reported.evaluation(work, "jiaotong"))
        assert version is not None
    with reported.client("liaison-jiaotong") as client:
        assert str(version.total) not in client.get("/c/2026/u/jiaotong").text


def test_4_another_departments_file_does_not_exist(reported: World) -> None:
    with reported.client("head-shenji") as client:
        for path in ("", "/assessment", "/feedback", "/objection", "/follow-up", "/findings", "/documents", "/notice", "/team", "/review"):
            assert client.get(f"/c/2026/u/jiaotong{path}").status_code == 404


def test_4_another_departments_document_does_not_exist(reported: World) -> None:
    at_state(reported, "minzheng", State.INFORMED)
    with reported.acting("system", write=False) as work:
        letter = latest(work.session, "feedback_letter", evaluation=reported.evaluation(work, "minzheng"))
        assert letter is not None
    for who, expected in (("head-minzheng", 200), ("head-shenji", 404)):
        with reported.client(who) as client:
            assert client.get(f"/documents/{letter.code}").status_code == expected


# 5. what a department enters or claims never takes the place of the office's approved figure


def test_5_a_department_writes_no_approved_figure(noticed_world: World) -> None:
    world, page = filled.acknowledged(noticed_world), "/c/2026/u/jiaotong/assessment"
    with world.acting("establishment") as work:
        filled.enter_office(work, world.evaluation(work, "jiaotong"))
    approved = approved_figures(world)
    assert {"T1.units_approved", "T2.admin_general.approved"} <= set(approved)
    with world.client("head-jiaotong") as client:
        token = {"csrf_token": csrf(client, "/password")}
        assert client.post(f"{page}/office", data=token | {"ref": "本局台账", "T2.admin_general.approved": "99"}).status_code == 403
        for name in approved:
            client.post(f"{page}/tables/{name.partition('.')[0]}", data=token | {name: "99", f"f.{name}": "99", f"office.{name}": "99"})
        dispute = {"field": "T2.admin_general.approved", "claimed": "99", "reason": "批复另有2名"}
        assert client.post(f"{page}/disputes", data=token | dispute).status_code == 303
        assert client.post(f"{page}/disputes/decide", data=token | dispute | {"decision": "uphold", "ref": "x"}).status_code == 403
    assert approved_figures(world) == approved
    with world.acting("system", write=False) as work:
        disputes = assessment_queries.disputes_of(work, world.evaluation(work, "jiaotong"))
        assert [(row.field, row.claimed) for row in disputes] == [("T2.admin_general.approved", "99")]


def approved_figures(world: World) -> dict[str, str]:
    """What stands as the office's, by name."""
    with world.acting("system", write=False) as work:
        rows = assessment_queries.latest(work, world.evaluation(work, "jiaotong"), "office")
        return {name: row.text for name, row in rows.items()}


def test_5_a_units_row_and_a_self_score_leave_the_result_as_it_is(noticed_world: World) -> None:
    complete_ledger(noticed_world, "jiaotong")
    with noticed_world.acting("system") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        before = sheet.compute(work, evaluation)
        for row in ledger.entries(work, evaluation):
            if row.source in ("office", "register") and row.key.startswith("field:"):
                ledger.put(work, evaluation, row.key, "0", source="unit", ref="自评", audited=False)
        for leaf in sheet.system_for(work, evaluation).leaves:
            ledger.put(work, evaluation, f"self:{leaf.code}", {"points": "0"}, source="unit", ref="自评", audited=False)
        assert sheet.compute(work, evaluation).units[0] == before.units[0]


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


def both_roles(world: World) -> None:
    """The section's drafter is lent the director's role."""
    with world.acting("secadmin") as work:
        giver = work.session.exec(select(Membership).where(Membership.user_id == world.users["director"])).one()
        taker = work.session.get_one(User, world.users["section"])
        people.delegate(work, giver=giver, taker=taker, starts_on=work.today, ends_on=work.today + timedelta(days=60), document="纪要3号")


def test_6_nobody_issues_the_notice_that_they_wrote(campaign_world: World) -> None:
    world = campaign_world
    both_roles(world)
    with world.acting("commission") as work:
        moves.make_campaign(work, world.campaign(work), "approve")
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/password")}
        text = {"purpose": "全面掌握情况。", "requirements": "高度重视。", "outline": "一、基本情况",
                "contact_person": "李敏", "contact_phone": "5500001"}
        assert client.post("/c/2026/notice", data=token | text).status_code == 303
        assert client.post("/c/2026/notice/issue", data=token).status_code == 409  # no number yet
        assert client.post("/c/2026/notice/number", data=token).status_code == 303
        refused = client.post("/c/2026/notice/issue", data=token)
        assert refused.status_code == 409
        assert "由您起草" in refused.text
    with world.client("director") as client:
        assert client.post("/c/2026/notice/issue", data={"csrf_token": csrf(client, "/password")}).status_code == 303


def test_6_nobody_issues_the_letter_that_they_wrote_and_none_without_number(reported: World) -> None:
    both_roles(reported)
    page = "/c/2026/u/jiaotong/feedback"
    with reported.client("section") as client:
        token = {"csrf_token": csrf(client, "/password"), "objection_how": "书面提出", "contact_person": "李敏", "contact_phone": "5500001"}
        assert client.post(f"{page}/letter", data=token).status_code == 303
        assert client.post(f"{page}/issue", data=token).status_code == 409
        assert client.post(f"{page}/number", data=token).status_code == 303
        refused = client.post(f"{page}/issue", data=token)
        assert refused.status_code == 409
        assert "由您起草" in refused.text
    with reported.client("director") as client:
        assert client.post(f"{page}/issue", data={"csrf_token": csrf(client, "/password")}).status_code == 303


def test_6_an_issued_document_is_deleted_by_nobody(noticed_world: World) -> None:
    with noticed_world.acting("system", write=False) as work:
        notice = work.session.exec(select(Document).where(Document.kind == "notice")).one()
    for who in ("director", "section", "sysadmin"):
        with noticed_world.client(who) as client:
            token = {"csrf_token": csrf(client, "/password")}
            for path in (f"/documents/{notice.code}", f"/documents/{notice.code}.pdf", f"/documents/{notice.code}/delete"):
                assert client.delete(path).status_code in (404, 405)
                assert client.post(path, data=token).status_code in (404, 405)
    package = Path(evalplat.__file__).parent
    texts = {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in package.rglob("*.py")}
    assert [name for name, text in texts.items() if re.search(r"delete\((document|Document|notice|letter)\b", text)] == []
