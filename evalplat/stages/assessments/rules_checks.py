"""The checks V01 to V23 of the statistical form, as far as the fields of the file allow. E blocks, W wants an
explanation, F is listed for the team. Tables first, then the checks that need more than a comparison. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from evalplat.definitions.numbers import number_text
from evalplat.kernel.i18n import N_, listed

from .rules import Draft, Issue, effective, read, row_name, table_fields, used_rows, words

MORE = N_("{part} ({a}) is more than {whole} ({b}).")
IN_ROW = N_("{row}: {part} ({a}) is more than {whole} ({b}).")

PAIRS: tuple[tuple[str, str, str, str, str], ...] = (
    ("V06", "F", "T3.leaders_filled", "T3.leaders_approved", "P41"), ("V06", "F", "T3.heads_filled", "T3.heads_approved", "P41"),
    ("V06", "F", "T3.deputies_filled", "T3.deputies_approved", "P41"), ("V16", "E", "T7.contract", "T7.total", ""),
    ("V16", "F", "T7.total", "T7.cap", "P71"), ("V19", "E", "T8.duties_assigned", "T8.duties_total", ""),
    ("V19", "E", "T8.taken_done", "T8.taken_due", ""), ("V19", "E", "T8.dropped_done", "T8.dropped_due", ""),
    ("V19", "E", "T8.power_items_matched", "T8.power_items", ""), ("V19", "E", "T8.tasks_with_process", "T8.tasks_total", ""),
    ("V19", "E", "T8.posts_with_duties", "T8.posts_total", ""), ("V19", "E", "T8.inspections_published", "T8.inspections_done", ""),
    ("V19", "W", "T8.inspections_done", "T8.inspections_planned", ""),
)
"""Rule, level, part, whole, category of the finding: the part may not exceed the whole. More inspections than planned
are possible and are explained."""

OFFICE_PAIRS: tuple[tuple[str, str], ...] = (
    ("T8.list_changes_on_time", "T8.list_changes_due"), ("T8.assigned_on_time", "T8.assigned_due"),
    ("T8.service_on_time", "T8.service_cases"), ("T8.complaints_on_time", "T8.complaints_total"),
    ("T8.complaints_rated", "T8.complaints_total"), ("T8.complaints_satisfied", "T8.complaints_rated"),
    ("T9.changes_on_time", "T9.changes_due"), ("T9.entries_late_approval", "T9.entries_total"),
)

ROW_PAIRS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("V03", "F", "T2", "actual", "approved", "P31"), ("V03", "F", "T5", "actual", "approved", "P31"),
    ("V06", "F", "T4", "heads_filled", "heads_approved", "P41"), ("V06", "F", "T4", "deputies_filled", "deputies_approved", "P41"),
    ("V06", "F", "T5", "leaders_filled", "leaders_approved", "P41"), ("V08", "F", "T5", "units_actual", "units_approved", "P21"),
)
INSTITUTION_KINDS, ADMIN_KINDS = ("institution", "turnover", "reserve"), ("admin_general", "political_legal")
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that counts: its key in input names, its name, its readable values."""

    key: str
    name: str
    cells: dict[str, Any]

    def get(self, column: str) -> Any:
        """A value, None if it is missing or unreadable."""
        return self.cells.get(column)


class Figures:
    """The readable values of a draft, the office's where they count."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.rows: dict[str, list[Row]] = {}
        for table in draft.system.tables.values():
            if table.has_rows:
                fields = table_fields(draft.system, table)
                self.rows[table.id] = [
                    Row(row, row_name(draft, table, row),
                        {one.column: read(one, effective(draft, table, one, row))[0] for one in fields})
                    for row in used_rows(draft, table)]

    def one(self, name: str) -> Any:
        """A single figure, None if it is missing, unreadable or not in the file."""
        known = self.draft.system.fields.get(name)
        if known is None or known.in_rows:
            return None
        table = self.draft.system.tables.get(known.table)
        return read(known, effective(self.draft, table, known) if table else self.draft.text(name))[0]

    def title(self, name: str) -> str:
        """What people call a field."""
        known = self.draft.system.fields.get(name)
        return words(known.title) if known else name

    def total(self, table: str, column: str) -> Fraction | None:
        """The sum of a column; None if the table is empty or a value is missing."""
        values = [row.get(column) for row in self.rows.get(table, [])]
        return sum(values, Fraction(0)) if values and None not in values else None


def _issue(rule: str, level: str, name: str, message: str, category: str = "", /, *, missing: bool = False, **params: Any) -> Issue:
    shown = {key: number_text(value) if isinstance(value, Fraction) else value for key, value in params.items()}
    return Issue("figures", name, level, message, shown, rule, category, missing)


def check(draft: Draft) -> list[Issue]:
    """Everything that the checks find."""
    figures = Figures(draft)
    return [issue for one in CHECKS for issue in one(figures)]


def pairs(f: Figures) -> Iterator[Issue]:
    """V06, V16, V19: a part is not more than its whole."""
    for rule, level, part, whole, category in PAIRS:
        a, b = f.one(part), f.one(whole)
        if a is not None and b is not None and a > b:
            yield _issue(rule, level, part, MORE, category, part=f.title(part), whole=f.title(whole), a=a, b=b)


def row_pairs(f: Figures) -> Iterator[Issue]:
    """V03, V06, V08: the same row by row."""
    for rule, level, table, part, whole, category in ROW_PAIRS:
        for row in f.rows.get(table, []):
            a, b = row.get(part), row.get(whole)
            if a is not None and b is not None and a > b:
                yield _issue(rule, level, f"{table}.{row.key}.{part}", IN_ROW, category, row=_shown(f, table, row), a=a, b=b,
                             part=f.title(f"{table}.{part}"), whole=f.title(f"{table}.{whole}"))


def _shown(f: Figures, table: str, row: Row) -> str:
    titles = dict(f.draft.system.tables[table].rows)
    return words(titles[row.key]) if row.key in titles else row.name


def credit_code_ok(code: str) -> bool:
    """GB 32100-2015: 17 signs with weights 3^i mod 31, the 18th makes the sum a multiple of 31."""
    if len(code) != 18 or any(sign not in CREDIT_SIGNS for sign in code):
        return False
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return CREDIT_SIGNS.index(code[17]) == (31 - total % 31) % 31


def credit_code(f: Figures) -> Iterator[Issue]:
    """V01: the unified social credit code has 18 signs and its check digit."""
    code = f.one("T1.credit_code")
    if code and not credit_code_ok(code.upper()):
        yield _issue("V01", "E", "T1.credit_code", N_("This is no valid credit code: 18 signs, the last one checks the others."))


def vacancies(f: Figures) -> Iterator[Issue]:
    """V02: vacant and over posts, where they were entered, are what the other columns give."""
    for row in f.rows.get("T2", []):
        values = [row.get(c) for c in ("approved", "actual", "pending_in", "reserved_leader", "reserved_other")]
        if None in values[:2]:
            continue
        approved, actual, *held = [value or Fraction(0) for value in values]
        expected = {"vacant": max(Fraction(0), approved - actual - sum(held, Fraction(0))), "over": max(Fraction(0), actual - approved)}
        for column, value in expected.items():
            if row.get(column) is not None and row.get(column) != value:
                yield _issue("V02", "E", f"T2.{row.key}.{column}", N_("{row}: {column} must be {value} by the other columns."),
                             row=_shown(f, "T2", row), column=f.title(f"T2.{column}"), value=value)


def sums(f: Figures) -> Iterator[Issue]:
    """V04: what the internal units hold is not more than what the body holds. Both are the office's figures, so that
    the team looks at it and the unit is not held up."""
    inside, whole = f.total("T4", "approved"), f.total("T2", "approved")
    if inside is not None and whole is not None and inside > whole:
        yield _issue("V04", "F", "T4", N_("The internal units together have {a} approved posts, the body has {b}."),
                     "P82", a=inside, b=whole)


def mixing(f: Figures) -> Iterator[Issue]:
    """V05: an organ uses no institution posts, an institution no administrative posts."""
    nature = f.one("T1.nature")
    wrong = ADMIN_KINDS if nature == "institution" else INSTITUTION_KINDS if nature in ("state", "party", "legal") else ()
    for row in f.rows.get("T2", []):
        if row.key in wrong and row.get("actual"):
            yield _issue("V05", "F", f"T2.{row.key}.actual", N_("{row}: {a} people are on posts of another kind than the body."),
                         "P33", row=_shown(f, "T2", row), a=row.get("actual"))


def internal_units(f: Figures) -> Iterator[Issue]:
    """V08: internal units are as approved, in number and name, and all are listed."""
    approved, actual, listed = f.one("T1.units_approved"), f.one("T1.units_actual"), f.rows.get("T4", [])
    if approved is not None and actual is not None and approved != actual:
        yield _issue("V08", "F", "T1.units_actual", N_("There are {a} internal units, {b} are approved."), "P21", a=actual, b=approved)
    if actual is not None and "T4" in f.rows and actual != len(listed):
        yield _issue("V08", "W", "T1.units_actual", N_("There are {a} internal units, but {b} are listed in the table."),
                     a=actual, b=len(listed))
    for row in listed:
        if row.get("name_in_use") and row.get("name_in_use") != row.name:
            yield _issue("V08", "F", f"T4.{row.key}.name_in_use", N_("“{row}” works under the name “{name}”."), "P22",
                         row=row.name, name=row.get("name_in_use"))


def documents(f: Figures) -> Iterator[Issue]:
    """V09: approved posts name their document and its date; nothing is dated after the census date."""
    for row in f.rows.get("T2", []):
        for column in ("document", "document_date") if row.get("approved") else ():
            if not row.get(column):
                yield _issue("V09", "E", f"T2.{row.key}.{column}", N_("{row}: name the document that approved the posts, and its date."),
                             missing=True, row=_shown(f, "T2", row))
    day = f.one("T1.three_fix_date")
    if day and date.fromisoformat(day) > f.draft.census:
        yield _issue("V09", "E", "T1.three_fix_date", N_("The figures are those of {day}; this date lies after it."),
                     day=f.draft.census.isoformat())


def people(f: Figures) -> Iterator[Issue]:
    """V11, V12: age bands add up to the people on posts; nobody is away twice."""
    actual, ages = f.total("T2", "actual"), [f.one(f"T6.age_{band}") for band in ("35", "45", "55", "over")]
    if actual is None:
        return
    if None not in ages and sum(ages, Fraction(0)) != actual:
        yield _issue("V11", "E", "T6.age_35", N_("The age groups add up to {a}, the people on posts are {b}."),
                     a=sum(ages, Fraction(0)), b=actual)
    away = [f.one(f"T6.{kind}") or Fraction(0) for kind in ("seconded_out", "long_sick", "left_not_retired")]
    if sum(away, Fraction(0)) > actual:
        yield _issue("V12", "E", "T6.seconded_out", N_("{a} people are away, but only {b} are on posts."),
                     a=sum(away, Fraction(0)), b=actual)


def entries(f: Figures) -> Iterator[Issue]:
    """V14: people entered before the use of a post was approved (figure of the register)."""
    late = f.one("T9.entries_late_approval")
    if late:
        yield _issue("V14", "F", "T9.entries_late_approval", N_("{a} entries were approved only afterwards."), "P34", a=late)


def change(f: Figures) -> Iterator[Issue]:
    """V18: a total that changed by more than a fifth within a year."""
    now, before = f.one("T7.total"), f.one("T7.total_last_year")
    if now is not None and before is not None and abs(now - before) * 5 > before:
        yield _issue("V18", "W", "T7.total", N_("The number of staff outside the establishment went from {a} to {b} within a year."),
                     a=before, b=now)


def affiliates(f: Figures) -> Iterator[Issue]:
    """V22, V23: an affiliate without people; affiliates other than those registered under the department (a note, not
    a bar: the register may be behind)."""
    rows = f.rows.get("T5", [])
    for row in rows:
        if row.get("actual") == 0:
            yield _issue("V22", "W", f"T5.{row.key}.actual", N_("“{row}” has nobody on its posts."), "P61", row=row.name)
    named, registered = {row.name for row in rows}, set(f.draft.registered)
    if rows and registered and named != registered:
        yield _issue("V23", "W", "T5", N_("The affiliated institutions differ from those registered with the office: {names}."),
                     names=listed(sorted(named ^ registered)))


CHECKS: tuple[Callable[[Figures], Iterator[Issue]], ...] = (
    credit_code, vacancies, row_pairs, sums, mixing, pairs, internal_units, documents, people, entries, change,
    affiliates,
)
