"""Addresses that no page of the demonstration shows to somebody: every pattern of the application, filled with codes that exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from sqlalchemy import text

from evalplat.kernel.work import Work
from tests.access.test_routes import ROUTES

MOST = 24
"""So many addresses of each pattern."""
OF_UNIT: dict[str, str] = {
    "files": "select min(code) from stored_file where evaluation_id = :evaluation group by purpose order by purpose desc",
    "papers": "select code from stored_file",
    "records": "select code from review_record where evaluation_id = :evaluation",
    "findings": "select code from finding where evaluation_id = :evaluation",
    "items": "select number from rectification where evaluation_id = :evaluation",
}
"""The last parameter below a department, by the word before it."""
ANYWHERE: dict[str, str] = {
    "/documents/{code}": "select code from document order by file_id is null", "/jobs/{job}": "select id from job",
    "/people/{login}": "select login from user_account", "/office/units/{code}": "select code from unit",
    "/plans/units/{unit}": "select code from unit", "/follow-up/holds/{unit}": "select code from unit",
    "/plans/{plan}": "select code from evaluation_plan", "/s/{link}": "select code from survey_link",
    "links/{code}": "select code from survey_link", "/office/import/{code}": "select code from office_import",
    "/definitions/drafts/{draft}": "select code from definition_draft",
}
"""Every other one, by a part of its pattern."""
KNOWN: dict[str, tuple[str, ...]] = {
    "office": ("qinghe",), "wave": ("citizen", "staff"), "table": ("T1", "T2", "T8"), "block": ("A", "B", "-", "G"),
    "leaf": ("A101", "C102"),
    "page": ("1", "page1", "done"), "book": ("results", "findings", "units"), "ordinal": ("1",), "key": ("tengzhou-2026", "citizen"),
    "version": ("2026.1", "1"), "name": ("tengzhou-2026.yaml", "none.yaml"), "view": ("large",), "language": ("en",), "number": ("1",),
    "ending": ("yaml", "xlsx"),
}


@dataclass(frozen=True)
class Place:
    """One evaluation, by its codes."""

    campaign: str
    unit: str
    evaluation: int


def addresses(work: Work) -> list[str]:
    """Some addresses of every pattern that a GET answers."""
    connection = work.session.connection()

    def asked(query: str, **given: object) -> list[str]:
        return [str(row[0]) for row in connection.execute(text(query), given)]

    places = [Place(*row) for row in connection.execute(text(
        "select c.code, u.code, e.id from evaluation e join campaign c on c.id = e.campaign_id join unit u on u.id = e.unit_id"
        " order by e.id"))]
    return [one for route in ROUTES if route.method == "GET" for one in islice(_of(route.path, places, asked), MOST)]


def _of(pattern: str, places: list[Place], asked: Callable[..., list[str]]) -> Iterator[str]:
    names = re.findall(r"{(\w+)", pattern)
    last = pattern.rpartition("{")[0].rstrip("/").rpartition("/")[2]
    for place in _chosen(places, names):
        values = {"campaign": [place.campaign], "unit": [place.unit]} | {name: list(KNOWN[name]) for name in names if name in KNOWN}
        for part in (part for part in ANYWHERE if part in pattern):
            values[re.findall(r"{(\w+)", part)[-1]] = asked(ANYWHERE[part])[:2]
        if last in OF_UNIT and "unit" in names:
            values[names[-1]] = asked(OF_UNIT[last], evaluation=place.evaluation)[:3]
        for choice in product(*(values.get(name) or ["1"] for name in names)):
            given = iter(choice)
            yield re.sub(r"{\w+(:\w+)?}", lambda _, given=given: next(given), pattern)  # type: ignore[misc]


def _chosen(places: list[Place], names: list[str]) -> list[Place]:
    """One place where the pattern names none, one of each campaign where it names no department."""
    if "unit" in names:
        return places
    return list({place.campaign: place for place in places}.values()) if "campaign" in names else places[:1]
