from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.definitions.expressions import Expression, ExpressionError
from evalplat.definitions.formula_values import MissingValue, UndefinedValue, evaluate
from evalplat.definitions.formulas import MAX_LENGTH, compile_formula
from evalplat.definitions.numbers import number_text, read_number, round_half_up, to_decimal

VALUES = {
    "a": Fraction(57), "b": Fraction(60), "gone": None, "yes": True, "grade": "A", "T8.done": Fraction(3), "编制": Fraction(8),
    "T2": [
        {"": "行政", "kind": "admin", "approved": Fraction(40), "actual": Fraction(38)},
        {"": "事业", "kind": "inst", "approved": Fraction(30), "actual": Fraction(21)},
    ],
    "T0": [],
}  # fmt: skip
GOOD = [
    ("1 + 2 * 3", 7), ("(1 + 2) × 3", 9), ("7 ÷ 2", Fraction(7, 2)),
    ("7 − 2 − 1", 4), ("2 / 4 / 2", Fraction(1, 4)),
    ("-a + b", 3), ("a / b * 100", 95), ("40%", Fraction(2, 5)), ("min(a, b, 3)", 3), ("max(1, abs(-5))", 5),
    ("0.1 + 0.2", Fraction(3, 10)),
    ("round(2.5)", 3), ("round(a / 7, 2)", Fraction(814, 100)), ("if(a > b, 1, 2)", 2), ("if(yes, a, gone)", 57),
    ("sum(T2.actual)", 59), ("sum(T2: approved - actual)", 11), ("mean(T2.approved)", 35), ("count(T2)", 2),
    ("count(T2 where approved >= 40)", 1), ("count(T2: actual > 1)", 2), ('sum(T2 where kind = "admin": actual)', 38),
    ("mean(each T2: actual / approved, weight: approved)", Fraction(59, 70)), ("max(T2: approved)", 40), ("T8.done + 编制", 11),
    ("sum(T2: T2.actual)", 59), ("sum(T0.x)", 0), ("sum(each T2 where approved > 30: a)", 57),
]  # fmt: skip
TRUE = ["any(T2: actual >= 38)", "not any(T2: actual > approved)", "all(T2: approved > 29)", "a < b and b < 61", "a = 57 or gone = 1",
        "grade = 'A'", "a ≤ 57", "b <> a", "true"]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), GOOD)
def test_values_are_exact(text, value):
    assert compile_formula(text).evaluate(VALUES) == value


@pytest.mark.parametrize("text", TRUE)
def test_conditions(text):
    assert compile_formula(text).evaluate(VALUES) is True


def test_a_formula_is_an_expression_and_lists_its_names():
    formula = compile_formula("mean(each T2: rule(actual / approved), weight: approved) + T8.done")
    expression: Expression = formula
    assert expression.names == {"T2", "actual", "approved", "T8.done"}
    assert formula.uses_rule


@pytest.mark.parametrize(("text", "offset"), [
    ("a +* b", 3), ("abs(", 4), ("foo(1)", 0), ("（1）", 0), ("a b", 2), ("1 + mean(a, b)", 4), ("a ; b", 2), ("round()", 0),
    ("__import__('os')", 0), ("a.b.", 3), ("a[0]", 1), ("lambda: 1", 6), ("1 +", 3), ("a == = b", 5), ("x if y else z", 2),
])  # fmt: skip
def test_the_place_of_a_fault_is_told(text, offset):
    with pytest.raises(ExpressionError) as caught:
        compile_formula(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize("text", ["(" * 400 + "1" + ")" * 400, "1" + "+1" * 400, "-" * 900 + "1", "not " * 200 + "true",
                                  "1" * (MAX_LENGTH + 1)])  # fmt: skip
def test_depth_and_length_have_limits(text):
    with pytest.raises(ExpressionError):
        compile_formula(text)


def test_every_missing_name_is_told():
    with pytest.raises(MissingValue) as caught:
        compile_formula("gone + nothing * a").evaluate(VALUES)
    assert caught.value.names == ("gone", "nothing")
    rows = {"T2": [{"": "行政", "approved": None, "actual": Fraction(1)}]}
    with pytest.raises(MissingValue, match=r"T2\[行政\]\.approved"):
        compile_formula("sum(T2: actual / approved)").evaluate(rows)


@pytest.mark.parametrize(("text", "reason"), [
    ("a / (b - 60)", "division_by_zero"), ("ln(0)", "log_of_non_positive"), ("mean(T0.x)", "no_rows"), ("a + grade", "not_a_number"),
    ("a = grade", "not_comparable"), ("a and yes", "not_a_truth_value"), ("mean(T2: actual, weight: 0)", "division_by_zero"),
])  # fmt: skip
def test_values_that_give_no_number_say_why(text, reason):
    with pytest.raises(UndefinedValue) as caught:
        compile_formula(text).evaluate(VALUES)
    assert caught.value.reason == reason


def test_the_arithmetic_can_be_repeated_by_hand():
    def rule(value):
        return Fraction(4) if value >= Fraction(9, 10) else Fraction(2)

    worked = evaluate(compile_formula("mean(each T2: rule(actual / approved), weight: approved)"), VALUES, rule=rule)
    assert worked.steps == ("38 ÷ 40 = 0.95 → 4", "21 ÷ 30 = 0.70 → 2")
    assert worked.text == "(4 × 40 + 2 × 30) ÷ 70"
    assert evaluate(compile_formula("(a - 1) / (b * 2)"), VALUES).equation == "(57 − 1) ÷ (60 × 2) = 0.466667"
    assert evaluate(compile_formula("a - (b - 1)"), VALUES).equation == "57 − (60 − 1) = -2"


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(-1000, 1000))
def test_arithmetic_agrees_with_fractions(x, y, z):
    values = {"x": Fraction(x), "y": Fraction(y), "z": Fraction(z)}
    assert compile_formula("x / y - (z - x) × y").evaluate(values) == Fraction(x, y) - (z - x) * y


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text):
    try:
        compile_formula(text)
    except ExpressionError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017


@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_rounding_is_half_up_and_near(value, places):
    rounded = round_half_up(value, places)
    assert abs(rounded - value) * 10**places <= Fraction(1, 2)
    assert Fraction(to_decimal(value, places)) == rounded


@pytest.mark.parametrize(("value", "places", "text"), [("2.345", 2, "2.35"), ("-2.345", 2, "-2.35"), ("0.005", 2, "0.01"), ("2.5", 0, "3")])
def test_halves_go_away_from_zero(value, places, text):
    assert f"{to_decimal(Fraction(value), places):f}" == text


def test_numbers_are_read_as_written():
    assert [read_number(text) for text in ("1.10", "80%", " 3 ", "１", "1e5", "nan", "1,000", "", "-0.5")] == [
        Fraction(11, 10), Fraction(4, 5), 3, None, None, None, None, None, Fraction(-1, 2),
    ]  # fmt: skip
    assert [number_text(Fraction(one)) for one in ("100", "0.50", "1/3")] == ["100", "0.5", "0.3333"]
