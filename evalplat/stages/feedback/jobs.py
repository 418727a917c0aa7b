"""What the clock does for letters."""

from __future__ import annotations

from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work

from . import actions


def deem_received(work: Work) -> None:
    """Units that said nothing in time count as having received their letter."""
    actions.deem_received(work)


TICKS = (TickKind("feedback.deem_received", 10, deem_received),)
