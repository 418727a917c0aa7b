"""Evaluations with an approved report, and with an issued letter."""

from __future__ import annotations

import pytest

from tests import scored
from tests.world import World


@pytest.fixture
def reported_world(noticed_world: World) -> World:
    """The report of jiaotong is approved."""
    scored.at_state(noticed_world, "jiaotong", "reported")
    return noticed_world


@pytest.fixture
def informed_world(noticed_world: World) -> World:
    """The letter of jiaotong is issued, and not yet received."""
    scored.at_state(noticed_world, "jiaotong", "informed")
    return noticed_world
