"""Numbers, dates, points, titles and marks as official documents write them."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from evalplat.documents import numbering_format as text
from evalplat.documents import official
from evalplat.documents.render import render_html


def test_document_numbers_have_hexagonal_brackets_and_no_zeros():
    assert text.doc_number("云编办发", 2026, serial=5) == "云编办发〔2026〕5号"
    assert text.parse_doc_number("云编办发〔2026〕5号") == ("云编办发", 2026, 5)


@pytest.mark.parametrize("wrong", ["云编办发[2026]5号", "云编办发〔26〕5号", "云编办发〔2026〕05号", "云编办发〔2026〕第5号", ""])
def test_other_numbers_are_none(wrong):
    assert text.parse_doc_number(wrong) is None


@pytest.mark.parametrize(("year", "serial"), [(2026, 0), (2026, -1), (26, 1)])
def test_impossible_numbers_are_refused(year, serial):
    with pytest.raises(ValueError, match="no document number"):
        text.doc_number("云编办发", year, serial=serial)


def test_dates_have_no_leading_zeros():
    assert text.zh_date(date(2026, 3, 5)) == "2026年3月5日"
    assert text.zh_month_day(date(2026, 3, 5)) == "3月5日"


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (41, "四十一"), (99, "九十九")])
def test_levels(number, said):
    assert text.zh_ordinal(number) == said


@pytest.mark.parametrize("number", [0, 100, -1])
def test_levels_end_at_99(number):
    with pytest.raises(ValueError, match="no level number"):
        text.zh_ordinal(number)


@pytest.mark.parametrize(("value", "said"), [
    ("3", "3.00"), ("3.1", "3.10"), ("3.142857", "3.142857"), ("0", "0.00"), ("-0.5", "−0.50"), ("1E+1", "10.00"),
])
def test_points_are_padded_and_never_rounded(value, said):
    assert text.points(Decimal(value)) == said


def test_signed_points_and_plain_numbers():
    assert text.signed_points(Decimal("2.2")) == "+2.20"
    assert text.signed_points(Decimal(0)) == "0.00"
    assert text.plain_number(Decimal("4.0")) == "4"
    assert text.plain_number(Decimal("1.50")) == "1.5"
    assert text.plain_number(Decimal(20)) == "20"


def test_the_mark_shrinks_to_one_line_and_never_grows_past_62_points():
    assert official.mark_size_pt("云川市文件") == 62
    assert official.mark_size_pt("字" * 18) * 18 <= 156 * 72 / 25.4


@pytest.mark.parametrize("title", [
    "关于开展2026年度市直部门机构编制综合评估的通知", "关于反馈2026年度机构编制综合评估结果的意见书",
    "关于云川市综合行政执法局评估结果异议的复核决定书", "字" * 55, "关于" + "甲" * 18,
])
def test_titles_break_into_lines_that_fit(title):
    lines = official.title_lines(title)
    assert "".join(lines) == title
    assert all(len(line) <= 20 for line in lines)


def test_titles_break_where_the_sense_allows():
    assert official.title_lines("关于开展2026年度市直部门机构编制综合评估的通知") == (
        "关于开展2026年度市直部门", "机构编制综合评估的通知",
    )
    assert official.title_lines("甲\n乙") == ("甲", "乙")


def test_heights_keep_to_the_grid():
    for size in (20, 28.5, 62):
        lines = official.head_height_mm(size) / official.LINE_MM
        assert abs(lines - round(lines)) < 0.001
    assert official.title_height_mm(2, proof=False) / official.LINE_MM == pytest.approx(3, abs=0.001)


def test_a_long_name_is_not_centred_over_a_short_date():
    assert official.signature_is_wide("中共云川市委机构编制委员会办公室", date(2026, 7, 8))
    assert not official.signature_is_wide("云川市编办", date(2026, 7, 8))


def test_a_converted_total_is_shown_with_its_arithmetic(sample):
    view = sample("feedback_letter")
    odd = dataclasses.replace(view.result, base=Decimal("92.78"), lines=("75.15 ÷ 81 × 100 = 92.78",))
    html = render_html("feedback_letter", dataclasses.replace(view, result=odd))
    assert "总分计算：75.15 ÷ 81 × 100 = 92.78。" in html
    assert ">合计<" in html
    assert ">合计<" not in render_html("feedback_letter", view)


def test_a_finding_nobody_has_sent_on_has_no_destination_column(sample):
    view = sample("feedback_letter")
    waiting = tuple(dataclasses.replace(finding, destination="待定") for finding in view.findings)
    assert ">去向<" in render_html("feedback_letter", view)
    assert ">去向<" not in render_html("feedback_letter", dataclasses.replace(view, findings=waiting))
