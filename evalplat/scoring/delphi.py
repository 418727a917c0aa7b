"""Rounds of a Delphi inquiry as pure data: what each round says of each item, who should say why, and when to stop.

Ask, show the spread, ask again (Linstone & Turoff 1975); the stop rule is declared before the first round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from .agreement import kendall
from .figures import Figure, finite

Ratings = Mapping[str, Mapping[str, float | None]]
"""Expert → item → rating; None, or no entry, is an item that the expert left open."""


@dataclass(frozen=True, slots=True)
class Outside:
    """An expert below the lower or above the upper quartile, who is asked for the reason."""

    expert: str
    rating: float
    side: Literal["below", "above"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item in one round. Quartiles are those of type 7 (Hyndman & Fan 1996, linear between order statistics).

    ``variation`` is the sample standard deviation ÷ |mean|. With no rating, ``median``, ``low`` and ``high`` are None.
    """

    name: str
    n: int
    median: float | None
    low: float | None
    high: float | None
    variation: Figure
    outside: tuple[Outside, ...]

    @property
    def spread(self) -> float | None:
        """The interquartile range."""
        return None if self.low is None or self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True)
class Round:
    """What one round says. ``concordance`` is Kendall's W over the experts who rated all items, ``experts`` of them."""

    items: tuple[Item, ...]
    concordance: Figure
    experts: int
    asked: int

    def item(self, name: str) -> Item:
        """The item of that name."""
        return next(one for one in self.items if one.name == name)


def summarise(ratings: Ratings, items: Sequence[str]) -> Round:
    """One round of ratings of the ``items`` asked. ValueError on a rating of another item or one that is no finite number."""
    unknown = sorted({name for row in ratings.values() for name in row} - set(items))
    if unknown:
        raise ValueError(f"not among the items: {', '.join(unknown)}")
    full = [[row[name] for name in items] for row in ratings.values() if all(row.get(name) is not None for name in items)]
    if full and items:
        concordance = kendall([[float(one) for one in row if one is not None] for row in full])
    else:
        concordance = Figure("kendall", "ties corrected", None, len(items), reason="no_values")
    return Round(tuple(_item(ratings, name) for name in items), concordance, len(full), len(ratings))


def _item(ratings: Ratings, name: str) -> Item:
    given = {expert: float(mine) for expert, row in ratings.items() if (mine := row.get(name)) is not None}
    if not given:
        return Item(name, 0, None, None, None, _variation([]), ())
    low, middle, high = (float(one) for one in np.quantile(finite(list(given.values())), [0.25, 0.5, 0.75]))
    outside = tuple(
        Outside(expert, mine, "below" if mine < low else "above") for expert, mine in given.items() if not low <= mine <= high
    )
    return Item(name, len(given), middle, low, high, _variation(list(given.values())), outside)


def _variation(values: list[float]) -> Figure:
    """The coefficient of variation, or why there is none."""
    n, name, variant = len(values), "variation", "sample deviation ÷ |mean|"
    if n < 2:
        return Figure(name, variant, None, n, reason="too_few" if n else "no_values")
    mean = float(np.mean(values))
    if mean == 0:
        return Figure(name, variant, None, n, reason="mean_is_zero")
    return Figure(name, variant, float(np.std(values, ddof=1)) / abs(mean), n)


@dataclass(frozen=True, slots=True)
class StopRule:
    """When to ask no more: whichever comes first. None switches a part off; ``rounds`` always ends it.

    ``agreement``: Kendall's W at least this. ``change``: no median moved by more than this since the round before.
    ``spread``: no interquartile range above this.
    """

    rounds: int
    agreement: float | None = None
    change: float | None = None
    spread: float | None = None

    def __post_init__(self) -> None:
        limits = (self.change, self.spread)
        if self.rounds < 1 or any(one is not None and one < 0 for one in limits):
            raise ValueError("a stop rule needs at least one round, and limits that are not negative")
        if self.agreement is not None and not 0 <= self.agreement <= 1:
            raise ValueError("Kendall's W lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to stop, by which part of the rule, and in words; ``ask_why`` are the items and experts of the next letter.

    ``message`` is an English gettext id with placeholders that ``params`` fills in.
    """

    stop: bool
    by: Literal["", "agreement", "change", "spread", "rounds"]
    message: str
    params: Mapping[str, str | int]
    ask_why: Mapping[str, tuple[Outside, ...]] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The English sentence."""
        return self.message.format(**self.params)


def verdict(rounds: Sequence[Round], rule: StopRule) -> Verdict:
    """What the declared rule says after the last of ``rounds``. ValueError before the first."""
    if not rounds:
        raise ValueError("no round has been held")
    last, w = rounds[-1], rounds[-1].concordance.value
    moved, widest = largest_change(rounds), _widest(last)
    shown = "–" if w is None else f"{w:.2f}"
    if rule.agreement is not None and w is not None and w >= rule.agreement:
        told = {"w": shown, "limit": f"{rule.agreement:g}"}
        return Verdict(True, "agreement", "The experts agree: Kendall's W is {w}, at least {limit}.", told)
    if rule.change is not None and moved is not None and moved <= rule.change:
        told = {"limit": f"{rule.change:g}"}
        return Verdict(True, "change", "The answers have settled: no median moved by more than {limit}.", told)
    if rule.spread is not None and widest is not None and widest <= rule.spread:
        told = {"limit": f"{rule.spread:g}"}
        return Verdict(True, "spread", "The answers are close: no interquartile range is above {limit}.", told)
    if len(rounds) >= rule.rounds:
        message = "No round is left: {n} of {n} were held without agreement (Kendall's W: {w})."
        return Verdict(True, "rounds", message, {"n": rule.rounds, "w": shown})
    asked = {item.name: item.outside for item in last.items if item.outside}
    counts: dict[str, str | int] = {"w": shown, "left": rule.rounds - len(rounds), "n": rule.rounds}
    return Verdict(False, "", "Ask again: rounds left {left} of {n} (Kendall's W: {w}).", counts, asked)


def largest_change(rounds: Sequence[Round]) -> float | None:
    """The largest move of a median between the last two rounds; None with one round, or if an item has no median in both."""
    if len(rounds) < 2:
        return None
    before = {item.name: item.median for item in rounds[-2].items}
    moves = [(item.median, before.get(item.name)) for item in rounds[-1].items]
    known = [abs(now - then) for now, then in moves if now is not None and then is not None]
    return max(known) if known and len(known) == len(moves) else None


def _widest(one: Round) -> float | None:
    """The largest interquartile range; None if an item has no rating, because nothing is known of it."""
    known = [item.spread for item in one.items if item.spread is not None]
    return max(known) if known and len(known) == len(one.items) else None
