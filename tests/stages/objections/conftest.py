"""The world of this room's tests."""

from __future__ import annotations

import pytest

from tests.conftest import Keep
from tests.stages.objections.contested import informed
from tests.world import World


@pytest.fixture
def informed_world(noticed_world: World, kept: Keep) -> World:
    """The unit 交通运输局 has its result and may object."""
    return kept("contested", noticed_world, informed)
