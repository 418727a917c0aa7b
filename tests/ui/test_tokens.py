"""Colours of the tokens: text at least 4.5:1 on every ground it stands on, borders of controls 3:1, in both views."""

from __future__ import annotations

import re

import pytest

from evalplat.kernel.templating import STATIC_DIR

CSS = (STATIC_DIR / "css" / "tokens.css").read_text(encoding="utf-8")
WASHES = {"blue-dark": "blue-wash", "ok": "ok-wash", "warn": "warn-wash", "seal": "seal-wash", "ink-2": "mute-wash", "ink-3": "mute-wash"}
TEXTS = [("ink", "paper"), ("ink-2", "paper"), ("ink-3", "paper"), ("ink-3", "surface"), ("ink-3", "blue-wash"), ("blue", "paper"),
         ("seal", "surface"), ("surface", "blue"), ("surface", "seal"), ("ok", "surface"), ("warn", "surface"), *WASHES.items()]
BORDERS = [("line-2", "surface"), ("line-2", "paper"), ("blue", "surface"), ("blue", "blue-mid")]


def colours(view: str) -> dict[str, str]:
    """Token → colour; the large view overrides."""
    blocks = re.findall(r"(:root[^{]*)\{([^}]*)\}", CSS)
    found: dict[str, str] = {}
    for selector, body in blocks:
        if "large" not in selector or view == "large":
            found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
    return found


def luminance(colour: str) -> float:
    """WCAG relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("view", ["normal", "large"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(text: str, ground: str, view: str) -> None:
    found = colours(view)
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("view", ["normal", "large"])
@pytest.mark.parametrize(("line", "ground"), BORDERS)
def test_borders_of_controls_can_be_seen(line: str, ground: str, view: str) -> None:
    found = colours(view)
    assert contrast(found[line], found[ground]) >= 3


def test_large_view_has_no_text_below_eighteen_pixels() -> None:
    large = re.search(r'data-view="large"\] \{(.*?)\}', CSS, re.DOTALL)
    assert large
    sizes = re.findall(r"--t-?\d: (\.?[\d.]+)rem", large.group(1))
    assert len(sizes) == 3
    assert all(float(size) * 16 * 1.25 >= 18 for size in sizes)


def test_no_sheet_loads_anything() -> None:
    for sheet in (STATIC_DIR / "css").glob("*.css"):
        assert "url(" not in sheet.read_text(encoding="utf-8")
        assert "@import" not in sheet.read_text(encoding="utf-8")
