"""The rule of an indicator as a person reads it: names of fields instead of keys, one line for each step of points."""

from __future__ import annotations

import re
from fractions import Fraction

from evalplat.definitions.formulas import Formula
from evalplat.definitions.indicators import IndicatorSystem, Leaf, Rule
from evalplat.definitions.numbers import number_text
from evalplat.kernel.i18n import N_, gettext, language

NAME = re.compile(r"[<>!=]=|[/*-]|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?|\"[^\"]*\"")
SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "/": "÷", "*": "×", "-": "−"}
WORDS = {"mean": N_("mean of"), "sum": N_("sum of"), "count": N_("number of"), "each": N_("each row of"), "where": N_("where"),
         "and": N_("and"), "weight": N_("weighted by"), "rule": N_("points for"), "min": N_("the smaller of"),
         "max": N_("the larger of"), "if": N_("if"), "any": N_("any row of")}
TESTS = {"from": N_("{bound} or more: {points} points"), "above": N_("more than {bound}: {points} points"),
         "to": N_("up to {bound}: {points} points"), "below": N_("less than {bound}: {points} points"),
         "else": N_("otherwise: {points} points")}
JOINED = {"first": N_("Several sources; the first one that has a value counts."), "blend": N_("Several sources count together.")}


def formula_text(system: IndicatorSystem, leaf: Leaf, *, zero: bool = False) -> str:
    """A formula with the titles of its fields."""
    formula = leaf.rule.zero_if if zero else leaf.rule.value
    return in_words(system, formula) if formula else ""


def in_words(system: IndicatorSystem, formula: Formula) -> str:
    """A formula with titles instead of keys, and the signs that people write."""
    columns = {use.text: f"{use.table}.{use.text}" for use in formula.uses() if use.table and use.text}

    def title(match: re.Match[str]) -> str:
        word = match.group(0)
        if word in SIGNS:
            return SIGNS[word]
        if word.startswith('"'):
            options = (option for one in system.fields.values() for option in one.options)
            return next((text.in_language(language()) for key, text in options if key == word[1:-1]), word)
        known = system.fields.get(word) or system.fields.get(columns.get(word, ""))
        if known is not None:
            return gettext(N_("“{title}”"), title=known.title.in_language(language()))
        if word in system.tables:
            return gettext(N_("“{title}”"), title=system.tables[word].title.in_language(language()))
        if word in system.facts:
            return gettext(N_("“{title}”"), title=system.facts[word].in_language(language()))
        return gettext(WORDS[word]) if word in WORDS else word

    return NAME.sub(title, formula.text)


def rule_lines(system: IndicatorSystem, leaf: Leaf) -> tuple[str, ...]:
    """The whole rule, a line for each thing it says."""
    lines = [*_parts(system, leaf.rule), *_lines(system, leaf.rule)]
    return tuple(line for line in [*lines, leaf.note.in_language(language())] if line)


def _lines(system: IndicatorSystem, rule: Rule) -> list[str]:
    if rule.parts:
        return []
    if rule.survey:
        group = system.surveys[rule.survey].title.in_language(language())
        if rule.type == "top_box":
            return [gettext(N_("Share of the best {count} answers in the survey: {group}."), count=rule.best, group=group)]
        return [gettext(N_("Decided by the survey: {group}."), group=group)]
    lines = []
    if rule.value is not None:
        lines.append(gettext(N_("Value: {formula}"), formula=in_words(system, rule.value)))
    if rule.zero_if is not None:
        lines.append(gettext(N_("0 points if {formula}"), formula=in_words(system, rule.zero_if)))
    lines += [gettext(TESTS[band.test], bound=number_text(band.bound), points=number_text(band.points)) for band in rule.bands]
    lines += [gettext(N_("at {at}: {points} points"), at=number_text(at), points=number_text(points)) for at, points in rule.points]
    lines += [gettext(N_("{key}. {text} ({points})"), key=level.key, text=level.text.in_language(language()),
                      points=number_text(level.points)) for level in rule.levels]
    if rule.type == "deduct":
        lines.append(gettext(N_("{each} points less for each, not below {floor}."), each=number_text(rule.each),
                             floor=number_text(rule.floor)))
    return lines + _bounds(system, rule)


def _bounds(system: IndicatorSystem, rule: Rule) -> list[str]:
    """What a value is held against by a threshold, goalposts, a target; or the points that all get."""
    full, high = number_text(rule.out_of), rule.better == "high"
    if rule.type == "fixed":
        return [gettext(N_("Always {points} points."), points=number_text(rule.given))]
    if rule.type == "target":
        return [gettext(N_("{points} points at the target {target}, 0 points for the weakest value of the group, in proportion between."),
                        points=full, target=number_text(rule.bound, most=6))]
    if rule.type == "threshold":
        test = "from" if high else "to"
        found = [gettext(TESTS[test], bound=number_text(rule.bound, most=6), points=full)]
        found += [gettext(N_("{points} points if {formula}"), points=number_text(rule.partial),
                          formula=in_words(system, rule.partial_if))] if rule.partial_if else []
        return [*found, gettext(TESTS["else"], points="0")]
    if rule.type != "goalposts":
        return []
    low, top = (number_text(one, most=6) for one in (rule.ends if high else rule.ends[::-1]))
    found = [gettext(N_("0 points at {low}, {points} points at {high}, in proportion between."), low=low, high=top, points=full)]
    found += [gettext(N_("The proportion is that of the logarithms."))] if rule.log else []
    return found + ([] if rule.capped else [gettext(N_("Outside these the points go on, below 0 and above the full mark."))])


def _parts(system: IndicatorSystem, rule: Rule) -> list[str]:
    """The sources of an indicator, each with its own rule."""
    if not rule.parts:
        return []
    total = sum((part.weight for part in rule.parts), Fraction(0))
    lines = [gettext(JOINED[rule.type])]
    for part in rule.parts:
        known = system.sources.get(part.source)
        title, share = known.in_language(language()) if known else part.source, number_text(part.weight / total * 100, most=2)
        lines.append(gettext(N_("{source} ({share} %):"), source=title, share=share) if rule.type == "blend"
                     else gettext(N_("{source}:"), source=title))
        lines += _lines(system, part.rule)
    return [*lines, gettext(N_("A notice is given if they are more than {share} % of the full mark apart."),
                            share=number_text(rule.alert_difference * 100, most=2))]
