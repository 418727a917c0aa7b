"""Checks an indicator system as a whole: sums of points and weights, names that lead nowhere, grades and vetoes."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from .comparison_checks import check_comparisons
from .formulas import Formula, Name
from .indicators import IndicatorSystem, Leaf, Node, Rule
from .numbers import number_text, read_number
from .prepare import check_prepare
from .problems import Where
from .reach_checks import check_ids, check_reach
from .reading import Reader, offset_in
from .yamltext import Mapping, Scalar, Sequence, suggestion
from .yamltext import Node as YamlNode

_OTHER_GROUPS = "Make them equal for every category: a block counts for all of them, an indicator may be for some."


def check(reader: Reader, system: IndicatorSystem, body: Mapping) -> None:
    """Report everything that only the whole file can show."""
    entries = _entries(reader, body)
    for code in entries.keys() - {item.code for item in system.tree}:
        reader.error("E131", 'The parents of "{id}" lead round in a circle.', entries[code].get("parent"), id=code)
    _check_sums(reader, system, entries)
    _check_profiles(reader, system, body)
    for leaf in system.leaves:
        _check_leaf(reader, system, leaf, entries[leaf.code], body)
    for item in system.tree:
        _known(reader, "E132", "fact", item.applies_if, system.facts, entries[item.code].get("applies_if"))
        if isinstance(item, Node) and not system.children(item.code):
            reader.error("E123", 'The block "{id}" holds no indicator.', entries[item.code], id=item.code,
                         hint="Give it a rule or put indicators below it.")
    _check_combinations(reader, system, entries)
    _check_floors(reader, system, entries)
    check_reach(reader, system, entries)
    check_ids(reader, body, entries)
    check_comparisons(reader, system, body, entries)
    _check_categories(reader, system, entries)
    _check_grades(reader, system, body)
    _check_relative(reader, system, body, entries)
    read = frozenset[str]().union(*(leaf.names for leaf in system.leaves))
    check_prepare(reader, system.prepare, body, read=read, relative=system.relative)


def _entries(reader: Reader, body: Mapping) -> dict[str, Mapping]:
    found: dict[str, Mapping] = {}
    node = body.get("indicators")
    for item in node if node is not None and not isinstance(node, Scalar) else ():
        if isinstance(item, Mapping):
            code = item.get("id")
            if isinstance(code, Scalar):
                found.setdefault(code.text, item)
    return found


def _known(reader: Reader, code: str, what: str, word: str, known: Iterable[str], node: YamlNode | None) -> None:
    known = list(known)
    if word and word not in known:
        reader.error(code, 'The {what} "{word}" is not known. {guess}', node, what=what, word=word,
                     guess=suggestion(word, known), known=", ".join(known) or "none", hint="Known: {known}.")


def _check_sums(reader: Reader, system: IndicatorSystem, entries: dict[str, Mapping]) -> None:
    by_points = system.score.method == "points"
    groups = ("",) if by_points else tuple(system.categories) or ("",)
    for node in system.nodes:
        target = node.points if by_points else node.weight
        if target is None:
            continue
        for group in groups:
            _check_sum(reader, system, entries, node, target, group)
    total = sum((leaf.points for leaf in system.leaves), Fraction(0))
    readable = all(_readable(entries[leaf.code], "points") for leaf in system.leaves)
    if by_points and readable and system.leaves and total != system.score.most:
        reader.error("E102", "The points of all indicators add up to {sum}, but the score goes to {target}.",
                     entries[system.leaves[0].code], sum=number_text(total), target=number_text(system.score.most),
                     hint="Change the points or score.max.")


def _check_sum(reader: Reader, system: IndicatorSystem, entries: dict[str, Mapping], node: Node, target: Fraction,
               group: str) -> None:  # fmt: skip
    if system.score.method == "points":
        parts: list[tuple[str, Fraction]] = [(one.code, one.points) for one in system.leaves_under(node.code)]
    else:
        shown = [one for one in system.children(node.code) if _shown(one, group)]
        parts = [(one.code, one.weight or Fraction(0)) for one in shown]
    total = sum((share for _, share in parts), Fraction(0))
    if not all(_readable(entries[code], system.score.method) for code, _ in parts) or _follows(reader, system, entries, node):
        return
    if not parts or total in (target, 1) or (total == 100 and system.score.method == "weights"):
        return
    key = "points" if system.score.method == "points" else "weight"
    listed = ", ".join(f"{code}={number_text(share)}" for code, share in parts)
    reader.error("E102", 'The children of "{id}" add up to {sum}{group} ({parts}), but "{id}" has {key} {target}.',
                 entries[node.code].get(key), id=node.code, sum=number_text(total), key=key, target=number_text(target),
                 group=f" for category {group}" if group else "", parts=listed, hint=_OTHER_GROUPS if group else "Make them equal.")


def _follows(reader: Reader, system: IndicatorSystem, entries: dict[str, Mapping], node: Node) -> bool:
    """Whether a sum may be wrong only because an item below says for which categories it counts in a way that is told already."""
    wrong = {one.where for one in reader.problems if one.code == "E121"}
    for child in system.children(node.code):
        if isinstance(child, Leaf) and not set(child.categories) <= system.categories.keys():
            return True
        if any(key.where in wrong for key, _ in entries[child.code]):
            return True
    return False


def _readable(entry: Mapping, method: str) -> bool:
    """False if the share of an item is missing or no number: that is told already and would only spoil the sum."""
    node = entry.get("points" if method == "points" else "weight")
    return isinstance(node, Scalar) and read_number(node.text) is not None


def _shown(item: Node | Leaf, group: str) -> bool:
    return not (isinstance(item, Leaf) and item.categories and group and group not in item.categories)


def _check_profiles(reader: Reader, system: IndicatorSystem, body: Mapping) -> None:
    codes = [leaf.code for leaf in system.leaves]
    node = body.get("profiles")
    for key, value in node if isinstance(node, Mapping) else ():
        points = value.get("points") if isinstance(value, Mapping) else None
        for leaf, _ in points if isinstance(points, Mapping) else ():
            _known(reader, "E133", "indicator", leaf.text, codes, leaf)
        total = sum((system.points_of(leaf, key.text) for leaf in system.leaves), Fraction(0))
        if system.score.method == "points" and total != system.score.most:
            reader.error("E102", 'The points of the profile "{profile}" add up to {sum}, not {target}.', key,
                         profile=key.text, sum=number_text(total), target=number_text(system.score.most),
                         hint="Change its points.")


def _check_leaf(reader: Reader, system: IndicatorSystem, leaf: Leaf, entry: Mapping, body: Mapping) -> None:
    for word in ("source", "verified_by", "categories"):
        known, code = (system.categories, "E134") if word == "categories" else (system.sources, "E104")
        for node in reader.words(entry, word):
            _known(reader, code, "category" if word == "categories" else "source", node.text, known, node)
    _known(reader, "E135", "dimension", leaf.dimension, system.dimensions, entry.get("dimension"))
    if system.dimensions and not leaf.dimension:
        reader.error("E123", 'The indicator "{id}" names no dimension.', entry, id=leaf.code,
                     known=", ".join(system.dimensions), hint="Write dimension: one of {known}.")
    alone = leaf.sources == ("self",) or any(part.source == "self" for part in leaf.rule.parts)
    if alone and not leaf.verified_by and not reader.truth(entry, "allow_unverified"):
        reader.error("E110", 'The self-assessed indicator "{id}" has no verified_by; unverified self-scores may not count.',
                     entry.get("source") or entry.get("rule"), id=leaf.code, hint="Write verified_by, or allow_unverified: true.")
    rule = _rule_node(entry, body)
    if rule is None:
        return
    _check_rule(reader, system, leaf, leaf.rule, rule)
    parts = rule.get("parts")
    nodes = parts.items if isinstance(parts, Sequence) and len(parts.items) == len(leaf.rule.parts) else ()
    for part, entry_of_part in zip(leaf.rule.parts, nodes, strict=False):
        assert isinstance(entry_of_part, Mapping)
        _known(reader, "E104", "source", part.source, system.sources, entry_of_part.get("source"))
        written = _rule_node(entry_of_part, body)
        if written is not None:
            _check_rule(reader, system, leaf, part.rule, written)


def _check_rule(reader: Reader, system: IndicatorSystem, leaf: Leaf, rule: Rule, node: Mapping) -> None:
    if not rule.parts:
        _known(reader, "E136", "survey group", rule.survey, system.surveys, node.get("survey"))
    if rule.by_raters and not rule.parts:
        _check_raters(reader, system, leaf, node)
    for name, formula in (("value", rule.value), ("zero_if", rule.zero_if), ("partial_if", rule.partial_if)):
        written = node.get(name)
        if formula and isinstance(written, Scalar):
            _check_names(reader, system, formula, written)


def _rule_node(entry: Mapping, body: Mapping) -> Mapping | None:
    rule = entry.get("rule")
    if isinstance(rule, Scalar):
        named = body.get("rules")
        rule = named.get(rule.text) if isinstance(named, Mapping) else None
    return rule if isinstance(rule, Mapping) else None


def _check_raters(reader: Reader, system: IndicatorSystem, leaf: Leaf, rule: Mapping) -> None:
    if not leaf.rule.raters and len(system.raters) != 1:
        reader.error("E123", 'The rubric of "{id}" does not say which raters grade it.', rule, id=leaf.code,
                     known=", ".join(system.raters) or "none", hint="Write raters: one of {known}.")
    _known(reader, "E137", "kind of raters", leaf.rule.raters, system.raters, rule.get("raters"))


def _check_names(reader: Reader, system: IndicatorSystem, formula: Formula, node: Scalar) -> None:
    for use in formula.uses():
        where = offset_in(node, use.at)
        if use.table and not use.text:
            table = system.tables.get(use.table)
            if table is None or not table.has_rows:
                _unknown(reader, "table with rows", use.table, [t.id for t in system.tables.values() if t.has_rows], where)
        else:
            _check_name(reader, system, use, where)


def _check_name(reader: Reader, system: IndicatorSystem, use: Name, where: Where) -> None:
    in_table = f"{use.table}.{use.text}" if use.table else ""
    found = system.fields.get(in_table)
    if found or (use.table and (table := system.tables.get(use.table)) and use.text == table.row_key):
        return
    if use.is_column or (use.text not in system.facts and use.text not in system.fields):
        columns = [one.column for one in system.fields.values() if one.table == use.table and use.table]
        scalars = [one.id for one in system.fields.values() if not one.in_rows]
        _unknown(reader, "field", in_table if use.is_column else use.text,
                 columns if use.is_column else [*columns, *scalars, *system.facts], where)
    elif (field := system.fields.get(use.text)) and field.in_rows:
        reader.error("E105", 'The field "{word}" exists once a row and cannot be read as one figure.', where,
                     word=use.text, hint="Write sum({word}) or mean(each …).")


def _unknown(reader: Reader, what: str, word: str, known: list[str], where: Where) -> None:
    reader.error("E105", 'The {what} "{word}" is not known. {guess}', where, what=what, word=word,
                 guess=suggestion(word, known), hint="Name it under fields, or correct the formula.")


def _check_combinations(reader: Reader, system: IndicatorSystem, entries: dict[str, Mapping]) -> None:
    for node in system.nodes:
        if system.score.method == "points" and node.combine != "sum":
            reader.error("W204", '"combine: {how}" of "{id}" has no effect: with method: points, points are added.',
                         entries[node.code].get("combine"), severity="warning", how=node.combine, id=node.code,
                         hint="Leave it out, or use method: weights.")


def _check_floors(reader: Reader, system: IndicatorSystem, entries: dict[str, Mapping]) -> None:
    for node in system.nodes:
        if node.combine not in ("geometric", "harmonic") or node.floor:
            continue
        if any(_can_be_zero(child) for child in system.children(node.code) if isinstance(child, Leaf)):
            reader.error("E109", 'The {combine} block "{id}" can receive 0.', entries[node.code].get("combine"),
                         combine=node.combine, id=node.code, hint="Write floor: 1, or use combine: arithmetic.")


def _can_be_zero(leaf: Leaf) -> bool:
    rule = leaf.rule
    if rule.type == "fixed":
        return not rule.given
    lowest = [band.points for band in rule.bands] + [level.points for level in rule.levels] + [p for _, p in rule.points]
    return bool(rule.zero_if) or (min(lowest) == 0 if lowest else rule.type != "formula")


def _check_grades(reader: Reader, system: IndicatorSystem, body: Mapping) -> None:
    node = body.get("grades")
    nodes = reader.items(node)
    for before, grade, where in zip(system.grades, system.grades[1:], nodes[1:], strict=False):
        if before.start is None or (grade.start is not None and grade.start >= before.start):
            reader.error("E113", 'The grades must fall: "{grade}" comes after "{before}".', where,
                         grade=grade.code, before=before.code, hint="Put the highest first, else last.")
    if system.grades and system.grades[-1].start is not None:
        reader.error("E108", 'The last grade must be "else".', nodes[-1], hint="Write {{else: poor, title: …}}.")
    quota = sum((grade.quota or Fraction(0) for grade in system.grades), Fraction(0))
    if quota > 1:
        reader.error("E112", "The quotas of the grades add up to {sum} %.", node, sum=number_text(quota * 100),
                     hint="They may not exceed 100 %.")
    codes = [grade.code for grade in system.grades]
    if system.grades and system.grades[-1].start is not None:
        return
    for veto, item in zip(system.vetoes, reader.items(body.get("vetoes")), strict=False):
        place = item.get("grade_at_most") if isinstance(item, Mapping) else item
        _known(reader, "E114", "grade", veto.grade_at_most, codes, place)


def _check_categories(reader: Reader, system: IndicatorSystem, entries: dict[str, Mapping]) -> None:
    """A block of several indicators of which a category has a single one: this one then carries the whole block there."""
    for node in system.nodes:
        leaves = system.leaves_under(node.code)
        clear = len(leaves) > 1 and all(set(leaf.categories) <= system.categories.keys() for leaf in leaves)
        for category in system.categories if clear else ():
            left = [leaf.code for leaf in leaves if _shown(leaf, category)]
            if len(left) == 1:
                reader.error("W201", 'The category "{category}" has only one indicator below "{id}": "{leaf}".',
                             entries[node.code].get("id"), severity="warning", category=category, id=node.code, leaf=left[0])


def _check_relative(reader: Reader, system: IndicatorSystem, body: Mapping, entries: dict[str, Mapping]) -> None:
    relative = [leaf.code for leaf in system.leaves if leaf.rule.relative]
    if relative and not system.relative:
        reader.error("E138", "The rules of {ids} compare units, but the file does not say so.", body.key("relative") or body,
                     ids=", ".join(relative), hint="Write relative: true; the units are then scored together.")
    for leaf in system.leaves:
        share = leaf.points / system.score.most if system.score.method == "points" else Fraction(0)
        if share > Fraction(1, 4):
            reader.error("W203", '"{id}" alone carries {share} % of the score.', entries[leaf.code].get("points"),
                         severity="warning", id=leaf.code, share=number_text(share * 100, most=1))
