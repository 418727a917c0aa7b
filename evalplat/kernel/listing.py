"""A list's state lives in its address: filters, sort and page, so that it can be bookmarked and sent on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")
PAGE_SIZE = 25


class Fields(Protocol):
    """A query or what a button posted: text by name."""

    def get(self, name: str, default: str, /) -> str:
        """The text of a name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; unknown names are dropped."""

    path: str
    filters: Mapping[str, str]
    sort: str = ""
    page: int = 1

    def get(self, name: str) -> str:
        """The value of a filter, empty if it is not set."""
        return self.filters.get(name, "")

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return bool(self.filters)

    def href(self, **changes: Any) -> str:
        """The same list with something changed; a changed filter or sort goes back to the first page."""
        values: dict[str, Any] = {**self.filters, "sort": self.sort, "page": self.page}
        if set(changes) - {"page"}:
            values["page"] = 1
        values |= changes
        kept = {name: value for name, value in values.items() if value not in ("", None) and (name, value) != ("page", 1)}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """For a button that comes back to the same list."""
        return *self.filters.items(), ("sort", self.sort), ("page", str(self.page))

    def query(self) -> str:
        """The filters and the order as the end of an address, for an export of the same rows; empty if nothing is asked."""
        asked = urlencode({**self.filters, **({"sort": self.sort} if self.sort else {})})
        return f"?{asked}" if asked else ""


def wanted(path: str, params: Fields, *, filters: Iterable[str], sorts: Iterable[str] = (),
           known: Mapping[str, Collection[str]] | None = None) -> Wanted:
    """Read an address's query: filters by name, ``sort=key`` or ``sort=-key``, ``page=2``. ``known``: the only values that a
    filter may have; another one is dropped."""
    sort, page = params.get("sort", ""), params.get("page", "1")
    values = {name: value for name in filters if (value := params.get(name, "").strip()[:100])}
    return Wanted(path, {name: value for name, value in values.items() if value in (known or {}).get(name, (value,))},
                  sort if sort.removeprefix("-") in set(sorts) else "",
                  int(page) if page.isdecimal() and len(page) < 6 and int(page) else 1)


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of rows and the way to its neighbours."""

    rows: tuple[Row, ...]
    first: int
    last: int
    total: int
    prev_href: str | None
    next_href: str | None


def paged(rows: Sequence[Row], ask: Wanted, *, size: int = PAGE_SIZE) -> Paged[Row]:
    """Cut out the wanted page; one beyond the end gives the last."""
    return page_of(rows, total=len(rows), ask=ask, size=size, sliced=False)


def page_of(rows: Sequence[Row], *, total: int, ask: Wanted, size: int = PAGE_SIZE, sliced: bool = True) -> Paged[Row]:
    """The frame around rows that were already cut by the database (``sliced``) or are still all there."""
    pages = max(1, -(-total // size))
    page = max(1, min(ask.page, pages))
    start = (page - 1) * size
    shown = tuple(rows if sliced else rows[start:start + size])
    return Paged(shown, start + 1 if shown else 0, start + len(shown), total,
                 ask.href(page=page - 1) if page > 1 else None, ask.href(page=page + 1) if page < pages else None)


def columns(ask: Wanted, specs: Iterable[tuple[str, str, bool]], *, sortable: Iterable[str]) -> list[dict[str, Any]]:
    """Columns for the table macro: (key, label, figures) → with links that sort, the present order marked."""
    found = []
    for key, label, num in specs:
        column: dict[str, Any] = {"key": key, "label": label, "num": num}
        if key in set(sortable):
            up, down = ask.sort == key, ask.sort == f"-{key}"
            column["sort_href"] = ask.href(sort=f"-{key}" if up else key)
            column["sorted"] = "ascending" if up else "descending" if down else None
        found.append(column)
    return found


def ordered(rows: Iterable[Row], ask: Wanted, keys: Mapping[str, Callable[[Row], Any]]) -> list[Row]:
    """Rows in the wanted order; a row without a value comes last in both directions."""
    rows = list(rows)
    key = keys.get(ask.sort.lstrip("-"))
    if key is None:
        return rows
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=ask.sort.startswith("-"))
    return known + [row for row in rows if key(row) is None]
