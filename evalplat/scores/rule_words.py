"""The rule of an indicator as a person reads it: names of fields instead of keys, one line for each step of points."""

from __future__ import annotations

import re

from evalplat.definitions.indicators import IndicatorSystem, Leaf
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


def formula_text(system: IndicatorSystem, leaf: Leaf, *, zero: bool = False) -> str:
    """A formula with the titles of its fields."""
    formula = leaf.rule.zero_if if zero else leaf.rule.value
    if formula is None:
        return ""
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
        return gettext(WORDS[word]) if word in WORDS else word

    return NAME.sub(title, formula.text)


def rule_lines(system: IndicatorSystem, leaf: Leaf) -> tuple[str, ...]:
    """The whole rule, a line for each thing it says."""
    rule, lines = leaf.rule, []
    if rule.survey:
        return (gettext(N_("Decided by the survey: {group}."), group=system.surveys[rule.survey].title.in_language(language())),)
    if rule.value is not None:
        lines.append(gettext(N_("Value: {formula}"), formula=formula_text(system, leaf)))
    if rule.zero_if is not None:
        lines.append(gettext(N_("0 points if {formula}"), formula=formula_text(system, leaf, zero=True)))
    lines += [gettext(TESTS[band.test], bound=number_text(band.bound), points=number_text(band.points)) for band in rule.bands]
    lines += [gettext(N_("at {at}: {points} points"), at=number_text(at), points=number_text(points)) for at, points in rule.points]
    lines += [gettext(N_("{key}. {text} ({points})"), key=level.key, text=level.text.in_language(language()),
                      points=number_text(level.points)) for level in rule.levels]
    if rule.type == "deduct":
        lines.append(gettext(N_("{each} points less for each, not below {floor}."), each=number_text(rule.each),
                             floor=number_text(rule.floor)))
    return tuple(line for line in [*lines, leaf.note.in_language(language())] if line)
