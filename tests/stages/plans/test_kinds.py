"""Thematic evaluations without indicators go through all stages without a number; two campaigns with one unit mix nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.campaigns import definitions, modes, moves, own_facts, progress, setup, teams, windows
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.actions import view_of
from evalplat.documents.queries import latest
from evalplat.documents.render import render_html
from evalplat.documents.tables import Document
from evalplat.findings.queries import findings_of
from evalplat.kernel.errors import Invalid
from evalplat.people.tables import Unit, User
from evalplat.scores import ledger, sheet
from evalplat.stages.assessments import actions as assessments
from evalplat.stages.assessments import actions_submit, queries
from evalplat.stages.assessments.rules import CHAPTERS
from evalplat.stages.notices import actions as notices
from evalplat.stages.notices.forms import NoticeForm
from evalplat.stages.reviews import actions as reviews
from evalplat.workflow.stages import State
from tests.stages.plans import walk
from tests.stages.plans.walk import UNIT
from tests.stages.reviews.conftest import sent_finding, with_records
from tests.world import World, with_campaign, with_notice

NUMBERS = re.compile(r"\d+(?:\.\d+)?分|总分[^，。]*\d|得分率")


def thematic(world: World, *, code: str = "zhuanxiang", system_file: str = modes.NO_INDICATORS) -> World:
    """A thematic campaign without indicators with its notice issued; the world's campaign is this one from now on."""
    with world.acting("section") as work:
        users = {name: work.session.get_one(User, key) for name, key in world.users.items()}
        campaign = setup.draft_campaign(work, code=code, title="2026年度综合行政执法专项评估", year=2026, census_date=date(2026, 8, 31),
                                        basis="《机构编制管理评估办法》", scope="综合行政执法改革后职责承接和人员编制到位情况",
                                        system_file=system_file, survey_files=[], kind="thematic")
        world.campaign_id = campaign.id or 0
        team = teams.make_team(work, campaign, code="z1", name="专项组", lead=users["lead"], members=[users["assessor"]])
        evaluation = setup.add_evaluation(work, campaign, work.session.get_one(Unit, world.units[UNIT]))
        teams.assign_team(work, campaign, evaluation, team)
        teams.make_panel(work, campaign, chair=users["panel"], members=[users["panel2"]])
        for kind, (opens, closes) in {"assessment": (5, 30), "survey": (5, 40), "review": (25, 60)}.items():
            windows.set_window(work, campaign, kind, opens_at=world.start + timedelta(days=opens),
                               closes_at=world.start + timedelta(days=closes))
        assert own_facts.plan_gaps(work, campaign) == []
    return with_notice(world)


def assessed(world: World) -> None:
    """The unit writes its texts, and nothing asks it for a figure's score."""
    walk.acknowledged(world)
    with world.acting("liaison-jiaotong") as work:
        evaluation = world.evaluation(work, UNIT)
        assessments.fill(work, evaluation, texts={key: f"{title} 内容" for key, title in CHAPTERS},
                         problems=[{"category": "P51", "description": "制度修订滞后。", "measure": "年底前完成。"}])
        actions_submit.mark_ready(work, evaluation)
    with world.acting("head-jiaotong") as work:
        actions_submit.submit(work, world.evaluation(work, UNIT), declared=True)
    with world.acting("section") as work:
        actions_submit.accept(work, world.evaluation(work, UNIT))


def reviewed(world: World) -> None:
    """Records, a finding, the seal."""
    world.now = world.start + timedelta(days=27)
    with_records(world)
    sent_finding(world)
    world.pass_days(16)
    from evalplat.stages.reviews import actions_findings

    with world.acting("system") as work:
        actions_findings.note_silence(work)
    with world.acting("lead") as work:
        evaluation = world.evaluation(work, UNIT)
        for row in findings_of(work, evaluation):
            if row.state == "drafted":
                actions_findings.withdraw_finding(work, evaluation, row, reason="已并入现场问题")
            else:
                actions_findings.confirm_finding(work, evaluation, row)
        reviews.seal_review(work, evaluation)


def test_an_evaluation_without_indicators_goes_through_all_stages_and_prints_no_number(world: World) -> None:
    thematic(world)
    assessed(world)
    reviewed(world)
    walk.reported(world)
    walk.finished(world)
    from evalplat.stages.summaries import actions as summaries
    from evalplat.stages.summaries.forms import SummaryForm

    with world.acting("director", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        version = sheet.latest(work, evaluation)
        assert version is not None
        assert (version.total, version.grade, version.marks) == (None, None, ["not_scored"])
        for kind in ("notice", "report", "feedback_letter"):
            document = latest(work.session, kind, evaluation=evaluation) or latest(work.session, kind, campaign=world.campaign(work))
            assert document is not None
            text = re.sub(r"<style.*?</style>", "", render_html(kind, view_of(document)), flags=re.DOTALL)
            assert NUMBERS.findall(text) == [], kind
            assert "不计分" in text
    with world.acting("director") as work:
        summaries.conclude(work, world.campaign(work))
    with world.acting("section") as work:
        fields = dict.fromkeys(SummaryForm.model_fields, "总体较好：\n如实反映。")
        row = summaries.write_summary(work, world.campaign(work), SummaryForm.model_validate(fields))
        document = work.session.get_one(Document, row.document_id)
        text = re.sub(r"<style.*?</style>", "", render_html("summary", view_of(document)), flags=re.DOTALL)
        assert re.findall(r"平均总分\d|\d分，执行", text) == []


def test_every_page_of_it_opens_and_shows_no_number(world: World) -> None:
    thematic(world)
    assessed(world)
    reviewed(world)
    walk.reported(world)
    for who in ("section", "director", "lead"):
        with world.client(who) as client:
            for place in ("", "/review", "/review/scores", "/review/figures", "/report", "/assessment", "/findings"):
                assert client.get(f"/c/zhuanxiang/u/{UNIT}{place}").status_code == 200, (who, place)
            assert client.get("/c/zhuanxiang").status_code == 200
    with world.client("section") as client:
        assert client.get("/c/zhuanxiang/summary").status_code == 200
        shown = client.get(f"/c/zhuanxiang/u/{UNIT}/report").text.split("<main", 1)[1]
        assert "总分" not in shown.replace("总分表", "").split("会审", 1)[0]


def test_each_kind_asks_for_what_it_needs(world: World) -> None:
    base = {"title": "跟踪问效", "kind": "follow_through", "scope": "", "matter": "", "matter_document": "", "matter_date": None}
    with pytest.raises(Invalid) as caught:
        modes.frame_of(base, {})
    assert set(caught.value.errors) == {"matter", "matter_document", "matter_date"}
    full = base | {"matter": "设立市大数据中心", "matter_document": "滕编发〔2025〕12号", "matter_date": date(2025, 5, 6)}
    with world.acting("section") as work:
        columns = modes.frame_of(full, {})
        campaign = setup.draft_campaign(work, code="gz", year=2026, census_date=date(2026, 8, 31), system_file=modes.NO_INDICATORS,
                                        survey_files=[], **columns)
        assert modes.matter_of(campaign) == modes.Matter("设立市大数据中心", "滕编发〔2025〕12号", date(2025, 5, 6))
        assert modes.gaps(campaign) == []
        other = setup.draft_campaign(work, code="zx", title="专项", year=2026, census_date=date(2026, 8, 31), kind="thematic",
                                     system_file=modes.NO_INDICATORS, survey_files=[])
        assert [gap.href for gap in modes.gaps(other)] == ["/c/zx/set-up#frame"]
        assert modes.frame_of(full | {"kind": "comprehensive"}, {"matter_date": "2025-05-06"})["settings"] == {}


def test_the_new_form_shows_the_fields_of_its_kind(world: World) -> None:
    with world.client("section") as client:
        pages = {kind: client.get(f"/c/new?kind={kind}").text for kind in modes.KINDS}
    assert 'name="matter_document"' in pages["follow_through"]
    assert 'name="matter_document"' not in pages["comprehensive"] + pages["thematic"]
    assert "none.yaml" in pages["thematic"]
    assert "none.yaml" not in pages["comprehensive"]


@pytest.fixture
def two_world(world: World) -> tuple[World, int, int]:
    """Two issued campaigns at once, 交通运输局 in both."""
    with_notice(with_campaign(world))
    first = world.campaign_id
    thematic(world)
    return world, first, world.campaign_id


def test_two_campaigns_with_one_unit_mix_nothing(two_world: tuple[World, int, int]) -> None:
    world, first, second = two_world

    def at(which: int) -> World:
        world.campaign_id = which
        return world

    with world.acting("section", write=False) as work:
        systems = {key: definitions.system_of(work, work.session.get_one(Campaign, key)).id for key in (first, second)}
        assert systems == {first: "tengzhou-2026", second: "none"}
        assert len(list(work.session.exec(select(Evaluation).where(Evaluation.unit_id == world.units[UNIT])))) == 2
    with world.acting("liaison-jiaotong", write=False) as work:
        mine = [task for task in waiting_for(work, work.actor) if task.href.endswith("/notice")]
        assert {task.campaign for task in mine} == {"2026", "zhuanxiang"}
    assessed(at(second))
    with world.acting("section", write=False) as work:
        assert at(first).evaluation(work, UNIT).state == State.NOTIFIED
        assert at(second).evaluation(work, UNIT).state == State.ACCEPTED
        assert ledger.entries(work, at(first).evaluation(work, UNIT), prefix="field:") == []
        assert queries.submissions_of(work, at(first).evaluation(work, UNIT)) == []
        waiting = {row.act for row in progress.waiting(work, at(first).evaluation(work, UNIT))}
        assert waiting == {"acknowledge_notice", "enter_office_figures"}
    reviewed(at(second))
    with world.acting("section", write=False) as work:
        assert findings_of(work, at(first).evaluation(work, UNIT)) == []
        assert len(findings_of(work, at(second).evaluation(work, UNIT))) >= 1
    with world.acting("establishment") as work:
        walk.enter_office(work, at(first).evaluation(work, UNIT))
        assert ledger.entries(work, at(second).evaluation(work, UNIT), prefix="rows:T2") == []
    walk.reported(at(second))
    walk.finished(at(second))
    with world.acting("section", write=False) as work:
        numbers = [row.number for row in work.session.exec(select(Document)) if row.number]
        assert len(numbers) == len(set(numbers))
        own = {row.campaign_id for row in work.session.exec(select(Document).where(
            Document.evaluation_id == at(first).evaluation(work, UNIT).id))}
        assert own <= {first}
        assert sheet.latest(work, at(first).evaluation(work, UNIT)) is None
        assert own_facts.every_evaluation_final(work, work.session.get_one(Campaign, second)).holds
        assert not own_facts.every_evaluation_final(work, work.session.get_one(Campaign, first)).holds
    with world.client("liaison-jiaotong") as client:
        one, two = client.get(f"/c/2026/u/{UNIT}"), client.get(f"/c/zhuanxiang/u/{UNIT}")
        assert one.status_code == two.status_code == 200
        assert "专项评估" not in one.text.split("<main", 1)[1]
        assert "综合评估" not in two.text.split("<main", 1)[1]
    with world.client("lead") as client:
        assert client.get(f"/c/2026/u/{UNIT}/review").status_code == 200


def test_the_notice_form_is_not_shared(world: World) -> None:
    thematic(world)
    with world.acting("section", write=False) as work:
        assert moves.campaign_blocked_by(work, world.campaign(work), "issue")
    with world.acting("section") as work, pytest.raises(Exception, match="supplementary"):
        notices.write_notice(work, world.campaign(work), NoticeForm(purpose="x", requirements="y", outline="z", contact_person="李敏",
                                                                    contact_phone="1"))
