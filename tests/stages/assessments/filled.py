"""A self-assessment as a careful liaison fills it in, for the tests of this room."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.numbers import number_text
from evalplat.kernel.work import Work
from evalplat.stages.assessments import actions, actions_office, queries
from evalplat.stages.assessments.rules import CHAPTERS, is_office_field, table_fields
from evalplat.stages.notices import actions as notices
from tests.world import World

UNIT = "jiaotong"
BASE = "/c/2026/u/jiaotong/assessment"
CODE = "11370481004332567A"
POSTS = {"actual": 38, "pending_in": 0, "reserved_leader": 1, "reserved_other": 0, "document": "滕编发〔2019〕12号",
         "document_date": "2019-03-01"}
UNIT_TABLES: dict[str, Any] = {
    "T2": {"admin_general": POSTS},
    "T4": [{"name": "办公室", "kind": "general", "actual": 8}, {"name": "运输科", "kind": "business", "actual": 30}],
    "T5": [{"name": "市公路事业发展中心", "class": "public_one", "actual": 40, "reserved": 0, "leaders_filled": 3, "units_actual": 5}],
    "T8W": [{"task": "道路运输许可", "yearly_cases": 1200}],
}
OFFICE_TABLES: dict[str, Any] = {
    "T2": {"admin_general": {"approved": 40}},
    "T4": {"办公室": {"approved": 10, "heads_approved": 1, "deputies_approved": 1},
           "运输科": {"approved": 30, "heads_approved": 1, "deputies_approved": 2}},
    "T5": {"市公路事业发展中心": {"approved": 42, "leaders_approved": 3, "units_approved": 5, "last_grade": "A", "report_due": True,
                         "report_on_time": True}},
    "T8W": {"道路运输许可": {"standard_hours": "1.5"}},
}


def acknowledged(world: World, unit: str = UNIT) -> World:
    """The unit has the notice, and the window is open."""
    with world.acting(f"liaison-{unit}") as work:
        notices.acknowledge(work, world.evaluation(work, unit))
    world.now += timedelta(days=6)
    return world


def figure(one: Any) -> Any:
    """A value that fits a field."""
    special = {"T1.credit_code": CODE, "T1.units_approved": 2, "T1.units_actual": 2, "T1.nature": "state", "T7.cap": 20}
    if one.id in special:
        return special[one.id]
    if one.type == "choice":
        return one.options[0][0]
    if one.table == "T6" and one.column.startswith("age_"):
        return {"age_35": 8, "age_45": 10, "age_55": 15, "age_over": 5}[one.column]
    small = {"T6": 1, "T7": 10}
    return {"yes_no": True, "date": "2019-03-01", "text": "滕政发〔2019〕3号"}.get(one.type, small.get(one.table, 12))


def enter_office(work: Work, evaluation: Evaluation) -> None:
    """The establishment section enters everything of the office and its register."""
    system = queries.draft_of(work, evaluation).system
    fields = {one.id: figure(one) for one in system.fields.values() if is_office_field(one) and not one.in_rows}
    actions_office.enter_office_figures(work, evaluation, fields=fields, tables=OFFICE_TABLES, ref="滕编办台账〔2026〕8月")


def fill_all(work: Work, evaluation: Evaluation) -> None:
    """The liaison fills in everything."""
    draft = queries.draft_of(work, evaluation)
    single = [one for table in draft.system.tables.values() if not table.has_rows for one in table_fields(draft.system, table)]
    actions.fill(
        work, evaluation, texts={key: f"{title} 内容" for key, title in CHAPTERS},
        figures={one.id: figure(one) for one in single if one.filled_by == "unit"}, tables=UNIT_TABLES,
        scores={leaf.code: (number_text(draft.system.points_of(leaf, draft.profile)), "已按要求落实，见佐证材料。")
                for leaf in draft.system.leaves},
        problems=[{"category": "P51", "description": "督办制度修订滞后。", "measure": "年底前完成修订。"}])
    rubric = {leaf.code for leaf in draft.system.rubric_leaves}
    actions.fill(work, evaluation, explanations={f"why.evidence.score.{code}": "佐证材料为纸质，实地查阅。" for code in rubric})


def day(world: World) -> date:
    """The world's present day."""
    return world.now.date()
