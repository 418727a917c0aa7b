"""Joins the rows of the sheets to one tree: entries to their lists, rows of further sheets to their entries."""

from __future__ import annotations

import re

from .loader import TOP_KEYS
from .problems import Problem, Where
from .workbook_rows import ITEM
from .workbook_sheets import BY_NAME, INDICATOR, INDICATORS, KEY, OWNER, RULE, RULES, Path, Sheet
from .workbook_tree import Builder, Items, Map, Part, finished, is_empty
from .yamltext import MAX_DEPTH, Mapping, Node, Scalar, Sequence, suggestion

Cells = list[tuple[Path, Node]]
_EMPTY = '""'
_STEP = re.compile(r"(?:[^/\\]|\\.)+")


class Joining:
    """Collects rows; ``attach`` puts the rows of further sheets where they belong, when all entries are known."""

    def __init__(self, where: Where, problems: list[Problem]) -> None:
        self.problems = problems
        self.builder = Builder(where, problems)
        self.entries: dict[str, dict[str, Map]] = {name: {} for name in BY_NAME}
        self.below: list[tuple[Sheet, Cells, Where]] = []
        self.inline: list[tuple[Cells, Where]] = []

    def setting(self, cells: Cells, where: Where) -> None:
        """A line of ``体系``."""
        values = dict(reversed(cells))
        path, value = values.get(("path",)), values.get(("value",))
        if not isinstance(path, Scalar) or value is None:
            if value is not None:
                self._say("E123", "The line does not say which key it is.", where, hint="Write the key in the second column.")
            return
        steps = tuple(path.text.split("."))
        holder = self.builder.map_at(self.builder.root, steps[:-1], value.where)
        self.builder.add(holder, Scalar(steps[-1], value.where, plain=False), _open(value))

    def row(self, sheet: Sheet, cells: Cells, where: Where) -> None:
        """A row of one of the sheets of entries."""
        if sheet.name == RULES:
            refs = dict(reversed(cells))
            if INDICATOR in refs and RULE not in refs:
                self.inline.append((cells, where))
                return
        if sheet.parent:
            self.below.append((sheet, cells, where))
        else:
            self._entry(sheet, self.builder.root, sheet.at, cells, where)

    def attach(self) -> None:
        """Rules of one indicator, then the rows of further sheets."""
        for cells, where in self.inline:
            self._inline(cells, where)
        for sheet, cells, where in self.below:
            owner = self._owner(sheet, cells, where)
            if owner is not None:
                self._entry(sheet, owner, sheet.at, cells, where)

    def _entry(self, sheet: Sheet, body: Map, at: Path, cells: Cells, where: Where) -> None:
        own = [(path, node) for path, node in cells if not (path and path[0].startswith("@"))]
        value = self._value(sheet, own, where)
        if sheet.shape == "list":
            self.builder.items_at(body, at, where).items.append(value)
            name = value.get("id") if isinstance(value, Map) else None
        else:
            name = next((node for path, node in cells if path == sheet.key), None)
            if not isinstance(name, Scalar):
                self._say("E123", 'The row has no "{key}".', where, key=_head(sheet, sheet.key or KEY), hint="Write it.")
                return
            self.builder.add(self.builder.map_at(body, at, where), name, value)
        if isinstance(name, Scalar) and isinstance(value, Map):
            self.entries[sheet.name].setdefault(name.text, value)

    def _value(self, sheet: Sheet, cells: Cells, where: Where) -> Part:
        """What a row says: a map of its cells, or the single value that it is."""
        if not cells:
            return Map(where) if sheet.entries else Scalar("~", where)
        cells = _texts(sheet, cells)
        if cells[0][0] == ():
            return _open(cells[0][1])
        body = Map(where)
        for path, node in cells:
            holder = self.builder.map_at(body, path[:-1], node.where)
            self.builder.add(holder, Scalar(path[-1], node.where, plain=False), _open(node))
        return body

    def _inline(self, cells: Cells, where: Where) -> None:
        name = next(node for path, node in cells if path == INDICATOR)
        text = name.text if isinstance(name, Scalar) else ""
        body = self.entries[INDICATORS].get(text)
        if body is None:
            self._nowhere(text, name.where, BY_NAME[RULES], INDICATORS)
            return
        rule = self._value(BY_NAME[RULES], [(path, node) for path, node in cells if path not in (RULE, INDICATOR)], where)
        self.builder.add(body, Scalar("rule", where, plain=False), rule)
        if isinstance(rule, Map):
            self.entries[RULES].setdefault(f"\0{text}", rule)

    def _owner(self, sheet: Sheet, cells: Cells, where: Where) -> Map | None:
        """The entry that a row of a further sheet belongs to."""
        refs = {path: node for path, node in reversed(cells) if isinstance(node, Scalar)}
        known = self.entries[sheet.parent]
        if sheet.parent == RULES:
            reference = refs.get(RULE) or refs.get(INDICATOR)
            found = known.get(refs[RULE].text if RULE in refs else f"\0{refs[INDICATOR].text}" if INDICATOR in refs else "")
        else:
            reference = refs.get(OWNER)
            found = known.get(reference.text) if reference else None
        if found is None:
            self._nowhere(reference.text if reference else "", reference.where if reference else where, sheet, sheet.parent)
        return found

    def _nowhere(self, text: str, where: Where, sheet: Sheet, parent: str) -> None:
        known = [name.removeprefix("\0") for name in self.entries[parent]]
        guess = suggestion(text, known)
        message = f'The row of "{{sheet}}" belongs to "{{id}}", which is not in "{{parent}}".{" {guess}" if guess else ""}'
        self._say("E153", message, where, sheet=sheet.name, id=text, parent=parent, guess=guess, hint="Add it there, or correct the row.")

    def other(self, cells: Cells, where: Where) -> None:
        """A line of ``其他``: one value at its place."""
        values = dict(reversed(cells))
        path, value = values.get(("path",)), values.get(("value",))
        steps = split_steps(path.text) if isinstance(path, Scalar) else ()
        if not steps or value is None or len(steps) > MAX_DEPTH or not self._put(self.builder.root, steps, _open(value), value.where):
            self._say("E153", "The place of this value cannot be found.", where, hint="Write keys and #1, #2 … apart by /.")

    def _put(self, body: Map, steps: tuple[str, ...], value: Part, where: Where) -> bool:
        at: Part = body
        for step, following in zip(steps, (*steps[1:], ""), strict=True):
            new: Part = value if not following else Items(where) if _number(following) else Map(where)
            found = self._step(at, step, new, where)
            if found is None:
                return False
            at = found
        return True

    def _step(self, at: Part, step: str, new: Part, where: Where) -> Part | None:
        """One step down: what is there, or ``new`` in its place."""
        number = _number(step)
        if isinstance(at, Items) and number:
            if number == len(at.items) + 1:
                at.items.append(new)
            elif number > len(at.items):
                return None
            elif is_empty(at.items[number - 1]) or not isinstance(new, Map | Items):
                at.items[number - 1] = new
            return at.items[number - 1]
        if not isinstance(at, Map) or number:
            return None
        name = "" if step == _EMPTY else re.sub(r"\\(.)", r"\1", step)
        found = at.get(name)
        if found is not None and isinstance(found, Map | Items) and isinstance(new, Map | Items) and not is_empty(found):
            return found
        if found is not None and is_empty(found) and not (isinstance(new, Scalar) and new.is_null):
            at.put(name, new)
        elif isinstance(found, Scalar) and isinstance(new, Map):  # a text of which the sheet shows the Chinese, and that has more
            self.builder.add(new, Scalar("zh", where, plain=False), found)
            at.put(name, new)
        else:
            self.builder.add(at, Scalar(name, where, plain=False), new)
        return new

    def finished(self) -> Node:
        """The whole tree, the keys at the top in the order in which they are explained."""
        order = {key: place for place, key in enumerate(TOP_KEYS)}
        self.builder.root.entries.sort(key=lambda entry: order.get(entry[0].text, len(order)))
        return finished(self.builder.root)

    def _say(self, code: str, message: str, where: Where, *, hint: str = "", **params: object) -> None:
        self.problems.append(Problem(code, message, where, params, hint))


def join_steps(path: Path) -> str:
    """Steps as one text; ``/`` and ``#`` inside a key are marked."""
    return "/".join(f"#{step[1:]}" if step.startswith(ITEM) else _marked(step) for step in path)


def split_steps(text: str) -> Path:
    """The steps of such a text."""
    return tuple(_STEP.findall(text))


def _marked(step: str) -> str:
    marked = re.sub(r"([/\\])", r"\\\1", step) or _EMPTY
    return f"\\{marked}" if step.startswith("#") or step == _EMPTY else marked


def _number(step: str) -> int:
    return int(step[1:]) if re.match(r"#[1-9]\d{0,5}\Z", step) else 0


def _texts(sheet: Sheet, cells: Cells) -> Cells:
    """Texts in two languages: where nothing but the Chinese is written, the text is that alone."""
    for text in sheet.texts:
        zh, en = (*text, "zh"), (*text, "en")
        english = next((node for path, node in cells if path == en), None)
        if isinstance(english, Mapping):
            cells = [(path, node) for path, node in cells if path != en]
        elif english is None and (text or len(cells) == 1):
            cells = [(text if path == zh else path, node) for path, node in cells]
    return cells


def _open(node: Node) -> Part:
    """An empty map or list may still be filled."""
    if isinstance(node, Mapping) and not node.entries:
        return Map(node.where)
    if isinstance(node, Sequence) and not node.items:
        return Items(node.where)
    return node


def _head(sheet: Sheet, path: Path) -> str:
    return next((one.head for one in sheet.columns if one.path == path), "")
