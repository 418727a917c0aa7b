"""The form in which other points and rules are tried: its fields, the file that they give, and which field an error belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalplat.definitions.editing import CannotEdit, Path, at, edited, read_tree
from evalplat.definitions.indicators import COMBINATIONS, IndicatorSystem
from evalplat.definitions.numbers import number_text, read_number
from evalplat.definitions.outline import STEPS, Entry, Outline, RuleOutline, outline_of
from evalplat.definitions.problems import Problem
from evalplat.definitions.yamltext import Mapping as YamlMapping
from evalplat.definitions.yamltext import Node
from evalplat.pages.definition_fields import Changes, changes_of, plain_number
from evalplat.web.forms import Posted

from .definition_problems import in_words
from .try_shares import Shares, fitted, own_shares

WHOLE = "-"
"""Stands for the total among the blocks that are combined."""
WORDS = ("missing", "combine~")
"""Fields that hold a word, not a figure."""


@dataclass(frozen=True, slots=True)
class Base:
    """The system that the form begins with: its file, read."""

    text: str
    name: str
    outline: Outline
    system: IndicatorSystem


@dataclass(frozen=True, slots=True)
class Tried:
    """The file that the form gives, and the shares in it that differ from the written ones."""

    text: str
    shares: Shares


def rules_shown(outline: Outline) -> dict[Path, str]:
    """Rule → the indicator where it is changed: the first of those that share it."""
    found: dict[Path, str] = {}
    for entry in outline.below(""):
        if entry.rule is not None and entry.rule.path:
            found.setdefault(entry.rule.path, entry.code)
    return found


def fields_of(base: Base) -> dict[str, str]:
    """Every field of the form and what it holds before anybody types."""
    found = {"missing": base.system.missing.default}
    weights = base.outline.method == "weights"
    if weights:
        found[f"combine~{WHOLE}"] = base.system.score.combine
    shown = rules_shown(base.outline)
    for entry in base.outline.below(""):
        found[f"share~{entry.code}"] = entry.share
        if weights and not entry.is_leaf and entry.code in base.system.items:
            node = base.system.node(entry.code)
            found[f"combine~{entry.code}"] = node.combine
            found[f"floor~{entry.code}"] = "" if node.floor is None else number_text(node.floor)
        if entry.rule is not None and shown.get(entry.rule.path) == entry.code:
            found |= dict(_rule_fields(entry.code, entry.rule))
    return found


def _rule_fields(code: str, rule: RuleOutline) -> Iterator[tuple[str, str]]:
    for number, step in enumerate(rule.steps):
        if rule.type != "levels" and step.test != "else":
            yield f"step~{code}.{number}.at", step.at
        yield f"step~{code}.{number}.points", step.points
    for key, value in rule.figures:
        yield f"figure~{key}~{code}", value


def typed_in(base: Base, posted: Posted) -> dict[str, str]:
    """What was typed and says something else than the file."""
    known, values = fields_of(base), posted.values()
    return {name: values[name].strip() for name, before in known.items() if name in values and not _same(name, before, values[name])}


def _same(name: str, before: str, typed: str) -> bool:
    if name.startswith(WORDS):
        return typed in ("", before)
    text = plain_number(typed.strip())
    value = read_number(text)
    return text == before if value is None else value == read_number(before)


def tried(base: Base, typed: Mapping[str, str], *, fit: bool) -> Tried:
    """The file with what was typed. ``fit``: the other shares make room, so that the sums stay right."""
    shares = _shares(base.outline, typed, fit=fit)
    changes = _rule_changes(base, typed) | _share_changes(base, typed, shares) | _combinations(base, typed)
    text = edited(base.text, changes, file=base.name)
    if "missing" in typed:
        text = _with_missing(text, typed["missing"])
    return Tried(text, shares)


def _rule_changes(base: Base, typed: Mapping[str, str]) -> Changes:
    """The steps and figures of rules; the file need not be read for them where none was typed."""
    rules = [(name, value) for name, value in typed.items() if name.startswith(("step~", "figure~"))]
    if not rules:
        return Changes()
    stepped = {name.removeprefix("step~").rsplit(".", 2)[0] for name, _ in rules if name.startswith("step~")}
    closers = [(f"step~{one.code}.{len(one.rule.steps)}.points", "") for one in base.outline.entries if one.rule and one.code in stepped]
    return changes_of(base.text, base.outline, "", Posted((*closers, *rules)))


def _shares(outline: Outline, typed: Mapping[str, str], *, fit: bool) -> Shares:
    """Shares that change and are numbers."""
    given = {name.removeprefix("share~"): read_number(plain_number(value)) for name, value in typed.items() if name.startswith("share~")}
    known = {code: value for code, value in given.items() if value is not None}
    found = known | fitted(outline, known) if known and fit else known
    return {code: value for code, value in found.items() if given.get(code, value) is not None}


def _share_changes(base: Base, typed: Mapping[str, str], shares: Shares) -> Changes:
    """The points or weights themselves. The steps of a rule keep their share of the full mark, unless both were typed."""
    outline, found = base.outline, Changes()
    for name, value in typed.items():
        if name.startswith("share~"):
            found["indicators", name.removeprefix("share~"), outline.share_key] = plain_number(value) or None
    for code, share in shares.items():
        entry = outline.entry(code)
        if entry is not None and (entry.share or f"share~{code}" in typed):
            found["indicators", code, outline.share_key] = number_text(share, most=6)
    if outline.method == "weights":
        return found
    own = own_shares(outline)
    for code in shares:
        entry = outline.entry(code)
        if entry is None or not entry.rule or _both_typed(entry, typed) or not _one_full_mark(outline, entry.rule, own):
            continue
        if base.system.leaf(code).rule.out_of == own[code] > 0:
            found[*entry.rule.path, "out_of"] = number_text(own[code], most=6)
    return found


def _both_typed(entry: Entry, typed: Mapping[str, str]) -> bool:
    code = entry.code
    points = any((name.startswith(f"step~{code}.") and name.endswith(".points")) or
                 (name.startswith("figure~") and name.endswith(f"~{code}")) for name in typed)
    return points and f"share~{code}" in typed


def _one_full_mark(outline: Outline, rule: RuleOutline, own: Shares) -> bool:
    """Whether all indicators that use a rule have the same full mark."""
    return bool(rule.path) and (not rule.name or len({own[code] for code in outline.users_of(rule.name)}) == 1)


def _combinations(base: Base, typed: Mapping[str, str]) -> Changes:
    found = Changes()
    for name, value in typed.items():
        key, _, code = name.partition("~")
        if key == "combine" and value in COMBINATIONS:
            found[("score", key) if code == WHOLE else ("indicators", code, key)] = value
            if code != WHOLE and base.system.node(code).combine == "worst":
                found["indicators", code, "worst"] = None
        elif key == "floor":
            found["indicators", code, key] = plain_number(value) or None
    return found


def _with_missing(text: str, policy: str) -> str:
    try:
        return edited(text, {("missing", "default"): policy})
    except CannotEdit:
        return edited(text, {("missing",): {"default": policy}})


def errors_at(base: Base, text: str, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """(field, sentence) of each problem, in the order of the file; an empty field where none is to blame alone."""
    root, outline = read_tree(text), outline_of(text, base.name)
    names = fields_of(base)
    places = dict(_places(root, base.outline, names))
    found = []
    for one in problems:
        said, hint = in_words(one)
        name = "" if one.code == "E102" and not one.params.get("id") else places.get((one.where.line, one.where.column))
        if name is None:
            entry = outline.place_of(one.where.line) if outline and one.where.line else ""
            name = f"share~{entry}" if f"share~{entry}" in names else ""
        found.append((name, f"{said} {hint}".strip()))
    return found


def _places(root: Node, outline: Outline, names: Iterable[str]) -> Iterator[tuple[tuple[int, int], str]]:
    """(line, column) → field; a step as a whole is its points."""
    rules = {entry.code: entry.rule for entry in outline.entries if entry.rule}
    for name in names:
        for path in _paths(name, outline, rules):
            try:
                node = at(root, path)
            except CannotEdit:
                continue
            if not (isinstance(node, YamlMapping) and name.endswith(".at")):
                yield (node.where.line, node.where.column), name


def _paths(name: str, outline: Outline, rules: Mapping[str, RuleOutline]) -> Iterator[Path]:
    key, _, rest = name.partition("~")
    if key == "missing":
        yield "missing", "default"
    elif rest == WHOLE:
        yield "score", key
    elif key == "share":
        yield "indicators", rest, outline.share_key
    elif key in ("combine", "floor"):
        yield "indicators", rest, key
    elif key == "figure":
        figure, _, code = rest.partition("~")
        yield *rules[code].path, figure
    elif key == "step":
        yield from _step_paths(rest, rules)


def _step_paths(rest: str, rules: Mapping[str, RuleOutline]) -> Iterator[Path]:
    stem, _, column = rest.rpartition(".")
    code, _, number = stem.rpartition(".")
    rule = rules[code]
    step: Path = (*rule.path, STEPS[rule.type], number)
    test = rule.steps[int(number)].test
    if column == "points":
        yield step
        yield *step, "else" if test == "else" else "points"
    else:
        yield *step, test or "at"

