"""The numbers that the chapters may name, and the draft of each chapter made of them."""

# All zh: drafted
from __future__ import annotations

from decimal import Decimal

from evalplat.documents.numbering_format import points, signed_points
from evalplat.findings.kinds import CATEGORIES, SEVERITIES
from evalplat.kernel.i18n import gettext, speaking

from . import rules_draft
from .queries import FindingCount, Overview
from .rules_books import Figure, Shelf
from .rules_compare import Comparison

NOTHING = "—"


def values_of(found: Overview, compared: Comparison | None) -> dict[str, str]:
    """Name → number, as they stand in the chapters; what was counted must be named in Chinese."""
    values = {"单位数": str(len(found.units)), "定稿数": str(found.final), "平均总分": _points(found.mean_total),
              "平均执行": _points(found.mean_x), "平均效益": _points(found.mean_y), "问题数": str(sum(row.total for row in found.findings)),
              "移送": str(found.referrals), "建议数": str(sum(n for _, n in found.advice)), "销号率": _points(found.closing_rate),
              "编制净增减": "" if found.net_posts is None else _net(found.net_posts)}
    shelf = Shelf(found.books)
    for label, name in (("critical", "严重问题"), ("major", "较重问题"), ("minor", "一般问题")):
        values[name] = str(shelf.count("findings", severity=label))
    for label, n in (*found.participation, *found.objections, *found.rectification, *found.feedback):
        values[_short(label)] = str(n)
    values["访谈人次"] = values.pop("访谈", "0")
    for label, n in found.grades:
        values[f"等次·{label}"] = str(n)
    for block in found.blocks:
        values[f"得分率·{block.title}"] = _points(block.rate)
    for row in found.satisfaction:
        values[f"满意度·{row.group}"] = _points(row.mean)
    for family in found.families:
        values[family.title] = str(family.total)
        values[f"{family.title}·单位"] = str(len({one.unit for one in found.books.findings if one.family == family.category}))
    return values | _compared(compared)


def drafts(found: Overview, compared: Comparison | None) -> dict[str, str]:
    """A first text for every chapter."""
    with speaking("zh"):
        ordered = sorted((row for row in found.blocks if row.rate is not None), key=lambda row: row.rate or Decimal(0), reverse=True)
        titles = [row.title for row in ordered]
        return rules_draft.drafts(
            values_of(found, compared), kinds=[(row.title, row.title) for row in _frequent(found.families)], strong=titles,
            weak=titles[::-1] if len(titles) > 1 else [], cases=_cases(found), compared=compared is not None and bool(compared.same))


def _frequent(rows: tuple[FindingCount, ...]) -> list[FindingCount]:
    return sorted(rows, key=lambda row: (-row.total, row.category))


def _cases(found: Overview) -> list[str]:
    """One line a case; who reads the report decides whether departments are named, so the name stands first and can be taken out."""
    return [f"{found.names.units.get(row.unit, row.unit)}：{row.title}（{gettext(CATEGORIES.get(row.category, row.category))}，"
            f"{gettext({str(k): v for k, v in SEVERITIES.items()}.get(row.severity, row.severity))}）。" for row in found.cases]


def _short(label: str) -> str:
    return label.partition("（")[0]


def _points(value: Decimal | None) -> str:
    return NOTHING if value is None else points(value)


def _net(net: Figure) -> str:
    return f"，编制净{'增加' if net >= 0 else '减少'}{abs(net)}名"


def _compared(compared: Comparison | None) -> dict[str, str]:
    if compared is None or not compared.same:
        return {}
    change = compared.lines[0].change
    return {"可比单位数": str(len(compared.same)), "总分变化": NOTHING if change is None else signed_points(change),
            "总分变化值": NOTHING if change is None else points(abs(change))}
