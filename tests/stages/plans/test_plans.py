"""Coverage is counted from the books, a plan is approved by somebody else, and a batch becomes a campaign by one press."""

from __future__ import annotations

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.campaigns import drafts, setup
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.queries import readable
from evalplat.kernel.errors import Invalid, Refused
from evalplat.people.tables import Unit
from evalplat.stages.plans import actions, actions_plan, queries, queries_coverage, queries_plan
from evalplat.stages.plans.forms import ApprovalForm, EarlierForm, PlanForm, RemovalForm, RowForm
from evalplat.workflow.stages import State
from tests.pages.counting import statements
from tests.scored import at_state
from tests.stages.plans import steps
from tests.world import World


def test_what_was_before_counts_once_it_is_entered_with_its_document(world: World) -> None:
    steps.earlier(world, "jiaotong", 2023)
    with world.acting("section", write=False) as work:
        lines = {line.code: line for line in queries_coverage.coverage(work).lines}
    assert (lines["jiaotong"].last, lines["jiaotong"].due, lines["jiaotong"].due_key) == (2023, 2028, "later")
    assert lines["shenji"].due_key == "never"
    assert lines["shenji"].risk == 40
    assert sum(part.points for part in lines["jiaotong"].parts) == lines["jiaotong"].risk == 24


def test_an_entry_is_taken_out_with_a_reason_and_never_twice_entered(world: World) -> None:
    steps.earlier(world, "jiaotong", 2023)
    with world.acting("section") as work, pytest.raises(Invalid):
        actions.add_earlier(work, EarlierForm(unit="jiaotong", year=2023, document="再录一次"))
    with world.acting("section") as work:
        actions.remove_earlier(work, "jiaotong", year=2023, kind="full", form=RemovalForm(reason="录错单位"))
    with world.acting("section", write=False) as work:
        assert queries.earlier_of(work) == {}


def test_weights_are_settings_with_defaults(world: World) -> None:
    with world.acting("section") as work:
        actions.set_weights(work, {**queries.weights_of(work), "never": 70}, cycle=4)
        assert queries.office_of(work).settings["risk_weights"] == {"never": 70}
        assert queries_coverage.coverage(work).lines[0].risk == 70
        assert queries.cycle_of(work) == 4
    with world.acting("section") as work, pytest.raises(Invalid):
        actions.set_weights(work, {**queries.weights_of(work), "never": 700}, cycle=4)


def test_a_concluded_full_evaluation_covers_its_year_a_running_one_does_not(noticed_world: World) -> None:
    at_state(noticed_world, "jiaotong", State.INFORMED)
    with noticed_world.acting("system") as work:
        for unit, mode in (("jiaotong", "full"), ("minzheng", "light")):
            evaluation = noticed_world.evaluation(work, unit)
            evaluation.state, evaluation.mode = State.FINAL, mode
            work.add(evaluation)
    with noticed_world.acting("section", write=False) as work:
        assert {line.last for line in queries_coverage.coverage(work).lines} == {None}
    with noticed_world.acting("system") as work:
        campaign = noticed_world.campaign(work)
        campaign.state = "concluded"
        work.add(campaign)
    with noticed_world.acting("section", write=False) as work:
        lines = {line.code: line for line in queries_coverage.coverage(work).lines}
    assert (lines["jiaotong"].last, lines["jiaotong"].due) == (2026, 2031)
    assert lines["jiaotong"].grade
    assert lines["minzheng"].last is None


def test_the_table_is_gathered_in_few_queries(world: World) -> None:
    from sqlalchemy import event

    with world.acting("system") as work:
        for number in range(60):
            work.add(Unit(office_id=work.office_id, code=f"u{number:02d}", name=f"第{number}局", short_name=f"{number}局",
                          category="gov_econ"))
    count: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:  # type: ignore[no-untyped-def]
        count.append(statement)

    event.listen(world.engine, "before_cursor_execute", note)
    try:
        with world.acting("section", write=False) as work:
            count.clear()
            assert len(queries_coverage.coverage(work).lines) == 63
    finally:
        event.remove(world.engine, "before_cursor_execute", note)
    assert len(count) <= 16


def test_an_approved_plan_is_a_numbered_document_with_a_signer(world: World) -> None:
    code = steps.approved(world)
    with world.acting("director", write=False) as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        document = queries.document_of(work, plan)
        assert document is not None
        assert document.number
        assert document.view["head"]["signer"] == "孙立"
        assert [sheet["title"] for sheet in document.view["sheets"]] == ["2027年评估批次", "2028年评估批次", "2029年评估批次"]
        assert "审定" in str(document.view["sections"])
        assert readable(work.session, work.actor, document)
    with world.acting("liaison-jiaotong", write=False) as work:
        assert not readable(work.session, work.actor, document)


def test_nobody_approves_what_they_drafted_and_the_task_goes_to_the_commission(world: World) -> None:
    code = steps.drafted(world)
    with world.acting("section", write=False) as work:
        assert any("三年规划" in task.title for task in waiting_for(work, work.actor))
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        with pytest.raises(Refused):
            actions_plan.approve(work, plan, ApprovalForm())
        actions_plan.hand_over(work, plan)
        with pytest.raises(Refused, match="drafted this plan"):
            actions_plan.approve(work, plan, ApprovalForm())
    with world.acting("commission", write=False) as work:
        assert any("三年规划" in task.title for task in waiting_for(work, work.actor))
    with world.acting("commission") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        actions_plan.send_back(work, plan, reason="年度不均衡")
        assert plan.state == "drafted"
        assert waiting_for(work, work.actor) == []


def test_an_approved_plan_changes_only_by_a_new_version(world: World) -> None:
    code = steps.approved(world)
    move = RowForm(unit="shenji", year=2027, to=2028, reason="机构改革")
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        move = move.model_copy(update={"year": next(row.year for row in queries.rows_of(work, plan)
                                                    if row.unit_id == world.units["shenji"]), "to": 2029})
        if move.year == 2029:
            move = move.model_copy(update={"to": 2028})
        with pytest.raises(Refused):
            actions_plan.change_row(work, plan, move)
        second = actions_plan.new_version(work, plan, reason="机构改革")
        actions_plan.change_row(work, second, move)
        with pytest.raises(Refused):
            actions_plan.new_version(work, plan, reason="再来一版")
        actions_plan.hand_over(work, second)
    with world.acting("commission") as work:
        second = queries.find_plan(work, code)
        assert second is not None
        actions_plan.approve(work, second, ApprovalForm())
        assert [(row.version, row.state) for row in queries.plans_of(work)] == [(2, "approved"), (1, "replaced")]


def test_what_was_placed_by_hand_stays_when_the_rest_is_proposed_again(world: World) -> None:
    code = steps.drafted(world)
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        year = next(row.year for row in queries.rows_of(work, plan) if row.unit_id == world.units["minzheng"])
        to = 2029 if year != 2029 else 2027
        actions_plan.change_row(work, plan, RowForm(unit="minzheng", year=year, to=to, reason="领导班子调整"))
        actions_plan.propose_rows(work, plan, light_rest=True)
        rows = queries.rows_of(work, plan)
        assert [row.year for row in rows if row.unit_id == world.units["minzheng"] and row.mode == "full"] == [to]
        assert len(rows) == 9
        assert sum(row.mode == "light" for row in rows) == 6


def test_a_plan_that_leaves_somebody_out_is_not_handed_over(world: World) -> None:
    with world.acting("section") as work:
        plan = actions_plan.draft_plan(work, PlanForm(title="五年规划", first_year=2027, years=5))
        actions_plan.propose_rows(work, plan)
        year = next(row.year for row in queries.rows_of(work, plan) if row.unit_id == world.units["shenji"])
        actions_plan.change_row(work, plan, RowForm(unit="shenji", year=year, to=0, reason="误操作"))
        with pytest.raises(Refused, match="not visited"):
            actions_plan.hand_over(work, plan)


def test_a_batch_becomes_a_campaign_marked_with_its_plan(world: World) -> None:
    code = steps.approved(world, first_year=2026, light_rest=True)
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        campaign = actions_plan.start_batch(work, plan, 2026)
        rows = list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id)))
        assert sorted(row.mode for row in rows) == ["full", "light", "light"]
        assert campaign.settings["plan"]["number"].startswith("滕编办发")
        with pytest.raises(Refused):
            actions_plan.start_batch(work, plan, 2026)
        page = queries_plan.plan_page(work, plan)
        assert [batch.may_begin for batch in page.batches] == [False, True, True]


def _cancelled(world: World, code: str) -> None:
    """The batch of 2026 is begun, and its campaign cancelled by a document."""
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        actions_plan.start_batch(work, plan, 2026)
    with world.acting("director") as work:
        setup.cancel(work, work.session.exec(select(Campaign)).one(), document="滕编办函〔2026〕9号", reason="机构改革")


def test_a_cancelled_batch_is_begun_again_with_a_code_and_title_of_its_own(world: World) -> None:
    code = steps.approved(world, first_year=2026, light_rest=True)
    _cancelled(world, code)
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        again = actions_plan.start_batch(work, plan, 2026)
        assert again.code == "2026-2"
        assert again.title.endswith("（第2次组织）")
        assert again.settings["plan"]["year"] == 2026
        with pytest.raises(Refused):
            actions_plan.start_batch(work, plan, 2026)
        first = queries_plan.plan_page(work, plan).batches[0]
        assert [(one.href, one.cancelled) for one in first.campaigns] == [("/c/2026", True), ("/c/2026-2", False)]
        assert first.campaigns[0].document == "滕编办函〔2026〕9号"
    with world.client("section") as client:
        page = client.get(f"/plans/{code}").text
        assert "依据滕编办函〔2026〕9号：机构改革" in page
        assert client.get("/c/2026").status_code == 200


def test_a_cancelled_batch_is_planned_again_and_the_document_says_so(world: World) -> None:
    code = steps.approved(world, first_year=2026, light_rest=True)
    _cancelled(world, code)
    with world.acting("section") as work:
        plan = queries.find_plan(work, code)
        assert plan is not None
        second = actions_plan.new_version(work, plan, reason="机构改革")
        row = next(row for row in queries.rows_of(work, second) if row.year == 2026 and row.mode == "full")
        unit = work.session.get_one(Unit, row.unit_id)
        actions_plan.change_row(work, second, RowForm(unit=unit.code, year=2026, to=2026, mode="light", reason="机构改革"))
        assert row.mode == "light"
        actions_plan.change_row(work, second, RowForm(unit=unit.code, year=2026, to=2026, mode="full", reason="仍须实地评估"))
        actions_plan.propose_rows(work, second, light_rest=True)
        actions_plan.hand_over(work, second)
    with world.acting("commission") as work:
        second = queries.find_plan(work, code)
        assert second is not None
        actions_plan.approve(work, second, ApprovalForm())
        document = queries.document_of(work, second)
        assert document is not None
        said = "该年度原组织的评估已取消（2026年度机构编制综合评估，滕编办函〔2026〕9号），按本规划重新组织。"
        assert said in str(document.view["sections"])
    with world.acting("section") as work:
        second = queries.find_plan(work, code)
        assert second is not None
        assert actions_plan.start_batch(work, second, 2026).code == "2026-2"
        assert [(batch.plan_version, batch.year) for batch in queries.batches_of(work, second)] == [(1, 2026), (2, 2026)]


def test_of_past_results_only_the_grade_is_read(noticed_world: World) -> None:
    at_state(noticed_world, "jiaotong", State.INFORMED)
    with statements(noticed_world.engine) as sent, noticed_world.acting("section", write=False) as work:
        queries_coverage.coverage(work)
    assert [text for text in sent if "result_version" in text]
    assert not [text for text in sent if "result_version.canonical" in text]


def test_a_category_of_the_offices_own_system_is_called_as_there(world: World) -> None:
    with world.acting("section") as work:
        draft = drafts.start(work, source="tengzhou-2026.yaml", title="本市指标体系")
        text = draft.text.replace("categories:", "categories:\n  park: {zh: 开发区, en: Development zones}", 1)
        drafts.publish(work, drafts.save(work, draft, text, revision=1), revision=2)
        unit = queries.unit_called(work, "jiaotong")
        assert unit is not None
        unit.category = "park"
        work.session.add(unit)
    with world.acting("section", write=False) as work:
        assert {one.code: one.category_label for one in queries_coverage.coverage(work).lines}["jiaotong"] == "开发区"
