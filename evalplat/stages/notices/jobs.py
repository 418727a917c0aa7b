"""What the clock does for notices."""

from __future__ import annotations

from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work

from . import actions


def deem_served(work: Work) -> None:
    """Units that said nothing in time count as served."""
    actions.deem_served(work)


TICKS = (TickKind("notices.deem_served", 10, deem_served),)
