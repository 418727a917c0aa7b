"""Every page that a link leads to, for one person of each role, at every width and in both text sizes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage
from starlette.testclient import TestClient

from evalplat.app import create_app
from tests.access.test_routes import ROUTES
from tests.browser.crawl import Found, crawl, route_of
from tests.browser.demo import demo_site
from tests.browser.site import Site
from tests.browser.widths import faults_everywhere

WHO = ("li", "sun", "zhou", "zhao", "wang", "xu", "wu", "qian", "third", "sysadmin", "secadmin", "auditadmin", "head-shuiwu",
       "liaison-xuanchuan", "head-yingji", "filler-xuanchuan")
SOME = dict.fromkeys(("sun", "zhou", "zhao"), frozenset({"shuiwu", "yingji"}))
"""Who reads what others read as well looks at some departments: with a result, and on the way."""
ELSEWHERE = {
    "/sign-in": "every journey begins there", "/view/{view}": "sets a cookie", "/language/{code}": "sets a cookie",
    "/healthz": "is no page", "/s/b": "test_citizen", "/s/{link}": "test_citizen", "/s/{link}/done": "test_citizen",
    "/s/{link}/{page}": "leads back to the first page", "/definitions/files/{name}": "only a file with errors has it",
    "/c/{campaign}/u/{unit}/assessment/tables": "leads on to the first table",
    "/c/{campaign}/u/{unit}/assessment/scores": "leads on to the first block",
    "/c/{campaign}/u/{unit}/review/records/{code}/change": "test_review",
    "/c/{campaign}/u/{unit}/review/findings/{code}": "test_review",
    "/c/{campaign}/u/{unit}/follow-up/papers/{file}": "a file",
    "/start": "only where there is no office: tests/people", "/office/clear": "only the demonstration's own: tests/people",
    "/office/import/{code}": "only after an upload: tests/journeys/test_new_office",
    "/definitions/drafts/{draft}/upload/{file}": "only after an upload: tests/pages/test_definition_drafts",
    "/definitions/drafts/{draft}/publish": "only where nothing is wrong: tests/pages/test_definition_drafts",
    "/definitions/{key}/{version}/file.{ending}": "a file",
    "/tour": "tests/pages/test_tour", "/tour/phone": "tests/pages/test_tour",
    "/results/{office}/{campaign}": "only what was made public: tests/stages/feedback",
    "/c/{campaign}/results": "only after conclusion: tests/stages/feedback", "/c/{campaign}/summary/text": "only after conclusion",
    "/c/{campaign}/notice/supplements/{ordinal}": "tests/stages/notices/test_supplements",
    "/c/{campaign}/chasing/messages": "leads on from what was ticked: tests/pages/test_chasing",
    **{route.path: "is read by programs: tests/pages/test_api" for route in ROUTES if route.path.startswith("/api/v1/")},
}
FILES = ("/files/", ".pdf", ".xlsx", ".svg")
PAPER = {"/documents/{code}/page"}
"""A sheet of paper keeps its width; it is shown in a frame that scrolls."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration."""
    with demo_site(tmp_path_factory) as found:
        yield found


@pytest.fixture(scope="module")
def found(site: Site) -> dict[str, list[Found]]:
    """What each person comes upon."""
    pages = {}
    with TestClient(create_app(site.world.engine), follow_redirects=False) as client:
        for who in WHO:
            client.cookies.clear()
            signed = client.post("/sign-in", data={"login": who, "password": site.password, "next": "/"})
            assert signed.status_code == 303, who
            pages[who] = crawl(client, units=SOME.get(who, frozenset()))
    return pages


def test_every_link_leads_somewhere(found: dict[str, list[Found]]) -> None:
    wrong = [f"{who}: {one.status} {one.path}, linked on {one.seen_on}"
             for who, pages in found.items() for one in pages if one.status >= 400 or not one.route]
    assert not wrong, "\n".join(wrong)


def test_every_route_is_reached(found: dict[str, list[Found]]) -> None:
    reached = {one.route for pages in found.values() for one in pages}
    missing = {route.path for route in ROUTES if route.method == "GET"} - reached - set(ELSEWHERE)
    assert {path for path in missing if not any(ending in path for ending in FILES)} == set()


def chosen(found: dict[str, list[Found]]) -> dict[str, list[str]]:
    """Each page once: per route the first that shows it."""
    picked: dict[str, list[str]] = {who: [] for who in WHO}
    seen: dict[str, set[str]] = {}
    for who in reversed(WHO):
        for one in found[who]:
            _, params = route_of(urlsplit(one.path).path)
            unit = params.get("unit", "")
            known = seen.setdefault(one.route, set())
            if one.html and one.status == 200 and one.route not in PAPER and not known:
                known.add(unit)
                picked[who].append(one.path)
    return {who: paths for who, paths in picked.items() if paths}


def test_every_page_is_sound_at_every_width(site: Site, found: dict[str, list[Found]], new_page, shoot) -> None:
    wrong: list[str] = []
    for who, paths in chosen(found).items():
        page = site.sign_in(new_page(), who)
        heard: list[str] = []

        def hear(message: ConsoleMessage, heard: list[str] = heard) -> None:
            if message.type in ("error", "warning"):
                heard.append(message.text)

        page.on("console", hear)
        for path in paths:
            page.goto(f"{site.url}{path}")
            wrong += [f"{who} {path}: {fault}" for fault in faults_everywhere(page)]
            wrong += [f"{who} {path}: the console says {text}" for text in heard]
            heard.clear()
        page.context.close()
    assert not wrong, "\n".join(wrong)
