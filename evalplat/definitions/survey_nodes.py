"""Reading of single places of a questionnaire file: texts, numbers, flags, expressions, each fault with its position."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from .expressions import ExpressionError
from .problems import Problem, Severity, Where
from .survey_model import FACTS, Text
from .xpath import XPath, compile_xpath
from .yamltext import Mapping, Node, Scalar, Sequence, suggestion

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,4})?\Z", re.ASCII)
MAX_TEXT = 4000
_FOLD = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) +(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)
GUESS = 'Did you mean "{guess}"?'
_GUESS = re.compile(r'Did you mean "(.*)"\?')
_TRUE = frozenset({"yes", "true", "true()"})
_FALSE = frozenset({"no", "false", "false()", ""})


def inside(scalar: Scalar, offset: int) -> Where:
    """The place of a character of a text; a text over several lines is pointed at as a whole."""
    if "\n" in scalar.text[: offset + 1]:
        return scalar.where
    return replace(scalar.where, column=scalar.where.column + offset + (0 if scalar.plain else 1))


@dataclass(slots=True)
class Reader:
    """Collects what is wrong while places are read; every method answers something usable."""

    default_language: str = "zh"
    languages: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def report(
        self,
        code: str,
        message: str,
        where: Where,
        hint: str = "",
        severity: Severity = "error",
        **params: object,
    ) -> None:
        """Note one problem. A guess becomes a parameter of its hint, so that the hint can be translated."""
        guess = _GUESS.fullmatch(hint)
        if guess:
            hint, params["guess"] = GUESS, guess[1]
        params.pop("hint", None)
        self.problems.append(Problem(code, message, where, params, hint, severity))

    def mapping(self, node: Node | None, where: Where, *, what: str) -> Mapping:
        """A mapping, or an empty one and a problem."""
        if isinstance(node, Mapping):
            return node
        place = node.where if node else where
        self.report("S101", "{what} must be keys with values.", place, what=what)
        return Mapping((), place)

    def items(self, node: Node | None, where: Where, *, what: str) -> tuple[Node, ...]:
        """The items of a list, or none and a problem."""
        if isinstance(node, Sequence):
            return node.items
        self.report(
            "S101",
            "{what} must be a list: one item a line, each after a dash.",
            node.where if node else where,
            what=what,
        )
        return ()

    def known(self, node: Mapping, keys: Iterable[str], *, what: str) -> None:
        """Report keys that nobody reads."""
        allowed = list(keys)
        for key, _ in node.entries:
            if key.text not in allowed:
                self.report(
                    "S102",
                    'Unknown key "{key}" in {what}.',
                    key.where,
                    suggestion(key.text, allowed),
                    key=key.text,
                    what=what,
                )

    def raw(self, node: Mapping, key: str, *, what: str = "", needed: bool = False) -> Scalar | None:
        """A plain text, or None; a problem if it is needed and missing, or no text at all."""
        value = node.get(key)
        if value is None or (isinstance(value, Scalar) and value.is_null):
            if needed:
                self.report(
                    "S103", '{what} needs "{key}".', value.where if value else node.where, what=what, key=key
                )
            return None
        if isinstance(value, Scalar):
            return value
        self.report("S101", '"{key}" must be a text.', value.where, key=key)
        return None

    def string(self, node: Mapping, key: str, *, what: str = "", needed: bool = False) -> str:
        """A plain text, or an empty one."""
        found = self.raw(node, key, what=what, needed=needed)
        return found.text.strip() if found else ""

    def name(self, node: Mapping, *, what: str, key: str = "name") -> Scalar | None:
        """A name of letters, digits, underscore and hyphen."""
        found = self.raw(node, key, what=what, needed=True)
        if found and not NAME.match(found.text):
            self.report(
                "S105",
                '"{name}" is not a name: Latin letters, digits, "_" and "-", no digit in front.',
                found.where,
                name=found.text,
            )
        elif found and found.text in FACTS:
            self.report(
                "S106",
                '"{name}" is a name of the platform itself: choose another one.',
                found.where,
                name=found.text,
            )
        return found

    def one_of(self, node: Mapping, key: str, known: Iterable[str], *, default: str) -> str:
        """A word out of a list."""
        found, words = self.raw(node, key), list(known)
        if found is None:
            return default
        if found.text not in words:
            self.report(
                "S104",
                '"{value}" is no value of "{key}". Known: {known}.',
                found.where,
                suggestion(found.text, words),
                value=found.text,
                key=key,
                known=", ".join(words),
            )
            return default
        return found.text

    def whole(self, node: Mapping, key: str, default: int, *, least: int, most: int) -> int:
        """A whole number between two bounds; a percent sign is allowed."""
        found = self.raw(node, key)
        if found is None:
            return default
        digits = found.text.strip().removesuffix("%").strip()
        if not re.fullmatch(r"\d{1,6}", digits, re.ASCII) or not least <= int(digits) <= most:
            self.report(
                "S104",
                '"{key}" must be a whole number from {least} to {most}, not "{value}".',
                found.where,
                key=key,
                least=least,
                most=most,
                value=found.text,
            )
            return default
        return int(digits)

    def decimal(self, found: Scalar, key: str, *, most: int) -> Decimal | None:
        """A number from 0 to ``most`` with at most two decimals."""
        try:
            value = (
                Decimal(found.text) if re.fullmatch(r"\d{1,6}(\.\d{1,2})?", found.text, re.ASCII) else None
            )
        except InvalidOperation:
            value = None
        if value is None or value > most:
            self.report(
                "S104",
                '"{key}" must be a number from 0 to {most} with at most two decimals, not "{value}".',
                found.where,
                key=key,
                most=most,
                value=found.text,
            )
            return None
        return value

    def flag(self, node: Mapping, key: str) -> bool:
        """yes or no."""
        found = self.raw(node, key)
        if found is None:
            return False
        if found.text.lower() not in _TRUE | _FALSE:
            self.report(
                "S104", '"{key}" must be yes or no, not "{value}".', found.where, key=key, value=found.text
            )
        return found.text.lower() in _TRUE

    def text(self, node: Mapping, key: str, *, what: str = "", needed: bool = False) -> Text:
        """Words by language; a bare text is in the default language."""
        value = node.get(key)
        if value is None or (isinstance(value, Scalar) and value.is_null):
            if needed:
                self.report(
                    "S207", "{what} has no {key}.", value.where if value else node.where, what=what, key=key
                )
            return {}
        if isinstance(value, Scalar):
            return self._words({self.default_language: value}, value.where, key)
        if isinstance(value, Sequence):
            self.report("S101", '"{key}" must be a text, or a text per language.', value.where, key=key)
            return {}
        found = {language.text: words for language, words in value.entries if self._is_words(language, words)}
        return self._words({k: v for k, v in found.items() if isinstance(v, Scalar)}, value.where, key)

    def _is_words(self, language: Scalar, words: Node) -> bool:
        if not LANGUAGE.match(language.text):
            self.report(
                "S104",
                '"{value}" is not a language: write zh or en.',
                language.where,
                'A text with ": " or ", " inside needs quotes.',
                value=language.text,
            )
            return False
        if not isinstance(words, Scalar) or words.is_null:
            self.report("S207", 'The text for "{language}" is empty.', words.where, language=language.text)
            return False
        return True

    def _words(self, found: dict[str, Scalar], where: Where, key: str) -> Text:
        for language, scalar in found.items():
            self.languages.add(language)
            if len(scalar.text) > MAX_TEXT:
                self.report(
                    "S104",
                    'The text for "{language}" has more than {limit} characters.',
                    scalar.where,
                    language=language,
                    limit=MAX_TEXT,
                )
        if self.default_language not in found:
            self.report(
                "S207",
                '"{key}" has no words in the default language "{language}".',
                where,
                key=key,
                language=self.default_language,
            )
        return {language: _unfold(language, scalar.text.strip()) for language, scalar in found.items()}

    def expression(self, node: Mapping, key: str, *, columns: Iterable[str] = ()) -> XPath | None:
        """A compiled expression, or None; a problem at the fault if it cannot be compiled."""
        found = self.raw(node, key)
        if found is None:
            return None
        try:
            return compile_xpath(found.text, columns=columns)
        except ExpressionError as error:
            self.problems.append(
                Problem("S301", error.reason, inside(found, error.offset), dict(error.params))
            )
            return None

    def required(self, node: Mapping, key: str) -> XPath | None:
        """yes, no, or an expression."""
        found = self.raw(node, key)
        if found is None or found.text.strip().lower() in _FALSE:
            return None
        if found.text.strip().lower() in _TRUE:
            return compile_xpath("true()")
        return self.expression(node, key)


def _unfold(language: str, words: str) -> str:
    """Chinese has no spaces: those that YAML puts in place of line ends are taken out again."""
    return _FOLD.sub("", words) if language.startswith("zh") else words
