"""The page of names is true: every address, act, setting and fact of the program stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalplat.kernel.settings import Settings
from evalplat.people.roles import Role
from evalplat.workflow.stages import CampaignState, Stage, State
from evalplat.workflow.table import EVALUATION_MOVES
from tests.access.test_routes import ROUTES

PAGE = (Path(__file__).parents[2] / "docs" / "interfaces.md").read_text(encoding="utf-8")
NAMED = {re.sub(r"{\w+}", "{}", name) for name in re.findall(r"`([/…][^`\s]*)`", PAGE)}
LEFT_OUT = {"/documents/{}/making": "a fragment that refreshes itself"}


def _stands(path: str) -> bool:
    """The address itself, or its part below one unit, or the list that it is a line of."""
    form = re.sub(r"{\w+}", "{}", path)
    short = form.replace("/c/{}/u/{}", "…")
    parts = (form, short, f"{short}/{{}}", short.removesuffix("/{}"))
    rooms = re.sub(r"…/(assessment|review|objection|follow-up)/files/{}", "…/files/{}", short)
    base = re.sub(r"/(new|change)$", "", re.sub(r"/{}/change$", "/{}", short))
    return bool({*parts, rooms, base, f"{base}/{{}}"} & NAMED) or form in LEFT_OUT


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES if route.method == "GET"}))
def test_every_page_has_its_line(path: str) -> None:
    assert _stands(path)


def test_every_setting_has_its_name() -> None:
    assert [name for name in Settings.model_fields if f"EVALPLAT_{name.upper()}" not in PAGE and name != "trusted_proxies"] == []


@pytest.mark.parametrize("names", [Stage, State, CampaignState, Role], ids=lambda names: names.__name__)
def test_every_key_stands_there(names) -> None:
    assert [key for key in names if not re.search(rf"\b{key}\b", PAGE)] == []


def test_every_move_and_fact_stands_there() -> None:
    words = {word for move in EVALUATION_MOVES for word in (move.name, move.act, *move.facts)}
    assert sorted(word for word in words if not re.search(rf"\b{word}\b", PAGE)) == []
