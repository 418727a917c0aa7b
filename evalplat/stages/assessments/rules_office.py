"""The office's figures without a database: what is missing, what contradicts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import N_

from .rules import Draft, is_office_field, needed, read, row_name, rows_needed, table_fields, used_rows
from .rules_checks import OFFICE_PAIRS

MORE_THAN_ALL = N_("This is more than the whole that it is a part of.")


def office_missing(draft: Draft) -> list[str]:
    """Names of needed figures that the office has not entered yet; a table without rows yet stands for its cells."""
    missing = []
    for table in draft.system.tables.values():
        fields = [one for one in table_fields(draft.system, table) if is_office_field(one) and needed(draft, one)]
        if not table.has_rows:
            missing += [one.id for one in fields if not draft.office.get(one.id, "").strip()]
            continue
        rows = used_rows(draft, table) if fields else ()
        if fields and not rows and rows_needed(draft, table):
            missing.append(table.id)
        names = [row_name(draft, table, row) for row in rows]
        missing += [f"{table.id}.{name}.{one.column}" for name in names for one in fields
                    if not draft.office.get(f"{table.id}.{name}.{one.column}", "").strip()]
    return missing


def office_errors(system: IndicatorSystem, values: Mapping[str, str]) -> dict[str, str]:
    """Parts that are more than their whole (V19), by name."""
    found = {}
    for part, whole in OFFICE_PAIRS:
        if part in system.fields and whole in system.fields:
            a, b = read(system.fields[part], values.get(part, ""))[0], read(system.fields[whole], values.get(whole, ""))[0]
            if a is not None and b is not None and a > b:
                found[part] = MORE_THAN_ALL
    return found
