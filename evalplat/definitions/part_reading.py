"""Finds the rule that an indicator, or one of several sources of an indicator, uses: written in place or named in the file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from .indicators import PART_RULES, Part, Rule
from .reading import Reader
from .rule_reading import read_rule
from .yamltext import Mapping, Scalar, suggestion
from .yamltext import Node as YamlNode

_KEYS = ("source", "weight", "rule")


def rule_of(reader: Reader, entry: Mapping, points: Fraction, named: Mapping | None) -> Rule:
    """The rule under ``rule`` of an entry; a harmless one, with the problem reported, if there is none."""
    node = _written(reader, entry, named)
    rule = read_rule(reader, node, points) if node else None
    if rule is None or not isinstance(node, Mapping):
        return Rule("formula", points)
    return _with_parts(reader, rule, node, named) if rule.type in PART_RULES else rule


def _written(reader: Reader, entry: Mapping, named: Mapping | None) -> YamlNode | None:
    node = entry.get("rule")
    if not isinstance(node, Scalar):
        return node
    found = named.get(node.text) if named else None
    if found is None:
        known = [key.text for key, _ in named or ()]
        reader.error("E103", 'The rule "{rule}" is not known. {guess}', node, rule=node.text,
                     guess=suggestion(node.text, known), known=", ".join(known), hint="Known: {known}.")
    return found


def _with_parts(reader: Reader, rule: Rule, body: Mapping, named: Mapping | None) -> Rule:
    """The rule with its parts. What raters and survey groups it needs is said on the rule itself, as for any other rule."""
    nodes = reader.items(body.get("parts"))
    parts = tuple(part for node in nodes if (part := _part(reader, node, rule, named)))
    rated = [part.rule for part in parts if part.rule.by_raters]
    surveys = {part.rule.survey for part in parts if part.rule.survey}
    if len(nodes) < 2 or len(rated) > 1 or len(surveys) > 1:
        reader.error("E141", "Two or more parts are needed, of which one at most is graded by raters and one survey group is asked.",
                     body.get("parts") or body, hint="Write parts: [{{source: …, rule: …}}, {{source: …, rule: …}}].")
    rubric = rated[0] if rated else rule
    return replace(rule, parts=parts, levels=rubric.levels, raters=rubric.raters, survey=next(iter(surveys), ""))


def _part(reader: Reader, node: YamlNode, rule: Rule, named: Mapping | None) -> Part | None:
    body = reader.mapping(node, known=_KEYS)
    if body is None:
        return None
    source = reader.word(body, "source", required=True)
    weight = reader.number(body, "weight", Fraction(1), required=rule.type == "blend")
    if weight is None or weight <= 0:
        reader.error("E128", "The weight of a part must be above 0.", body.get("weight"))
        weight = Fraction(1)
    if "rule" not in body:
        reader.error("E123", 'The key "{key}" is missing.', body, key="rule", hint="Write it.")
        return None
    written = _written(reader, body, named)
    found = read_rule(reader, written, rule.out_of) if written else None
    if found is None or not (found.relative or found.type in PART_RULES):
        return Part(source, weight, found) if found else None
    reader.error("E141", 'A part cannot have the rule type "{type}".', body.get("rule"), type=found.type,
                 hint="Rules that compare units, and rules with parts, stand alone.")
    return None
