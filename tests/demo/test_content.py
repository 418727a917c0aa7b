from __future__ import annotations

import io
import string
from collections import Counter
from datetime import date

import pypdf
import pytest

from evalplat.definitions.loader import load_system
from evalplat.demo import content_statements, evidence
from evalplat.demo.cast import BODIES, STAFF
from evalplat.demo.content_findings import TEXTS
from evalplat.demo.content_records import KEYS, LEVELS, records
from evalplat.demo.content_texts import chapters
from evalplat.demo.figures import LEAVES, RUBRICS, Case
from evalplat.demo.figures_people import total
from evalplat.demo.play_review import chosen, words
from evalplat.findings.kinds import CATEGORIES
from evalplat.people.roles import UNIT_ROLES, Role
from evalplat.resources import indicators_dir
from evalplat.stages.assessments.rules_checks import credit_code_ok
from evalplat.stages.reviews.rules import Method
from evalplat.stages.reviews.rules_checks import BY_CODE

CASES = [Case(body, 2026, date(2026, 2, 28)) for body in BODIES]
SYSTEM, _ = load_system(indicators_dir() / "tengzhou-2026.yaml")
assert SYSTEM is not None


def test_every_role_is_cast():
    assert {one.role for one in STAFF} == set(Role) - UNIT_ROLES
    assert len({body.code for body in BODIES}) == len(BODIES) >= 80


def test_the_figures_are_always_the_same():
    again = Case(BODIES[0], 2026, date(2026, 2, 28)).figures
    assert again == CASES[0].figures


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.body.code)
def test_figures_agree_with_one_another(case):
    figures = case.figures
    assert credit_code_ok(figures.fields["T1.credit_code"])
    assert sum(figures.fields[f"T6.age_{band}"] for band in ("35", "45", "55", "over")) == total(figures)
    assert all(figures.fields[f"T6.age_{band}"] >= 0 for band in ("35", "45", "55", "over"))
    assert sum(row["approved"] for row in figures.office_tables["T4"].values()) <= sum(
        row["approved"] for row in figures.office_tables["T2"].values())
    assert sum(row["actual"] for row in figures.tables["T4"]) <= total(figures)
    assert figures.fields["T8.duties_assigned"] <= figures.fields["T8.duties_total"]
    for (name, _), (value, reason, proof) in figures.changes.items():
        assert value < figures.fields[name]
        assert reason
        assert proof


def test_every_field_of_the_file_is_filled_in():
    assert SYSTEM is not None
    figures = CASES[0].figures
    given = {*figures.fields, *figures.office, *figures.panel}
    for name, field in SYSTEM.fields.items():
        if field.required and not field.in_rows:
            assert name in given, name


def test_every_indicator_has_its_words():
    assert SYSTEM is not None
    assert set(content_statements.STATEMENTS) == set(LEAVES) == {leaf.code for leaf in SYSTEM.leaves if not leaf.rule.survey}
    assert set(RUBRICS) == {leaf.code for leaf in SYSTEM.rubric_leaves} == set(LEVELS)
    assert set(RUBRICS) <= set(content_statements.EVIDENCE)
    assert set(KEYS) == set(BY_CODE)


def test_findings_are_many_and_different():
    assert len(TEXTS) >= 40
    assert len({text.title for text in TEXTS}) == len(TEXTS)
    assert {text.category for text in TEXTS} <= set(CATEGORIES)
    assert len({text.category for text in TEXTS}) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.body.code)
def test_words_are_filled_and_short_enough(case):
    filled = words(case)
    for text in chosen(case):
        assert text.description.format(**filled)
    for text in TEXTS:
        assert {name for _, name, _, _ in string.Formatter().parse(text.description) if name} <= set(filled)
    assert all(len(text) > 30 for text in chapters(case).values())
    assert "{" not in "".join(chapters(case).values())
    told = records(case, "张三", "李四")
    assert {"briefing", "document_check"} <= {one.method for one in told} <= {str(method) for method in Method}


def test_all_nine_methods_are_played():
    assert {one.method for case in CASES[:12] for one in records(case, "张三", "李四")} == {str(method) for method in Method}


def test_characters_differ():
    assert set(Counter(case.portrait.character for case in CASES)) == {"strong", "solid", "uneven", "weak"}


def test_evidence_is_made_of_real_files():
    reader = pypdf.PdfReader(io.BytesIO(evidence.file_of("pdf", "职责清单", ("一", "二"))), strict=True)
    assert len(reader.pages) == 1
    assert evidence.file_of("png", "截图", ("一",)).startswith(b"\x89PNG\r\n\x1a\n")
    assert "台账" in evidence.file_of("txt", "台账", ("一",)).decode()
