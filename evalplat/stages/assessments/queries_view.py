"""What the pages of filling in show, frozen: parts, tables as fields and grids, indicators, issues with their places."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.fields import Field, Table
from evalplat.definitions.indicators import Leaf, Node
from evalplat.definitions.numbers import number_text
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.scores.rule_words import rule_lines

from . import queries
from .rules import (
    CHAPTERS,
    PARTS,
    Draft,
    Issue,
    claimable,
    effective,
    free_rows,
    is_office_field,
    needed,
    row_in_use,
    row_name,
    table_fields,
    words,
)
from .rules_issues import explained

KINDS = {"integer": "number", "number": "decimal", "percent": "decimal", "date": "date", "yes_no": "select", "choice": "select"}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One single figure: ``kind`` as in grids; ``value`` as typed."""

    name: str
    label: str
    kind: str
    value: str
    unit: str
    required: bool
    options: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of the form: single fields, or a grid; the office's figures beside."""

    id: str
    title: str
    grid: bool
    free: bool
    fields: tuple[FieldView, ...]
    office: tuple[tuple[str, str | None], ...]
    columns: tuple[dict[str, Any], ...]
    rows: tuple[dict[str, Any], ...]
    needed: bool


@dataclass(frozen=True, slots=True)
class LeafView:
    """One indicator with its rule, what was typed, its files and how it stands with "does not apply"."""

    code: str
    title: str
    most: str
    rule: tuple[str, ...]
    evidence: str
    survey: bool
    applies: bool
    claim: Any
    may_claim: str
    score: str
    statement: str
    files: tuple[dict[str, Any], ...]
    is_block: bool = False


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue with the place where it is mended and, for a note, its explanation."""

    level: str
    text: str
    where: str
    group: str
    missing: bool
    href: str
    key: str
    explanation: str
    explained: bool


def page_token() -> str:
    """What a rendered page calls itself, and the key of a row that it may add."""
    return secrets.token_hex(6)


def anchor(name: str) -> str:
    """The id of a field on its page (the same as the form macros make)."""
    for sign in "./ ":
        name = name.replace(sign, "-")
    return f"f-{name.replace('[', '-').replace(']', '')}"


def options_of(one: Field) -> tuple[tuple[str, str], ...]:
    """The choices of a field."""
    if one.type == "yes_no":
        return (("yes", gettext(N_("yes"))), ("no", gettext(N_("no"))))
    return tuple((key, words(text)) for key, text in one.options)


def shown(one: Field, text: str) -> str | None:
    """A figure for reading: the choice's title instead of its key; None if it is missing."""
    return dict(options_of(one)).get(text, text) or None


def table_view(draft: Draft, table: Table) -> TableView:
    """A table as the unit fills it in."""
    fields = table_fields(draft.system, table)
    mine = tuple(one for one in fields if one.filled_by == "unit")
    office = tuple(one for one in fields if is_office_field(one))
    if not table.has_rows:
        pairs = tuple((words(one.title), _with_unit(shown(one, draft.office.get(one.id, "")), words(one.unit))) for one in office)
        return TableView(table.id, words(table.title), False, False, tuple(_field(draft, one) for one in mine), pairs, (), (),
                         any(needed(draft, one) for one in mine))
    columns = ([{"key": table.row_key, "label": gettext(N_("Name")), "kind": "text"}] if free_rows(table) else []) + [
        _column(one) for one in fields if is_office_field(one) or one.filled_by == "unit"]
    return TableView(table.id, words(table.title), True, free_rows(table), (), (), tuple(columns),
                     tuple(_rows(draft, table, fields)), any(needed(draft, one) for one in mine))


def _with_unit(value: str | None, unit: str) -> str | None:
    return f"{value} {unit}".strip() if value is not None else None


def _field(draft: Draft, one: Field) -> FieldView:
    return FieldView(one.id, words(one.title), KINDS.get(one.type, "text"), draft.text(one.id), words(one.unit), needed(draft, one),
                     options_of(one), words(one.note))


def _column(one: Field) -> dict[str, Any]:
    if is_office_field(one):
        return {"key": one.column, "label": gettext(N_("{title} (office)"), title=words(one.title)), "kind": "fixed",
                "unit": words(one.unit) or None}
    return {"key": one.column, "label": words(one.title), "kind": KINDS.get(one.type, "text"), "options": options_of(one),
            "unit": words(one.unit) or None}


def _rows(draft: Draft, table: Table, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    titles = dict(table.rows)
    found = []
    for number, row in enumerate(titles or draft.rows.get(table.id, ()), start=1):
        values: dict[str, Any] = {table.row_key: row_name(draft, table, row)}
        for one in fields:
            text = effective(draft, table, one, row)
            values[one.column] = shown(one, text) if is_office_field(one) else text
        label = words(titles[row]) if titles else gettext(N_("Row {number}"), number=number)
        found.append({"key": row, "label": label, "values": values, "removable": not titles, "used": row_in_use(draft, table, row)})
    return found


def problem_rows(draft: Draft) -> list[dict[str, Any]]:
    """The unit's own problems as rows of a grid."""
    return [{"key": row, "label": gettext(N_("Row {number}"), number=number), "removable": True,
             "values": {column: draft.text(f"problem.{row}.{column}") for column in ("category", "description", "measure")}}
            for number, row in enumerate(draft.rows.get("problem", ()), start=1)]


def block_view(work: Work, evaluation: Evaluation, draft: Draft, block: str) -> list[LeafView]:
    """A block's indicators, and before them the blocks that may be claimed as a whole."""
    files, claims = queries.files_of(work, evaluation), {claim.code: claim for claim in queries.claims_of(work, evaluation)}
    inside = {block} | {leaf.code for leaf in draft.system.leaves_under(block)}
    inside |= {leaf.parent for leaf in draft.system.leaves_under(block)}
    allowed, found = claimable(draft.system), []
    for item in draft.system.tree:
        if item.code not in inside or (isinstance(item, Node) and item.code not in allowed):
            continue
        kept = [{"id": one.code, "name": one.name, "size": one.size, "href": one.code} for one in files.get(item.code, [])]
        found.append(_leaf(draft, item, claims.get(item.code), allowed.get(item.code, ""), tuple(kept)))
    return found


def _leaf(draft: Draft, item: Leaf | Node, claim: Any, may_claim: str, files: tuple[dict[str, Any], ...]) -> LeafView:
    if isinstance(item, Node):
        return LeafView(item.code, words(item.title), "", (), "", False, draft.applies(item), claim, may_claim, "", "", (), True)
    return LeafView(item.code, words(item.title), number_text(draft.system.points_of(item, draft.profile)),
                    rule_lines(draft.system, item), words(item.evidence), bool(item.rule.survey), draft.applies(item), claim,
                    may_claim, draft.text(f"score.{item.code}"), draft.text(f"statement.{item.code}"), files)


def block_of(draft: Draft, code: str) -> str:
    """The top block that holds a leaf."""
    parents = {one.code: one.parent for one in draft.system.tree}
    while parents.get(code):
        code = parents[code]
    return code


def issue_view(draft: Draft, issue: Issue, base: str) -> IssueView:
    """An issue for the list of the check page."""
    return IssueView(issue.level, gettext(issue.message, **issue.params), label_of(draft, issue.part, issue.name), group_of(draft, issue),
                     issue.missing, place(draft, issue, base), issue.key, draft.text(issue.key), explained(draft, issue))


def group_of(draft: Draft, issue: Issue) -> str:
    """The page on which an issue is mended, as people call it."""
    if issue.part == "scores":
        code = block_of(draft, issue.name.partition(".")[2])
        return f"{code} {next(words(item.title) for item in draft.system.tree if item.code == code)}"
    table = draft.system.tables.get(issue.name.split(".")[0]) if issue.part == "figures" else None
    return f"{table.id} {words(table.title)}" if table else gettext(PARTS[issue.part])


def place(draft: Draft, issue: Issue, base: str) -> str:
    """The address of the field that an issue is about."""
    head = issue.name.split(".")[0]
    page = {"texts": "texts", "problems": "problems"}.get(issue.part, f"tables/{head}")
    if issue.part == "scores":
        page = f"scores/{block_of(draft, issue.name.partition('.')[2])}"
    return f"{base}/assessment/{page}?check=1#{anchor(issue.name)}"


def label_of(draft: Draft, part: str, name: str) -> str:
    """What people call a field, with where it stands."""
    if part == "texts":
        return gettext(dict(CHAPTERS)[name.partition(".")[2]])
    if part == "scores":
        kind, _, code = name.partition(".")
        return f"{code} {words(draft.system.leaf(code).title)} · {gettext(SCORE_WORDS[kind])}"
    if part == "problems":
        return gettext(PROBLEM_WORDS[name.rpartition(".")[2]])
    return _figure_label(draft, name)


SCORE_WORDS = {"score": N_("self-score"), "statement": N_("statement")}
PROBLEM_WORDS = {"any": N_("Did you find problems yourselves?"), "category": N_("Category"), "description": N_("Description"),
                 "measure": N_("Measure")}


def _figure_label(draft: Draft, name: str) -> str:
    if name in draft.system.fields:
        return f"{name.partition('.')[0]} {words(draft.system.fields[name].title)}"
    table = draft.system.tables.get(name.partition(".")[0])
    if table is None or name.count(".") != 2:
        return f"{name} {words(table.title)}" if table else name
    _, row, column = name.split(".")
    one = draft.system.fields.get(f"{table.id}.{column}")
    titles = dict(table.rows)
    title = words(titles[row]) if row in titles else row_name(draft, table, row) or gettext(N_("new row"))
    return f"{table.id} {title} · {words(one.title) if one else gettext(N_('Name'))}"
