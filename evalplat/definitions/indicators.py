"""An indicator system as values: the tree, the rules of its leaves, and everything that turns figures into a grade.

Made by ``loader.load_system``; never changed afterwards. ``hash`` names its content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from .comparisons import Comparison
from .fields import Field, Table, Text
from .formulas import Formula
from .prepare import PrepareStep, preparable

GROUP_MEAN = "group_mean"
MISSING_POLICIES = ("not_scored", "zero", GROUP_MEAN, "reweight", "last_year")
COMBINATIONS = ("sum", "arithmetic", "geometric", "harmonic", "min", "worst")
RELATIVE_RULES = ("minmax", "zscore", "rank", "percentile", "target")
SURVEY_RULES = ("survey", "top_box")
PART_RULES = ("blend", "first")
RULE_TYPES = ("bands", "linear", "goalposts", "threshold", "levels", "deduct", "formula", "fixed", *SURVEY_RULES, *RELATIVE_RULES,
              *PART_RULES)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """Points for a value that meets ``test`` (``from`` ≥, ``above`` >, ``to`` ≤, ``below`` <, ``else``) against ``bound``."""

    test: Literal["from", "above", "to", "below", "else"]
    bound: Fraction
    points: Fraction

    def holds(self, value: Fraction) -> bool:
        """True if ``value`` falls into this band (bands are asked in the order of the file)."""
        tests = {"from": value >= self.bound, "above": value > self.bound, "to": value <= self.bound,
                 "below": value < self.bound, "else": True}  # fmt: skip
        return tests[self.test]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a rubric: its key, what it earns, and what a rater must see to give it."""

    key: str
    points: Fraction
    text: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """How one value becomes points ``out_of`` its own full mark; ``type`` says which of the other attributes count."""

    type: str
    out_of: Fraction
    value: Formula | None = None
    zero_if: Formula | None = None
    bands: tuple[Band, ...] = ()
    points: tuple[tuple[Fraction, Fraction], ...] = ()
    levels: tuple[Level, ...] = ()
    raters: str = ""
    start: Fraction = Fraction(0)
    each: Fraction = Fraction(0)
    floor: Fraction = Fraction(0)
    survey: str = ""
    scale: tuple[Fraction, Fraction] = (Fraction(0), Fraction(100))
    within: str = "category"
    better: str = "high"
    ties: str = "mean"
    bound: Fraction = Fraction(0)
    partial: Fraction = Fraction(0)
    partial_if: Formula | None = None
    ends: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1))
    log: bool = False
    capped: bool = True
    best: int = 1
    given: Fraction = Fraction(0)
    parts: tuple[Part, ...] = ()
    alert_difference: Fraction = Fraction(1, 5)
    line: int = 0

    @property
    def relative(self) -> bool:
        """True if the points depend on the other units."""
        return self.type in RELATIVE_RULES

    @property
    def by_raters(self) -> bool:
        """True if raters choose a level by this rule, or by a part of it."""
        return (self.type == "levels" and self.value is None) or any(part.rule.by_raters for part in self.parts)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula of the rule and of its parts."""
        mine = tuple(one for one in (self.value, self.zero_if, self.partial_if) if one)
        return (*mine, *(one for part in self.parts for one in part.rule.formulas))

    def level(self, key: str) -> Level | None:
        """The level called ``key``."""
        for one in self.levels:
            if one.key == key:
                return one
        return None


@dataclass(frozen=True, slots=True)
class Part:
    """One of several sources of the same indicator: ``weight`` counts in a blend, the order in ``first``."""

    source: str
    weight: Fraction
    rule: Rule


@dataclass(frozen=True, slots=True)
class RaterPolicy:
    """How several blind ratings of one leaf become one: ``above_spread`` is ``lead`` (the lead decides) or ``alert``."""

    id: str
    title: Text
    count: int = 2
    minimum: int = 2
    combine: str = "mean"
    alert_spread: Fraction = Fraction(1, 5)
    above_spread: str = "lead"


@dataclass(frozen=True, slots=True)
class SurveyGroup:
    """A group of people asked; below ``minimum`` answers its result is not used."""

    id: str
    title: Text
    minimum: int = 0
    questionnaire: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A block: ``weight`` counts with ``method: weights``, ``points`` otherwise; ``worst``: how many of the weakest count."""

    code: str
    title: Text
    parent: str = ""
    weight: Fraction | None = None
    points: Fraction | None = None
    combine: str = "sum"
    floor: Fraction | None = None
    applies_if: str = ""
    redistribute_short: bool = False
    depth: int = 0
    line: int = 0
    worst: int = 1
    compared: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One indicator. ``points`` is its full mark (``method: points``), ``weight`` its share (``method: weights``)."""

    code: str
    title: Text
    parent: str
    rule: Rule
    points: Fraction = Fraction(0)
    weight: Fraction | None = None
    dimension: str = ""
    kind: str = ""
    sources: tuple[str, ...] = ()
    verified_by: str = ""
    evidence: Text = field(default_factory=Text)
    note: Text = field(default_factory=Text)
    applies_if: str = ""
    may_not_apply: Text = field(default_factory=Text)
    may_be_shown_only: bool = False
    missing: str = ""
    categories: tuple[str, ...] = ()
    depth: int = 0
    line: int = 0

    @property
    def is_rubric(self) -> bool:
        """True if raters choose a level."""
        return self.rule.by_raters

    @property
    def formulas(self) -> tuple[Formula, ...]:
        return self.rule.formulas

    @property
    def names(self) -> frozenset[str]:
        """The names that its formulas read, with and without their table."""
        uses = [use for one in self.formulas for use in one.uses()]
        return frozenset(name for use in uses for name in (use.text, f"{use.table}.{use.text}" if use.table else use.text))


@dataclass(frozen=True, slots=True)
class Profile:
    """Points of the leaves for one class of units; a leaf that is not named keeps its own points."""

    id: str
    title: Text
    points: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points added (``bonus``) or taken away (``deduct``) outside the tree: ``points`` by variant (``""`` if only one)."""

    code: str
    kind: str
    title: Text
    points: Mapping[str, Fraction]
    per: str = ""
    cap: Fraction | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Veto:
    """Something that caps the grade (and, if written, the score), whatever the points."""

    code: str
    title: Text
    grade_at_most: str
    score_at_most: Fraction | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade from ``start`` points on; the last one has none. ``quota`` is a share of the category, if one is set."""

    code: str
    title: Text
    start: Fraction | None = None
    quota: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ScorePolicy:
    """The scale and where it is rounded."""

    method: str = "points"
    least: Fraction = Fraction(0)
    most: Fraction = Fraction(100)
    decimals: int = 2
    round_at: str = "leaf"
    rank_on: str = "rounded"
    ties: str = "same_rank_skip"
    combine: str = "arithmetic"


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """What a missing leaf does to the total, and the coverage below which ``reweight`` gives no total."""

    default: str = "not_scored"
    min_coverage: Fraction = Fraction(4, 5)


@dataclass(frozen=True)
class IndicatorSystem:
    """A checked indicator file."""

    id: str
    version: str
    title: Text
    score: ScorePolicy
    missing: MissingPolicy
    tree: tuple[Node | Leaf, ...]
    fields: Mapping[str, Field] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    facts: Mapping[str, Text] = field(default_factory=dict)
    categories: Mapping[str, Text] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    sources: Mapping[str, Text] = field(default_factory=dict)
    raters: Mapping[str, RaterPolicy] = field(default_factory=dict)
    surveys: Mapping[str, SurveyGroup] = field(default_factory=dict)
    dimensions: Mapping[str, Text] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    adjustment_order: tuple[str, ...] = ("bonus", "deduct", "clamp", "veto")
    adjustment_caps: Mapping[str, Fraction] = field(default_factory=dict)
    vetoes: tuple[Veto, ...] = ()
    grades: tuple[Grade, ...] = ()
    quotas: bool = False
    relative: bool = False
    prepare: tuple[PrepareStep, ...] = ()
    compared: Comparison | None = None
    file: str = ""
    canonical: str = ""
    hash: str = ""

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The indicators, in the order of the tree."""
        return tuple(one for one in self.tree if isinstance(one, Leaf))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The blocks and sub-blocks, each before what is below it."""
        return tuple(one for one in self.tree if isinstance(one, Node))

    def leaf(self, code: str) -> Leaf:
        """The leaf called ``code``; KeyError if there is none."""
        if not isinstance(found := self.items[code], Leaf):
            raise KeyError(code)
        return found

    def node(self, code: str) -> Node:
        """The block called ``code``; KeyError if there is none."""
        if not isinstance(found := self.items[code], Node):
            raise KeyError(code)
        return found

    def when_missing(self, leaf: Leaf) -> str:
        """The treatment of a leaf without a value: its own, or the file's."""
        return leaf.missing or self.missing.default

    @cached_property
    def compares(self) -> bool:
        """Whether a unit's points can depend on other units."""
        return (any(leaf.rule.relative or self.when_missing(leaf) == GROUP_MEAN for leaf in self.leaves)
                or any(step.compares for step in self.prepare))

    def children(self, code: str) -> tuple[Node | Leaf, ...]:
        """What stands directly under a block (``""`` for the top)."""
        return self._children.get(code, ())

    @cached_property
    def _children(self) -> dict[str, tuple[Node | Leaf, ...]]:
        return {code: tuple(one for one in self.tree if one.parent == code) for code in ("", *self.items)}

    @cached_property
    def items(self) -> dict[str, Node | Leaf]:
        """Blocks and indicators by their code."""
        return {one.code: one for one in self.tree}

    def leaves_under(self, code: str) -> tuple[Leaf, ...]:
        """Every leaf below a block, or the leaf itself; all of them for ``""``."""
        return self._leaves_under.get(code, ())

    @cached_property
    def _leaves_under(self) -> dict[str, tuple[Leaf, ...]]:
        found: dict[str, tuple[Leaf, ...]] = {}
        for code in ("", *self.items):
            below = {code}
            for one in self.tree:
                if one.parent in below:
                    below.add(one.code)
            found[code] = tuple(leaf for leaf in self.leaves if leaf.code in below)
        return found

    @property
    def rubric_leaves(self) -> tuple[Leaf, ...]:
        """Leaves that raters grade by level."""
        return tuple(leaf for leaf in self.leaves if leaf.is_rubric)

    @property
    def survey_leaves(self) -> dict[str, str]:
        """Leaf code → survey group."""
        return {leaf.code: leaf.rule.survey for leaf in self.leaves if leaf.rule.survey}

    def fields_filled_by(self, who: str) -> dict[str, tuple[Field, ...]]:
        """Table id (``""`` for none) → its fields that ``who`` fills in, in the order of the file."""
        found: dict[str, list[Field]] = {}
        for one in self.fields.values():
            if one.filled_by == who:
                found.setdefault(one.table, []).append(one)
        return {table: tuple(fields) for table, fields in found.items()}

    def fields_of(self, leaf: Leaf) -> tuple[Field, ...]:
        """The fields that the formulas of ``leaf`` read."""
        return self._fields_by_leaf[leaf.code]

    @cached_property
    def _fields_by_leaf(self) -> dict[str, tuple[Field, ...]]:
        return {leaf.code: tuple(one for one in self.fields.values() if one.id in leaf.names) for leaf in self.leaves}

    def figures_of(self, step: PrepareStep) -> tuple[str, ...]:
        """The fields of a step; where a screening names none, all numbers that exist once a unit and that an indicator reads."""
        read = frozenset[str]().union(*(leaf.names for leaf in self.leaves))
        return step.figures or preparable(one for one in self.fields.values() if one.id in read)

    @cached_property
    def prepared_names(self) -> frozenset[str]:
        """Every field that a step before scoring reads or changes."""
        return frozenset(name for step in self.prepare for name in (*self.figures_of(step), step.by) if name)

    def points_of(self, leaf: Leaf, profile: str = "") -> Fraction:
        """The full mark of ``leaf`` in a profile."""
        chosen = self.profiles.get(profile)
        return chosen.points.get(leaf.code, leaf.points) if chosen else leaf.points

    def grade(self, code: str) -> Grade:
        """The grade called ``code``; KeyError if there is none."""
        return {one.code: one for one in self.grades}[code]
