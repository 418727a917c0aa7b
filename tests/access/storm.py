"""One person's browser in a storm: it goes everywhere it sees, tries what others saw, and sends every form, sound or spoilt."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement, HTMLParser, document_fromstring
from starlette.testclient import TestClient

from tests.browser.crawl import route_of

LEFT_ALONE = ("/sign-out", "/static/", "/language/", "/view/", "/office/clear", "/tour/")
"""Would end the session, change who is signed in, or clear everything."""
TOKENS = "/api/tokens/"
"""The programs of the storm would lose theirs."""
HOSTILE = ("", " ", "0", "-1", "１２", "1e309", "NaN", "2026-02-30", "9999-12-31", "x" * 5000, "<script>alert(1)</script>", "' or 1=1 --",
           "../../etc/passwd", "\x00", "\ud7ff", "🀄" * 40, "=cmd()", "%s%n", "{{7*7}}", "true", "[]", "99999999999999999999")
SPOILT = ("nothing", "0", "%00", "..%2f", "x" * 300, "' or 1=1", "%F0%9F%80%84", "%ff")
QUERIES = ("", "?page=-1", "?page=99999999999999999999", "?sort=x", "?version=%00", "?open=<b>", "?q=%25", "?campaign=%00", "?version=x")
ALIKE = 25
"""So many addresses of one route are enough for one person."""


OFTEN = 2
"""A pattern that answered nobody is tried before others so often by each person."""


Fields = dict[str, list[str]]


def _links(page: HtmlElement) -> Iterator[str]:
    for element in page.iter("a", "img", "iframe"):
        yield element.get("href") or element.get("src") or ""
    yield from page.xpath("//@hx-get")


def _forms(page: HtmlElement) -> Iterator[tuple[str, Fields]]:
    """The action of each form that sends something, and what a browser could send."""
    for form in page.iter("form"):
        if form.get("method", "get").lower() == "post":
            fields: Fields = {}
            for one in form.iter("input", "textarea", "select", "button"):
                if one.get("name"):
                    values = [option.get("value", "") for option in one.iter("option")] or [one.get("value", "")]
                    fields.setdefault(one.get("name"), []).extend(values)
            yield form.get("action", ""), fields


@dataclass
class Weather:
    """What all storms know together: every address anybody saw, which routes answered whom, and everything wrong."""

    seen: dict[str, None] = field(default_factory=dict)
    answered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    made: int = 0

    def is_fresh(self, pattern: str, who: str) -> bool:
        """Whether nobody was answered there yet, and this person hardly tried."""
        return pattern not in self.answered and self.tried[pattern, who] < OFTEN


@cache
def route(path: str) -> str:
    """The pattern of the route that would answer a GET."""
    return route_of(path)[0]


def _shape(path: str) -> str:
    return re.sub(r"\d+|[0-9a-f]{8,}", "#", path)


@dataclass
class Storm:
    """One person at large. ``forbidden`` are texts that this person may never read, ``beyond`` addresses to try that no page shows,
    ``spared`` the logins of the storm itself: changed, their people would rightly see something else."""

    client: TestClient
    who: str
    weather: Weather
    dice: random.Random
    forbidden: tuple[str, ...]
    spared: frozenset[str] = frozenset()
    waiting: list[str] = field(default_factory=lambda: ["/"])
    beyond: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)
    forms: list[tuple[str, Fields]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def step(self) -> None:
        """One request: a page that was not seen yet, a form, an address that no page showed, somebody else's, or a spoilt one."""
        roll = self.dice.random()
        if self.waiting and (not self.forms or roll < 0.5):
            self._get(self._next(self.waiting))
        elif self.forms and roll < 0.8:
            self._send(*self.dice.choice(self.forms))
        elif self.beyond and roll < 0.9:
            self._get(self._next(self.beyond))
        elif roll < 0.95:
            self._get(self.dice.choice(list(self.weather.seen) or ["/"]))
        else:
            self._get(self._spoilt(self.dice.choice(sorted(self.known) or ["/"])))

    def _next(self, waiting: list[str]) -> str:
        """First what nobody reached yet, unless it was tried often."""
        fresh = [place for place, address in enumerate(waiting) if self.weather.is_fresh(route(urlsplit(address).path), self.who)]
        return waiting.pop(self.dice.choice(fresh) if fresh else self.dice.randrange(len(waiting)))

    def _get(self, path: str) -> None:
        self._look("GET", path, self.client.get(path))

    def _send(self, action: str, fields: Fields) -> None:
        data = {name: self._value(name, options) for name, options in fields.items() if self.dice.random() < 0.93}
        if self.dice.random() < 0.1:
            data[self.dice.choice(("nothing", "login", "units"))] = self.dice.choice(HOSTILE)
        files = {"file": (self.dice.choice(("a.pdf", "../b.exe", "表.xlsx")), self.dice.choice((b"", b"%PDF-1.4", b"PK\x03\x04" * 9)))}
        kind = {"files": files} if self.dice.random() < 0.1 else {}
        self._look("POST", action, self.client.post(action, data=data, **kind))  # type: ignore[arg-type]

    def _value(self, name: str, options: list[str]) -> str | list[str]:
        if name == "csrf_token":
            return options[0]
        return self.dice.choice(options) if self.dice.random() < 0.6 else self.dice.choice(HOSTILE).replace("\x00", "\x01")

    def _spoilt(self, path: str) -> str:
        parts = path.split("?", maxsplit=1)[0].split("/")
        parts[self.dice.randrange(1, len(parts)) if len(parts) > 1 else 0] = self.dice.choice(SPOILT)
        return "/".join(parts) + self.dice.choice(QUERIES)

    def _look(self, method: str, path: str, answer: object) -> None:
        status, kind = answer.status_code, answer.headers.get("content-type", "")  # type: ignore[attr-defined]
        self.statuses[status] += 1
        self.weather.made += 1
        text = "\n".join(_readable(answer.content, kind))  # type: ignore[attr-defined]
        self._judge(f"{method} {path}", status, text)
        pattern = route(urlsplit(path).path) if method == "GET" else ""
        self.weather.tried[pattern, self.who] += 1
        if status == 200:
            self.weather.answered[pattern].add(self.who)
        if status in (302, 303):
            self.note(urljoin(path, answer.headers["location"]))  # type: ignore[attr-defined]
        elif kind.startswith("text/html"):
            self._read(path, text)

    def _judge(self, request: str, status: int, text: str) -> None:
        wrong = [f"answers {status}"] if status >= 500 else []
        wrong += [f"shows {mark}" for mark in self.forbidden if mark in text]
        wrong += ["shows a trace"] if "Traceback (most recent" in text else []
        self.weather.wrong += [f"{self.who}: {request} {one}" for one in wrong]

    def _read(self, path: str, text: str) -> None:
        page = document_fromstring(text.encode() or b"<p>", parser=HTMLParser(encoding="utf-8"))
        for link in dict.fromkeys(_links(page)):
            self.note(urljoin(path, link))
        for action, fields in _forms(page):
            target = urljoin(path, action) if action else path
            if not target.startswith((*LEFT_ALONE, TOKENS)) and not self._is_spared(target) and self.alike[("post", _shape(target))] < 6:
                self.alike[("post", _shape(target))] += 1
                self.forms.append((target, fields))

    def _is_spared(self, target: str) -> bool:
        parts = urlsplit(target).path.split("/")
        return len(parts) > 2 and parts[1] == "people" and parts[2] in self.spared

    def note(self, link: str) -> None:
        """Remember an address to go to."""
        parts = urlsplit(link)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc not in ("", "testserver") or not address.startswith("/") or address.startswith(LEFT_ALONE):
            return
        shape = ("get", route(parts.path) or _shape(parts.path))
        if address not in self.known and self.alike[shape] < ALIKE:
            self.alike[shape] += 1
            self.known.add(address)
            self.waiting.append(address)
            self.weather.seen[address] = None


def _readable(content: bytes, kind: str) -> Iterator[str]:
    """What stands in an answer: the text itself, or the sheets of a workbook."""
    if kind.startswith(("text/", "application/json", "image/svg")):
        yield content.decode("utf-8", "replace")
    elif "spreadsheetml" in kind:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name).decode("utf-8", "replace") for name in book.namelist() if name.endswith(".xml"))
