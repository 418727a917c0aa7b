"""Follows every link that pages show to a person, so that no page of a menu or a room is forgotten."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import chain
from urllib.parse import urljoin, urlsplit

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.testclient import TestClient

from evalplat.rooms import routers
from tests.access.test_routes import flat

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')


@dataclass(frozen=True)
class Found:
    """A page that a person came upon: its address, its route, whether it is a page at all, where the link stood."""

    path: str
    route: str
    status: int
    html: bool
    text: str
    seen_on: str


@cache
def _routes() -> list[APIRoute]:
    return list(chain.from_iterable(flat(router) for router in routers()))


@cache
def route_of(path: str) -> tuple[str, dict[str, str]]:
    """The pattern of the route that answers, and its parameters; "" if none does."""
    for route in _routes():
        match, child = route.matches({"type": "http", "method": "GET", "path": path})
        if match is Match.FULL:
            return route.path, {name: str(value) for name, value in child["path_params"].items()}
    return "", {}


def crawl(client: TestClient, *, start: str = "/", units: frozenset[str] = frozenset()) -> list[Found]:
    """The pages that can be reached from the start, one of each kind for each department: one document of many, one
    order of a list. ``units``: the departments that are looked at, all unless some are named."""
    waiting, found = deque([(start, "")]), []
    known, alike = {start}, set[tuple[str, ...]]()
    while waiting:
        path, seen_on = waiting.popleft()
        answer = client.get(path)
        route, _ = route_of(urlsplit(path).path)
        html = answer.headers.get("content-type", "").startswith("text/html")
        found.append(Found(path, route, answer.status_code, html, answer.text if html else "", seen_on))
        if answer.status_code in (302, 303):
            links = [answer.headers["location"]]
        else:
            links = [unescape(link) for link in LINK.findall(answer.text)] if html else []
        for link in links:
            target = urlsplit(urljoin(path, link))
            address = target.path if not target.query or target.path in known else f"{target.path}?{target.query}"
            route, params = route_of(target.path)
            if target.netloc or address in known or target.path.startswith(("/view/", "/language/", "/static/", "/s/")):
                continue
            known.add(address)
            kind = (route, params.get("campaign", ""), params.get("unit", ""))
            if kind not in alike and (not units or kind[2] in {"", *units}):
                alike.add(kind)
                waiting.append((address, path))
    return found
