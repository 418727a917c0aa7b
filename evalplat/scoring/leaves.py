"""Assesses one indicator of one unit before the totals: is it scored, missing or not applicable, and what did it earn."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from evalplat.definitions.formula_values import MissingValue, UndefinedValue, Worked, evaluate
from evalplat.definitions.indicators import SURVEY_RULES, IndicatorSystem, Leaf, RaterPolicy, Rule
from evalplat.definitions.numbers import number_text

from .assessed import Assessed
from .inputs import Inputs, exact_number
from .model import Step, SurveyValue
from .parts import join_parts
from .raters import combine_ratings
from .rules import points_for, survey_expression, survey_share, top_share


def assess(system: IndicatorSystem, leaf: Leaf, inputs: Inputs) -> Assessed:
    """One leaf. Overrides come later, because they are given in points of the effective full mark."""
    absent = not_applicable(system, leaf, inputs)
    if absent:
        return absent
    if not leaf.rule.parts:
        return _measured(system, leaf, inputs)
    return join_parts(leaf, [_measured(system, replace(leaf, rule=part.rule), inputs) for part in leaf.rule.parts])


def _measured(system: IndicatorSystem, leaf: Leaf, inputs: Inputs) -> Assessed:
    """A leaf that applies, by its one rule."""
    if leaf.rule.type in SURVEY_RULES:
        return _survey(system, leaf, inputs)
    if leaf.is_rubric:
        return _rubric(system, leaf, inputs)
    return _figures(leaf, inputs)


def not_applicable(system: IndicatorSystem, leaf: Leaf, inputs: Inputs) -> Assessed | None:
    """What stands for a leaf that does not apply, or of which nobody knows whether it does; None if it applies."""
    code = leaf.code
    unit = inputs.unit
    if leaf.categories and unit.category not in leaf.categories:
        return Assessed(leaf, "not_applicable", reason="category")
    while code:
        item = system.items[code]
        approved = unit.not_applicable.get(code)
        if approved:
            told = (Step("decision", approved.reason),) if approved.reason else ()
            return Assessed(leaf, "not_applicable", reason="approved", steps=told,
                            refs=(approved.ref,) if approved.ref else ())
        if item.applies_if:
            holds = inputs.facts.get(item.applies_if)
            refs = tuple(ref for ref in (inputs.refs.get(item.applies_if),) if ref)
            if holds is None:
                return Assessed(leaf, "missing", reason="fact_unknown", missing_names=(item.applies_if,))
            if not holds:
                return Assessed(leaf, "not_applicable", reason=f"fact:{item.applies_if}", refs=refs)
        code = item.parent
    return None


def _figures(leaf: Leaf, inputs: Inputs) -> Assessed:
    rule, refs = leaf.rule, inputs.refs_of(leaf.formulas)
    try:
        if rule.zero_if:
            zero = evaluate(rule.zero_if, inputs.values)
            if zero.value is True:
                step = Step("rule", f"{zero.text} → 0")
                return Assessed(leaf, "scored", Fraction(0), steps=(step,), refs=refs, raw=zero.text)
        if rule.value is None:
            step = Step("rule", f"→ {number_text(rule.given)}")
            return Assessed(leaf, "scored", rule.given / rule.out_of, steps=(step,), refs=refs)
        worked = evaluate(rule.value, inputs.values, rule=lambda value: points_for(rule, value).points)
        if rule.type == "threshold" and not rule.value.uses_rule:
            return _from_threshold(leaf, worked, refs, inputs)
        return _from_value(leaf, worked, refs)
    except MissingValue as error:
        return Assessed(leaf, "missing", reason="no_value", refs=refs, missing_names=error.names)
    except UndefinedValue as error:
        return Assessed(leaf, "missing", reason=error.reason, refs=refs)


def _from_threshold(leaf: Leaf, worked: Worked, refs: tuple[str, ...], inputs: Inputs) -> Assessed:
    """Full or nothing; a value that misses the bound earns the declared part if the condition for it holds."""
    rule, got = leaf.rule, points_for(leaf.rule, worked.value)
    points, text = got.points, worked.equation + got.test
    if got.missed and rule.partial_if:
        eased = evaluate(rule.partial_if, inputs.values)
        points, text = (rule.partial, f"{text}; {eased.text}") if eased.value is True else (points, text)
    told = Step("rule", f"{text} → {number_text(points)}")
    rows = tuple(Step("row", row) for row in worked.steps)
    return Assessed(leaf, "scored", points / rule.out_of, raw=_raw(worked), steps=(*rows, told), refs=refs)


def _from_value(leaf: Leaf, worked: Worked, refs: tuple[str, ...]) -> Assessed:
    rule = leaf.rule
    rows = tuple(Step("row", text) for text in worked.steps)
    if rule.relative:
        if not isinstance(worked.value, Fraction):
            raise UndefinedValue("not_a_number")
        steps = (*rows, Step("value", worked.equation))
        return Assessed(leaf, "scored", None, raw=_raw(worked), steps=steps, refs=refs, value=worked.value)
    if rule.value and rule.value.uses_rule:
        share = _kept(rule, worked.value) / rule.out_of
        return Assessed(leaf, "scored", share, raw=_raw(worked), steps=rows, expression=worked.text, refs=refs)
    got = points_for(rule, worked.value)
    share = _kept(rule, got.points) / rule.out_of if rule.out_of else Fraction(0)
    if rule.type == "formula":
        text = worked.text if got.points == worked.value else f"min({number_text(rule.out_of)}, {worked.text})"
        if text == number_text(got.points):
            rows, text = (*rows, Step("rule", f"→ {text}")), ""
        return Assessed(leaf, "scored", share, raw=_raw(worked), steps=rows, expression=text, refs=refs)
    if rule.type == "deduct":
        counted = () if worked.equation == number_text(worked.value) else (Step("value", worked.equation),)
        return Assessed(leaf, "scored", share, raw=_raw(worked), steps=(*rows, *counted), expression=got.expression, refs=refs)
    if got.expression:
        steps = (*rows, Step("value", worked.equation))
        return Assessed(leaf, "scored", share, raw=_raw(worked), steps=steps, expression=got.expression, refs=refs)
    told = Step("rule", f"{worked.equation} → {number_text(got.points)}")
    return Assessed(leaf, "scored", share, raw=_raw(worked), steps=(*rows, told), refs=refs)


def _kept(rule: Rule, points: Fraction) -> Fraction:
    """Between 0 and the full mark, unless the rule says that it is not capped."""
    return min(max(points, Fraction(0)), rule.out_of) if rule.capped else points


def _raw(worked: Worked) -> str:
    return number_text(worked.value, most=6) if isinstance(worked.value, Fraction) else worked.text


def policy_of(system: IndicatorSystem, leaf: Leaf) -> RaterPolicy:
    """The raters of a rubric: those it names, or the only ones of the file."""
    if leaf.rule.raters:
        return system.raters[leaf.rule.raters]
    return next(iter(system.raters.values()))


def _rubric(system: IndicatorSystem, leaf: Leaf, inputs: Inputs) -> Assessed:
    unit = inputs.unit
    ratings = unit.ratings.get(leaf.code, ())
    lead = unit.lead_decisions.get(leaf.code)
    rated = combine_ratings(leaf.rule, policy_of(system, leaf), ratings, lead=lead)
    refs = tuple(dict.fromkeys(one.ref for one in (*ratings, *((lead,) if lead else ())) if one.ref))
    raw = " / ".join(one.level for one in ratings)
    if rated.points is None:
        return Assessed(leaf, "missing", reason=rated.reason, raw=raw, steps=rated.steps, refs=refs, alert=rated.alert)
    return Assessed(leaf, "scored", rated.points / leaf.rule.out_of, raw=raw, steps=rated.steps,
                    expression=rated.expression, refs=refs, alert=rated.alert)


def _survey(system: IndicatorSystem, leaf: Leaf, inputs: Inputs) -> Assessed:
    rule = leaf.rule
    given = inputs.unit.surveys.get(rule.survey)
    if given is not None and given.counts and (given.n is None or (rule.type == "top_box" and _counted(given))):
        given = replace(given, n=sum(given.counts))
    if given is None or given.n is None:
        return Assessed(leaf, "missing", reason="no_value", missing_names=(rule.survey,))
    refs = (given.ref,) if given.ref else ()
    least = system.surveys[rule.survey].minimum
    if given.n < least:
        step = Step("note", f"n = {given.n} < {least}")
        return Assessed(leaf, "not_applicable", reason="sample_short", steps=(step,), refs=refs, raw=f"n = {given.n}")
    if rule.type == "top_box":
        return _top_box(leaf, given, inputs)
    score = exact_number(given.score)
    if score is None:
        return Assessed(leaf, "missing", reason="no_value", refs=refs, missing_names=(rule.survey,))
    if not rule.scale[0] <= score <= rule.scale[1]:
        inputs.report("M102", '{unit}: the survey result {value} of "{name}" lies outside its scale.',
                      name=rule.survey, value=str(given.score))
        return Assessed(leaf, "missing", reason="outside_scale", refs=refs)
    return Assessed(leaf, "scored", survey_share(rule, score), raw=f"{number_text(score, most=6)} (n = {given.n})",
                    expression=survey_expression(rule, score), refs=refs)


def _counted(given: SurveyValue) -> bool:
    return bool(given.counts) and min(given.counts) >= 0 and sum(given.counts) > 0


def _top_box(leaf: Leaf, given: SurveyValue, inputs: Inputs) -> Assessed:
    """The share of answers in the best options: counted, or as the estimate of the survey gives it."""
    rule, refs, missing = leaf.rule, (given.ref,) if given.ref else (), (leaf.rule.survey,)
    if _counted(given) and len(given.counts) > rule.best:
        share, text = top_share(rule, given.counts)
        raw = f"{number_text(share * 100, most=2)} % (n = {given.n})"
        return Assessed(leaf, "scored", share, raw=raw, expression=text, refs=refs)
    written = given.top.get(str(rule.best))
    found = exact_number(written)
    if found is not None and 0 <= found <= 1:
        raw = f"{number_text(found * 100, most=2)} % (n = {given.n})"
        return Assessed(leaf, "scored", found, raw=raw, expression=f"{number_text(found, most=6)} × {{full}}", refs=refs)
    if given.counts or written is not None:
        inputs.report("M102", '{unit}: "{value}" of "{name}" are no counts of more than {best} options, nor a share between 0 and 1.',
                      name=rule.survey, value=" ".join(map(str, given.counts)) or str(written), best=str(rule.best))
        return Assessed(leaf, "missing", reason="outside_scale", refs=refs)
    return Assessed(leaf, "missing", reason="no_value", refs=refs, missing_names=missing)
