"""A city, built once a process and copied."""

from __future__ import annotations

from functools import partial

import pytest

from tests.conftest import Keep
from tests.stages.summaries.city import build
from tests.world import World


@pytest.fixture
def city(noticed_world: World, kept: Keep) -> World:
    """Eighty units, three of them not final."""
    return kept("city", noticed_world, partial(build, final=False))


@pytest.fixture
def final_city(noticed_world: World, kept: Keep) -> World:
    """Eighty units, all final."""
    return kept("final city", noticed_world, partial(build, final=True))
