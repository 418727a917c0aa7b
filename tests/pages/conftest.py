"""Worlds for the pages: a campaign in full swing, built once a process and copied."""

from __future__ import annotations

import pytest

from tests.conftest import Keep
from tests.pages.rich import enrich, lender
from tests.stages.summaries.conftest import city  # noqa: F401 - a fixture for the boards
from tests.world import World


def _rich(world: World) -> World:
    world.pass_days(26)
    lender(world)
    return enrich(world)


@pytest.fixture
def rich_world(noticed_world: World, kept: Keep) -> World:
    """Eleven units in many states, with results, findings, deadlines."""
    return kept("rich", noticed_world, _rich)
