"""XLSForm expressions: read by an XPath 1 parser, then turned into small closures that only look values up and compare.

The parser gives grammar and precedence; nothing of the text is ever run as Python. Level 1 functions only: paths, axes
and predicates are refused, because a question is named as ``${name}``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from elementpath.xpath1 import XPath1Parser

from .expressions import ExpressionError
from .xpath_functions import (
    FUNCTIONS,
    REFUSED,
    Scope,
    Value,
    divide,
    equal,
    modulo,
    number,
    plain,
    regex_reason,
    text,
    truth,
)
from .yamltext import suggestion

MAX_LENGTH = 4000
MAX_TOKENS = 800
MAX_NESTING = 25
MAX_OPERATORS = 120

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>'[^']*'|"[^"]*")
    |(?P<reference>\$\{\s*(?P<target>[^{}'"]*?)\s*\})
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))
    |(?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)
    |(?P<operator>!=|<=|>=|[=<>+*()-]|,|\.(?![.\w]))
    |(?P<other>.)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z", re.ASCII)
_WORDS = frozenset({"and", "or", "div", "mod"})
_OPERANDS = frozenset({"string", "reference", "number", "name"})

Run = Callable[[Scope], Value]


class _SurveyParser(XPath1Parser):
    """The XPath 1 grammar with the functions of XLSForm; it remembers where it stopped."""

    stopped_at = 0

    def parse(self, source: str) -> Any:
        """The token tree. Without the static evaluation of the base class: values exist at run time only."""
        if self.tokenizer is None:
            type(self).tokenizer = self.create_tokenizer(self.symbol_table)
        self.source = source
        self.tokens = iter(self.tokenizer.finditer(source))  # type: ignore[union-attr]
        try:
            self.advance()
            tree = self.expression()
            self.next_token.expected("(end)")
        except Exception:
            at_end = self.next_token.symbol == "(end)" or self.next_match is None
            self.stopped_at = len(source.rstrip()) if at_end else self.next_match.start()  # type: ignore[union-attr]
            raise
        else:
            return tree
        finally:
            self.tokens = iter(())
            self.next_match = None
            self.token = self.next_token = self._start_token


for _symbol in FUNCTIONS:
    _plain_symbol = _symbol.replace(":", "-")
    if _plain_symbol in _SurveyParser.symbol_table:
        _SurveyParser.unregister(_plain_symbol)
    _SurveyParser.function(_plain_symbol, nargs=(0, None))


@dataclass(frozen=True, slots=True)
class XPath:
    """A compiled expression: see ``expressions.Expression``. ``columns`` are bare names (of a choice's own columns)."""

    text: str
    names: frozenset[str]
    columns: frozenset[str] = frozenset()
    uses_current: bool = False
    _run: Run = field(repr=False, compare=False, default=lambda _scope: "")

    def evaluate(
        self,
        values: Mapping[str, Any],
        *,
        current: Any = "",
        row: Mapping[str, str] | None = None,
        choice_name: Callable[[str, str], str] | None = None,
        now: datetime | None = None,
    ) -> Value:
        """The value: a text, a float or a truth."""
        return self._run(Scope(values, text(plain(current)), row or {}, choice_name, now))

    def holds(self, values: Mapping[str, Any], **more: Any) -> bool:
        """Whether the value counts as true."""
        return truth(self.evaluate(values, **more))


def compile_xpath(source: str, *, columns: Iterable[str] = ()) -> XPath:
    """Compile one expression. Raises ExpressionError with the position of the first fault.

    ``columns`` are the bare names allowed (a choice filter's columns); everything else is named ``${question}``.
    """
    allowed = frozenset(columns)
    scan = _scan(source, allowed)
    parser = _SurveyParser()
    try:
        tree = parser.parse("".join(scan.parts))
        run = _build(tree)
    except ExpressionError:
        raise
    except RecursionError:
        raise ExpressionError("The expression is nested too deeply.", 0) from None
    except (
        SyntaxError,
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        ArithmeticError,
    ) as error:
        raise _syntax_error(source, parser.stopped_at) from error
    return XPath(source, frozenset(scan.names), frozenset(scan.bare), scan.current, run)


def _syntax_error(source: str, at: int) -> ExpressionError:
    if at >= len(source.rstrip()):
        return ExpressionError("The expression ends too early.", len(source.rstrip()))
    found = _TOKEN.match(source, at)
    return ExpressionError('The expression cannot be read at "{found}".', at, found=found[0] if found else "")


def _scan(source: str, columns: frozenset[str]) -> _Scan:
    """Check every token and give the text of equal length that the parser reads, with the names it holds."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(
            "The expression has more than {limit} characters.", MAX_LENGTH, limit=MAX_LENGTH
        )
    scan = _Scan(columns)
    for token in _TOKEN.finditer(source):
        kind = "reference" if token["reference"] else token.lastgroup or "other"
        found = token[0]
        if kind == "space":
            scan.parts.append(" " * len(found))
            continue
        if kind == "other":
            raise ExpressionError('"{found}" has no place in an expression.', token.start(), found=found)
        scan.parts.append(scan.take(kind, token))
        scan.after_operand = (kind in _OPERANDS and found not in _WORDS) or found in {")", "."}
    return scan


@dataclass(slots=True)
class _Scan:
    """What the tokens of an expression add up to."""

    columns: frozenset[str]
    parts: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    current: bool = False
    after_operand: bool = False
    nesting: int = 0
    operators: int = 0
    count: int = 0

    def take(self, kind: str, token: re.Match[str]) -> str:
        """Count one token and give it as the parser shall read it."""
        found, at = token[0], token.start()
        self.count += 1
        if kind == "reference":
            self.names.add(_reference(token["target"], at))
            found = f"${token['target']}".ljust(len(found))
        elif kind == "name":
            found = self._word(found, at, called=token.string[token.end() :].lstrip()[:1] == "(")
        elif kind == "operator":
            self._operator(found, at)
        if self.nesting > MAX_NESTING or self.operators > MAX_OPERATORS or self.count > MAX_TOKENS:
            raise ExpressionError("The expression is too long or nested too deeply.", at)
        return found

    def _word(self, found: str, at: int, *, called: bool) -> str:
        if found in _WORDS:
            self.operators += 1
            return found
        if called:
            return _function_name(found, at)
        _check_column(found, at, self.columns)
        self.bare.add(found)
        return found

    def _operator(self, found: str, at: int) -> None:
        if found == "*" and not self.after_operand:
            raise ExpressionError('"{found}" has no place in an expression.', at, found=found)
        self.nesting += {"(": 1, ")": -1}.get(found, 0)
        self.operators += found not in {"(", ")", ",", "."}
        self.current = self.current or found == "."


def _reference(target: str, at: int) -> str:
    if not _NAME.match(target):
        raise ExpressionError('"{name}" is not the name of a question.', at, name=target)
    return target


def _function_name(name: str, at: int) -> str:
    if name in REFUSED:
        raise ExpressionError("The function {name}() is not available.", at, name=name, hint=REFUSED[name])
    if name not in FUNCTIONS:
        raise ExpressionError("Unknown function {name}().", at, name=name, hint=suggestion(name, FUNCTIONS))
    return name.replace(":", "-")


def _check_column(name: str, at: int, columns: frozenset[str]) -> None:
    if name not in columns:
        raise ExpressionError(
            "\"{name}\" stands alone: write ${{{name}}} for a question, '{name}' for a text.", at, name=name
        )


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divide,
    "mod": modulo,
}


def _build(token: Any) -> Run:
    """The closure of one node of the parser's tree."""
    symbol = token.symbol
    if symbol in {"(string)", "(integer)", "(decimal)"}:
        constant: Value = token.value if symbol == "(string)" else float(token.value)
        return lambda _scope: constant
    if symbol == "$":
        name = str(token[0].value)
        return lambda scope: plain(scope.values.get(name))
    if symbol == "(name)":
        column = str(token.value)
        return lambda scope: scope.row.get(column, "")
    if symbol == ".":
        return lambda scope: scope.current
    if symbol == "(" and len(token) == 1:
        return _build(token[0])
    if symbol in _ARITHMETIC or symbol in _COMPARE or symbol in {"and", "or", "=", "!="}:
        return _operation(symbol, [_build(part) for part in token])
    name = "jr:choice-name" if symbol == "jr-choice-name" else symbol
    if name in FUNCTIONS:
        return _call(name, token)
    raise ExpressionError('"{found}" has no place in an expression.', _offset(token), found=symbol)


def _operation(symbol: str, parts: list[Run]) -> Run:
    if len(parts) == 1:
        only = parts[0]
        return (lambda scope: -number(only(scope))) if symbol == "-" else lambda scope: number(only(scope))
    left, right = parts
    if symbol == "and":
        return lambda scope: truth(left(scope)) and truth(right(scope))
    if symbol == "or":
        return lambda scope: truth(left(scope)) or truth(right(scope))
    if symbol == "=":
        return lambda scope: equal(left(scope), right(scope))
    if symbol == "!=":
        return lambda scope: not equal(left(scope), right(scope))
    if symbol in _COMPARE:
        compare = _COMPARE[symbol]
        return lambda scope: compare(number(left(scope)), number(right(scope)))
    combine = _ARITHMETIC[symbol]
    return lambda scope: combine(number(left(scope)), number(right(scope)))


def _call(name: str, token: Any) -> Run:
    function = FUNCTIONS[name]
    arguments = list(token)
    if len(arguments) < function.least or (function.most is not None and len(arguments) > function.most):
        raise ExpressionError(
            "{name}() takes {wanted} values, not {count}.",
            _offset(token),
            name=name,
            wanted=_wanted(function.least, function.most),
            count=len(arguments),
        )
    if name == "regex":
        _check_pattern(arguments[1])
    parts = [_build(argument) for argument in arguments]
    run, ask = function.run, function.ask
    if run is not None:
        return lambda scope: run([part(scope) for part in parts])
    if ask is not None:
        return lambda scope: ask(scope, [part(scope) for part in parts])
    raise ExpressionError("Unknown function {name}().", _offset(token), name=name)


def _check_pattern(token: Any) -> None:
    if token.symbol != "(string)":
        raise ExpressionError("The pattern of regex() must be written out as a text.", _offset(token))
    reason = regex_reason(str(token.value))
    if reason:
        raise ExpressionError(reason.replace("{", "{{").replace("}", "}}"), _offset(token))


def _wanted(least: int, most: int | None) -> str:
    if most is None:
        return f"{least}+"
    return str(least) if least == most else f"{least}–{most}"


def _offset(token: Any) -> int:
    return int(token.span[0])
