"""Asks axe-core what WCAG 2.2 AA finds wrong on a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# The debugging channel evaluates this, so the page's own Content-Security-Policy stays in force.
_RUN = """([within, rules]) => axe.run(within || document, {
  runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'],
})"""


@cache
def _axe() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def violations_of(page: Page, *, within: str | None = None) -> list[str]:
    """One line for each element that breaks a rule: the rule, the element and what to do."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(_RUN, [within, RULES])
    return [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    advice = node["failureSummary"].replace("\n", " ")
    return f"{rule['id']} at {' '.join(map(str, node['target']))}: {advice}"
