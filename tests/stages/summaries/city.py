"""A city of eighty units with results, findings, a ledger and a campaign before it: written straight into the tables. For tests alone."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation, Progress, Step, Team
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import CATEGORIES
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores import sheet
from evalplat.scores.tables import LedgerEntry
from evalplat.stages.followup.tables import Advice, Rectification
from evalplat.stages.objections.tables import Objection, ObjectionItem
from evalplat.stages.reviews.tables import ReviewRecord
from evalplat.workflow.stages import STAGE_OF, State
from tests.pages.rich import MOVES
from tests.scored import complete_ledger
from tests.world import World

KINDS = ("gov_econ", "gov_social", "gov_enforce", "party")
STEM = ("发展改革", "工业信息", "财政", "自然资源", "住房建设", "水务", "农业农村", "商务", "文化旅游", "卫生健康", "应急管理", "市场监管",
        "统计", "医疗保障", "信访", "林业")
LATE = 3
"""How many of the units are not final unless everything is."""


def build(world: World, *, units: int = 80, final: bool = False) -> World:
    """Up to ``units`` departments; ``final``: every result is final."""
    complete_ledger(world, "jiaotong")
    with world.acting("system") as work:
        campaign = world.campaign(work)
        pattern = list(work.session.exec(select(LedgerEntry).where(
            LedgerEntry.evaluation_id == world.evaluation(work, "jiaotong").id)))
        rows = [(row.key, row.source, row.value, row.ref) for row in pattern]
        for row in pattern:
            work.session.delete(row)
        evaluations = _evaluations(work, world, campaign, units)
        before = _last_year(work, world, [row for row in evaluations if row.id][:units - 6])
        for number, evaluation in enumerate(evaluations):
            _measure(work, evaluation, rows, number)
            _findings(work, evaluation, number)
            _walked(work, evaluation, State.FINAL if final or number >= LATE else State.MODERATED, number)
        for number, evaluation in enumerate(before):
            _measure(work, evaluation, rows, number + 7)
            evaluation.state = State.FINAL
        work.session.flush()
        for evaluation in (*before, *(one for one in evaluations if one.state == State.FINAL)):
            sheet.freeze(work, evaluation, reason="会商")
        _handled(work, campaign, [one for one in evaluations if one.state == State.FINAL])
        _contested(work, evaluations[10:16])
        from evalplat.stages.summaries import actions

        last = work.session.exec(select(Campaign).where(Campaign.code == "2025")).one()
        actions.fix_snapshot(work, last)
    return world


def _evaluations(work: Work, world: World, campaign: Campaign, units: int) -> list[Evaluation]:
    team = work.session.exec(select(Team).where(Team.campaign_id == campaign.id).order_by(col(Team.code))).all()
    for number in range(units - len(world.units)):
        code = f"d{number:02d}"
        stem = STEM[number % len(STEM)]
        name = f"市{stem}局" if number < len(STEM) else f"{'甲乙丙丁戊'[number // len(STEM) % 5]}区{stem}局"
        unit = work.add(Unit(office_id=work.office_id, code=code, name=name, short_name=name.removeprefix("市"),
                             category=KINDS[number % len(KINDS)], profile="standard",
                             facts={"has_affiliates": True, "has_enforcement": True, "has_services": True}))
        world.units[code] = unit.id or 0
        work.session.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id or 0, unit_id=unit.id or 0,
                                    team_id=team[number % 2].id, entered_at=work.now))
    for unit in work.session.exec(select(Unit)):
        unit.facts = {"has_affiliates": True, "has_enforcement": True, "has_services": True}
    work.session.flush()
    return list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id).order_by(col(Evaluation.id))))


def _last_year(work: Work, world: World, evaluations: list[Evaluation]) -> list[Evaluation]:
    """The campaign before: most of the same units, and one that is gone."""
    now = world.campaign(work)
    last: Campaign = work.add(Campaign(
        office_id=work.office_id, code="2025", title="2025年度机构编制综合评估", year=2025, state="concluded",
        census_date=date(2025, 8, 31),
        system_file=now.system_file, survey_files=now.survey_files, created_at=work.now - timedelta(days=400),
        issued_at=work.now - timedelta(days=380), concluded_at=work.now - timedelta(days=250)))
    gone = work.add(Unit(office_id=work.office_id, code="gone", name="市粮食局", short_name="粮食局", category="gov_econ",
                         profile="standard", facts={"has_affiliates": True, "has_enforcement": True, "has_services": True}))
    made = [Evaluation(office_id=work.office_id, campaign_id=last.id or 0, unit_id=unit_id, entered_at=last.concluded_at)
            for unit_id in [*(one.unit_id for one in evaluations), gone.id or 0]]
    for row in made:
        work.add(row)
    return made


def _measure(work: Work, evaluation: Evaluation, rows: list[tuple[str, str, Any, str]], number: int) -> None:
    """The pattern's ledger with some figures moved; the same for the same number."""
    dice = random.Random(number)  # noqa: S311 - made-up figures
    moved: dict[str, Any] = {
        "field:T8.duties_assigned": str(40 - dice.randrange(14)), "field:T8.tasks_with_process": str(60 - dice.randrange(25)),
        "field:T8.key_tasks_done": str(10 - dice.randrange(4)), "field:T8.posts_with_duties": str(50 - dice.randrange(12)),
        "field:T8.assigned_on_time": str(100 - dice.randrange(15)), "field:T9.fields_matching": str(200 - dice.randrange(8)),
        "field:T1.structure_mismatches": str(dice.randrange(3)), "field:T6.seconded_out": str(dice.randrange(6)),
    }
    survey = {"score": str(70 + dice.randrange(2500) / 100), "n": 40 + dice.randrange(200)}
    actual = {"admin_general": 30 + dice.randrange(13), "institution": 12 + dice.randrange(20)}
    values = []
    for key, source, value, ref in rows:
        new = moved.get(key, survey if key.startswith("survey:") else value)
        if key == "rows:T2":
            new = [{**row, "cells": {**row["cells"], **({"actual": str(actual[row["key"]])} if "actual" in row["cells"] else {})}}
                   for row in value]
        values.append({"office_id": work.office_id, "evaluation_id": evaluation.id, "key": key, "source": source, "value": new,
                       "ref": ref, "put_at": work.now})
    work.session.execute(insert(LedgerEntry), values)


def _findings(work: Work, evaluation: Evaluation, number: int) -> None:
    dice = random.Random(1000 + number)  # noqa: S311
    kinds = sorted(CATEGORIES)
    for place in range(2 + dice.randrange(5)):
        category, severity = dice.choice(kinds), dice.choice(("minor", "minor", "minor", "major", "major", "critical"))
        destination = "D3" if number % 40 == 5 and place == 0 else dice.choice(("D2", "D2", "D2", "D1", "D1,D2"))
        work.session.add(Finding(
            office_id=work.office_id, evaluation_id=evaluation.id, code=f"F-{place + 1:02d}", category=category, severity=severity,
            title=f"{gettext(CATEGORIES[category])}（第{place + 1}项）", description="现场核查发现。", state="routed",
            destinations=destination,
            raised_at=work.now - timedelta(days=20)))
    for place in range(number % 4):
        work.session.add(StoredFile(
            office_id=work.office_id, evaluation_id=evaluation.id, code=f"f{number}-{place}", sha256="0" * 64, size=10,
            media_type="application/pdf", name="证明.pdf", purpose="assessment:A101", created_at=work.now))
    work.session.add(ReviewRecord(
        office_id=work.office_id, evaluation_id=evaluation.id, code="R-01", method=dice.choice(("panel_sections", "interview_recipient")),
        held_on=work.today, place="会议室", participants=["甲", "乙", "丙"][:1 + number % 3], content="记录", created_at=work.now))


def _walked(work: Work, evaluation: Evaluation, state: State, number: int) -> None:
    """The steps that lead to a state, some days apart."""
    order = [one for one in State if one in MOVES]
    at = work.now - timedelta(days=90)
    for place, after in enumerate(order[:-1]):
        at += timedelta(days=3 + (number + place) % 6)
        work.session.add(Step(office_id=work.office_id, evaluation_id=evaluation.id, move=MOVES[after], stage=STAGE_OF[after],
                              from_state=order[place - 1] if place else "notified", to_state=after, at=at, by_name="系统"))
        if after == state:
            break
    evaluation.state, evaluation.entered_at = state, at
    work.session.add(evaluation)
    if state != State.FINAL:
        work.session.add(Progress(office_id=work.office_id, campaign_id=evaluation.campaign_id, evaluation_id=evaluation.id,
                                  stage=STAGE_OF[state], act="draft_report", href="/c/2026", opened_at=at,
                                  due_at=work.now - timedelta(days=4)))


def _handled(work: Work, campaign: Campaign, evaluations: list[Evaluation]) -> None:
    """A notice for each unit, an item for each finding to rectify: a third closed, some late."""
    count = 0
    for number, evaluation in enumerate(evaluations):
        paper = work.add(Document(office_id=work.office_id, campaign_id=campaign.id, evaluation_id=evaluation.id, code=f"rn-{number}",
                                  kind="rectification_notice", title="整改通知书", state="issued", number=f"滕编办改〔2026〕{number + 1}号",
                                  view={}, drafted_at=work.now, issued_at=work.now))
        work.session.add(Document(office_id=work.office_id, campaign_id=campaign.id, evaluation_id=evaluation.id, code=f"fl-{number}",
                                  kind="feedback_letter", title="反馈意见书", state="issued", number=f"滕编办函〔2026〕{number + 1}号",
                                  view={}, drafted_at=work.now, issued_at=work.now))
        for finding in work.session.exec(select(Finding).where(Finding.evaluation_id == evaluation.id)):
            if "D2" in finding.destinations:
                count += 1
                state = ("closed", "in_progress", "received")[count % 3]
                due = work.now + timedelta(days=-5 if count % 7 == 0 else 30)
                work.session.add(Rectification(
                    office_id=work.office_id, evaluation_id=evaluation.id, finding_id=finding.id, document_id=paper.id,
                    number=f"2026-{count:03d}", requirement="限期整改", measure="order_to_correct", state=state, issued_at=work.now,
                    plan_due_at=due, due_at=due, first_due_at=due, closed_at=work.now if state == "closed" else None))
            if "D1" in finding.destinations:
                work.session.add(Advice(office_id=work.office_id, evaluation_id=evaluation.id, finding_id=finding.id,
                                        kind=("increase", "decrease", "recall")[number % 3], text="研究调整。"))
    work.session.flush()


def _contested(work: Work, evaluations: list[Evaluation]) -> None:
    for number, evaluation in enumerate(evaluations):
        refused = number == 5
        row = work.add(Objection(office_id=work.office_id, evaluation_id=evaluation.id, attempt=1,
                                 state="refused" if refused else "decided", filed_at=work.now - timedelta(days=9),
                                 refused_at=work.now if refused else None, decided_at=None if refused else work.now))
        for place in range(1 + number % 2):
            work.session.add(ObjectionItem(office_id=work.office_id, objection_id=row.id, number=place + 1, subject="leaf", code="A101",
                                           decision="" if refused else ("upheld", "changed", "annulled")[(number + place) % 3]))
    work.session.flush()
