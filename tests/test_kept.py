"""A kept world is one builder's: a second one under the same name would get the first one's world without a word."""

from __future__ import annotations

from functools import partial

import pytest

from tests.conftest import Keep
from tests.world import World


def later(world: World, days: float) -> None:
    world.pass_days(days)


def test_a_name_belongs_to_one_builder(world: World, kept: Keep) -> None:
    start = world.now
    assert kept("a day later", world, partial(later, days=1)).now > start
    assert kept("a day later", world, partial(later, days=1)).now > start
    with pytest.raises(AssertionError, match=r"“a day later” is built by test_kept\.py:later; .*<lambda> needs a name of its own"):
        kept("a day later", world, lambda other: later(other, 2))
