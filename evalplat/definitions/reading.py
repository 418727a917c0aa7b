"""Reads typed values out of a YAML node tree and collects every problem with its place, so one run shows them all."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from .expressions import ExpressionError
from .fields import Text
from .formulas import Formula, compile_formula
from .numbers import read_number
from .problems import Problem, Severity, Where
from .yamltext import Mapping, Node, Scalar, Sequence, suggestion


class Reader:
    """Typed access to nodes. A wrong value is reported and replaced by a harmless one; reading always goes on."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def error(self, code: str, message: str, node: Node | Where | None, /, *, hint: str = "", severity: Severity = "error",
              **params: object) -> None:  # fmt: skip
        """Add a problem at ``node``."""
        where = node if isinstance(node, Where) else node.where if node else Where()
        if not params.get("guess"):
            message = message.replace(" {guess}", "")
        if hint.strip("{}") in params and not params[hint.strip("{}")]:
            hint = ""
        self.problems.append(Problem(code, message, where, params, hint, severity))

    def mapping(self, node: Node | None, *, known: Iterable[str] = ()) -> Mapping | None:
        """``node`` as a mapping; keys outside ``known`` are reported (E121) with the nearest known one."""
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return None
        if not isinstance(node, Mapping):
            self.error("E122", "Keys with values are expected here.", node, hint="Write {{key: value}}.")
            return None
        known = tuple(known)
        for key, _ in node:
            if known and key.text not in known and "：" not in key.text:
                self.error("E121", 'The key "{key}" is not known here. {guess}', key, key=key.text,
                           guess=suggestion(key.text, known), known=", ".join(known), hint="Known: {known}.")
        return node

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """``node`` as a list."""
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return ()
        if not isinstance(node, Sequence):
            self.error("E122", "A list is expected here.", node, hint="Write [a, b] or one line with a dash for each.")
            return ()
        return node.items

    def word(self, body: Mapping, name: str, default: str = "", *, required: bool = False) -> str:
        """A short text under ``name``."""
        node = body.get(name)
        if isinstance(node, Scalar) and not node.is_null:
            return node.text
        if isinstance(node, (Mapping, Sequence)):
            self.error("E122", 'A single text is expected for "{key}".', node, key=name)
        elif required:
            self.error("E123", 'The key "{key}" is missing.', node or body, key=name, hint="Write it.")
        return default

    def words(self, body: Mapping, name: str) -> tuple[Scalar, ...]:
        """One text or a list of texts under ``name``, with their places."""
        node = body.get(name)
        if isinstance(node, Scalar):
            return () if node.is_null else (node,)
        return tuple(item for item in self.items(node) if isinstance(item, Scalar))

    def choice(self, body: Mapping, name: str, known: Iterable[str], default: str) -> str:
        """One of ``known``."""
        word, known = self.word(body, name, default), tuple(known)
        if word in known:
            return word
        self.error("E124", '"{word}" is not possible for "{key}". {guess}', body.get(name), word=word, key=name,
                   guess=suggestion(word, known), known=", ".join(known), hint="Known: {known}.")
        return default

    def truth(self, body: Mapping, name: str, *, default: bool = False) -> bool:
        """``true`` or ``false`` under ``name``."""
        word = self.word(body, name)
        if not word:
            return default
        if word in ("true", "false"):
            return word == "true"
        self.error("E124", '"{word}" is not possible for "{key}".', body.get(name), word=word, key=name,
                   hint="Write true or false.")
        return default

    def number(self, body: Mapping, name: str, default: Fraction | None = None, *, required: bool = False) -> Fraction | None:
        """An exact number (``1.5`` or ``80%``) under ``name``."""
        node = body.get(name)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            if required:
                self.error("E123", 'The key "{key}" is missing.', node or body, key=name, hint="Write it.")
            return default
        value = self.number_of(node)
        return default if value is None else value

    def number_of(self, node: Node) -> Fraction | None:
        """The number written at ``node``, or None with a problem reported."""
        value = read_number(node.text) if isinstance(node, Scalar) else None
        if value is None:
            shown = node.text if isinstance(node, Scalar) else "…"
            self.error("E125", '"{text}" is not a number.', node, text=shown, hint="Write digits with a point, e.g. 2.5.")
        return value

    def whole(self, body: Mapping, name: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number between ``least`` and ``most``."""
        value = self.number(body, name, Fraction(default))
        assert value is not None
        if value.denominator != 1 or not least <= value <= most:
            self.error("E125", '"{key}" must be a whole number between {least} and {most}.', body.get(name),
                       key=name, least=least, most=most)
            return default
        return int(value)

    def text(self, node: Node | None, fallback: Scalar | None = None) -> Text:
        """``标题`` or ``{zh: 标题, en: Title}``."""
        if isinstance(node, Scalar) and not node.is_null:
            return Text(node.text)
        if isinstance(node, Mapping):
            body = self.mapping(node, known=("zh", "en"))
            assert body is not None
            return Text(self.word(body, "zh"), self.word(body, "en"))
        return Text(fallback.text) if fallback else Text()

    def formula(self, body: Mapping, name: str, *, required: bool = False) -> Formula | None:
        """A formula under ``name``; a fault in it is reported at its own column (E126)."""
        node = body.get(name)
        if not isinstance(node, Scalar) or node.is_null:
            if node is not None or required:
                self.error("E123", 'The formula "{key}" is missing.', node or body, key=name, hint="Write it.")
            return None
        try:
            return compile_formula(node.text)
        except ExpressionError as error:
            where = offset_in(node, error.offset)
            self.error("E126", "The formula cannot be read: {reason}", where, reason=str(error).strip())
            return None


def offset_in(node: Scalar, offset: int) -> Where:
    """The place of the character at ``offset`` of a text that stands on one line; in a workbook it is the cell."""
    place = node.where
    if place.sheet:
        return place
    return Where(place.file, place.line, place.column + offset + (0 if node.plain else 1))
