"""Evaluations with an approved report, and with an issued letter."""

from __future__ import annotations

import pytest

from tests import scored
from tests.conftest import Keep
from tests.world import World


@pytest.fixture
def reported_world(noticed_world: World, kept: Keep) -> World:
    """The report of jiaotong is approved."""
    return kept("reported", noticed_world, lambda world: scored.at_state(world, "jiaotong", "reported"))


@pytest.fixture
def informed_world(noticed_world: World, kept: Keep) -> World:
    """The letter of jiaotong is issued, and not yet received."""
    return kept("informed", noticed_world, lambda world: scored.at_state(world, "jiaotong", "informed"))
