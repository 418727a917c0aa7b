"""Evaluations up to the report, and facts of rooms that are not under test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import scored
from tests.conftest import Keep
from tests.world import World


@pytest.fixture
def reviewed_world(noticed_world: World, kept: Keep) -> Iterator[World]:
    """The review of jiaotong is sealed and its ledger complete; other rooms' facts hold."""
    with scored.sure_of(*scored.SURE):
        yield kept("reviewed", noticed_world, lambda world: scored.at_state(world, "jiaotong", "reviewed"))


@pytest.fixture
def scored_world(noticed_world: World, kept: Keep) -> Iterator[World]:
    """The lead closed the scoring."""
    with scored.sure_of(*scored.SURE):
        yield kept("scored", noticed_world, lambda world: scored.at_state(world, "jiaotong", "scored"))


@pytest.fixture
def moderated_world(noticed_world: World, kept: Keep) -> Iterator[World]:
    """The moderation is closed."""
    with scored.sure_of(*scored.SURE):
        yield kept("moderated", noticed_world, lambda world: scored.at_state(world, "jiaotong", "moderated"))
