"""Evaluations up to the report, and facts of rooms that are not under test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import scored
from tests.world import World


@pytest.fixture
def reviewed_world(noticed_world: World) -> Iterator[World]:
    """The review of jiaotong is sealed and its ledger complete; other rooms' facts hold."""
    scored.at_state(noticed_world, "jiaotong", "reviewed")
    with scored.sure_of(*scored.SURE):
        yield noticed_world


@pytest.fixture
def scored_world(noticed_world: World) -> Iterator[World]:
    """The lead closed the scoring."""
    scored.at_state(noticed_world, "jiaotong", "scored")
    with scored.sure_of(*scored.SURE):
        yield noticed_world


@pytest.fixture
def moderated_world(noticed_world: World) -> Iterator[World]:
    """The moderation is closed."""
    scored.at_state(noticed_world, "jiaotong", "moderated")
    with scored.sure_of(*scored.SURE):
        yield noticed_world
