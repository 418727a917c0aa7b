"""Two indicator systems compared in words: what was added, removed, renamed, moved, and which points, weights or rules changed.

The words are English gettext ids with placeholders; ``Change.text`` takes the translation, so that this package needs none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .comparisons import Comparison
from .diff_words import (
    ATTRIBUTES,
    KINDS,
    N_,
    OTHERWISE,
    TESTS,
    TRUTH,
    in_both,
    in_one_language,
    in_words,
    marked,
    value_word,
)
from .fields import Text
from .formulas import Formula
from .indicators import Band, IndicatorSystem, Leaf, Level, Node, Part, Rule
from .numbers import number_text
from .prepare import PREPARE_STEPS, PrepareStep

_SKIPPED = {"id", "code", "line", "depth", "fields", "in_rows"}
_NOTHING = "–"
_OF_PEOPLE = ("title", "note", "evidence", "text", "version", "compared", "max_cr")
"""What never changes a score: it is for those who read the system."""
_NAMED = (
    ("category", "categories"), ("profile", "profiles"), ("dimension", "dimensions"), ("fact", "facts"), ("source", "sources"),
    ("raters", "raters"), ("survey group", "surveys"), ("table", "tables"), ("field", "fields"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``kind`` and ``what`` among the params are gettext ids themselves; ``scoring`` if it may change results."""

    message: str
    params: Mapping[str, str] = field(default_factory=dict)
    scoring: bool = True

    def text(self, translate: Callable[[str], str] = str, *, language: str = "") -> str:
        """The sentence, in the language of ``translate``. Texts of two languages are said in ``language`` alone, unless only the
        other one differs; without it in both."""
        halves = {name: in_one_language(value, language) for name, value in self.params.items()}
        if halves.get("before") == halves.get("after"):
            halves = {name: in_one_language(value, "") for name, value in self.params.items()}
        values = {name: translate(value) if name in ("kind", "what") else in_words(value, translate) for name, value in halves.items()}
        return translate(self.message).format(**values)


def differences(before: IndicatorSystem, after: IndicatorSystem) -> list[Change]:
    """Every difference in what the two systems say, in the order of the file."""
    changes = _compared("system", after.title, _settings(before), _settings(after), key=after.id)
    for kind, name in _NAMED:
        changes += _named(kind, getattr(before, name), getattr(after, name))
    changes += _steps(before, after)
    changes += _named("indicator", _by_code(before.tree), _by_code(after.tree))
    changes += _order(before, after)
    changes += _named("adjustment", _by_code(before.adjustments), _by_code(after.adjustments))
    changes += _named("veto", _by_code(before.vetoes), _by_code(after.vetoes))
    return changes + _named("grade", _by_code(before.grades), _by_code(after.grades))


def _settings(system: IndicatorSystem) -> dict[str, str]:
    found = {"id": system.id, "version": system.version, "title": _said(system.title)}
    for one in (system.score, system.missing):
        found |= {f"{type(one).__name__}.{name}": value for name, value in _facts(one).items()}
    found |= {"quotas": _said(system.quotas), "relative": _said(system.relative)}
    found["adjustment_order"] = _said(system.adjustment_order, "adjustment_order")
    found["adjustment_caps"] = _said(system.adjustment_caps)
    return found | (system.compared.facts() if system.compared else {})


def _by_code(items: Iterable[Any]) -> dict[str, Any]:
    return {one.code: one for one in items}


def _steps(before: IndicatorSystem, after: IndicatorSystem) -> list[Change]:
    """The steps before scoring: those of one kind are told apart by the first field they name, or by their number."""
    changes: list[Change] = []
    listed = [_named_steps(one) for one in (before, after)]
    for kind in PREPARE_STEPS:
        sides = [{name: step for (step_kind, name), step in steps.items() if step_kind == kind} for steps in listed]
        changes += _named(kind, sides[0], sides[1])
    orders = [[key for key in steps if key in listed[0] and key in listed[1]] for steps in listed]
    if orders[0] != orders[1]:
        changes.append(Change(N_("The steps before scoring stand in another order.")))
    return changes


def _named_steps(system: IndicatorSystem) -> dict[tuple[str, str], PrepareStep]:
    found: dict[tuple[str, str], PrepareStep] = {}
    for one in system.prepare:
        name = one.figures[0] if one.figures else "*"
        times = sum(key[0] == one.step and key[1].partition(" ")[0] == name for key in found)
        found[one.step, f"{name} ({times + 1})" if times else name] = one
    return found


def _order(before: IndicatorSystem, after: IndicatorSystem) -> list[Change]:
    """Whether what is in both stands in another order."""
    both = {one.code for one in before.tree} & {one.code for one in after.tree}
    orders = [[one.code for one in system.tree if one.code in both] for system in (before, after)]
    return [Change(N_("The indicators stand in another order."), scoring=False)] if orders[0] != orders[1] else []


def _named(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Entries with an id: what is gone, what is new, what has another id now, and what differs inside."""
    moved = _renumbered(before, after)
    changes: list[Change] = []
    for key, one in before.items():
        if key in moved:
            params = {"kind": KINDS[kind], "id": key, "after": moved[key], "title": _title(one)}
            changes.append(Change(N_("{kind} {id} “{title}” now has the id {after}."), params))
            changes += _compared(kind, _title(one), _facts(one), _facts(after[moved[key]]), key=moved[key])
        elif key not in after:
            changes.append(Change(N_("{kind} {id} “{title}” was removed."), {"kind": KINDS[kind], "id": key, "title": _title(one)}))
        else:
            changes += _entry(kind, key, one, after[key])
    for key, one in after.items():
        if key not in before and key not in moved.values():
            changes.append(Change(N_("{kind} {id} “{title}” was added."), {"kind": KINDS[kind], "id": key, "title": _title(one)}))
    return changes


def _renumbered(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Old id → new id where nothing but the id (and perhaps the parent) is new: the only one of its title on both sides."""
    gone = {key: _title(one) for key, one in before.items() if key not in after}
    new = {key: _title(one) for key, one in after.items() if key not in before}
    pairs = {}
    for key, title in gone.items():
        same = [other for other, name in new.items() if name == title]
        if len(same) == 1 and list(gone.values()).count(title) == 1 and title:
            pairs[key] = same[0]
    return pairs


def _entry(kind: str, key: str, before: Any, after: Any) -> list[Change]:
    if isinstance(before, Node) != isinstance(after, Node):
        message = N_("{id} “{title}” was a block and is an indicator now.") if isinstance(after, Leaf) else N_(
            "{id} “{title}” was an indicator and is a block now.")  # fmt: skip
        return [Change(message, {"id": key, "title": _title(after)})]
    return _compared(kind, _title(after), _facts(before), _facts(after), key=key)


def _compared(kind: str, title: object, before: dict[str, str], after: dict[str, str], *, key: str = "") -> list[Change]:
    """What differs between the facts of one entry."""
    changes = []
    for name in {**before, **after}:
        old, new = before.get(name, _NOTHING), after.get(name, _NOTHING)
        if old == new:
            continue
        place, _, detail = name.partition(" ")
        attribute = place.rpartition(".")[2]
        what = ATTRIBUTES.get(attribute, attribute)
        params = {"kind": KINDS[kind], "id": key, "title": str(title), "what": what, "before": old, "after": new, "detail": detail}
        if attribute == "title" and not detail:
            message = N_("{kind} {id} is now called “{after}” (before: “{before}”).")
        elif detail:
            message = N_("{kind} {id} “{title}”, {what} {detail}: now {after}, before {before}.")
        else:
            message = N_("{kind} {id} “{title}”, {what}: now {after}, before {before}.")
        changes.append(Change(message, params, attribute not in _OF_PEOPLE))
    return changes


def _facts(item: Any) -> dict[str, str]:
    """Everything that an entry says, name by name; of a rule, and of levels, one by one."""
    if not dataclasses.is_dataclass(item) or isinstance(item, Text):
        return {"title": _said(item)}
    found: dict[str, str] = {}
    for one in dataclasses.fields(item):
        value = getattr(item, one.name)
        if one.name in _SKIPPED:
            continue
        if isinstance(value, Comparison):
            found |= value.facts()
        elif isinstance(value, Rule):
            found |= {f"rule.{name}": text for name, text in _facts(value).items()}
        elif one.name == "levels":
            for level in value:
                found[f"level {level.key}"], found[f"text {level.key}"] = number_text(level.points), _said(level.text)
        elif isinstance(value, Mapping):
            found |= {f"{one.name} {key}".rstrip(): _said(inner) for key, inner in value.items()}
        else:
            found[one.name] = _said(value, one.name)
    return found


def _said(value: Any, name: str = "") -> str:
    """A value of the attribute ``name`` in a few words."""
    if isinstance(value, bool):
        return marked(TRUTH[value])
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_said(one)}" for key, one in value.items()) or _NOTHING
    if isinstance(value, tuple | list):
        return "; ".join(_said(one, name) for one in value) or _NOTHING
    if isinstance(value, Fraction):
        return number_text(value, most=6)
    if isinstance(value, Text):
        return in_both(value.zh, value.en) if value.zh and value.en else value.zh or value.en or _NOTHING
    return value_word(name, value) if isinstance(value, str) and value else _of_rule(value)


def _of_rule(value: Any) -> str:
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, Band):
        test = marked(OTHERWISE) if value.test == "else" else f"{TESTS[value.test]} {_said(value.bound)}"
        return f"{test}: {_said(value.points)}"
    if isinstance(value, Level):
        return f"{value.key}: {_said(value.points)}"
    if isinstance(value, Part | Rule):
        return "(" + ", ".join(f"{_attribute(name)} {text}" for name, text in _facts(value).items() if text not in (_NOTHING, "")) + ")"
    if value is None or value == "":
        return _NOTHING
    return str(value)


def _attribute(name: str) -> str:
    """What an attribute within a value is called."""
    word, _, detail = name.rpartition(".")[2].partition(" ")
    return f"{marked(ATTRIBUTES.get(word, word))} {detail}".rstrip()


def _title(item: Any) -> str:
    if isinstance(item, Text):
        return str(item)
    title = getattr(item, "title", "")
    return str(title)
