"""A trial as its page shows it: the lines of the form, the sums of what moves, and the lines of a drawing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalplat.definitions.diff_words import VALUES
from evalplat.definitions.indicators import COMBINATIONS, MISSING_POLICIES
from evalplat.definitions.numbers import number_text
from evalplat.definitions.outline import Entry, RuleOutline
from evalplat.kernel.i18n import gettext

from .definition_drafts import FIGURES, TESTS
from .definition_tree import RELATIVE, RULES
from .try_changes import Base, rules_shown
from .try_places import Standing
from .try_scores import Moved
from .try_shares import Shares

TOPS = (1, 3, 5, 10)
LINE, HEAD, LEFT, RIGHT, WIDE = 26, 14, 148, 232, 380
"""Of the drawing: height of a line, space above the first, where the lines begin and end, its width."""
LONGEST = 8


@dataclass(frozen=True, slots=True)
class StepField:
    """One step: ``test`` in words or the level, the field of its bound (empty if it has none), that of its points."""

    label: str
    at: str
    points: str
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """One block or indicator of the form. ``now`` is its share after the others made room, if it differs from what stands there."""

    code: str
    title: str
    depth: int
    leaf: bool
    share: str
    now: str
    rule: str
    steps: tuple[StepField, ...]
    figures: tuple[tuple[str, str], ...]
    shown_at: str
    shared: tuple[str, ...]
    combined: bool
    names: tuple[str, ...]

    def touched(self, names: Mapping[str, object]) -> bool:
        """Whether something of its rule was typed or is wrong."""
        return any(name in names for name in self.names)


@dataclass(frozen=True, slots=True)
class Block:
    """An uppermost block with everything below it."""

    head: Line
    lines: tuple[Line, ...]

    def changed(self, typed: Mapping[str, object]) -> int:
        """How many fields below it were typed, or are wrong."""
        return sum(f"share~{line.code}" in typed for line in self.lines) + sum(
            name in typed for line in (self.head, *self.lines) for name in line.names)


def blocks_of(base: Base, shares: Shares, typed: Mapping[str, str]) -> list[Block]:
    """The form by its uppermost blocks."""
    shown = rules_shown(base.outline)

    def lines(code: str, depth: int) -> Iterator[Line]:
        for one in base.outline.children(code):
            yield _line(base, one, depth, shares=shares, typed=typed, shown=shown)
            yield from lines(one.code, depth + 1)

    return [Block(_line(base, top, 0, shares=shares, typed=typed, shown=shown), tuple(lines(top.code, 0)))
            for top in base.outline.children("")]


def _line(base: Base, entry: Entry, depth: int, *, shares: Shares, typed: Mapping[str, str], shown: Mapping[tuple[str, ...], str]) -> Line:
    code, rule = entry.code, entry.rule or RuleOutline()
    at = shown.get(rule.path, code) if entry.rule else code
    here = entry.rule is not None and at == code
    steps = tuple(_steps(code, rule)) if here else ()
    figures = tuple((f"figure~{key}~{code}", gettext(FIGURES[key])) for key, _ in rule.figures) if here else ()
    shared = base.outline.users_of(rule.name) if rule.name else ()
    combined = base.outline.method == "weights" and not entry.is_leaf
    now = number_text(shares[code], most=6) if code in shares and f"share~{code}" not in typed else ""
    names = (*(name for step in steps for name in (step.at, step.points) if name), *(name for name, _ in figures),
             *((f"combine~{code}", f"floor~{code}") if combined else ()))
    return Line(code, entry.title, depth, entry.is_leaf, entry.share, now,
                gettext(RULES.get(rule.type, RELATIVE)) if entry.rule else "", steps, figures, "" if at == code else at,
                shared if len(shared) > 1 else (), combined, names)


def _steps(code: str, rule: RuleOutline) -> Iterator[StepField]:
    tests = dict(TESTS)
    for number, step in enumerate(rule.steps):
        place = f"step~{code}.{number}"
        if rule.type == "levels":
            yield StepField(gettext("level {level}", level=step.at), "", f"{place}.points", number)
        else:
            label = gettext(tests[step.test]) if step.test else gettext("at the result")
            yield StepField(label, "" if step.test == "else" else f"{place}.at", f"{place}.points", number)


def combinations(now: str) -> list[tuple[str, str]]:
    """How a block can be combined; the weakest only where the file says how many."""
    words = VALUES["combine"]
    return [(key, gettext(words[key])) for key in COMBINATIONS if key != "worst" or now == "worst"]


def policies() -> list[tuple[str, str]]:
    """What a missing value can do."""
    words = VALUES["missing"]
    return [(key, gettext(words[key])) for key in MISSING_POLICIES]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One unit in the drawing: its heights at the left and at the right, None where it has no place; ``way``: up, down, same."""

    name: str
    before: int | None
    after: int | None
    place_before: int | None
    place_after: int | None
    way: str


@dataclass(frozen=True, slots=True)
class Category:
    """What moves inside one category."""

    key: str
    label: str
    ranked: int
    changed: int
    entering: tuple[Moved, ...]
    leaving: tuple[Moved, ...]
    lines: tuple[Drawn, ...]
    height: int

    @property
    def moves(self) -> bool:
        """Whether any place in it changes."""
        return bool(self.changed or self.entering or self.leaving)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the answer says: those whose place or grade changes, those whose points do, those for whom nothing does, and
    those without a result because figures are missing: everybody stands in one of the four. ``lacking``: indicator → how many of the
    last have no figures for it."""

    rows: tuple[Moved, ...]
    points: tuple[Moved, ...]
    still: tuple[Moved, ...]
    lost: tuple[Moved, ...]
    lacking: tuple[tuple[str, int], ...]
    categories: tuple[Category, ...]
    moving: int
    regraded: int
    provisional: int
    other: int
    unranked: int
    top: int


def outcome(found: Sequence[Moved], top: int) -> Outcome:
    """The rows, sorted already, with their sums."""
    keys = dict.fromkeys(one.category for one in sorted(found, key=lambda one: one.category))
    lost = tuple(one for one in found if one.lost)
    by_category = tuple(_category([one for one in found if one.category == key], top) for key in keys)
    return Outcome(
        tuple(one for one in found if one.moves), tuple(one for one in found if not one.moves and not one.stays and not one.lost),
        tuple(one for one in found if one.stays), lost, tuple(Counter(code for one in lost for code in one.after.missing).most_common()),
        tuple(sorted(by_category, key=lambda one: (-one.changed, one.label))), sum(bool(one.places) for one in found),
        sum(one.other_grade for one in found), sum(one.kind == "provisional" for one in found),
        sum(one.kind == "other" for one in found), sum(one.before.place is None and one.after.place is None for one in found), top)


def _category(found: Sequence[Moved], top: int) -> Category:
    def first(standing: Standing) -> bool:
        return standing.place is not None and standing.place <= top

    lines = tuple(_drawn(found))
    height = HEAD + LINE * max((sum(one.before is not None for one in lines), sum(one.after is not None for one in lines)))
    return Category(
        found[0].category, found[0].category_label, len(lines), sum(bool(one.places) for one in found),
        tuple(sorted((one for one in found if first(one.after) and not first(one.before)), key=lambda one: one.after.place or 0)),
        tuple(sorted((one for one in found if first(one.before) and not (first(one.after) or one.lost)),
                     key=lambda one: one.before.place or 0)),
        lines, height)


def _drawn(found: Sequence[Moved]) -> Iterator[Drawn]:
    """Equal places stand below each other, by code."""
    left = _heights({one.code: one.before.place for one in found})
    right = _heights({one.code: one.after.place for one in found})
    for one in sorted(found, key=lambda one: (left.get(one.code, 10**6), one.code)):
        if one.code in left or one.code in right:
            gain = one.places
            yield Drawn(one.name if len(one.name) <= LONGEST else f"{one.name[:LONGEST - 1]}…", left.get(one.code), right.get(one.code),
                        one.before.place, one.after.place, "same" if not gain else "up" if gain > 0 else "down")


def _heights(places: Mapping[str, int | None]) -> dict[str, int]:
    order = sorted((place, code) for code, place in places.items() if place is not None)
    return {code: HEAD + LINE * number + LINE // 2 for number, (_, code) in enumerate(order)}

