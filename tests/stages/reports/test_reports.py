"""From the sealed review to the approved report: who may do what, and what is fixed at the end."""

from __future__ import annotations

import gc
from decimal import Decimal

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.campaigns.tables import Campaign
from evalplat.documents.actions import view_of
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Destination, FindingState
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet
from evalplat.scores.queries import score_view
from evalplat.scores.tables import LedgerEntry
from evalplat.stages.reports import actions, queries
from evalplat.stages.reports.forms import ItemForm
from evalplat.stages.reports.queries_text import suggested
from evalplat.workflow.stages import State
from tests import scored
from tests.world import World, csrf

PAGE = "/c/2026/u/jiaotong/report"


def acts_waiting(world: World, who: str) -> set[str]:
    """Where the tasks of somebody lead."""
    with world.acting(who, write=False) as work:
        return {task.href for task in waiting_for(work, work.actor) if "/report" in task.href}


def write(world: World, who: str = "lead") -> None:
    """The suggested text, saved."""
    with world.acting(who) as work:
        evaluation = world.evaluation(work, "jiaotong")
        actions.write_report(work, evaluation, suggested(work, evaluation))


def do(world: World, who: str, deed: object) -> None:
    """One deed of somebody on jiaotong."""
    with world.acting(who) as work:
        deed(work, world.evaluation(work, "jiaotong"))  # type: ignore[operator]


def state_of(world: World) -> str:
    """Where jiaotong stands."""
    with world.acting("system", write=False) as work:
        return world.evaluation(work, "jiaotong").state


@pytest.mark.parametrize("unit", ["jiaotong", "shenji", "minzheng"])
def test_the_shared_ledger_gives_every_unit_a_total(noticed_world: World, unit: str) -> None:
    scored.complete_ledger(noticed_world, unit)
    with noticed_world.acting("system", write=False) as work:
        result = sheet.compute(work, noticed_world.evaluation(work, unit))
        assert result.problems == ()
        assert result.units[0].complete
        assert len(result.units[0].leaves) == 41
        assert not any(leaf.state == "missing" for leaf in result.units[0].leaves)


def test_who_may_not_see_the_report(reviewed_world: World) -> None:
    for who, status in (("liaison-jiaotong", 403), ("head-jiaotong", 403), ("liaison-shenji", 404), ("assessor2", 404),
                        ("sysadmin", 404), ("lead", 200), ("section", 200)):
        with reviewed_world.client(who) as client:
            assert client.get(PAGE).status_code == status, who


def test_only_the_lead_closes_the_scoring(reviewed_world: World) -> None:
    assert acts_waiting(reviewed_world, "lead") == {f"{PAGE}#score"}
    assert acts_waiting(reviewed_world, "assessor") == set()
    with reviewed_world.client("assessor") as client:
        assert client.post(f"{PAGE}/score", data={"csrf_token": csrf(client, "/password")}).status_code == 403
    with reviewed_world.client("lead") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/score", data={}).status_code == 403
        assert client.post(f"{PAGE}/score", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/score", data={"csrf_token": token}).status_code == 409
    assert acts_waiting(reviewed_world, "section") == {f"{PAGE}#moderation"}


def test_a_missing_value_keeps_the_button_grey_and_says_what_to_do(noticed_world: World) -> None:
    with scored.sure_of(*scored.SURE):
        scored.set_state(noticed_world, "jiaotong", State.REVIEWED, move="seal_review")
        with noticed_world.client("lead") as client:
            page = client.get(PAGE).text
            assert "还有 41 项指标没有数值" in page or "项指标没有数值" in page
            assert 'aria-disabled="true"' in page
            assert client.post(f"{PAGE}/score", data={"csrf_token": csrf(client, PAGE)}).status_code == 409


def test_moderation_changes_an_indicator_and_can_take_it_back(scored_world: World) -> None:
    with scored_world.acting("section") as work:
        evaluation = scored_world.evaluation(work, "jiaotong")
        before = score_view(work, evaluation)
        assert before is not None
        leaf = before.leaf("A301")
        assert leaf is not None
        with pytest.raises(Invalid):
            actions.add_item(work, evaluation, ItemForm(leaf="A301", points="3.01", reason="与其他部门不平衡"))
        with pytest.raises(Invalid):
            actions.add_item(work, evaluation, ItemForm(leaf="A301", points="2.505", reason="与其他部门不平衡"))
        actions.add_item(work, evaluation, ItemForm(leaf="A301", points="2.5", reason="与其他部门不平衡"))
        with pytest.raises(Invalid):
            actions.add_item(work, evaluation, ItemForm(leaf="A301", points="1", reason="再改"))
        after = score_view(work, evaluation)
        assert after is not None
        assert after.total is not None
        assert before.total is not None
        assert leaf.points is not None
        assert after.total == before.total - leaf.points + Decimal("2.50")
        actions.remove_item(work, evaluation, queries.items_of(work, evaluation)[0].id or 0)
        again = score_view(work, evaluation)
        assert again is not None
        assert again.total == before.total


def test_moderation_needs_minutes_and_its_changes_name_them(scored_world: World) -> None:
    with scored_world.acting("section") as work:
        evaluation = scored_world.evaluation(work, "jiaotong")
        actions.add_item(work, evaluation, ItemForm(leaf="A301", points="2.50", reason="与其他部门不平衡"))
    with scored_world.acting("section") as work, pytest.raises(MoveBlocked):
        actions.moderate(work, scored_world.evaluation(work, "jiaotong"))
    do(scored_world, "section", lambda w, e: actions.record_minutes(w, e, scored.minutes()))
    do(scored_world, "section", actions.moderate)
    with scored_world.acting("section", write=False) as work:
        [row] = ledger.entries(work, scored_world.evaluation(work, "jiaotong"), prefix="override:")
        assert (row.key, row.source, row.ref) == ("override:A301", "meeting", "会审纪要 会审〔2026〕1号")
        assert row.value == {"points": "2.50", "annulled": False, "reason": "与其他部门不平衡"}
    assert acts_waiting(scored_world, "lead") == {f"{PAGE}#text"}
    assert acts_waiting(scored_world, "assessor") == set()


def test_the_moderation_page_keeps_what_was_typed(scored_world: World) -> None:
    with scored_world.client("section") as client:
        token = csrf(client, PAGE)
        answer = client.post(f"{PAGE}/items", data={"csrf_token": token, "leaf": "A301", "points": "9", "reason": "不平衡之故"})
        assert answer.status_code == 422
        assert "不平衡之故" in answer.text
        good = client.post(f"{PAGE}/minutes", data={"csrf_token": token, "number": "会审3号", "held_on": "2026-09-01",
                                                          "participants": "李敏"},
                           files={"scan": ("纪要.pdf", b"%PDF-1.7 test", "application/pdf")})
        assert good.status_code == 303
        page = client.get(PAGE).text
        assert "会审3号" in page
        scan = page.split("/c/2026/u/jiaotong/files/", 1)[1].split('"', 1)[0]
        told = client.get(f"/c/2026/u/jiaotong/files/{scan}")
        assert told.headers["content-disposition"].startswith("attachment")
        assert client.get(f"/c/2026/u/minzheng/files/{scan}").status_code == 404
    with scored_world.client("head-jiaotong") as client:
        assert client.get(f"/c/2026/u/jiaotong/files/{scan}").status_code == 403
    gc.collect()


def test_the_draft_is_autosaved_and_two_authors_do_not_overwrite_each_other(moderated_world: World) -> None:
    with moderated_world.client("lead") as client:
        token = csrf(client, PAGE)
        data = {"csrf_token": token, "revision": "0", "organisation": "组织情况一", "assessment": "总体较好"}
        saved = client.post(f"{PAGE}/autosave", data=data)
        assert saved.status_code == 200
        assert saved.json()["fields"] == {"revision": "1"}
        assert client.post(f"{PAGE}/autosave", data=data).status_code == 409
        late = client.post(f"{PAGE}/text", data=data | {"organisation": "另一个人写的"})
        assert late.status_code == 422
        assert "另一个人写的" in late.text
        fine = client.post(f"{PAGE}/text", data=data | {"revision": "1", "achievement.0.heading": "成效", "achievement.0.text": "内容"})
        assert fine.status_code == 303
        assert "组织情况一" in client.get(PAGE).text
    with moderated_world.acting("lead", write=False) as work:
        evaluation = moderated_world.evaluation(work, "jiaotong")
        assert [row.version for row in queries.versions_of(work, evaluation)] == [1]
        document = queries.document_of(work, evaluation)
        assert document is not None
        assert document.state == "draft"
        assert view_of(document).result.provisional


def test_three_people_write_check_and_approve(moderated_world: World) -> None:
    write(moderated_world, "lead")
    do(moderated_world, "lead", actions.hand_over)
    with moderated_world.acting("lead") as work:
        text = suggested(work, moderated_world.evaluation(work, "jiaotong"))
        with pytest.raises(Refused):
            actions.write_report(work, moderated_world.evaluation(work, "jiaotong"), text)
    with moderated_world.acting("director") as work, pytest.raises(MoveBlocked):
        actions.approve(work, moderated_world.evaluation(work, "jiaotong"))
    with moderated_world.client("lead") as client:
        token = csrf(client, "/password")
        assert client.post(f"{PAGE}/check", data={"csrf_token": token}).status_code == 403
        assert client.post(f"{PAGE}/approve", data={"csrf_token": token}).status_code == 403
    assert acts_waiting(moderated_world, "section") == {f"{PAGE}#report"}
    with moderated_world.acting("lead") as work, pytest.raises(Refused):
        actions.check(work, moderated_world.evaluation(work, "jiaotong"))
    do(moderated_world, "section", actions.check)
    with moderated_world.acting("section") as work, pytest.raises(MoveBlocked):
        actions.approve(work, moderated_world.evaluation(work, "jiaotong"))
    do(moderated_world, "director", actions.approve)
    assert state_of(moderated_world) == State.REPORTED


def test_a_returned_report_comes_back_to_its_author(moderated_world: World) -> None:
    write(moderated_world)
    do(moderated_world, "lead", actions.hand_over)
    with moderated_world.client("section") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/return", data={"csrf_token": token, "reason": ""}).status_code == 422
        assert client.post(f"{PAGE}/return", data={"csrf_token": token, "reason": "问题原因写得太简单"}).status_code == 303
    assert acts_waiting(moderated_world, "lead") == {f"{PAGE}#text"}
    with moderated_world.client("lead") as client:
        assert "问题原因写得太简单" in client.get(PAGE).text
    do(moderated_world, "lead", actions.hand_over)
    do(moderated_world, "section", actions.check)
    with moderated_world.client("director") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/refuse", data={"csrf_token": token, "reason": "成效部分请补充"}).status_code == 303
    assert state_of(moderated_world) == State.MODERATED


def test_the_score_that_was_handed_over_is_the_one_approved(moderated_world: World) -> None:
    write(moderated_world)
    do(moderated_world, "lead", actions.hand_over)
    do(moderated_world, "section", actions.check)
    with moderated_world.acting("system") as work:
        ledger.put(work, moderated_world.evaluation(work, "jiaotong"), "field:T8.duties_assigned", "30", source="panel")
    with moderated_world.acting("director") as work, pytest.raises(MoveBlocked) as caught:
        actions.approve(work, moderated_world.evaluation(work, "jiaotong"))
    assert caught.value.blocked[0].fact == "report_checked"


def test_approval_fixes_result_document_and_ledger(moderated_world: World) -> None:
    write(moderated_world)
    for who, deed in (("lead", actions.hand_over), ("section", actions.check), ("director", actions.approve)):
        do(moderated_world, who, deed)
    with moderated_world.acting("director") as work:
        evaluation = moderated_world.evaluation(work, "jiaotong")
        [version] = sheet.versions(work, evaluation)
        document = queries.document_of(work, evaluation)
        assert document is not None
        assert document.state == "issued"
        view = view_of(document)
        assert (view.stamp.result_version, view.stamp.result_hash) == (1, version.hash)
        assert not view.draft
        assert not view.result.provisional
        assert view.result.total == version.total
        assert (view.drafter, view.checker, view.approver) == ("王磊", "李敏", "周正")
        with pytest.raises(Refused):
            actions.approve(work, evaluation)
        with pytest.raises(Refused):
            ledger.put(work, evaluation, "field:T8.duties_total", "50", source="panel")
        with pytest.raises(Refused):
            actions.write_report(work, evaluation, suggested(work, evaluation))
        assert len(sheet.versions(work, evaluation)) == 1


def test_a_referral_never_stands_in_the_report(moderated_world: World) -> None:
    with moderated_world.acting("lead") as work:
        evaluation = moderated_world.evaluation(work, "jiaotong")
        for title, destination in (("违规线索", Destination.REFER), ("借调超期", Destination.RECTIFY)):
            row = findings.raise_finding(work, evaluation, category="P35", severity="major", title=title, description=f"{title}的事实")
            row.state = FindingState.CONFIRMED
            findings.route(work, row, [destination])
    write(moderated_world)
    with moderated_world.acting("lead", write=False) as work:
        document = queries.document_of(work, moderated_world.evaluation(work, "jiaotong"))
        assert document is not None
        assert [row.title for row in view_of(document).findings] == ["借调超期"]
        assert "违规线索" not in str(document.view)
    with moderated_world.client("lead") as client:
        page = client.get(PAGE).text
        assert "借调超期" in page
        assert "违规线索" not in page


def test_a_relaxed_rule_is_printed(moderated_world: World) -> None:
    with moderated_world.acting("system") as work:
        campaign = work.session.exec(select(Campaign)).one()
        campaign.settings = campaign.settings | {"relaxed_rules": ["three_people"]}
        work.session.add(campaign)
    write(moderated_world, "section")
    do(moderated_world, "section", actions.hand_over)
    do(moderated_world, "section", actions.check)
    do(moderated_world, "director", actions.approve)
    with moderated_world.acting("director", write=False) as work:
        document = queries.document_of(work, moderated_world.evaluation(work, "jiaotong"))
        assert document is not None
        assert view_of(document).stamp.relaxed_rules == ("起草、核稿、审定可以由同一人担任",)


def test_the_ledger_says_no_row_ids(reviewed_world: World) -> None:
    with reviewed_world.acting("system", write=False) as work:
        keys = [row.key for row in rows_of(work)]
        assert all(key.rpartition(":")[2] != "1" for key in keys)
        assert {key.rpartition(":")[2] for key in keys if key.startswith("rating:A301:")} == {"lead", "assessor"}


def rows_of(work: Work) -> list[LedgerEntry]:
    """Everything in the ledger."""
    return list(work.session.exec(select(LedgerEntry)))
