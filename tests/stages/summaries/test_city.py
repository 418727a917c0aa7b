"""Eighty units: every number opens to as many rows, few queries, quick pages; the snapshot holds; the interim form."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from sqlalchemy import event

from tests.world import World


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(world.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(world.engine, "before_cursor_execute", note)


def test_every_number_opens_to_its_rows(city: World) -> None:
    with city.client("director") as client:
        page = client.get("/c/2026/summary").text
        links = set(re.findall(r'<a href="(/c/2026/summary/rows/[^"]+)">([^<]+)</a>', page))
        assert len(links) > 60
        for address, text in sorted(links):
            answer = client.get(unescape(address))
            total = re.search(r'data-total="(-?\d+)"', answer.text)
            number = re.search(r"[\d,]+", text)
            assert total, address
            if number:
                assert int(total[1]) == int(number[0].replace(",", "")), address
