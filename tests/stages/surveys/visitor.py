"""A citizen with a browser that has no scripts: opens a link, answers page by page, sends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

FIELD = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"')
RADIO = re.compile(r'<input type="(?:radio|checkbox)"[^>]*name="([^"]+)" value="([^"]*)"')


@dataclass
class Visitor:
    """Keeps the page on which the person is."""

    client: Any
    text: str = ""
    status: int = 0
    address: str = ""
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def open(self, address: str) -> Visitor:
        """Go to an address, as far as it leads."""
        answer = self.client.get(address, follow_redirects=True)
        self.text, self.status, self.address = answer.text, answer.status_code, answer.url.path
        return self

    @property
    def action(self) -> str:
        """Where the page's form goes."""
        return unescape(re.search(r'action="([^"]+)"', self.text)[1])

    @property
    def state(self) -> str:
        """The hidden field."""
        return unescape(re.search(r'name="state" value="([^"]+)"', self.text)[1])

    @property
    def names(self) -> list[str]:
        """The questions on the page."""
        return [name for name in dict.fromkeys(FIELD.findall(self.text)) if name not in ("state", "go")]

    def options(self, name: str) -> list[str]:
        """What may be ticked."""
        return [value for key, value in RADIO.findall(self.text) if key == name]

    def send(self, go: str = "next", **fields: Any) -> Visitor:
        """Press a button with these answers."""
        self.sent.append((self.action, {"state": self.state, "go": go, **fields}))
        return self.repeat()

    def repeat(self) -> Visitor:
        """Send the last form once more."""
        action, fields = self.sent[-1]
        answer = self.client.post(action, data=fields, follow_redirects=True)
        self.text, self.status, self.address = answer.text, answer.status_code, answer.url.path
        return self

    def fill(self, given: dict[str, Any]) -> Visitor:
        """Answer every page from ``given`` up to the page that shows all answers."""
        for _ in range(12):
            if 'value="finish"' in self.text:
                return self
            self.send(**{name: given[name] for name in self.names if name in given})
            assert self.status == 200, re.findall(r'class="error"[^>]*>(.*?)</p>', self.text, re.DOTALL)
        raise AssertionError("the questionnaire does not end")

    @property
    def receipt(self) -> str:
        """The code on the last page."""
        return re.search(r'class="code-box">([^<]+)<', self.text)[1]
