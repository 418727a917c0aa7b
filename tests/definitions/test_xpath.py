"""XLSForm expressions: values as ODK clients compute them, errors at their position, hostile texts refused."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.definitions.expressions import ExpressionError
from evalplat.definitions.xpath import compile_xpath

VALUES: dict[str, Any] = {"a": "3", "b": "", "m": ("x", "y"), "t": "你好", "d": "2026-03-01", "n": 2.5}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("${a} = 3", True),
        ("${a} = '3'", True),
        ("${a} != 3", False),
        ("${b} = ''", True),
        ("${b} = 0", False),
        ("${b} != 0", True),
        ("${gone} = ''", True),
        ("${b} < 5", False),
        ("${a} >= 2 and ${a} <= 3", True),
        ("${a} > 5 or ${t} = '你好'", True),
        ("selected(${m}, 'x')", True),
        ("selected(${m}, 'z')", False),
        ("selected('10 11', '1')", False),
        ("count-selected(${m})", 2.0),
        ("count-selected(${b})", 0.0),
        ("if(${a} = 3, 'yes', 'no')", "yes"),
        ("coalesce(${b}, ${t})", "你好"),
        ("regex('abc1', '[a-z]+[0-9]')", True),
        ("regex('abc1x', '[a-z]+[0-9]')", False),
        ("string-length(${t})", 2.0),
        ("number('4') + 1", 5.0),
        ("int(-2.7)", -2.0),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -2.0),
        ("round(2.345, 2)", 2.35),
        ("concat('n=', ${n} * 2)", "n=5"),
        ("7 mod 4 + 10 div 4", 5.5),
        ("1 + 2 * 3 = 7", True),
        ("(1 + 2) * 3", 9.0),
        ("- ${a} - 1", -4.0),
        ("sum(1, 2, ${a})", 6.0),
        ("min(4, ${a})", 3.0),
        ("max(4, ${a})", 4.0),
        ("count(${a}, ${b})", 2.0),
        ("count-non-empty(${a}, ${b})", 1.0),
        ("not(true())", False),
        ("today()", "2026-03-02"),
        ("today() - ${d}", 1.0),
        ("${d} < today()", True),
        (". > 5", True),
        ("jr:choice-name(${a}, '${a}')", "label of 3 in a"),
        ("1 div 0", math.inf),
        ("number('') = number('')", False),
        ("'${a}'", "${a}"),
        ("selected-at(${m}, 1)", "y"),
    ],
)
def test_value(source: str, value: Any) -> None:
    found = compile_xpath(source).evaluate(
        VALUES,
        current="7",
        now=datetime(2026, 3, 2, 8, tzinfo=UTC),
        choice_name=lambda question, code: f"label of {code} in {question}",
    )
    assert found == value
    assert type(found) is type(value)


def test_names_and_current_are_listed() -> None:
    compiled = compile_xpath("${a} = 1 and selected(${ b }, .)")
    assert compiled.names == {"a", "b"}
    assert compiled.uses_current


def test_a_choice_filter_reads_columns() -> None:
    compiled = compile_xpath("kind = ${a}", columns=["kind"])
    assert compiled.columns == {"kind"}
    assert compiled.holds({"a": "x"}, row={"kind": "x"})
    assert not compiled.holds({"a": "x"}, row={"kind": "y"})


@pytest.mark.parametrize(
    ("source", "offset", "words"),
    [
        ("", 0, "ends too early"),
        ("${a} >", 6, "ends too early"),
        ("(1 + 2", 6, "ends too early"),
        ("1 +* 2", 3, "no place"),
        ("1 + + 2 )", 8, "cannot be read"),
        ("1 = 1 2", 6, "cannot be read"),
        ("slected(${a}, 'x')", 0, "Unknown function"),
        ("1 + selected(${a})", 4, "takes 2 values"),
        ("${a} = b", 7, "stands alone"),
        ("${a} = 'x", 7, "no place"),
        ("${a}[1]", 4, "no place"),
        ("/data/a", 0, "no place"),
        ("../a = 1", 0, "no place"),
        ("${a b} = 1", 0, "not the name"),
        ("pulldata('f', 'x')", 0, "not available"),
        ("regex(${a}, ${b})", 12, "written out"),
        ("regex(${a}, '(a+)+')", 12, "repeated"),
        ("regex(${a}, '[a')", 12, "not a valid pattern"),
        ("count(*)", 6, "no place"),
        ("__import__('os')", 0, "Unknown function"),
        ("(" * 300 + "1" + ")" * 300, 25, "deeply"),
        (" + ".join(["1"] * 3000), 4000, "characters"),
        ("-" * 500 + "1", 120, "deeply"),
    ],
)
def test_error_with_its_position(source: str, offset: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_xpath(source)
    assert words in str(caught.value)
    assert caught.value.offset == offset


def test_the_longest_chain_allowed_still_evaluates() -> None:
    assert compile_xpath(" or ".join(["${a} = 'no'"] * 60)).holds(VALUES) is False


@given(st.text(alphabet="${}ab()'\".,=<>!+-* 1/[]@:|andornt\n", max_size=60))
def test_any_text_compiles_or_says_why(source: str) -> None:
    try:
        compiled = compile_xpath(source)
    except ExpressionError as error:
        offset = error.offset
    else:
        offset = 0
        assert isinstance(compiled.evaluate({"a": "1", "b": ("x",)}), str | float | bool)
    assert 0 <= offset <= len(source)
