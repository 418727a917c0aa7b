"""What the clock does for notices."""

from __future__ import annotations

from evalplat.campaigns import watch
from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work

from . import actions, actions_extensions, actions_recusal, actions_supplements


def deem_served(work: Work) -> None:
    """Units that said nothing in time count as served."""
    actions.deem_served(work)


def deem_supplements_served(work: Work) -> None:
    """Units that said nothing in time count as having received a supplementary notice."""
    actions_supplements.deem_served(work)


def lapse_extensions(work: Work) -> None:
    """Requests for more time that nobody decided by the last day are over."""
    actions_extensions.lapse(work)


def watch_conflicts(work: Work) -> None:
    """Whoever must keep away since a register changed is named to the office."""
    watch.look(work)


def lapse_recusals(work: Work) -> None:
    """Requests that nobody signed in time are over."""
    actions_recusal.lapse(work)


TICKS = (TickKind("notices.deem_served", 10, deem_served), TickKind("notices.lapse_extensions", 10, lapse_extensions),
         TickKind("notices.deem_supplements_served", 10, deem_supplements_served),
         TickKind("notices.watch_conflicts", 10, watch_conflicts), TickKind("notices.lapse_recusals", 10, lapse_recusals))
