"""All annexes of the report as one Excel file: numbers as numbers, the snapshot named in every sheet."""

# All zh: printed
from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work

from . import queries
from .queries import Overview
from .queries_compare import comparison
from .queries_page import said
from .queries_view import rank_text, stamp_of, ties_of
from .rules_books import pick
from .rules_compare import Comparison
from .rules_words import COLUMNS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
           "default_date_format": "yyyy-mm-dd"}
RESULTS = ("代码", "单位", "类别", "评估组", "总分", "执行X", "效益Y", "等次", "类内位次", "位次说明", "上次总分", "问题数", "标记",
           "结果版本")
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
LISTS = (("问题清单", "findings"), ("整改台账", "items"), ("异议", "objections"), ("异议事项", "contested"), ("编制建议", "advice"),
         ("分单位满意度", "surveys"))


def workbook(work: Work, campaign: Campaign, *, referrals: bool) -> bytes:
    """The file; its texts are Chinese as the report's."""
    with speaking("zh"):
        found = queries.overview(work, campaign, referrals=referrals)
        snapshot = queries.snapshot_of(work, campaign)
        stamp = f"数据快照：{stamp_of(snapshot)}" if snapshot else f"中期数据，{len(found.units)}家单位中{found.final}家已定稿，未形成快照"
        sheets = _sheets(work, campaign, found, comparison(work, campaign, found.units))
        return _written(campaign.title, stamp, sheets)


def _sheets(work: Work, campaign: Campaign, found: Overview, compared: Comparison | None) -> list[Sheet]:
    names, ties = found.names, ties_of(found.units)
    results = ([row.code, row.name, names.categories.get(row.category, row.category), row.team, row.total, row.score_x, row.score_y,
                names.grades.get(row.grade or "") if row.counted else "", row.rank, rank_text(row, ties) or "",
                compared.units.get(row.code) if compared else None, row.findings, said(names, "units", "marks", row.marks), row.version]
               for row in found.units)
    system = system_of(work, campaign)
    leaves = [leaf.code for leaf in system.leaves]
    made: list[Sheet] = [
        ("单位得分等次", RESULTS, results),
        ("一级指标得分率", ("代码", "单位", *names.blocks.values()),
         ([row.code, row.name, *(row.rates.get(code) for code in names.blocks)] for row in found.units)),
        ("末级指标得分率", ("代码", "单位", *(f"{leaf.code} {leaf.title}" for leaf in system.leaves)),
         ([row.code, row.name, *(row.leaves.get(code) for code in leaves)] for row in found.units)),
        ("问题汇总", ("类别", "名称", "一般", "较重", "严重", "合计", "编办研究", "部门整改", "移送"),
         ([f.category, f.title, *(int(n) for n in (f.minor, f.major, f.critical, f.total, f.to_office, f.to_unit, f.referred))]
          for f in found.findings)),
        ("满意度", ("调查对象", "回收答卷", "有效答卷", "单位数", "平均得分", "区间下限", "区间上限"),
         ([g.group, int(g.answered), int(g.valid), int(g.units), g.mean, g.low, g.high] for g in found.satisfaction)),
        ("统计数", ("项目", "数量"), ([label, int(n)] for label, n in (
            *found.participation, *found.distribution, *found.grades, *found.feedback, *found.objections, *found.rectification,
            *found.advice, ("移送问题线索（件）", found.referrals)))),
    ]
    made += [_list(found, title, book) for title, book in LISTS]
    return made + ([_comparison(compared)] if compared else [])


def _list(found: Overview, title: str, book: str) -> Sheet:
    columns = COLUMNS[book]
    rows = pick(getattr(found.books, book), {})
    return title, [gettext(label) for _, label, _ in columns], (
        [_value(found, book, key, getattr(row, key)) for key, _, _ in columns] for row in rows)


def _value(found: Overview, book: str, key: str, value: Any) -> Any:
    if value is None or (isinstance(value, int | Decimal | date) and not isinstance(value, bool)):
        return value
    return said(found.names, book, key, value)


def _comparison(found: Comparison) -> Sheet:
    return "与上次比较", ("代码", "项目", "可比单位数", "本次", "上次", "变化", "口径调整"), (
        [line.code, line.title, line.n, line.now, line.before, line.change, "是" if line.redefined else ""]
        for line in (*found.lines, *found.blocks, *found.leaves))


def _written(title: str, stamp: str, sheets: Iterable[Sheet]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    quiet = book.add_format({"font_color": "#4a545e"})
    for name, heads, rows in sheets:
        page = book.add_worksheet(name)
        page.write_string(0, 0, f"{title}　{stamp}", quiet)
        page.write_row(1, 0, list(heads), bold)
        page.freeze_panes(2, 2)
        wide, line = [len(head) for head in heads], 1
        for line, row in enumerate(rows, 2):
            for place, value in enumerate(row):
                _write(page, line, place, value)
                wide[place] = max(wide[place], len(str(value or "")))
        for place, width in enumerate(wide):
            page.set_column(place, place, min(50, 3 + width * 1.6))
        if line > 1:
            page.autofilter(1, 0, line, len(heads) - 1)
    book.close()
    return stream.getvalue()


def _write(page: Any, line: int, place: int, value: Any) -> None:
    """None stays an empty cell: missing is not zero. No text is run as a formula."""
    if value is None or value == "":
        return
    if isinstance(value, date) and not isinstance(value, datetime):
        page.write_datetime(line, place, value)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        page.write_number(line, place, value)
    else:
        page.write_string(line, place, str(value))
