"""The main pages of the demonstration, each with the person who works on it: what docs/screens shows."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

SCREENS_DIR = Path(__file__).parents[2] / "docs" / "screens"
SIZES = {"desktop": (1280, 1000), "phone": (360, 1200)}
COLOURS = 96


@dataclass(frozen=True)
class Screen:
    """One page: who sees it, its address ({now} and {last} are campaigns, {link} an open survey), where the picture begins."""

    name: str
    who: str
    path: str
    top: str = ""


SCREENS = (
    Screen("home-officer", "li", "/"),
    Screen("home-director", "zhou", "/"),
    Screen("home-liaison", "liaison-shuiwu", "/"),
    Screen("campaign", "li", "/c/{now}"),
    Screen("unit", "zhou", "/c/{now}/u/shuiwu"),
    Screen("score", "zhou", "/c/{last}/u/shuiwu?open=A101,A201", "#score"),
    Screen("figures", "liaison-xuanchuan", "/c/{now}/u/xuanchuan/assessment/tables/T2"),
    Screen("survey", "", "/s/{link}"),
    Screen("checklist", "chen", "/c/{now}/u/shichang/review/checklist"),
    Screen("objection", "zhou", "/c/{now}/u/shenji/objection"),
    Screen("chasing", "li", "/c/{now}/chasing"),
    Screen("board", "zhou", "/board"),
    Screen("summary", "sun", "/c/{last}/summary"),
    Screen("ledger", "li", "/follow-up"),
    Screen("plans", "sun", "/plans"),
)


def lay_out(page: Page, screen: Screen, kind: str) -> None:
    """The window of a kind, a citizen's first answer ticked, the page at the place where its picture begins."""
    width, height = SIZES[kind]
    page.set_viewport_size({"width": width, "height": height})
    if screen.name == "survey":
        page.locator("label.opt").nth(1).click()
        page.evaluate("() => document.activeElement.blur()")
    page.evaluate("top => window.scrollTo(0, top ? document.querySelector(top).getBoundingClientRect().top + window.scrollY - 16 : 0)",
                  screen.top)


def keep(page: Page, screen: Screen, kind: str) -> Path:
    """The window's picture with few colours: text stays sharp, the folder stays small."""
    from PIL import Image  # only whoever renews the pictures needs it

    SCREENS_DIR.mkdir(parents=True, exist_ok=True)
    target = SCREENS_DIR / f"{screen.name}-{kind}.png"
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        few = taken.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
    return target
