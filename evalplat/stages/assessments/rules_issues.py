"""What is missing or wrong in a draft, part by part, and how far each part is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalplat.definitions.fields import Field, Table
from evalplat.definitions.indicators import Leaf
from evalplat.definitions.numbers import number_text
from evalplat.findings.kinds import CATEGORIES
from evalplat.kernel.i18n import N_

from . import rules_checks
from .rules import (
    AFFILIATES_CHAPTER,
    CHAPTERS,
    LIMITS,
    MISSING,
    PARTS,
    REASONS,
    Draft,
    Issue,
    effective,
    free_rows,
    needed,
    read,
    row_name,
    rows_needed,
    score_of,
    table_fields,
    unit_names,
    unit_tables,
    used_rows,
    words,
)

SAME_NAME = N_("Two rows have this name.")
NO_ROWS = N_("Enter at least one row in “{table}”.")
NO_EVIDENCE = N_("{code}: a score without any evidence file.")
NO_PROBLEMS = N_("You say that there are problems: list at least one.")
PROBLEMS_LISTED = N_("You say that there are no problems, but some are listed.")


@dataclass(frozen=True, slots=True)
class PartState:
    """How far a part is: new, begun, complete, or with errors."""

    key: str
    title: str
    state: str
    missing: int
    errors: int


def issues(draft: Draft) -> list[Issue]:
    """Everything about a draft, in the order of the parts."""
    found = [*text_issues(draft), *figure_issues(draft), *score_issues(draft), *problem_issues(draft)]
    return found + rules_checks.check(draft)


def explained(draft: Draft, issue: Issue) -> bool:
    """Whether a W was explained, in words that fit."""
    why = draft.text(issue.key).strip()
    return bool(why) and len(why) <= LIMITS["why"]


def blocking(draft: Draft, found: list[Issue]) -> list[Issue]:
    """What keeps the head from signing: errors, gaps, and notes without an explanation."""
    return [one for one in found if one.level == "E" or (one.level == "W" and not explained(draft, one))]


def parts(draft: Draft, found: list[Issue]) -> list[PartState]:
    """The state of each part."""
    stop = blocking(draft, found)
    states = []
    for key, title in PARTS.items():
        missing = sum(one.missing for one in stop if one.part == key)
        errors = sum(not one.missing for one in stop if one.part == key)
        begun = any(draft.text(name).strip() for name in unit_names(draft, key))
        state = "complete" if not missing and not errors else "errors" if errors else "begun"
        states.append(PartState(key, title, state if begun or state == "complete" else "new", missing, errors))
    return states


def text_issues(draft: Draft) -> Iterator[Issue]:
    """Chapters that are empty or too long."""
    for key, _ in CHAPTERS:
        name, text = f"text.{key}", draft.text(f"text.{key}")
        if not text.strip() and (key != AFFILIATES_CHAPTER or draft.has_affiliates):
            yield Issue("texts", name, "E", MISSING, missing=True)
        if len(text) > LIMITS["text"]:
            yield Issue("texts", name, "E", REASONS["too_long"])


def figure_issues(draft: Draft) -> Iterator[Issue]:
    """Figures that are missing or no values of their fields."""
    for table in unit_tables(draft.system):
        fields = [one for one in table_fields(draft.system, table) if one.filled_by == "unit"]
        if not table.has_rows:
            for one in fields:
                yield from _cell(draft, table, one)
            continue
        rows = used_rows(draft, table)
        if not rows and rows_needed(draft, table):
            yield Issue("figures", table.id, "E", NO_ROWS, {"table": words(table.title)}, missing=True)
        yield from _row_names(draft, table, rows)
        for row in rows:
            for one in fields:
                yield from _cell(draft, table, one, row)


def _cell(draft: Draft, table: Table, one: Field, row: str = "") -> Iterator[Issue]:
    name = f"{table.id}.{row}.{one.column}" if row else one.id
    text = effective(draft, table, one, row)
    if not text.strip():
        if needed(draft, one):
            yield Issue("figures", name, "E", MISSING, missing=True)
        return
    _, reason = read(one, text)
    if reason:
        yield Issue("figures", name, "E", reason)


def _row_names(draft: Draft, table: Table, rows: tuple[str, ...]) -> Iterator[Issue]:
    if not free_rows(table):
        return
    seen: set[str] = set()
    for row in rows:
        name, title = f"{table.id}.{row}.{table.row_key}", row_name(draft, table, row)
        if not title:
            yield Issue("figures", name, "E", MISSING, missing=True)
        elif title in seen:
            yield Issue("figures", name, "E", SAME_NAME)
        elif len(title) > 200:
            yield Issue("figures", name, "E", REASONS["too_long"])
        seen.add(title)


def score_issues(draft: Draft) -> Iterator[Issue]:
    """Self-scores and statements. What a survey decides needs none; a rubric wants evidence or a reason."""
    for leaf in draft.system.leaves:
        if draft.applies(leaf):
            yield from _leaf(draft, leaf)


def _leaf(draft: Draft, leaf: Leaf) -> Iterator[Issue]:
    score, statement = f"score.{leaf.code}", f"statement.{leaf.code}"
    most = draft.system.points_of(leaf, draft.profile)
    value, reason = score_of(draft.text(score), most)
    if reason:
        yield Issue("scores", score, "E", reason, {"most": number_text(most)})
    elif value is None and not leaf.rule.survey:
        yield Issue("scores", score, "E", MISSING, missing=True)
    text = draft.text(statement)
    if not text.strip() and (value is not None or not leaf.rule.survey):
        yield Issue("scores", statement, "E", MISSING, missing=True)
    if len(text) > LIMITS["statement"]:
        yield Issue("scores", statement, "E", REASONS["too_long"])
    if leaf.is_rubric and value and not draft.files.get(leaf.code):
        yield Issue("scores", score, "W", NO_EVIDENCE, {"code": leaf.code}, rule="evidence")


def problem_issues(draft: Draft) -> Iterator[Issue]:
    """The unit's own list of problems: said to be empty, or complete."""
    answer, rows = draft.text("problems.any"), draft.rows.get("problem", ())
    if answer not in ("yes", "no"):
        yield Issue("problems", "problems.any", "E", MISSING, missing=True)
    if answer == "yes" and not rows:
        yield Issue("problems", "problems.any", "E", NO_PROBLEMS, missing=True)
    if answer == "no" and any(draft.text(f"problem.{row}.description").strip() for row in rows):
        yield Issue("problems", "problems.any", "E", PROBLEMS_LISTED)
    for row in rows if answer != "no" else ():
        yield from _problem(draft, row)


def _problem(draft: Draft, row: str) -> Iterator[Issue]:
    for column in ("category", "description", "measure"):
        name = f"problem.{row}.{column}"
        text = draft.text(name).strip()
        if not text:
            yield Issue("problems", name, "E", MISSING, missing=True)
        elif column == "category" and text not in CATEGORIES:
            yield Issue("problems", name, "E", REASONS["not_an_option"])
        elif len(text) > LIMITS["problem"]:
            yield Issue("problems", name, "E", REASONS["too_long"])
