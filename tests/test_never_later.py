"""What must never be possible, lines 7 to 13: each forbidden thing is tried, and its refusal is seen."""

from __future__ import annotations

import ast
import re
import sqlite3
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from evalplat.audit import log
from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import moves, windows
from evalplat.kernel.db import transaction
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.scores import adjustments, ledger, sheet
from evalplat.stages.followup import queries as followup_queries
from evalplat.stages.surveys.tables import SurveyAnswer
from evalplat.workflow.stages import State
from tests.scored import at_state, complete_ledger, set_state
from tests.stages.followup import steps
from tests.stages.surveys.conftest import ANSWERS, freeze, link_to, open_world, rows, tokens_for
from tests.stages.surveys.visitor import Visitor
from tests.world import World, csrf

__all__ = ["open_world"]


# 7. nobody answers twice with one token; fewer than five answers show nothing


def test_7_one_token_is_one_answer(open_world: World) -> None:
    [token] = tokens_for(open_world, "staff")
    with open_world.client() as client, open_world.client() as another:
        first, second = (Visitor(one).open(f"/s/{token}").fill(ANSWERS["staff"]) for one in (client, another))
        assert first.send("finish").status == 200
        assert second.send("finish").status == 410
        assert first.repeat().status in (200, 410)
        assert Visitor(another).open(f"/s/{token}").status == 410
    assert len(rows(open_world, SurveyAnswer)) == 1


def test_7_fewer_than_five_answers_show_nothing_but_their_number(open_world: World) -> None:
    with open_world.client() as client:
        for _ in range(4):
            Visitor(client).open(link_to(open_world, "citizen")).fill(ANSWERS["citizen"]).send("finish")
    assert len(rows(open_world, SurveyAnswer)) == 4
    freeze(open_world)
    for who in ("section", "director"):
        with open_world.client(who) as client:
            text = client.get("/c/2026/surveys/citizen/results/jiaotong").text
            assert "不足5人" in text
            assert not [word for word in ("窗口太少", "<progress", "57.5") if word in text]
    with open_world.acting("system", write=False) as work:
        value = ledger.value_of(work, open_world.evaluation(work, "jiaotong"), "survey:citizens", source="survey")
        assert value is None or value.get("score") is None


# 8. no result is final before the window to object is over


def test_8_no_result_is_final_while_the_window_is_open(noticed_world: World) -> None:
    at_state(noticed_world, "jiaotong", State.INFORMED)
    with noticed_world.acting("director") as work:
        blocked = moves.blocked_by(work, noticed_world.evaluation(work, "jiaotong"), "finalise")
        assert "objections_over" in [item.fact for item in blocked]
        with pytest.raises(MoveBlocked):
            moves.make(work, noticed_world.evaluation(work, "jiaotong"), "finalise")


def test_8_nobody_makes_it_final_or_concludes_before_the_window_is_over(noticed_world: World) -> None:
    world = noticed_world
    at_state(world, "jiaotong", State.INFORMED)
    for who, path, expected in (("director", "u/jiaotong/objection/final", 409), ("section", "u/jiaotong/objection/final", 403),
                                ("director", "summary/conclude", 409), ("section", "summary/conclude", 403)):
        with world.client(who) as client:
            assert client.post(f"/c/2026/{path}", data={"csrf_token": csrf(client, "/password")}).status_code == expected, path
    with world.acting("system", write=False) as work:
        assert (world.evaluation(work, "jiaotong").state, world.campaign(work).state) == (State.INFORMED, "issued")


@pytest.mark.parametrize("state", [State.INFORMED, State.OBJECTED, State.DECIDED])
def test_8_a_result_that_is_not_final_is_published_nowhere(noticed_world: World, state: State) -> None:
    world = noticed_world
    listed(world, final="shenji")
    set_state(world, "jiaotong", state)
    for who, path in (("", "/results/tz/2026"), ("head-shenji", "/c/2026/results")):
        with world.client(who) as client:
            text = client.get(path).text
            assert "审计局" in text
            assert "交通运输局" not in text


@pytest.mark.parametrize("state", [state for state in State if state not in (State.INFORMED, State.DECIDED)])
def test_8_no_other_state_leads_to_a_final_result(noticed_world: World, state: State) -> None:
    with noticed_world.acting("director") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        evaluation.state = state
        work.session.add(evaluation)
        work.session.flush()
        with pytest.raises(MoveBlocked):
            moves.make(work, evaluation, "finalise")


# 9. no item closes without evidence and a verifier who is not the department; nothing is extended late; nobody sets "overdue"

ITEM = f"/c/2026/u/{steps.UNIT}/follow-up/items/f-02"


def tried(world: World, who: str, deed: str, **data: str) -> int:
    """The answer to a press of one of the item's buttons."""
    with world.client(who) as client:
        return client.post(f"{ITEM}/{deed}", data={"csrf_token": csrf(client, "/password"), **data}).status_code


def test_9_no_item_closes_without_evidence_or_by_the_department(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    steps.plan(world)
    steps.progress(world, proof=False)
    checked = {"method": "written", "opinion": "属实"}
    assert tried(world, "head-jiaotong", "submit", report="已全部整改到位") == 422
    assert tried(world, "lead", "verify", **checked) == 409
    steps.progress(world)
    steps.submit(world)
    assert [tried(world, who, "verify", **checked) for who in ("head-jiaotong", "liaison-jiaotong", "head-shenji")] == [403, 403, 404]
    assert [tried(world, "lead", "verify", **checked) for _ in range(2)] == [303, 409]
    with world.acting("system", write=False) as work:
        assert steps.item(work, world)[0].closed_at is None
    assert tried(world, "section", "verify", **checked) == 303
    with world.acting("system", write=False) as work:
        assert steps.item(work, world)[0].closed_at == world.now


def test_9_nothing_is_extended_after_its_day_and_overdue_is_nobodys_entry(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("system", write=False) as work:
        due = steps.item(work, world)[0].due_at
    world.now = due + timedelta(seconds=1)
    more = {"until": (due + timedelta(days=12)).date().isoformat(), "reason": "涉及多部门"}
    assert tried(world, "liaison-jiaotong", "ask-extension", **more) == 409
    assert tried(world, "director", "extend", **more) == 409
    forged = {"overdue": "false", "due_at": "2027-01-01", "state": "closed", "percent": "90", "text": "已调整"}
    for who in ("liaison-jiaotong", "section", "director"):
        tried(world, who, "progress", **forged)
        with world.client(who) as client:
            assert "逾期" in client.get(ITEM).text
    with world.acting("system", write=False) as work:
        row = steps.item(work, world)[0]
        assert (row.due_at, row.closed_at) == (due, None)
        assert followup_queries.overdue(row, work.now)


# 10. the audit log is neither changed nor shortened; times come from the server


def test_10_a_changed_log_is_found(noticed_world: World, data_dir) -> None:
    connection = sqlite3.connect(data_dir / "test.sqlite3")
    connection.execute("update audit_event set actor_name = '别人' where seq = 12")
    connection.commit()
    connection.close()
    with transaction(noticed_world.engine, write=False) as session:
        assert log.verify(session, noticed_world.office_id).broken_seq == 12


@pytest.mark.parametrize("statement", ["delete from audit_event where seq = 12", "delete from audit_event where seq > 12"])
def test_10_a_shortened_log_is_found(noticed_world: World, data_dir, statement: str) -> None:
    connection = sqlite3.connect(data_dir / "test.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()
    with transaction(noticed_world.engine, write=False) as session:
        assert log.verify(session, noticed_world.office_id).broken_seq in (12, 13)


def test_10_nobody_writes_to_the_log_by_its_pages(noticed_world: World) -> None:
    for who, status in (("auditadmin", 405), ("secadmin", 405), ("director", 405)):
        with noticed_world.client(who) as client:
            token = {"csrf_token": csrf(client, "/password")}
            assert client.post("/audit", data=token).status_code == status
            assert client.delete("/audit").status_code == 405


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


def test_11_without_its_evidence_no_veto_is_proposed(noticed_world: World) -> None:
    set_state(noticed_world, "jiaotong", State.ACCEPTED)
    noticed_world.pass_days(30)
    with noticed_world.client("assessor") as client:
        form = {"csrf_token": csrf(client, "/password"), "code": "H03", "reason": "超配副职1名"}
        for blank in ("", "  "):
            assert client.post("/c/2026/u/jiaotong/review/adjustments", data=form | {"evidence": blank}).status_code == 422
    with noticed_world.acting("assessor") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        with pytest.raises(Invalid):
            adjustments.propose(work, evaluation, code="H03", reason="超配副职1名", evidence=" ")
        assert adjustments.proposals_of(work, evaluation) == []


# 12. no list of grades or ranks without a mark where too few answered


def listed(world: World, *, final: str, few: str = "") -> None:
    """Two results frozen, one of them with too few answers of the staff; the campaign concluded (test only), some of it public."""
    for unit in ("jiaotong", "shenji"):
        complete_ledger(world, unit)
    with world.acting("system") as work:
        for unit in ("jiaotong", "shenji"):
            row = world.evaluation(work, unit)
            n = 3 if unit == few else 30
            ledger.put(work, row, "survey:staff", {"score": "75", "n": n}, source="survey", ref="staff.yaml", audited=False)
            sheet.freeze(work, row, reason="report")
        campaign = world.campaign(work)
        campaign.settings = campaign.settings | {"publication": {"evaluated": ["grade", "rank"], "public": ["grade", "score"]}}
        campaign.state = "concluded"
        work.session.add(campaign)
    for unit in final.split():
        set_state(world, unit, State.FINAL)


def test_12_a_unit_with_too_few_answers_is_marked_in_every_list(noticed_world: World) -> None:
    world = noticed_world
    listed(world, final="jiaotong shenji", few="jiaotong")
    for who, path in (("", "/results/tz/2026"), ("head-shenji", "/c/2026/results"), ("head-jiaotong", "/c/2026/results"),
                      ("section", "/c/2026/results"), ("section", "/c/2026/summary"), ("section", "/c/2026")):
        with world.client(who) as client:
            lines = re.findall(r"<tr.*?</tr>", client.get(path).text, re.DOTALL)
            marked = {name: ["样本不足" in line for line in lines if name in line] for name in ("交通运输局", "审计局")}
            assert any(marked["交通运输局"]), (who, path)
            assert not any(marked["审计局"]), (who, path)
    with world.client("section") as client:
        sheet_rows = list(load_workbook(BytesIO(client.get("/c/2026/units.xlsx").content)).active.values)  # type: ignore[union-attr]
        marked_rows = {row[1]: "样本不足" in row for row in sheet_rows if row[1] in ("交通运输局", "审计局")}
        assert marked_rows == {"交通运输局": True, "审计局": False}


def test_12_a_reason_for_no_rank_does_not_hide_the_few_answers(noticed_world: World) -> None:
    world = noticed_world
    listed(world, final="jiaotong shenji", few="jiaotong")
    with world.acting("system") as work:
        row = world.evaluation(work, "jiaotong")
        row.mode = "light"
        work.session.add(row)
    with world.client("") as client:
        [line] = [one for one in re.findall(r"<tr.*?</tr>", client.get("/results/tz/2026").text, re.DOTALL) if "交通运输局" in one]
    assert "轻量评估，不参加排名；调查样本不足" in line


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


def test_13_what_comes_late_stays_late_whatever_is_extended_afterwards(noticed_world: World) -> None:
    world, page = noticed_world, "/c/2026/u/shenji"
    with world.client("liaison-shenji") as client:
        assert client.post(f"{page}/notice/receipt", data={"csrf_token": csrf(client, "/password")}).status_code == 303
    with world.acting("system", write=False) as work:
        due = windows.due_of(work, world.evaluation(work, "shenji"), "assessment")
        assert due is not None
    more = {"window": "assessment", "until": "2026-10-15", "reason": "补办"}
    for who, data in (("section", more | {"reason": ""}), ("director", more | {"until": ""})):
        with world.client(who) as client:
            assert client.post(f"{page}/extension/give", data={"csrf_token": csrf(client, "/password"), **data}).status_code == 422
    world.now = due + timedelta(seconds=1)
    for who, path in (("head-shenji", f"{page}/extension"), ("section", f"{page}/extension/give"), ("director", f"{page}/extension/give")):
        with world.client(who) as client:
            assert client.post(path, data={"csrf_token": csrf(client, "/password"), **more}).status_code == 409
    with world.acting("section") as work:
        evaluation = world.evaluation(work, "shenji")
        with pytest.raises(Refused):
            windows.extend(work, evaluation, "assessment", closes_at=due + timedelta(days=9), reason="补办", document="滕编办函〔2026〕3号")
        assert windows.due_of(work, evaluation, "assessment") == due
