"""The small language of indicator formulas: parsed by a grammar of its own, so that no formula can ever run Python code.

A formula reads fields and rows of tables. Parsing reports the place of each error; evaluating is in ``formula_values``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from .expressions import ExpressionError
from .yamltext import suggestion

MAX_LENGTH = 1_000
MAX_NESTING = 15
MAX_DEPTH = 60

# name → (least, most) number of arguments
FUNCTIONS = {
    "min": (1, 20), "max": (1, 20), "abs": (1, 1), "round": (1, 2), "ln": (1, 1), "if": (3, 3), "rule": (1, 1),
}  # fmt: skip
ROW_FUNCTIONS = ("sum", "mean", "any", "all", "count", "min", "max")

_GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction ("or" conjunction)*
?conjunction: negation ("and" negation)*
?negation: "not" negation -> inverse
    | comparison
?comparison: addition (COMPARE addition)?
?addition: multiplication (ADD multiplication)*
?multiplication: sign (MUL sign)*
?sign: ADD sign -> signed
    | atom
?atom: NUMBER PERCENT? -> number
    | STRING -> string
    | NAME -> name
    | NAME "(" [argument ("," argument)*] ")" -> call
    | "(" disjunction ")" -> group
?argument: disjunction
    | rows
    | "weight" ":" disjunction -> weight
rows: "each" NAME ["where" disjunction] ":" disjunction -> each_rows
    | NAME "where" disjunction [":" disjunction] -> where_rows
    | NAME ":" disjunction -> all_rows

COMPARE: "<=" | ">=" | "!=" | "<>" | "==" | "=" | "<" | ">" | "≤" | "≥" | "≠"
ADD: "+" | "-" | "−"
MUL: "*" | "/" | "×" | "÷"
PERCENT: "%"
NUMBER: /\d+(\.\d+)?/
STRING: /"[^"\n]*"/ | /'[^'\n]*'/
NAME: /[^\W\d]\w*(\.[^\W\d]\w*)*/
%ignore /[ \t\r\n]+/
"""

_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "=", "−": "-", "*": "×", "/": "÷"}


@dataclass(frozen=True, slots=True)
class Part:
    """One node of a parsed formula. ``at`` is its offset in the text; ``kind`` one of the names used in ``_Build``."""

    kind: str
    at: int
    value: Any = None
    parts: tuple[Part, ...] = ()
    depth: int = 1

    def walk(self) -> Iterator[Part]:
        """This part and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a formula reads: a scalar, or (inside a row function) a column of ``table``."""

    text: str
    at: int
    table: str = ""
    is_column: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula; ``evaluate`` makes it an ``Expression``."""

    text: str
    root: Part
    _uses: tuple[Name, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_uses", tuple(_uses(self.root, "")))

    @property
    def names(self) -> frozenset[str]:
        """Every scalar name, table, and name of a column read by this formula."""
        found = {name.table for name in self.uses() if name.table}
        return frozenset(found | {name.text for name in self.uses() if name.text})

    def uses(self) -> tuple[Name, ...]:
        """The names with their places: the table inside which each stands (a bare name there may be a column)."""
        return self._uses

    @property
    def uses_rule(self) -> bool:
        """True if the formula calls ``rule(…)``, that is: its own value is in points already."""
        return any(part.kind == "call" and part.value == "rule" for part in self.root.walk())

    def evaluate(self, values: Any) -> Any:
        """The exact value; raises ``MissingValue`` for an absent name (see ``formula_values``)."""
        from .formula_values import evaluate

        return evaluate(self, values).value


def compile_formula(text: str) -> Formula:
    """Parse ``text``; raises ``ExpressionError`` with the offset of the first fault."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("The formula has more than {limit} characters.", MAX_LENGTH, limit=MAX_LENGTH)
    _check_nesting(text)
    try:
        root = _parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _readable(error, text) from None
    return Formula(text, cast("Part", root))


def _check_nesting(text: str) -> None:
    depth = 0
    for offset, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth > MAX_NESTING:
            raise ExpressionError("Brackets are nested more than {limit} deep.", offset, limit=MAX_NESTING)


def _readable(error: UnexpectedInput, text: str) -> ExpressionError:
    at = int(getattr(error, "pos_in_stream", None) or 0)
    if isinstance(error, UnexpectedCharacters):
        sign = text[at]
        if sign in "（），：":
            return ExpressionError('Full-width "{sign}" is used; write it half-width.', at, sign=sign)
        return ExpressionError('"{sign}" has no meaning here.', at, sign=sign)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return ExpressionError('"{sign}" is not expected here.', at, sign=str(error.token))
    return ExpressionError("The formula ends too early.", len(text.rstrip()))


def _uses(part: Part, table: str) -> Iterator[Name]:
    if part.kind == "name":
        if "." in part.value and part.value.split(".")[0] == table:
            yield Name(part.value.split(".", 1)[1], part.at, table, is_column=True)
        else:
            yield Name(part.value, part.at, table)
    elif part.kind == "column":
        yield Name(part.value[1], part.at, part.value[0], is_column=True)
    elif part.kind == "rows":
        yield Name("", part.at, part.value)
        for inner in part.parts:
            yield from _uses(inner, part.value)
    elif part.kind == "call" and any(inner.kind == "rows" for inner in part.parts):
        rows = next(inner for inner in part.parts if inner.kind == "rows")
        for inner in part.parts:
            yield from _uses(inner, rows.value if inner.kind == "weight" else table)
    else:
        for inner in part.parts:
            yield from _uses(inner, table)


@v_args(inline=True)
class _Build(Transformer[Token, Part]):
    """Called at each reduction of the parser, bottom up, so that no deep tree is ever walked unchecked."""

    def number(self, token: Token, percent: Token | None = None) -> Part:
        value = Fraction(Decimal(str(token)))
        return Part("number", token.start_pos or 0, value / 100 if percent else value)

    def string(self, token: Token) -> Part:
        return Part("text", token.start_pos or 0, str(token)[1:-1])

    def name(self, token: Token) -> Part:
        if token in ("true", "false"):
            return Part("truth", token.start_pos or 0, str(token) == "true")
        return Part("name", token.start_pos or 0, str(token))

    def group(self, inner: Part) -> Part:
        return inner

    def inverse(self, inner: Part) -> Part:
        return _part("not", inner.at, None, inner)

    def signed(self, sign: Token, inner: Part) -> Part:
        return _part("negative", sign.start_pos or 0, None, inner) if str(sign) != "+" else inner

    def disjunction(self, *parts: Part) -> Part:
        return _part("or", parts[0].at, None, *parts)

    def conjunction(self, *parts: Part) -> Part:
        return _part("and", parts[0].at, None, *parts)

    def comparison(self, left: Part, sign: Token, right: Part) -> Part:
        return _part("compare", left.at, _SIGNS.get(str(sign), str(sign)), left, right)

    def addition(self, first: Part, *rest: Any) -> Part:
        return _chain(first, rest)

    def multiplication(self, first: Part, *rest: Any) -> Part:
        return _chain(first, rest)

    def weight(self, inner: Part) -> Part:
        return _part("weight", inner.at, None, inner)

    def each_rows(self, table: Token, condition: Part | None, inner: Part) -> Part:
        return _rows(table, condition, inner)

    def where_rows(self, table: Token, condition: Part, inner: Part | None) -> Part:
        return _rows(table, condition, inner)

    def all_rows(self, table: Token, inner: Part) -> Part:
        return _rows(table, None, inner)

    def call(self, token: Token, *given: Part | None) -> Part:
        parts = tuple(part for part in given if part is not None)
        return _call(str(token), token.start_pos or 0, parts)


def _part(kind: str, at: int, value: Any, *parts: Part) -> Part:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise ExpressionError("The formula is nested more than {limit} deep.", at, limit=MAX_DEPTH)
    return Part(kind, at, value, parts, depth)


def _chain(first: Part, rest: tuple[Any, ...]) -> Part:
    left = first
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        left = _part("arithmetic", left.at, _SIGNS.get(str(sign), str(sign)), left, right)
    return left


def _rows(table: Token, condition: Part | None, inner: Part | None) -> Part:
    none = Part("truth", table.start_pos or 0, True)
    return _part("rows", table.start_pos or 0, str(table), condition or none, inner or none)


def _call(name: str, at: int, parts: tuple[Part, ...]) -> Part:
    rows = [part for part in parts if part.kind == "rows"]
    weights = [part for part in parts if part.kind == "weight"]
    if rows or weights or name in ("sum", "mean", "any", "all", "count"):
        return _row_call(name, at, parts, rows, weights)
    if name not in FUNCTIONS:
        known = sorted({*FUNCTIONS, *ROW_FUNCTIONS})
        raise ExpressionError('There is no function "{name}". {guess}', at, name=name, guess=suggestion(name, known))
    least, most = FUNCTIONS[name]
    if not least <= len(parts) <= most:
        raise ExpressionError('The function "{name}" takes {least} to {most} values.', at, name=name, least=least, most=most)
    return _part("call", at, name, *parts)


def _row_call(name: str, at: int, parts: tuple[Part, ...], rows: list[Part], weights: list[Part]) -> Part:
    if name not in ROW_FUNCTIONS:
        raise ExpressionError('The function "{name}" does not work on rows.', at, name=name)
    if name == "count" and len(parts) == 1 and parts[0].kind == "name":
        rows = [_part("rows", parts[0].at, parts[0].value, *[Part("truth", parts[0].at, True)] * 2)]
        return _part("call", at, name, *rows)
    if name in ("sum", "mean") and not rows and parts and parts[0].kind == "name" and "." in parts[0].value:
        table, column = parts[0].value.split(".", 1)
        inner = Part("column", parts[0].at, (table, column))
        rows = [_part("rows", parts[0].at, table, Part("truth", parts[0].at, True), inner)]
        parts = (rows[0], *parts[1:])
    if len(rows) != 1 or len(weights) > (name == "mean") or len(parts) != 1 + len(weights):
        raise ExpressionError('"{name}" needs the rows of one table, as in {name}(T2: …).', at, name=name)
    return _part("call", at, name, rows[0], *weights)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Build(), maybe_placeholders=True)
