"""One unit with a figure for everything that the 41 indicators ask, to be varied by the tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import load_system
from evalplat.scoring.model import Approval, Rating, Row, SurveyValue, UnitMeasurements

ROOT = Path(__file__).parents[2]
FACTS = {"has_affiliates": True, "has_enforcement": True, "has_services": True}
FIELDS = {
    "T1.structure_mismatches": 0, "T3.leaders_approved": 4, "T3.leaders_filled": 4, "T3.heads_approved": 5,
    "T3.heads_filled": 5, "T3.deputies_approved": 4, "T3.deputies_filled": 3, "T6.seconded_out": 1, "T6.long_sick": 0,
    "T6.left_not_retired": 0, "T7.total": 8, "T7.total_last_year": 9, "T7.cap": 10, "T8.duties_total": 40,
    "T8.duties_assigned": 38, "T8.taken_due": 4, "T8.taken_done": 4, "T8.dropped_due": 2, "T8.dropped_done": 2,
    "T8.power_items": 100, "T8.power_items_matched": 97, "T8.list_changes_due": 10, "T8.list_changes_on_time": 9,
    "T8.tasks_total": 60, "T8.tasks_with_process": 54, "T8.posts_total": 50, "T8.posts_with_duties": 48,
    "T8.inspections_planned": 20, "T8.inspections_done": 20, "T8.inspections_published": 19, "T8.assigned_due": 100,
    "T8.assigned_on_time": 97, "T8.key_tasks_given": 10, "T8.key_tasks_done": 9, "T8.service_cases": 1000,
    "T8.service_on_time": 995, "T8.complaints_total": 200, "T8.complaints_on_time": 190, "T8.complaints_rated": 100,
    "T8.complaints_satisfied": 90, "T9.entries_late_approval": 0, "T9.mixed_persons": 0, "T9.fields_checked": 200,
    "T9.fields_matching": 199, "T9.changes_due": 20, "T9.changes_on_time": 20,
}  # fmt: skip


def posts(kind: str, approved: int, actual: int, *, leader: int = 0, other: int = 0) -> Row:
    """One row of table T2."""
    cells = {"approved": approved, "actual": actual, "pending_in": 0, "reserved_leader": leader, "reserved_other": other}
    return Row(kind, cells, ref=f"T2 {kind}")


TABLES = {
    "T2": [posts("admin_general", 40, 38), posts("institution", 30, 21)],
    "T4": [
        Row("办公室", {"kind": "general", "approved": 6, "actual": 6}),
        Row("业务一科", {"kind": "business", "approved": 20, "actual": 18}),
        Row("业务二科", {"kind": "business", "approved": 30, "actual": 25}),
        Row("党建科", {"kind": "party", "approved": 2, "actual": 2}),
    ],
    "T5": [
        Row("服务中心", {"approved": 20, "actual": 18, "reserved": 0, "leaders_approved": 2, "leaders_filled": 2, "units_approved": 2,
                     "units_actual": 2, "last_grade": "A", "report_due": True, "report_on_time": True}),
        Row("信息中心", {"approved": 10, "actual": 8, "reserved": 0, "leaders_approved": 1, "leaders_filled": 1, "units_approved": 1,
                     "units_actual": 1, "last_grade": "B", "report_due": True, "report_on_time": True}),
    ],
    "T8W": [Row("受理", {"yearly_cases": 40000, "standard_hours": Decimal("2.5")})],
}  # fmt: skip
SURVEYS = {
    "recipients": SurveyValue("77.67", 100), "citizens": SurveyValue("80", 60), "delegates": SurveyValue("85", 20),
    "counterpart": SurveyValue("90", 12), "staff": SurveyValue("75", 30),
}  # fmt: skip


def tengzhou() -> IndicatorSystem:
    """The shipped system; a problem in it fails every test here."""
    system, problems = load_system(ROOT / "indicators" / "tengzhou-2026.yaml")
    assert system is not None, [problem.line() for problem in problems]
    return system


def full_unit(system: IndicatorSystem, code: str = "U1", **changes: object) -> UnitMeasurements:
    """A unit with every value; every rubric is rated A by both assessors."""
    ratings = {leaf.code: [Rating("甲", "A"), Rating("乙", "A")] for leaf in system.rubric_leaves}
    unit = UnitMeasurements(code, "standard", "gov_econ", dict(FACTS), dict(FIELDS), dict(TABLES), ratings, surveys=dict(SURVEYS))
    return replace(unit, **changes)  # type: ignore[arg-type]


def without_affiliates() -> dict[str, Approval]:
    """Approved claims of the first worked example."""
    return {"E": Approval("没有所属事业单位", "批复1号"), "D201": Approval("没有执法监管职责", "批复2号")}
