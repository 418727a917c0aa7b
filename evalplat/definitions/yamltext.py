"""YAML read as text with positions: ``1.10`` stays ``1.10``, ``no`` stays ``no``, and every scalar knows its line and column.

Ordinary YAML loading turns identifiers into numbers and keeps the last of two equal keys without a word; definitions of
an evaluation cannot afford either.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml

from .problems import Problem, Where

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 30
MAX_ALIASES = 50
MAX_NODES = 100_000

T = TypeVar("T")

_NULLS = {"", "~", "null", "Null", "NULL"}
_WIDE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*：")
_WIDE_COMMA = re.compile(r"，\s*([\w.]+)\s*:")
_WIDE_IN_FLOW = re.compile(r"[{,]\s*([A-Za-z_][A-Za-z0-9_.-]*)：")
_WIDE_LINE = re.compile(r"^\s*(?:- +)*\{?\s*([A-Za-z_][A-Za-z0-9_.-]*)：")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text exactly as written; ``plain`` is false for quoted and block texts."""

    text: str
    where: Where
    plain: bool = True

    @property
    def is_null(self) -> bool:
        """Nothing was written (an empty place, ``~`` or ``null``)."""
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    where: Where

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the file. Of two equal keys (a reported problem) the first one counts."""

    entries: tuple[tuple[Scalar, Node], ...]
    where: Where
    _index: dict[str, tuple[Scalar, Node]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for key, value in self.entries:
            self._index.setdefault(key.text, (key, value))

    def get(self, name: str) -> Node | None:
        """The value under ``name``, or None when the key is not there."""
        found = self._index.get(name)
        return found[1] if found else None

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its position."""
        found = self._index.get(name)
        return found[0] if found else None

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)


Node = Scalar | Sequence | Mapping


def load_yaml(text: str, file: str = "") -> tuple[Node | None, list[Problem]]:
    """The node tree of one YAML document, and everything lexical that is wrong with it.

    The tree is None only if the text cannot be read at all (E100, E120). A tab in the indentation (E116) or a full-width
    colon (E115) is reported and read as if it had been written well, so that further faults come out in the same run.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        return None, [_limit("The file has more than {limit} characters.", MAX_CHARACTERS, Where(file, 1, 1))]
    mended = _Mended.of(text, file)
    problems = list(mended.problems)
    try:
        refused = _read(lambda loader: _check_events(mended, loader))
        if refused:
            return None, [*problems, refused]
        root = _read(lambda loader: yaml.compose(mended.text, Loader=loader))
    except yaml.YAMLError as error:
        return None, problems or [_syntax_problem(error, mended)]
    if root is None:
        return None, [*problems, Problem("E100", "The file is empty.", Where(file, 1, 1))]
    builder = _Builder(mended)
    try:
        node = builder.build(root)
    except _TooBig:
        return None, [*problems, _limit("The file has more than {limit} values.", MAX_NODES, Where(file, 1, 1))]
    return node, sorted([*problems, *builder.problems], key=position)


def position(problem: Problem) -> tuple[str, str, int, int, str]:
    """Sort key: problems in the order of the file."""
    return problem.where.file, problem.where.sheet, problem.where.line, problem.where.column, problem.code


def suggestion(word: str, known: Iterable[str]) -> str:
    """`` Did you mean "x"?`` for the nearest known word, or an empty text."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""


def word_at(root: Node, *path: str) -> str:
    """The text of a scalar below ``root``; empty if there is none."""
    node: Node | None = root
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node.text if isinstance(node, Scalar) else ""


def as_plain(node: Node | None) -> Any:
    """Nested dict, list, text and None: what a canonical form is made of."""
    if isinstance(node, Mapping):
        return {key.text: as_plain(node.get(key.text)) for key, _ in node.entries}
    if isinstance(node, Sequence):
        return [as_plain(item) for item in node]
    return None if node is None or node.is_null else node.text


@dataclass(slots=True)
class _Mended:
    """The text with tabs and full-width colons put right, and how to find the original column again."""

    text: str
    file: str
    problems: list[Problem]
    inserted: dict[int, list[int]]

    @classmethod
    def of(cls, text: str, file: str) -> _Mended:
        safe = _lines_inside_quotes(text)
        problems: list[Problem] = []
        inserted: dict[int, list[int]] = {}
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if number in safe or line.lstrip().startswith("#"):
                continue
            lines[number] = _mend_line(line, Where(file, number + 1, 1), problems, inserted)
        return cls("\n".join(lines), file, problems, inserted)

    def where(self, mark: Any) -> Where:
        """The place of a mark (lines and columns from 0) in the original text (from 1)."""
        column = mark.column
        shift = sum(1 for at in self.inserted.get(mark.line, ()) if at < column)
        return Where(self.file, mark.line + 1, column - shift + 1)


def _mend_line(line: str, where: Where, problems: list[Problem], inserted: dict[int, list[int]]) -> str:
    blank = len(line) - len(line.lstrip(" \t"))
    if "\t" in line[:blank] and line.strip():
        at = line.index("\t")
        problems.append(
            Problem("E116", "A tab character stands in the indentation.", Where(where.file, where.line, at + 1),
                    hint="Use two spaces.")
        )
        first = at
        while "\t" in line[:blank]:
            at = line.index("\t")
            line = line[:at] + "  " + line[at + 1 :]
            blank += 1
            inserted.setdefault(where.line - 1, []).append(first)
    found = _WIDE_LINE.match(line)
    while found:
        at = found.end() - 1
        problems.append(
            Problem("E115", 'The full-width colon "：" stands after "{key}".', Where(where.file, where.line, at + 1),
                    {"key": found.group(1)}, 'Write ":" followed by a space.')
        )
        line = line[:at] + ": " + line[at + 1 :]
        inserted.setdefault(where.line - 1, []).append(at + 1)
        found = _WIDE_LINE.match(line)
    return line


def _read(read: Callable[[Any], T]) -> T:
    """By the quick loader; what that one refuses is read again by the other, whose words and places are the same everywhere."""
    try:
        return read(getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return read(yaml.SafeLoader)


def _lines_inside_quotes(text: str) -> set[int]:
    """Lines that begin inside a quoted or block text: nothing may be mended there."""
    inside: set[int] = set()

    def scan(loader: Any) -> None:
        for token in yaml.scan(text, Loader=loader):
            if isinstance(token, yaml.ScalarToken) and not token.plain:
                last = token.end_mark.line + (1 if token.style in "'\"" else 0)
                inside.update(range(token.start_mark.line + 1, last))

    with suppress(yaml.YAMLError):
        _read(scan)
    return inside


def _check_events(mended: _Mended, loader: Any) -> Problem | None:
    """Depth, aliases and tags, counted on the flat stream of events before any tree is built."""
    depth = aliases = 0
    for event in yaml.parse(mended.text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            if aliases > MAX_ALIASES:
                return _limit("The file uses more than {limit} aliases.", MAX_ALIASES, mended.where(event.start_mark))
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return _limit("Values are nested more than {limit} deep.", MAX_DEPTH, mended.where(event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        tag = getattr(event, "tag", None)
        if tag is not None:
            where = mended.where(event.start_mark)
            return Problem("E100", 'The tag "{tag}" is not allowed.', where, {"tag": tag}, "Leave it out.")
    return None


def _limit(message: str, limit: int, where: Where) -> Problem:
    return Problem("E120", message, where, {"limit": limit}, "Make the file smaller and simpler.")


def _syntax_problem(error: yaml.YAMLError, mended: _Mended) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        at = getattr(error, "position", 0)
        before = mended.text[:at]
        where = Where(mended.file, before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)
        return Problem("E100", "The file holds a character that no text may hold.", where, hint="Remove it.")
    wide = _wide_colon_in_flow(mended, mark.line) or _wide_comma_in_flow(mended, mark)
    if wide:
        return wide
    reason = getattr(error, "problem", None) or "the text cannot be read"
    return Problem("E100", "This is not valid YAML: {reason}.", mended.where(mark), {"reason": reason},
                   "Check indentation, quotes and brackets on this line and the one before; a text with a colon needs quotes.")


def _wide_colon_in_flow(mended: _Mended, line: int) -> Problem | None:
    """A full-width colon between braces may break the text: then it is the thing to tell, not what the parser says."""
    lines = mended.text.split("\n")
    found = _WIDE_IN_FLOW.search(lines[line]) if line < len(lines) else None
    if found is None:
        return None
    place = Where(mended.file, line + 1, found.end())
    return Problem("E115", 'The full-width colon "：" stands after "{key}".', place, {"key": found.group(1)},
                   'Write ":" followed by a space.')


def _wide_comma_in_flow(mended: _Mended, mark: Any) -> Problem | None:
    """The same for a full-width comma: what stands before it runs into the key behind it, after which the parser stumbles."""
    lines = mended.text.split("\n")
    found = list(_WIDE_COMMA.finditer(lines[mark.line][: mark.column + 1])) if mark.line < len(lines) else []
    if not found:
        return None
    place = mended.where(mark)
    place = Where(place.file, place.line, place.column - (mark.column - found[-1].start()))
    return Problem("E100", 'The full-width comma "，" stands before "{key}".', place, {"key": found[-1].group(1)},
                   'Write "," followed by a space.')


class _TooBig(Exception):
    pass


class _Builder:
    """Turns PyYAML nodes into ours and reports what the tree alone can show."""

    def __init__(self, mended: _Mended) -> None:
        self.mended = mended
        self.problems: list[Problem] = []
        self.count = 0

    def build(self, node: yaml.Node, depth: int = 0) -> Node:
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise _TooBig
        where = self.mended.where(node.start_mark)
        if isinstance(node, yaml.ScalarNode):
            return Scalar(str(node.value), where, plain=not node.style)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(tuple(self.build(item, depth + 1) for item in node.value), where)
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node, depth, where)

    def _mapping(self, node: yaml.MappingNode, depth: int, where: Where) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node, depth + 1)
            value = self.build(value_node, depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(Problem("E100", "A key must be a plain text.", key.where))
                continue
            self._check_key(key, value, seen)
            entries.append((key, value))
        return Mapping(tuple(entries), where)

    def _check_key(self, key: Scalar, value: Node, seen: dict[str, Scalar]) -> None:
        wide = _WIDE_KEY.match(key.text) if key.plain and isinstance(value, Scalar) and value.is_null else None
        if wide:
            place = Where(key.where.file, key.where.line, key.where.column + wide.end() - 1)
            self.problems.append(
                Problem("E115", 'The full-width colon "：" stands after "{key}".', place,
                        {"key": wide.group()[:-1]}, 'Write ":" followed by a space.')
            )
        first = seen.setdefault(key.text, key)
        if first is not key:
            lines = {"key": key.text, "first": first.where.line, "second": key.where.line}
            self.problems.append(
                Problem("E117", 'The key "{key}" is written twice (lines {first} and {second}).', key.where, lines,
                        "Keep one of them.")
            )
