"""Single components: the three values, the folded stage bar, reasons and errors where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from evalplat.kernel import clock
from evalplat.kernel.templating import environment

from .gallery import NOW

HOSTILE = '"><script>alert(1)</script>'


def macro(file: str, name: str, *args: Any, **kwargs: Any) -> str:
    """What one macro writes."""
    with clock.at(NOW):
        return str(getattr(environment().get_template(f"components/{file}.html").module, name)(*args, **kwargs))


@pytest.mark.parametrize(("value", "shown"), [(None, 'value=""'), (0, 'value="0"'), ("", 'value=""'), (12.5, 'value="12.5"')])
def test_number_field_tells_missing_from_zero(value: object, shown: str) -> None:
    assert shown in macro("form", "number_field", "n", "实有", value)


def test_number_field_offers_not_applicable_as_a_third_value() -> None:
    text = macro("form", "number_field", "n", "实有", None, na=True, na_checked=True)
    assert 'name="n__na" value="1" checked' in text


def test_field_ties_hint_and_error_to_the_input() -> None:
    text = macro("form", "text_field", "phone", "电话", hint="办公电话", error="请填写电话", required=True)
    assert 'aria-describedby="f-phone-hint f-phone-error" aria-invalid="true"' in text
    assert text.index('id="f-phone-hint"') < text.index('id="f-phone-error"') < text.index("<input")
    assert "必填" in text


def test_field_without_notes_carries_no_references() -> None:
    assert "aria-" not in macro("form", "text_field", "phone", "电话")


@pytest.mark.parametrize("errors", [{"t2.admin.actual": "请填写整数"}, [("t2.admin.actual", "请填写整数")]])
def test_error_summary_takes_a_mapping_or_pairs(errors: object) -> None:
    assert 'href="#f-t2-admin-actual"' in macro("form", "error_summary", errors)


@pytest.mark.parametrize("errors", [{}, []])
def test_error_summary_without_errors_is_nothing(errors: object) -> None:
    assert macro("form", "error_summary", errors).strip() == ""


def test_texts_are_escaped_everywhere() -> None:
    written = [
        macro("form", "text_field", HOSTILE, HOSTILE, HOSTILE, hint=HOSTILE, error=HOSTILE),
        macro("form", "textarea", "t", HOSTILE, HOSTILE),
        macro("form", "select_field", "s", HOSTILE, [(HOSTILE, HOSTILE)], HOSTILE),
        macro("form", "file_list", [{"id": HOSTILE, "name": HOSTILE, "href": HOSTILE, "size": 1}], "remove"),
        macro("cards", "task_row", HOSTILE, HOSTILE, href=HOSTILE, action=HOSTILE),
        macro("cards", "blocked_button", HOSTILE, HOSTILE, HOSTILE),
        macro("score", "arithmetic", HOSTILE, HOSTILE, [(HOSTILE, HOSTILE)]),
        macro("table", "data_table", [{"key": "a", "label": HOSTILE}], [{"a": HOSTILE}], HOSTILE),
        macro("survey", "question_choice", HOSTILE, HOSTILE, [(HOSTILE, HOSTILE, HOSTILE)]),
    ]
    assert [text for text in written if "<script" in text] == []


def stage(label: str, state: str, fraction: float | None = None) -> dict[str, object]:
    return {"label": label, "detail": "", "state": state, "fraction": fraction}


def test_stage_bar_says_where_one_unit_is() -> None:
    text = macro("cards", "stage_bar", [stage("通知", "done"), stage("自评", "current", .5), stage("反馈", "todo")])
    assert text.count('aria-current="step"') == 2
    assert "第 2 个环节，共 3 个" in text
    assert 'width="50.0%"' in text
    assert 'width="100.0%"' in text


def test_stage_bar_of_a_campaign_counts_what_is_open() -> None:
    text = macro("cards", "stage_bar", [stage("通知", "current", 1.7), stage("自评", "current", -1), stage("反馈", "skipped")])
    assert "aria-current" not in text
    assert "共 3 个环节，2 个进行中" in text
    assert 'width="170.0%"' not in text


def test_blocked_button_says_why_and_leads_there() -> None:
    text = macro("cards", "blocked_button", "提交审核", "C402 需要说明", "#C402")
    assert 'aria-disabled="true"' in text
    assert "（还不能操作：C402 需要说明）" in text
    assert 'href="#C402">去处理' in text


@pytest.mark.parametrize(("days", "shown"), [(0, "今天到期"), (2, "还有 2 天"), (-3, "已逾期 3 天")])
def test_deadline_says_how_long_is_left(days: int, shown: str) -> None:
    from datetime import timedelta

    assert shown in macro("cards", "deadline", NOW.date() + timedelta(days=days))


def test_table_shows_a_dash_for_what_is_missing_and_zero_for_zero() -> None:
    columns = [{"key": "unit", "label": "单位"}, {"key": "score", "label": "得分", "num": True}]
    text = macro("table", "data_table", columns, [{"unit": "甲", "score": None}, {"unit": "乙", "score": 0}], "得分")
    assert 'data-label="得分">—</td>' in text
    assert 'data-label="得分">0</td>' in text


@pytest.mark.parametrize(("value", "at"), [(0, "0.0%"), (50, "50.0%"), (200, "100%"), (-5, "0%")])
def test_range_bar_stays_inside(value: float, at: str) -> None:
    assert f'<svg x="{at}"' in macro("score", "range_bar", value, 10, 60, 100)


def test_range_bar_without_a_value_draws_no_mark() -> None:
    assert "mark" not in macro("score", "range_bar", None, None, None, 100)


def test_range_bar_survives_an_empty_scale() -> None:
    assert 'x="0%"' in macro("score", "range_bar", 0, None, None, 0)


def test_confirmation_needs_no_script() -> None:
    text = macro("form", "post_button", "/x", "撤销该问题", "t", kind="danger", confirm="确定吗？")
    assert text.startswith("<details")
    assert 'class="btn btn-danger btn-main"' in text


def test_job_asks_again_only_while_it_runs() -> None:
    assert 'hx-get="/jobs/1"' in macro("page", "job_progress", "j", "报告", "running", 1, 2, poll_url="/jobs/1")
    assert "hx-get" not in macro("page", "job_progress", "j", "报告", "done", 2, 2, poll_url="/jobs/1")


def test_grid_names_each_input_by_row_and_column() -> None:
    rows = [{"key": "admin", "label": "行政编制", "values": {"actual": 0}}]
    text = macro("grid", "edit_grid", "t2", [{"key": "actual", "label": "实有", "kind": "number"}], rows, "T2")
    assert 'name="t2.admin.actual" value="0" aria-label="行政编制，实有"' in text


def test_chosen_options_survive_numbers_and_texts() -> None:
    assert macro("survey", "question_range", "q", "几分？", value="7").count("checked") == 1
    assert macro("form", "select_field", "s", "类别", [(1, "甲"), (2, "乙")], "2").count("selected") == 1
    assert macro("survey", "question_choice", "q", "?", [("1", "甲"), ("2", "乙")], values=[1, 2], multiple=True).count("checked") == 2
