"""What goes into the scoring of an indicator system and what comes out: plain values, ready to store, print and hash.

0, missing (no value, or None) and not applicable (an approved claim, or a fact that says so) are three things throughout.
A self-score has no place here on purpose: it is never read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NoReturn

from evalplat.definitions.problems import Problem

ENGINE_VERSION = "1.0"

State = Literal["scored", "missing", "not_applicable"]
Plain = str | int | bool | Decimal | Fraction | None
ADDITIVE = {"left_out_if_empty": True}
"""Marks a field that came later: while it is empty, the canonical form of what was scored before stays as it was."""
BESIDE = {"beside": True}
"""Marks a field that goes with a result in memory only, and is not in its canonical form."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure and where it came from (a file, a record, a page): ``ref`` is printed beside the arithmetic."""

    value: Plain
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: column → figure. ``key`` tells the row apart (``行政``); ``ref`` says where it came from."""

    key: str
    cells: Mapping[str, Plain]
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """The level that one blind rater gave."""

    rater: str
    level: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class LeadDecision:
    """The level fixed by the team lead when the raters are too far apart; counts only with a note."""

    level: str
    note: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class SurveyValue:
    """The result of one group: ``score`` on the scale of the rule (None if there is none) and ``n`` valid answers.

    A rule ``top_box`` reads ``counts`` (answers of each option, the worst option first) or, where answers were weighted,
    ``top``: how many of the best options, as text → their share.
    """

    score: str | Decimal | None
    n: int | None
    ref: str = ""
    counts: Sequence[int] = field(default=(), metadata=ADDITIVE)
    top: Mapping[str, str | Decimal | Fraction] = field(default_factory=dict, metadata=ADDITIVE)


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved "not applicable" of a block or leaf."""

    reason: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class AdjustmentDecision:
    """A decided bonus or deduction: how many times, why, by which document. Undecided ones are not given here."""

    code: str
    count: str | int | Decimal = 1
    variant: str = ""
    reason: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class VetoDecision:
    """A confirmed veto and its document."""

    code: str
    reason: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A change by moderation or review decision: other ``points``, or ``annulled`` (missing until scored again)."""

    points: str | Decimal | None = None
    annulled: bool = False
    reason: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class LastYear:
    """What a leaf earned last year as a share of its full mark then, and the result it stands in."""

    share: str | Decimal | Fraction
    ref: str = ""


@dataclass(frozen=True, slots=True)
class UnitMeasurements:
    """Everything measured about one unit. What is not in a mapping is missing."""

    unit: str
    profile: str = ""
    category: str = ""
    facts: Mapping[str, bool | Value | None] = field(default_factory=dict)
    fields: Mapping[str, Value | Plain] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    ratings: Mapping[str, Sequence[Rating]] = field(default_factory=dict)
    lead_decisions: Mapping[str, LeadDecision] = field(default_factory=dict)
    surveys: Mapping[str, SurveyValue] = field(default_factory=dict)
    not_applicable: Mapping[str, Approval] = field(default_factory=dict)
    adjustments: Sequence[AdjustmentDecision] = ()
    vetoes: Sequence[VetoDecision] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    last: Mapping[str, LastYear] = field(default_factory=dict, metadata=ADDITIVE)


@dataclass(frozen=True, slots=True)
class Measurements:
    """The units that are scored together (one is enough unless the system has relative rules)."""

    units: Sequence[UnitMeasurements]


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of the office that the file leaves open. ``shown_only``: leaves that are shown but not counted."""

    shown_only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of arithmetic: ``kind`` is prepared, row, value, rule, ratings, part, scale, decision or note."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class LeafResult:
    """One indicator of one unit.

    ``reason`` says why it is missing or not applicable; ``treatment`` what the missing policy made of it (``zero``,
    ``group_mean``, ``last_year``, ``reweight``, ``not_scored``). ``effective_max`` is the full mark after redistribution, 0 if it left
    the denominator. ``weight`` is its share of the total. ``line`` is the arithmetic in one line. ``compared`` is the exact value that
    a relative rule held against the other units (None after a result was read from its file).
    """

    code: str
    state: State
    points: Decimal | None
    max_points: Decimal
    effective_max: Decimal
    weight: Decimal
    dimension: str = ""
    reason: str = ""
    treatment: str = ""
    raw: str = ""
    steps: tuple[Step, ...] = ()
    refs: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()
    alert: bool = False
    counted: bool = True
    overridden: bool = False
    rule_line: int = 0
    compared: Fraction | None = field(default=None, metadata=BESIDE)

    @property
    def line(self) -> str:
        return "; ".join(step.text for step in self.steps)

    @property
    def fixed(self) -> int | None:
        """The points as a fixed-point integer (hundredths if the file has two decimals)."""
        return fixed_point(self.points)


@dataclass(frozen=True, slots=True)
class NodeResult:
    """One block of one unit. ``complete`` is false while something below it is missing; ``points`` then count the rest."""

    code: str
    state: State
    points: Decimal | None
    max_points: Decimal
    percent: Decimal | None
    complete: bool


@dataclass(frozen=True, slots=True)
class AdjustmentResult:
    """One applied bonus or deduction: ``points`` is signed and already capped; ``line`` its arithmetic."""

    code: str
    kind: str
    points: Decimal
    line: str
    reason: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class PreparedFigure:
    """One figure that a step of ``prepare`` changed before scoring: the place of the step in the file (from 1), what it was (divide,
    impute, screen, winsorise, logarithm), the exact value before and after (None: missing), the arithmetic, and why.

    ``field`` is empty where the whole unit was left out (screen).
    """

    number: int
    step: str
    field: str
    before: Fraction | None
    after: Fraction | None
    shown: str
    why: str


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit. ``total`` and ``grade`` are None while a leaf that may not be left out is missing.

    ``marks``: ``sample_short`` (a survey group had too few answers), ``sample_short_block`` (a whole block left the
    denominator for that: no rank), ``incomplete``, ``low_coverage``, ``rating_spread``, ``sources_differ`` (two sources of one
    indicator are too far apart), ``screened`` (left out before scoring, because too few figures are there: no total, no rank),
    ``imputed`` (a missing figure was filled with that of the others before scoring), ``last_year`` (something counts with last
    year's points), ``no_base`` (nothing applies, or a geometric or harmonic mean met a value that is not above 0: a problem M106
    names it).
    """

    unit: str
    profile: str
    category: str
    leaves: tuple[LeafResult, ...]
    nodes: tuple[NodeResult, ...]
    applicable: Decimal
    earned: Decimal
    base: Decimal | None
    dimensions: Mapping[str, Decimal | None]
    adjustments: tuple[AdjustmentResult, ...]
    adjustment_total: Decimal
    total: Decimal | None
    total_exact: Fraction | None
    grade: str | None
    grade_before_veto: str | None
    vetoes: tuple[VetoDecision, ...]
    coverage: Decimal
    marks: tuple[str, ...]
    lines: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    prepared: tuple[PreparedFigure, ...] = field(default=(), metadata=ADDITIVE)

    def leaf(self, code: str) -> LeafResult:
        """The leaf called ``code``; KeyError if there is none."""
        return next((one for one in self.leaves if one.code == code), None) or _nothing(code)

    def node(self, code: str) -> NodeResult:
        """The block called ``code``; KeyError if there is none."""
        return next((one for one in self.nodes if one.code == code), None) or _nothing(code)

    @property
    def complete(self) -> bool:
        return self.total is not None

    @property
    def score_x(self) -> Decimal | None:
        """Execution: per cent of the applicable points of dimension X."""
        return self.dimensions.get("X")

    @property
    def score_y(self) -> Decimal | None:
        """Benefit: per cent of the applicable points of dimension Y."""
        return self.dimensions.get("Y")


@dataclass(frozen=True)
class Result:
    """All units, with the hashes that name what it was computed from. ``canonical_bytes(result)`` is its frozen form.

    ``together`` names the units that were scored with those shown but are not shown themselves.
    """

    system: str
    version: str
    system_hash: str
    input_hash: str
    units: tuple[UnitResult, ...]
    engine: str = ENGINE_VERSION
    together: tuple[str, ...] = field(default=(), metadata=ADDITIVE)

    def unit(self, code: str) -> UnitResult:
        """The unit called ``code``; KeyError if it was not scored."""
        return next((one for one in self.units if one.unit == code), None) or _nothing(code)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with the measurements, over all units."""
        return tuple(problem for unit in self.units for problem in unit.problems)


def fixed_point(points: Decimal | None) -> int | None:
    """``3.14`` → 314: the digits without the point."""
    if points is None:
        return None
    exponent = points.as_tuple().exponent
    return int(points.scaleb(-exponent if isinstance(exponent, int) else 0))


def _nothing(code: str) -> NoReturn:
    raise KeyError(code)
