"""From assessed indicators to blocks and the base score: full marks, redistribution, coverage, missing values by policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from evalplat.definitions.indicators import GROUP_MEAN, IndicatorSystem, Leaf, Node
from evalplat.definitions.numbers import exact_sum, number_text, round_half_up, to_decimal

from .assessed import Assessed
from .combining import NEED_POSITIVE, breaks, combine
from .inputs import Inputs, exact_number
from .model import LeafResult, NodeResult, Step

ZERO = Fraction(0)
FREE_PLACES = 6


@dataclass(slots=True)
class Counted:
    """One leaf with its full mark and its exact points (None unless it counts with a number)."""

    assessed: Assessed
    full: Fraction
    max_points: Fraction
    exact: Fraction | None = None
    weight: Fraction = ZERO
    treatment: str = ""
    steps: tuple[Step, ...] = ()
    counted: bool = True
    overridden: bool = False

    @property
    def code(self) -> str:
        return self.assessed.leaf.code

    @property
    def applies(self) -> bool:
        """True if it is part of the denominator that coverage is measured against."""
        return self.assessed.state != "not_applicable" and self.counted

    @property
    def in_total(self) -> bool:
        """True if it has a number that enters the total."""
        return self.applies and self.exact is not None


@dataclass(frozen=True, slots=True)
class Rolled:
    """The base score of one unit before adjustments. ``base`` is None while something is missing that may not be."""

    leaves: tuple[Counted, ...]
    nodes: tuple[NodeResult, ...]
    base: Fraction | None
    earned: Fraction
    applicable: Fraction
    coverage: Fraction
    dimensions: Mapping[str, Decimal | None]
    marks: tuple[str, ...]
    line: str


def roll_up(system: IndicatorSystem, assessed: Mapping[str, Assessed], inputs: Inputs, *,
            shown_only: frozenset[str], means: Mapping[str, Fraction]) -> Rolled:  # fmt: skip
    """All leaves of one unit. ``means``: share earned on average by the group, for leaves whose policy is group_mean."""
    leaves = {code: _counted(system, one, inputs, shown_only) for code, one in assessed.items()}
    marks = _redistribute(system, leaves)
    for one in leaves.values():
        _close(system, one, inputs)
        _treat_missing(system, one, means, inputs)
    _weigh(system, leaves)
    coverage, allowed = _coverage(system, leaves)
    marks += ["incomplete"] if coverage < 1 else []
    marks += [] if allowed else ["low_coverage"]
    marks += ["rating_spread"] if any(one.assessed.alert for one in leaves.values()) else []
    marks += ["sources_differ"] if any(one.assessed.differs for one in leaves.values()) else []
    marks += ["last_year"] if any(one.treatment == "last_year" and one.counted for one in leaves.values()) else []
    waiting = any(one.treatment == "not_scored" and one.weight > 0 for one in leaves.values() if one.counted)
    blocked = not allowed or waiting
    broken = _broken(system, leaves, inputs) if system.score.method == "weights" else frozenset()
    value, line, earned, applicable = _base(system, leaves)
    if "" in broken:
        value, earned = None, ZERO
    marks += ["no_base"] if value is None and not blocked else []
    return Rolled(
        tuple(leaves.values()),
        tuple(_node(system, node, leaves, broken=node.code in broken) for node in system.nodes),
        None if blocked else value,
        earned, applicable, coverage, _dimensions(system, leaves), tuple(marks), line,
    )  # fmt: skip


def leaf_result(system: IndicatorSystem, one: Counted) -> LeafResult:
    """The printed form of one leaf."""
    given = one.assessed
    places = leaf_places(system)
    applies = one.applies and one.treatment != "reweight"
    return LeafResult(
        one.code, given.state, None if one.exact is None else to_decimal(one.exact, places),
        _plain(one.max_points), _plain(one.full if applies else ZERO), _plain(one.weight * 100),
        given.leaf.dimension, given.reason, one.treatment, given.raw, one.steps, given.refs, given.missing_names,
        given.alert or given.differs, one.counted, one.overridden, given.leaf.rule.line,
    )  # fmt: skip


def leaf_places(system: IndicatorSystem) -> int:
    """Decimals of a leaf: those of the file if it rounds there, six to look at otherwise."""
    return system.score.decimals if system.score.round_at == "leaf" else FREE_PLACES


def _plain(value: Fraction) -> Decimal:
    return Decimal(number_text(value, most=FREE_PLACES))


def _counted(system: IndicatorSystem, one: Assessed, inputs: Inputs, shown_only: frozenset[str]) -> Counted:
    by_points = system.score.method == "points"
    full = system.points_of(one.leaf, inputs.unit.profile) if by_points else system.score.most
    return Counted(one, full, full, steps=one.steps, counted=one.leaf.code not in shown_only)


def _redistribute(system: IndicatorSystem, leaves: dict[str, Counted]) -> list[str]:
    """Move the points of groups with too few answers pro rata to the rest of their block."""
    short = [one for one in leaves.values() if one.assessed.short]
    marks = ["sample_short"] if short else []
    for node in system.nodes:
        below = [leaves[leaf.code] for leaf in system.leaves_under(node.code)] if node.redistribute_short else []
        lost = exact_sum(one.full for one in below if one.assessed.short and one.counted)
        rest = [one for one in below if one.applies]
        kept = exact_sum(one.full for one in rest)
        if lost and not kept:
            marks.append("sample_short_block")
        for one in rest if lost and kept and system.score.method == "points" else ():
            one.full = one.full * (kept + lost) / kept
    return marks


def _close(system: IndicatorSystem, one: Counted, inputs: Inputs) -> None:
    """Exact points of the effective full mark, rounded if the file rounds leaves, with the last line of arithmetic."""
    override = inputs.unit.overrides.get(one.code)
    given = one.assessed
    if given.share is not None:
        exact = given.share * one.full
        one.exact = round_half_up(exact, system.score.decimals) if system.score.round_at == "leaf" else exact
        one.steps = (*given.steps, *_closing(system, one, exact))
    if override and given.state == "not_applicable":
        inputs.report("M105", '{unit}: a decision on "{name}" has no effect, because the indicator does not apply.', name=one.code)
    elif override:
        _override(system, one, inputs)


def _closing(system: IndicatorSystem, one: Counted, exact: Fraction) -> tuple[Step, ...]:
    given, rule = one.assessed, one.assessed.leaf.rule
    places = leaf_places(system)
    result = number_text(exact, least=min(places, 2), most=places)
    full = number_text(one.full, most=FREE_PLACES)
    if "{full}" in given.expression:
        return (Step("value", f"{given.expression.replace('{full}', full)} = {result}"),)
    if one.full == rule.out_of:
        told = given.expression and given.expression != number_text(exact)
        return (Step("value", f"{given.expression} = {result}"),) if told else ()
    earned = number_text((given.share or ZERO) * rule.out_of, most=FREE_PLACES)
    first = (Step("value", f"{given.expression} = {earned}"),) if given.expression not in ("", earned) else ()
    return (*first, Step("scale", f"{earned} × {full} ÷ {number_text(rule.out_of)} = {result}"))


def _override(system: IndicatorSystem, one: Counted, inputs: Inputs) -> None:
    change = inputs.unit.overrides[one.code]
    refs = tuple(dict.fromkeys([*one.assessed.refs, *([change.ref] if change.ref else [])]))
    before = "–" if one.exact is None else number_text(one.exact, least=2, most=FREE_PLACES)
    points = exact_number(change.points)
    if change.annulled or points is None or not 0 <= points <= one.full:
        if not change.annulled:
            inputs.report("M103", '{unit}: the decided points "{value}" of "{name}" lie outside 0 to {full}.',
                          name=one.code, value=str(change.points), full=number_text(one.full, most=FREE_PLACES))
        reason = "annulled" if change.annulled else "bad_override"
        one.assessed = replace(one.assessed, state="missing", reason=reason, share=None, refs=refs)
        one.exact, shown = None, "–"
    else:
        one.exact = round_half_up(points, leaf_places(system))
        one.assessed = replace(one.assessed, state="scored", reason="", refs=refs, missing_names=())
        shown = number_text(one.exact, least=2, most=FREE_PLACES)
    one.overridden = True
    why = f" ({change.reason})" if change.reason else ""
    one.steps = (*one.steps, Step("decision", f"{before} → {shown}{why}"))


def _treat_missing(system: IndicatorSystem, one: Counted, means: Mapping[str, Fraction], inputs: Inputs) -> None:
    if one.assessed.state != "missing":
        return
    one.treatment = system.when_missing(one.assessed.leaf)
    if one.treatment == "zero":
        one.exact = ZERO
        one.steps = (*one.steps, Step("note", "– → 0"))
    elif one.treatment == GROUP_MEAN:
        mean = means.get(one.code)
        if mean is None:
            one.treatment = "not_scored"
            return
        one.exact = round_half_up(mean * one.full, leaf_places(system))
        one.steps = (*one.steps, Step("note", f"– → {number_text(one.exact, least=2)}"))
    elif one.treatment == "last_year":
        _carry(system, one, inputs)


def _carry(system: IndicatorSystem, one: Counted, inputs: Inputs) -> None:
    """Last year's share of today's full mark, with the result it comes from; without one the leaf stays without points."""
    last = inputs.unit.last.get(one.code)
    share = exact_number(last.share) if last else None
    if last is None or share is None or not 0 <= share <= 1:
        if last is not None:
            inputs.report("M107", '{unit}: last year\'s share "{value}" of "{name}" does not lie between 0 and 1.', name=one.code,
                          value=str(last.share))
        one.treatment = "not_scored"
        return
    one.exact = round_half_up(share * one.full, leaf_places(system))
    full, result = number_text(one.full, most=FREE_PLACES), number_text(one.exact, least=2, most=FREE_PLACES)
    refs = (*one.assessed.refs, last.ref) if last.ref else one.assessed.refs
    one.assessed = replace(one.assessed, refs=tuple(dict.fromkeys(refs)))
    one.steps = (*one.steps, Step("note", f"– → {number_text(share, most=6)} × {full} = {result}"))


def _weigh(system: IndicatorSystem, leaves: dict[str, Counted]) -> None:
    """Share of each leaf in the whole: by points, or down the tree by weights among what applies."""
    if system.score.method == "points":
        total = exact_sum(one.full for one in leaves.values() if one.applies)
        for one in leaves.values():
            one.weight = one.full / total if one.applies and total else ZERO
        return
    _weigh_below(system, leaves, "", Fraction(1))


def _weigh_below(system: IndicatorSystem, leaves: dict[str, Counted], parent: str, share: Fraction) -> None:
    children = [item for item in system.children(parent) if _any_applies(system, leaves, item)]
    total = exact_sum(item.weight or ZERO for item in children)
    for item in children:
        part = share * (item.weight or ZERO) / total if total else ZERO
        if isinstance(item, Leaf):
            leaves[item.code].weight = part
        else:
            _weigh_below(system, leaves, item.code, part)


def _any_applies(system: IndicatorSystem, leaves: dict[str, Counted], item: Node | Leaf) -> bool:
    return any(leaves[leaf.code].applies for leaf in system.leaves_under(item.code))


def _coverage(system: IndicatorSystem, leaves: dict[str, Counted]) -> tuple[Fraction, bool]:
    """Share of the applicable weight that was really scored, and whether ``reweight`` may give a total."""
    total = exact_sum(one.weight for one in leaves.values() if one.applies)
    scored = exact_sum(one.weight for one in leaves.values() if one.applies and one.assessed.state == "scored")
    coverage = scored / total if total else ZERO
    reweighted = any(one.treatment == "reweight" and one.counted for one in leaves.values())
    return coverage, not reweighted or coverage >= system.missing.min_coverage


def _base(system: IndicatorSystem, leaves: dict[str, Counted]) -> tuple[Fraction | None, str, Fraction, Fraction]:
    counted = [one for one in leaves.values() if one.applies and one.treatment != "reweight"]
    most, places = system.score.most, system.score.decimals
    if system.score.method == "points":
        earned = exact_sum(one.exact or ZERO for one in counted)
        applicable = exact_sum(one.full for one in counted)
        value = earned / applicable * most if applicable else None
        shown = number_text(earned, least=min(2, places), most=leaf_places(system))
        line = f"{shown} ÷ {number_text(applicable, most=6)} × {number_text(most)}"
    else:
        value, parts = _combined(system, leaves, "", system.score.combine, None, 1)
        applicable = most
        earned = value or ZERO
        line = parts
    shown = "–" if value is None else number_text(value, least=places, most=places)
    return value, f"{line} = {shown}", earned, applicable


def _combined(system: IndicatorSystem, leaves: dict[str, Counted], parent: str, how: str,
              floor: Fraction | None, worst: int) -> tuple[Fraction | None, str]:  # fmt: skip
    parts: list[tuple[Fraction, Fraction]] = []
    for item in system.children(parent):
        value = _value(system, leaves, item)
        if value is not None:
            parts.append((value, item.weight or ZERO))
    return combine(how, parts, floor=floor, worst=worst)


def _broken(system: IndicatorSystem, leaves: dict[str, Counted], inputs: Inputs) -> frozenset[str]:
    """The blocks (``""``: the whole) that have no result, because a value breaks a geometric or harmonic mean in or below them.

    Each such value is reported with its block, so that no block is left out in silence.
    """
    found: set[str] = set()

    def visit(code: str, how: str, floor: Fraction | None) -> bool:
        bad = False
        for item in (one for one in system.children(code) if one.weight):
            if isinstance(item, Node) and visit(item.code, item.combine, item.floor):
                bad = True
                continue
            value = _value(system, leaves, item) if how in NEED_POSITIVE else None
            if value is not None and breaks(how, value, item.weight or ZERO, floor=floor):
                bad = True
                inputs.report("M106", '{unit}: the {combine} mean of "{block}" has no result, because "{name}" is {value}.',
                              combine=how, block=code or system.id, name=item.code, value=number_text(value, most=FREE_PLACES),
                              hint="Give the block a floor, or combine it in another way.")
        if bad:
            found.add(code)
        return bad

    visit("", system.score.combine, None)
    return frozenset(found)


def _value(system: IndicatorSystem, leaves: dict[str, Counted], item: Node | Leaf) -> Fraction | None:
    if isinstance(item, Leaf):
        one = leaves[item.code]
        return one.exact if one.in_total else None
    return _combined(system, leaves, item.code, item.combine, item.floor, item.worst)[0]


def _node(system: IndicatorSystem, node: Node, leaves: dict[str, Counted], *, broken: bool = False) -> NodeResult:
    below = [leaves[leaf.code] for leaf in system.leaves_under(node.code)]
    applies = [one for one in below if one.applies and one.treatment != "reweight"]
    complete = all(one.in_total for one in applies)
    places = leaf_places(system)
    if not applies:
        state = "missing" if any(one.applies for one in below) else "not_applicable"
        return NodeResult(node.code, state, None, Decimal(0), None, complete=state != "missing")  # type: ignore[arg-type]
    if system.score.method == "points":
        points: Fraction | None = exact_sum(one.exact or ZERO for one in applies)
        most = exact_sum(one.full for one in applies)
    else:
        points, most = _combined(system, leaves, node.code, node.combine, node.floor, node.worst)[0], system.score.most
    known = any(one.in_total for one in applies) and points is not None and not broken
    percent = to_decimal(points / most * 100, 2) if known and points is not None and most else None
    shown = to_decimal(points, places) if known and points is not None else None
    return NodeResult(node.code, "scored" if known else "missing", shown, _plain(most), percent, complete)


def _dimensions(system: IndicatorSystem, leaves: dict[str, Counted]) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for name in system.dimensions:
        mine = [one for one in leaves.values() if one.assessed.leaf.dimension == name and one.applies]
        mine = [one for one in mine if one.treatment != "reweight"]
        total = exact_sum(one.weight for one in mine)
        known = all(one.in_total for one in mine) and total > 0
        earned = exact_sum(one.weight * (one.exact or ZERO) / one.full for one in mine if one.full)
        found[name] = to_decimal(earned / total * 100, 2) if known else None
    return found
