"""The copy that the head signs: everything filled in, in one form, with nothing of the database in it."""

from __future__ import annotations

from typing import Any

from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.numbers import number_text
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work

from . import queries
from .rules import (
    CHAPTERS,
    PROBLEM_COLUMNS,
    Draft,
    Issue,
    effective,
    read,
    row_name,
    stored,
    table_fields,
    unit_tables,
    used_rows,
)
from .rules_issues import issues


def copy_of(work: Work, evaluation: Evaluation) -> dict[str, Any]:
    """The draft as it would be signed now."""
    draft = queries.draft_of(work, evaluation)
    campaign, unit = codes(work, evaluation)
    files = queries.files_of(work, evaluation)
    return {
        "campaign": campaign, "unit": unit, "system": draft.system.hash, "census_date": draft.census.isoformat(),
        "texts": {key: draft.text(f"text.{key}") for key, _ in CHAPTERS},
        "figures": {table.id: _figures(draft, table) for table in unit_tables(draft.system) if not table.has_rows},
        "tables": {table.id: _rows(draft, table) for table in unit_tables(draft.system) if table.has_rows},
        "scores": {leaf.code: _score(draft, leaf, files.get(leaf.code, [])) for leaf in draft.system.leaves if draft.applies(leaf)},
        "problems": [{column: draft.text(f"problem.{row}.{column}") for column in PROBLEM_COLUMNS}
                     for row in draft.rows.get("problem", ()) if draft.text("problems.any") == "yes"],
        "claims": {claim.code: {"reason": claim.reason, "approved": claim.approved} for claim in queries.claims_of(work, evaluation)},
        "disputes": [{"field": one.field, "figure": one.figure, "claimed": one.claimed, "reason": one.reason}
                     for one in queries.disputes_of(work, evaluation)],
        "explanations": [{"rule": one.rule, "field": one.name, "note": note, "text": draft.text(one.key).strip()}
                         for one, note in in_chinese(draft, "W")],
    }


def _figures(draft: Draft, table: Any) -> dict[str, Any]:
    fields = [one for one in table_fields(draft.system, table) if one.filled_by == "unit"]
    return {one.id: stored(read(one, effective(draft, table, one))[0]) for one in fields}


def _rows(draft: Draft, table: Any) -> list[dict[str, Any]]:
    fields = [one for one in table_fields(draft.system, table) if one.filled_by == "unit"]
    return [{"key": row_name(draft, table, row),
             "cells": {one.column: stored(read(one, effective(draft, table, one, row))[0]) for one in fields}}
            for row in used_rows(draft, table)]


def _score(draft: Draft, leaf: Any, files: list[Any]) -> dict[str, Any]:
    return {"score": draft.text(f"score.{leaf.code}").strip(), "most": number_text(draft.system.points_of(leaf, draft.profile)),
            "statement": draft.text(f"statement.{leaf.code}"), "files": [{"name": one.name, "sha256": one.sha256} for one in files]}


def in_chinese(draft: Draft, level: str) -> list[tuple[Issue, str]]:
    """The issues of a level, each with what it says in the language of documents."""
    with speaking("zh"):
        return [(one, gettext(one.message, **one.params)) for one in issues(draft) if one.level == level]


def leads_of(work: Work, evaluation: Evaluation) -> list[dict[str, Any]]:
    """What the figures suggest for the team to look at, as draft leads."""
    draft = queries.draft_of(work, evaluation)
    return [{"rule": one.rule, "field": one.name, "category": one.category, "text": text}
            for one, text in in_chinese(draft, "F")]
