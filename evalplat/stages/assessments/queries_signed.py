"""A signed copy as the team and the unit read it: titles for keys, files with their addresses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.findings.kinds import CATEGORIES
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work

from . import queries
from .queries_view import options_of
from .rules import CHAPTERS, Draft, is_office_field, table_fields, words
from .tables import AssessmentSubmission


@dataclass(frozen=True, slots=True)
class SignedTable:
    """One table of the form: columns and rows of texts, the office's figures marked in their labels."""

    id: str
    title: str
    columns: tuple[dict[str, Any], ...]
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SignedView:
    """Everything in a signed copy."""

    number: int
    hash: str
    signed_by: str
    signed_at: datetime
    late_days: int
    texts: tuple[tuple[str, str], ...]
    tables: tuple[SignedTable, ...]
    scores: tuple[dict[str, Any], ...]
    problems: tuple[tuple[str, str, str], ...]
    explanations: tuple[dict[str, str], ...]
    leads: tuple[dict[str, Any], ...]


def signed_view(work: Work, evaluation: Evaluation, row: AssessmentSubmission) -> SignedView:
    """A signed copy for reading."""
    draft = queries.draft_of(work, evaluation)
    data = json.loads(row.canonical)
    tables = tuple(_single(draft, key, data["figures"][key]) if key in data["figures"] else _grid(draft, key, data["tables"][key])
                   for key in draft.system.tables if key in data["figures"] or key in data["tables"])
    return SignedView(
        row.number, row.hash, row.signed_by, row.signed_at, row.late_days,
        tuple((gettext(title), data["texts"][key]) for key, title in CHAPTERS), tables,
        tuple(_scores(work, evaluation, draft.system, data["scores"])),
        tuple((_category(one["category"]), one["description"], one["measure"])
              for one in data["problems"]),
        tuple(data["explanations"]), tuple({"number": number, "category_text": _category(lead["category"]), **lead}
                                           for number, lead in enumerate(row.leads)))


def _category(key: str) -> str:
    title = CATEGORIES.get(key, key)
    return gettext(title)


def _text(one: Any, value: Any) -> str | None:
    if value is None or value == "":
        return None
    key = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return dict(options_of(one)).get(key, key)


def _label(one: Any) -> str:
    return gettext(N_("{title} (office)"), title=words(one.title)) if is_office_field(one) else words(one.title)


def _single(draft: Draft, key: str, values: dict[str, Any]) -> SignedTable:
    table = draft.system.tables[key]
    fields = [one for one in table_fields(draft.system, table) if one.id in values or is_office_field(one)]
    rows = [{"field": _label(one), "unit": words(one.unit) or None,
             "value": _text(one, draft.office.get(one.id) if is_office_field(one) else values[one.id])} for one in fields]
    columns = ({"key": "field", "label": gettext(N_("Field"))}, {"key": "value", "label": gettext(N_("Value"))},
               {"key": "unit", "label": gettext(N_("Measured in"))})
    return SignedTable(key, words(table.title), columns, tuple(rows))


def _grid(draft: Draft, key: str, values: list[dict[str, Any]]) -> SignedTable:
    table = draft.system.tables[key]
    fields = [one for one in table_fields(draft.system, table) if one.filled_by == "unit" or is_office_field(one)]
    columns = ({"key": "", "label": gettext(N_("Name"))}, *({"key": one.column, "label": _label(one)} for one in fields))
    titles = dict(table.rows)
    rows = []
    for row in values:
        cells: dict[str, Any] = {"": words(titles[row["key"]]) if row["key"] in titles else row["key"]}
        for one in fields:
            office = draft.office.get(f"{key}.{row['key']}.{one.column}")
            cells[one.column] = _text(one, office if is_office_field(one) else row["cells"].get(one.column))
        rows.append(cells)
    return SignedTable(key, words(table.title), columns, tuple(rows))


def _scores(work: Work, evaluation: Evaluation, system: IndicatorSystem, scores: dict[str, Any]) -> list[dict[str, Any]]:
    files = queries.files_of(work, evaluation)
    found = []
    for leaf in system.leaves:
        given = scores.get(leaf.code)
        kept = [{"name": one.name, "href": one.code, "size": one.size} for one in files.get(leaf.code, [])]
        found.append({"code": leaf.code, "title": words(leaf.title), "applies": given is not None, "files": kept,
                      "most": given["most"] if given else None, "score": (given["score"] or None) if given else None,
                      "statement": given["statement"] if given else ""})
    return found
