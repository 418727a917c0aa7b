"""Makes one result of several sources of the same indicator: blended by weights, or the first that has a value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evalplat.definitions.indicators import Leaf, Part
from evalplat.definitions.numbers import number_text

from .assessed import Assessed
from .model import Step


def join_parts(leaf: Leaf, found: Sequence[Assessed]) -> Assessed:
    """The leaf from its parts, in the order of the file; each part is shown, also one that does not count.

    A blend needs all of its parts: nothing is reweighted in silence. ``first`` takes the first part that is scored. Parts
    that are further apart than ``alert_difference`` (a share of the full mark) raise an alert and change nothing.
    """
    rule, pairs = leaf.rule, list(zip(leaf.rule.parts, found, strict=True))
    steps = [Step("part", _told(part, one)) for part, one in pairs]
    shares = [one.share for one in found if one.share is not None]
    differs = len(shares) > 1 and max(shares) - min(shares) > rule.alert_difference
    if differs:
        apart = f"{_text(max(shares))} − {_text(min(shares))} = {_text(max(shares) - min(shares))}"
        steps.append(Step("note", f"{apart} > {_text(rule.alert_difference)}"))
    chosen = pairs if rule.type == "blend" else [pair for pair in pairs if pair[1].share is not None][:1]
    lacking = [one for one in found if one.share is None]
    blocked = bool(lacking) if rule.type == "blend" else not chosen
    told = {
        "steps": tuple(steps), "raw": " / ".join(one.raw for one in found if one.raw), "differs": differs,
        "refs": tuple(dict.fromkeys(ref for one in found for ref in one.refs)), "alert": any(one.alert for one in found),
    }  # fmt: skip
    if blocked:
        names = tuple(dict.fromkeys(name for one in lacking for name in one.missing_names))
        return Assessed(leaf, "missing", reason=_reason(lacking[0]), missing_names=names, **told)  # type: ignore[arg-type]
    share, expression = _joined(chosen)
    return Assessed(leaf, "scored", share, expression=expression, **told)  # type: ignore[arg-type]


def _reason(one: Assessed) -> str:
    """A part with too few answers leaves its indicator without a value; it does not take it out of the denominator."""
    return "part_short" if one.short else one.reason


def _joined(chosen: Sequence[tuple[Part, Assessed]]) -> tuple[Fraction, str]:
    shares = [(one.share or Fraction(0), part.weight) for part, one in chosen]
    if len(shares) == 1:
        return shares[0][0], f"{_text(shares[0][0])} × {{full}}"
    total = sum((weight for _, weight in shares), Fraction(0))
    value = sum((share * weight for share, weight in shares), Fraction(0)) / total
    terms = " + ".join(f"{_text(share)} × {number_text(weight)}" for share, weight in shares)
    return value, f"({terms}) ÷ {number_text(total)} × {{full}}"


def _told(part: Part, one: Assessed) -> str:
    """``38 ÷ 40 = 0.95; … = 3.8 (stats: 0.95)``: the arithmetic of one part, then its source and share of the full mark.

    Ratings come first, as in the line of any rubric: there their names are taken out for readers who may not see them.
    """
    steps = [step.text for step in one.steps]
    if one.share is None:
        return "; ".join([*steps, f"– ({part.source}: {one.reason})"])
    if one.expression:
        points = number_text(one.share * part.rule.out_of, most=6)
        shown = one.expression.replace("{full}", number_text(part.rule.out_of, most=6))
        steps.append(shown if shown == points else f"{shown} = {points}")
    return f"{'; '.join(steps)} ({part.source}: {_text(one.share)})"


def _text(share: Fraction) -> str:
    return number_text(share, most=6)
