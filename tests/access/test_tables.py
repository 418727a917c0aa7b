"""Every row belongs to an office, and every row of a room to an evaluation, a unit or a campaign: so scope is one predicate."""

from __future__ import annotations

from evalplat.kernel.db import metadata
from evalplat.rooms import load_tables

OFFICELESS = {"office": "it is the office", "tick": "the process's own timetable"}
OF_THE_OFFICE = {
    "office_progress": "what waits in the office and belongs to no campaign",
    "evaluation_plan": "the plan over years; only who may see plans reaches it",
    "office_import": "a workbook that was uploaded and not taken yet; only who looks after the office reaches it",
}
ANCHORS = ("evaluation_id", "unit_id", "campaign_id", "user_id")
BOOKS = frozenset({"unit", "user_account", "audit_event", "audit_head", "job", "calendar_day", "definition", "campaign",
                   "document_series", "delegation", "stored_file", "document"})


def test_every_row_belongs_to_an_office() -> None:
    load_tables()
    missing = [name for name, table in metadata.tables.items() if "office_id" not in table.columns and name not in OFFICELESS]
    assert missing == []


def test_every_row_of_a_room_hangs_on_something_that_scope_knows() -> None:
    load_tables()
    loose = []
    for name, table in metadata.tables.items():
        if name in {*BOOKS, *OFFICELESS, *OF_THE_OFFICE} or any(anchor in table.columns for anchor in ANCHORS):
            continue
        if not any(_anchored(parent) for parent in _parents(name)):
            loose.append(name)
    assert loose == []


def _parents(name: str) -> set[str]:
    return {key.column.table.name for key in metadata.tables[name].foreign_keys} - {"office", "user_account", "stored_file", "document"}


def _anchored(name: str) -> bool:
    columns = metadata.tables[name].columns
    return name in BOOKS or any(anchor in columns for anchor in ANCHORS) or any(_anchored(parent) for parent in _parents(name) - {name})
