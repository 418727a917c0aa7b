"""Weights become the points or weights of a file: rounded to its decimals by largest remainders, so that they add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evalplat.definitions import editing
from evalplat.definitions.numbers import number_text, read_number
from evalplat.definitions.outline import FIGURES, STEPS, Entry, Outline, sums_of
from evalplat.definitions.yamltext import Mapping
from evalplat.kernel.i18n import N_

BY_CATEGORY = N_("The weights of this block differ by category of department. Set them by hand in the editor.")
MORE_DECIMALS = 6
"""So many more than the file has are taken, if something would be worth nothing otherwise."""
POINTS = {"deduct": ("each", "start", "floor"), "threshold": ("partial",), "fixed": ("points",)}
"""Of the single figures of a rule, those that are points."""


def own_sum(outline: Outline, entry: Entry | None, items: Sequence[Entry]) -> Fraction:
    """What the shares of these entries have to add up to: what stands at their block, or what they add up to now."""
    written = read_number(entry.share) if entry else None
    present = [present_share(outline, one) for one in items]
    total = sum((one for one in present if one is not None), Fraction(0)) if None not in present else None
    if outline.method == "weights":
        fits = total is not None and total in (written, Fraction(1), Fraction(100))
        return total if fits and total is not None else Fraction(1)
    if entry is None:
        return read_number(outline.most) or Fraction(100)
    return written or total or Fraction(100)


def present_share(outline: Outline, entry: Entry) -> Fraction | None:
    """What an entry weighs now; the points of a block without its own are those of its indicators."""
    found = read_number(entry.share)
    return sums_of(outline, entry.code)[0].total if found is None and not entry.is_leaf and outline.method != "weights" else found


def proposed(outline: Outline, entry: Entry | None, items: Sequence[Entry], weights: Sequence[float]) -> list[str] | None:
    """The shares as the file would write them; None where weights differ by category, for then there is no single sum."""
    if outline.method == "weights" and len({frozenset(one.categories) for one in items}) > 1:
        return None
    total = own_sum(outline, entry, items)
    percent = bool(items) and all(one.share.strip().endswith("%") for one in items)
    scale = 100 if percent else 1
    least = max((_decimals(one.share) for one in outline.entries), default=0)
    for places in range(least, least + MORE_DECIMALS + 1):
        found = rounded(weights, total=total, unit=Fraction(1, 10**places * scale))
        if found is not None and (min(found) > 0 or places == least + MORE_DECIMALS):
            return [number_text(one * scale, most=places) + ("%" if percent else "") for one in found]
    return None


def _decimals(text: str) -> int:
    return len(text.strip().removesuffix("%").strip().partition(".")[2]) if read_number(text) is not None else 0


def rounded(weights: Sequence[float], *, total: Fraction, unit: Fraction) -> list[Fraction] | None:
    """``total`` divided in proportion, each part a multiple of ``unit``; what is left over goes one unit each to the largest
    remainders. None if the total itself is no such multiple."""
    units = total / unit
    if units.denominator != 1:
        return None
    whole = sum(Fraction(one) for one in weights)
    exact = [Fraction(one) / whole * units for one in weights]
    floors = [one.numerator // one.denominator for one in exact]
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    for place in order[: int(units) - sum(floors)]:
        floors[place] += 1
    return [one * unit for one in floors]


def changes_of(text: str, outline: Outline, entry: Entry, share: str) -> dict[editing.Path, editing.Value | None]:
    """The new share of an entry; where its rule says points of its own, they change in proportion, so that the full mark fits."""
    changes: dict[editing.Path, editing.Value | None] = {("indicators", entry.code, outline.share_key): share}
    before, after, rule = read_number(entry.share), read_number(share), entry.rule
    if outline.method == "weights" or rule is None or rule.name or not before or after is None:
        return changes
    body = editing.at(editing.read_tree(text), rule.path)
    if not isinstance(body, Mapping) or "out_of" in body:
        return changes
    places: list[tuple[editing.Path, str]] = [((*rule.path, key), value) for key, value in rule.figures
                                              if key in POINTS.get(rule.type, ()) and key in FIGURES.get(rule.type, ())]
    for number, step in enumerate(rule.steps):
        key = "else" if step.test == "else" else "points"
        places.append(((*rule.path, STEPS[rule.type], str(number), key), step.points))
    for path, written in places:
        value = read_number(written)
        if value is not None:
            changes[path] = number_text(value * after / before, most=4)
    return changes
