"""The office's own order of its units, which every list keeps: that of its imported list; before there is one, categories, then codes.

Units that the list does not name (added later by hand) stand after it. The list is one of the office's settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, case
from sqlmodel import col

from evalplat.kernel.work import Work

from .categories import CATEGORIES
from .tables import Office, Unit

SETTING = "unit_order"
_GROUPS = {key: place for place, key in enumerate(CATEGORIES)}
_AFTER = 1_000_000


def unit_order(work: Work) -> tuple[str, ...]:
    """The codes in the office's order; empty before a list was imported."""
    return tuple(work.session.get_one(Office, work.office_id).settings.get(SETTING, ()))


def by_unit_order(work: Work) -> tuple[ColumnElement[Any], ...]:
    """What a query of units is ordered by."""
    places = {code: place for place, code in enumerate(unit_order(work))}
    listed = (case(places, value=col(Unit.code), else_=_AFTER),) if places else ()
    return (*listed, case(_GROUPS, value=col(Unit.category), else_=_AFTER), col(Unit.category), col(Unit.code))


def place_of(work: Work) -> Callable[[Unit], tuple[int, int, str, str]]:
    """The same order as a key for rows that were read already."""
    places = {code: place for place, code in enumerate(unit_order(work))}
    return lambda unit: (places.get(unit.code, _AFTER), _GROUPS.get(unit.category, _AFTER), unit.category, unit.code)


def merged(before: Iterable[str], named: Iterable[str], existing: Iterable[str]) -> tuple[str, ...]:
    """The order after an import. A list that names every unit is the office's order from now on; one that names some adds the
    unknown ones at the end."""
    old, new, there = list(before), list(dict.fromkeys(named)), set(existing)
    if set(new) >= there:
        return tuple(new)
    return (*old, *(code for code in new if code not in old))


def keep_order(work: Work, order: Iterable[str]) -> None:
    """Store it."""
    office = work.session.get_one(Office, work.office_id)
    office.settings = {**office.settings, SETTING: list(order)}
    work.session.add(office)
