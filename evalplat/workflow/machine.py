"""Asking the table: which move, from where, and what is missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .table import CAMPAIGN_MOVES, EVALUATION_MOVES, Move

EVALUATION = {move.name: move for move in EVALUATION_MOVES}
CAMPAIGN = {move.name: move for move in CAMPAIGN_MOVES}


@dataclass(frozen=True, slots=True)
class Fact:
    """Whether something holds; if not, ``reason`` (a gettext id) says why and ``href`` leads to where it is mended."""

    holds: bool
    reason: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    href: str = ""


YES = Fact(True)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A move that cannot be made now: from the wrong state (``fact`` is empty), or a fact that does not hold."""

    move: str
    fact: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)
    href: str = ""


def starts_from(move: Move, state: str) -> bool:
    """True if the table lets ``move`` start from ``state``."""
    return state in move.sources


def moves_from(state: str, moves: Mapping[str, Move] = EVALUATION) -> tuple[Move, ...]:
    """Every move that starts from ``state``, in the table's order."""
    return tuple(move for move in moves.values() if starts_from(move, state))


def what_blocks(move: Move, state: str, facts: Mapping[str, Fact]) -> tuple[Blocked, ...]:
    """Everything that keeps ``move`` from being made: all at once, so that nobody runs into one wall after another.

    ``facts`` holds at least the move's facts; an absent one counts as not holding.
    """
    if not starts_from(move, state):
        return (Blocked(move.name, "", "This step is not possible in the present state."),)
    blocked = []
    for name in move.facts:
        fact = facts.get(name, Fact(False, "Nobody has established this yet."))
        if not fact.holds:
            blocked.append(Blocked(move.name, name, fact.reason, fact.params, fact.href))
    return tuple(blocked)
