"""The checks of the form and what counts as missing, on one complete draft changed in one place at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evalplat.campaigns.definitions import system_files
from evalplat.definitions.loader import parse_system
from evalplat.resources import indicators_dir
from evalplat.scores.rule_words import rule_lines
from evalplat.stages.assessments.actions import as_text
from evalplat.stages.assessments.rules import CHAPTERS, Draft, is_office_field, table_fields
from evalplat.stages.assessments.rules_checks import credit_code_ok
from evalplat.stages.assessments.rules_issues import issues
from evalplat.stages.assessments.rules_office import office_missing
from tests.stages.assessments.filled import OFFICE_TABLES, UNIT_TABLES, figure


def complete() -> Draft:
    name = "tengzhou-2026.yaml"
    system, _ = parse_system((indicators_dir() / name).read_text(encoding="utf-8"), name)
    assert system is not None
    typed = {f"text.{key}": "内容" for key, _ in CHAPTERS} | {"problems.any": "no"}
    office, rows = {}, {}
    for table in system.tables.values():
        for one in table_fields(system, table) if not table.has_rows else ():
            (office if is_office_field(one) else typed)[one.id] = as_text(figure(one))
    for table, given in UNIT_TABLES.items():
        listed = list(given.items()) if isinstance(given, dict) else [(f"r{n}", row) for n, row in enumerate(given)]
        rows[table] = tuple(key for key, _ in listed)
        typed |= {f"{table}.{key}.{column}": str(value) for key, row in listed for column, value in row.items()}
    for table, given in OFFICE_TABLES.items():
        office |= {f"{table}.{key}.{column}": as_text(value) for key, row in given.items() for column, value in row.items()}
    for leaf in system.leaves:
        typed |= {f"score.{leaf.code}": "0", f"statement.{leaf.code}": "说明"}
    return Draft(system, "standard", {}, typed, office, rows, {}, {}, date(2026, 8, 31))


def found(draft: Draft) -> set[tuple[str, str]]:
    return {(issue.rule, issue.level) for issue in issues(draft) if issue.rule and issue.rule != "V14"}


def test_a_complete_draft_has_no_issues() -> None:
    assert [issue for issue in issues(complete()) if issue.rule != "V14"] == []
    assert office_missing(complete()) == []


@pytest.mark.parametrize(("typed", "rule", "level"), [
    ({"T1.credit_code": "11370481004332567B"}, "V01", "E"), ({"T2.admin_general.vacant": "3"}, "V02", "E"),
    ({"T2.admin_general.actual": "41", "T6.age_35": "11"}, "V03", "F"),
    ({"T2.institution.actual": "2", "T6.age_35": "10"}, "V05", "F"), ({"T3.leaders_filled": "13"}, "V06", "F"),
    ({"T5.r0.leaders_filled": "4"}, "V06", "F"), ({"T1.units_actual": "3"}, "V08", "F"), ({"T1.units_actual": "3"}, "V08", "W"),
    ({"T4.r0.name_in_use": "综合办"}, "V08", "F"), ({"T2.admin_general.document": ""}, "V09", "E"),
    ({"T1.three_fix_date": "2026-09-01"}, "V09", "E"), ({"T6.age_35": "9"}, "V11", "E"), ({"T6.long_sick": "60"}, "V12", "E"),
    ({"T7.contract": "11"}, "V16", "E"), ({"T7.total": "21", "T7.total_last_year": "20"}, "V16", "F"),
    ({"T7.total": "20"}, "V18", "W"), ({"T8.duties_assigned": "13"}, "V19", "E"), ({"T8.inspections_done": "13"}, "V19", "W"),
    ({"T5.r0.actual": "0"}, "V22", "W"),
])
def test_each_check_finds_its_fault(typed: dict[str, str], rule: str, level: str) -> None:
    draft = complete()
    assert (rule, level) in found(replace(draft, typed={**draft.typed, **typed}))


def test_affiliates_are_compared_with_the_register() -> None:
    assert ("V23", "W") in found(replace(complete(), registered=("市航道中心",)))


def test_a_missing_value_breaks_no_check() -> None:
    draft = complete()
    for name in draft.typed:
        issues(replace(draft, typed={**draft.typed, name: ""}))
        issues(replace(draft, typed={**draft.typed, name: "不是数"}))


@pytest.mark.parametrize("code", ["91350100M000100Y43", "9144030071526726XG"])
def test_credit_codes_of_the_standard(code: str) -> None:
    assert credit_code_ok(code)
    assert not credit_code_ok(code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_full_width_digits_are_digits() -> None:
    draft = complete()
    assert not [i for i in issues(replace(draft, typed={**draft.typed, "T8.duties_total": "１，２００"})) if i.name == "T8.duties_total"]


@pytest.mark.parametrize("name", system_files())
def test_every_rule_can_be_read(name: str) -> None:
    system, _ = parse_system((indicators_dir() / name).read_text(encoding="utf-8"), name)
    assert system is not None
    assert all(rule_lines(system, leaf) for leaf in system.leaves)
