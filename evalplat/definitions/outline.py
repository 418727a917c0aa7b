"""What an indicator file says, right or not yet: its entries as they are written, for a form that corrects them.

``loader`` gives no system while there is an error; this reads whatever can be read, as text, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from .editing import Path
from .numbers import read_number
from .tree_reading import parent_by_prefix
from .yamltext import Mapping, Node, Scalar, Sequence, load_yaml, word_at

TESTS = ("from", "above", "to", "below", "else")
STEPS = {"bands": "bands", "linear": "points", "levels": "levels"}
"""Rule type → the key of its list of steps."""
FIGURES = {"deduct": ("each", "start", "floor"), "threshold": ("bound", "partial"), "goalposts": ("low", "high"), "target": ("target",),
           "fixed": ("points",)}  # fmt: skip
"""Rule type → its single figures."""


@dataclass(frozen=True, slots=True)
class Step:
    """One band, point of a line or level. ``test`` is a band's; ``at`` is the bound, the place on the line, or the level."""

    at: str
    points: str
    test: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class RuleOutline:
    """A rule as written. ``path`` is where it stands; ``name`` is set if it is a rule that indicators name."""

    type: str = ""
    name: str = ""
    path: Path = ()
    value: str = ""
    steps: tuple[Step, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A block or an indicator. ``share`` is its points or its weight, as written."""

    code: str
    parent: str
    title: str
    english: str
    share: str
    line: int
    rule: RuleOutline | None = None
    evidence: str = ""
    note: str = ""
    categories: tuple[str, ...] = ()
    dimension: str = ""

    @property
    def is_leaf(self) -> bool:
        """An indicator, not a block."""
        return self.rule is not None


@dataclass(frozen=True, slots=True)
class Sum:
    """What stands below a block, added up; ``category`` where weights differ by category. None where a number cannot be read."""

    total: Fraction | None
    target: Fraction | None
    category: str = ""

    @property
    def fits(self) -> bool:
        """Whether the sum is right; a block that says nothing is content."""
        if self.total is None:
            return False
        return self.target is None or self.total in (self.target, 1) or (self.total == 100 and self.category != "points")


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole file. ``others`` are the codes of bonuses, deductions and vetoes."""

    key: str
    version: str
    title: str
    method: str
    most: str
    entries: tuple[Entry, ...]
    category_titles: dict[str, str]
    dimension_titles: dict[str, str]
    raters: tuple[str, ...]
    profiles: tuple[str, ...]
    others: tuple[str, ...]
    lines: tuple[tuple[int, str], ...] = field(repr=False)

    @property
    def categories(self) -> tuple[str, ...]:
        """The keys of the categories of units."""
        return tuple(self.category_titles)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The keys of the dimensions."""
        return tuple(self.dimension_titles)

    @property
    def share_key(self) -> str:
        """``points`` or ``weight``."""
        return "weight" if self.method == "weights" else "points"

    def entry(self, code: str) -> Entry | None:
        """The entry of this code."""
        return next((one for one in self.entries if one.code == code), None)

    def is_taken(self, code: str) -> bool:
        """Whether something of the file has this code: a block, an indicator, a bonus, a deduction or a veto."""
        return code in self.others or self.entry(code) is not None

    def children(self, code: str) -> tuple[Entry, ...]:
        """What stands directly below a block; below the top for an empty code."""
        return tuple(one for one in self.entries if one.parent == code)

    def below(self, code: str) -> Iterator[Entry]:
        """Everything below a block, each block before what is below it."""
        for one in self.children(code):
            yield one
            if one.code != code:
                yield from self.below(one.code)

    def top_of(self, code: str) -> str:
        """The uppermost block that holds an entry."""
        seen, one = {code}, self.entry(code)
        while one is not None and one.parent and one.parent not in seen:
            seen.add(one.parent)
            one = self.entry(one.parent)
        return one.code if one else ""

    def place_of(self, line: int) -> str:
        """The code of the entry that a line belongs to, also by the rule that it names; empty for every other line."""
        found = ""
        for start, code in self.lines:
            if start > line:
                break
            found = code
        return found

    def twin_of(self, entry: Entry) -> Entry | None:
        """The earlier indicator whose formula an indicator repeats in a rule of its own."""
        rule = entry.rule
        if rule is None or not rule.value or rule.type == "fixed":
            return None
        earlier = self.entries[: next((number for number, one in enumerate(self.entries) if one.code == entry.code), 0)]
        return next((one for one in earlier if one.rule and one.rule.value == rule.value and one.rule.path != rule.path), None)

    def users_of(self, name: str) -> tuple[str, ...]:
        """The indicators that name a rule."""
        return tuple(one.code for one in self.entries if one.rule and one.rule.name == name)


def outline_of(text: str, file: str = "") -> Outline | None:
    """Read a file; None if it is no YAML mapping at all."""
    root, _ = load_yaml(text, file)
    if not isinstance(root, Mapping):
        return None
    method = word_at(root, "score", "method") or "points"
    known = {word_at(one, "id"): one for one in _items(root.get("indicators"))}
    entries = tuple(_entry(root, one, known, "weight" if method == "weights" else "points") for one in known.values())
    return Outline(
        word_at(root, "system"), word_at(root, "version"), _text(root.get("title"))[0], method, word_at(root, "score", "max") or "100",
        _loose(entries), _titles(root, "categories"), _titles(root, "dimensions"), _keys(root, "raters"), _keys(root, "profiles"),
        tuple(word_at(one, "id") for found in (_adjustments(root), root.get("vetoes")) for one in _items(found)),
        tuple(_lines(root, entries)))


def sums_of(outline: Outline, code: str) -> tuple[Sum, ...]:
    """The points of all indicators below a block, or the weights directly below it, by category where they differ."""
    own = outline.entry(code)
    target = read_number(own.share) if own else read_number(outline.most) if outline.method != "weights" else None
    if outline.method != "weights":
        return (Sum(_total(one.share for one in outline.below(code) if one.is_leaf), target, "points"),)
    children = outline.children(code)
    groups = outline.categories if any(one.categories for one in children) else ("",)
    return tuple(Sum(_total(one.share for one in children if not group or not one.categories or group in one.categories), target, group)
                 for group in groups)


def _total(shares: Iterator[str]) -> Fraction | None:
    numbers = [read_number(one) for one in shares]
    known = [one for one in numbers if one is not None]
    return sum(known, Fraction(0)) if len(known) == len(numbers) else None


def _loose(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Whatever leads round in a circle is left where nothing hangs on it: at the end of the line, not in a loop."""
    parents = {one.code: one.parent for one in entries}

    def circular(code: str) -> bool:
        seen: set[str] = set()
        while code and code not in seen:
            seen.add(code)
            code = parents.get(code, "")
        return bool(code)

    return tuple(one for one in entries if not circular(one.code))


def _adjustments(root: Mapping) -> Node | None:
    found = root.get("adjust")
    return found.get("items") if isinstance(found, Mapping) else found


def _items(found: Node | None) -> list[Mapping]:
    """The entries of a list that have an id."""
    return [one for one in found.items if isinstance(one, Mapping) and word_at(one, "id")] if isinstance(found, Sequence) else []


def _keys(root: Mapping, name: str) -> tuple[str, ...]:
    found = root.get(name)
    return tuple(key.text for key, _ in found) if isinstance(found, Mapping) else ()


def _titles(root: Mapping, name: str) -> dict[str, str]:
    """Key → title of the entries of a mapping; a key without a title is its own."""
    found = root.get(name)
    return {key.text: _text(value)[0] or key.text for key, value in found} if isinstance(found, Mapping) else {}


def _text(node: Node | None) -> tuple[str, str]:
    if isinstance(node, Scalar):
        return ("" if node.is_null else node.text), ""
    return (word_at(node, "zh"), word_at(node, "en")) if isinstance(node, Mapping) else ("", "")


def _entry(root: Mapping, item: Mapping, known: dict[str, Mapping], share: str) -> Entry:
    code, title = word_at(item, "id"), _text(item.get("title"))
    written = word_at(item, "parent")
    parent = written if written in known and written != code else "" if written else parent_by_prefix(code, known)
    categories = item.get("categories")
    words = categories.items if isinstance(categories, Sequence) else (categories,) if isinstance(categories, Scalar) else ()
    return Entry(code, parent, *title, word_at(item, share), item.where.line, _rule(root, item, code), _text(item.get("evidence"))[0],
                 _text(item.get("note"))[0], tuple(one.text for one in words if isinstance(one, Scalar) and not one.is_null),
                 word_at(item, "dimension"))


def _rule(root: Mapping, item: Mapping, code: str) -> RuleOutline | None:
    node = item.get("rule")
    if node is None:
        return None
    name = node.text if isinstance(node, Scalar) else ""
    rules = root.get("rules")
    body = (rules.get(name) if isinstance(rules, Mapping) else None) if name else node
    path: Path = ("rules", name) if name else ("indicators", code, "rule")
    if not isinstance(body, Mapping):
        return RuleOutline(name=name, path=path)
    kind = word_at(body, "type")
    steps = body.get(STEPS.get(kind, "")) if kind in STEPS else None
    found = tuple(_step(kind, one) for one in steps.items if isinstance(one, Mapping)) if isinstance(steps, Sequence) else ()
    return RuleOutline(kind, name, path, word_at(body, "value"), found,
                       tuple((key, word_at(body, key)) for key in FIGURES.get(kind, ())))


def _step(kind: str, item: Mapping) -> Step:
    if kind == "bands":
        test = next((one for one in TESTS if one in item), "from")
        return Step("", word_at(item, "else"), test) if test == "else" else Step(word_at(item, test), word_at(item, "points"), test)
    return Step(word_at(item, "level" if kind == "levels" else "at"), word_at(item, "points"), text=_text(item.get("text"))[0])


def _lines(root: Mapping, entries: tuple[Entry, ...]) -> Iterator[tuple[int, str]]:
    """(first line, code) in the order of the file; an empty code ends what belongs to an entry."""
    marks = [(key.where.line, "") for key, _ in root] + [(one.line, one.code) for one in entries]
    rules = root.get("rules")
    for key, _ in rules if isinstance(rules, Mapping) else ():
        users = [one.code for one in entries if one.rule and one.rule.name == key.text]
        marks.append((key.where.line, users[0] if users else ""))
    yield from sorted(marks, key=lambda mark: (mark[0], bool(mark[1])))
