"""Other points or weights in proportion: what was typed stays, the rest of its block makes room, and every sum is right again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from evalplat.definitions.numbers import read_number, round_half_up
from evalplat.definitions.outline import Entry, Outline

Shares = dict[str, Fraction]
PLACES = 2
ZERO = Fraction(0)


def own_shares(outline: Outline) -> Shares:
    """Every block's and indicator's share as written; of a block that says none what stands below it."""
    found: Shares = {}

    def read(entry: Entry) -> Fraction:
        below = [] if entry.is_leaf else [read(one) for one in outline.children(entry.code)]
        written = read_number(entry.share)
        found[entry.code] = written if written is not None else sum(below, ZERO)
        return found[entry.code]

    for top in outline.children(""):
        read(top)
    return found


def fitted(outline: Outline, wanted: Mapping[str, Fraction]) -> Shares:
    """The shares that differ from the written ones once those that are ``wanted`` stand and the others share the rest in proportion.

    Where the rest cannot take it (less than nothing would be left, or nobody is left), the sum stays wrong and the file's check says so.
    """
    own, given = own_shares(outline), dict(wanted)
    if outline.method != "weights":
        for top in outline.children(""):
            _raise(outline, top, given)
    found: Shares = {}
    tops = outline.children("")
    _share_out(outline, tops, sum((own[one.code] for one in _members(outline, tops, given)), ZERO), own=own, given=given, found=found)
    return {code: value for code, value in found.items() if value != own[code]}


def _raise(outline: Outline, entry: Entry, given: Shares) -> None:
    """A block of which every part was given a figure is worth their sum."""
    parts = outline.children(entry.code)
    for part in parts:
        _raise(outline, part, given)
    if parts and entry.code not in given and all(part.code in given for part in parts):
        given[entry.code] = sum((given[part.code] for part in parts), ZERO)


def _share_out(outline: Outline, parts: Sequence[Entry], target: Fraction, *, own: Shares, given: Shares, found: Shares) -> None:
    """Give the parts of one block their shares of ``target``, then the parts of each of them."""
    found |= _level(_members(outline, parts, given), parts, target, own=own, given=given)
    for part in parts:
        below = outline.children(part.code)
        if below and not part.is_leaf:
            before = sum((own[one.code] for one in _members(outline, below, given)), ZERO)
            by = found[part.code] / own[part.code] if own[part.code] else Fraction(1)
            _share_out(outline, below, before * by, own=own, given=given, found=found)


def _members(outline: Outline, parts: Sequence[Entry], given: Shares) -> list[Entry]:
    """Those whose sum counts: where shares differ by category, those of one category, that of a part that was given a figure first."""
    named = [one.categories[0] for one in sorted(parts, key=lambda one: one.code not in given) if one.categories]
    return [one for one in parts if not one.categories or named[0] in one.categories]


def _level(members: Sequence[Entry], parts: Sequence[Entry], target: Fraction, *, own: Shares, given: Shares) -> Shares:
    free = [one.code for one in members if one.code not in given]
    rest = target - sum((given[one.code] for one in members if one.code in given), ZERO)
    before = sum((own[code] for code in free), ZERO)
    if before == rest or rest < 0 or not before:
        return {one.code: given.get(one.code, own[one.code]) for one in parts}
    by = rest / before
    found = {one.code: given.get(one.code, round_half_up(own[one.code] * by, PLACES)) for one in parts}
    largest = max(free, key=lambda code: own[code])
    found[largest] += rest - sum((found[code] for code in free), ZERO)
    return found
