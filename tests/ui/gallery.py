"""Renders every component into static pages, so that a person can look at them and tests can check them.

Run as ``python -m tests.ui.gallery FOLDER`` and open the pages with a browser.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader

from evalplat.kernel import clock, i18n
from evalplat.kernel.templating import STATIC_DIR, environment

HERE = Path(__file__).resolve().parent
NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
SAMPLES = ("home", "evaluation", "survey", "questions", "forms", "confirm")
ERRORS = ("403", "404", "409", "410", "413", "422", "429", "500", "503")


@dataclass(frozen=True)
class User:
    """Who is signed in."""

    name: str
    role_label: str
    office_label: str


@dataclass(frozen=True)
class NavItem:
    """A line of the menu."""

    label: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Page:
    """What every page's template gets."""

    lang: str = "zh-CN"
    view: str = "normal"
    service_name: str = "机构编制评估平台"
    user: User | None = User("周主任", "主任", "编办")
    nav: tuple[NavItem, ...] = ()
    csrf: str = "token-of-the-form"
    path: str = "/c/2026?sort=due&page=2"
    flash: tuple[tuple[str, str], ...] = ()
    demo: bool = False
    filled: int | None = None
    tour: None = None
    version: str = "0.1.0"


def menu(current: int) -> tuple[NavItem, ...]:
    """The director's menu."""
    labels = ("待办", "评估", "问题台账", "社会调查", "文书", "指标体系")
    return tuple(NavItem(text, f"/{i}", i == current, 3 if i == 0 else None) for i, text in enumerate(labels))


def _stages(details: list[tuple[str, str, float]]) -> list[dict[str, Any]]:
    names = ("通知", "自评", "社会调查", "实地评估", "评估报告", "反馈", "异议", "总报告", "整改")
    return [
        {"label": name, "detail": detail, "state": state, "fraction": fraction}
        for name, (state, detail, fraction) in zip(names, details, strict=True)
    ]


def _home() -> dict[str, Any]:
    today = NOW.date()
    now = "current"
    stages = _stages([
        ("done", "80 / 80 签收", 1), (now, "65 / 80 · 剩 4 天", .81), (now, "19,846 份", .62), (now, "32 / 80", .4),
        (now, "18 / 80", .22), (now, "10 / 80", .12), (now, "2 件在办", .05), ("todo", "", 0), (now, "9 / 112", .08),
    ])
    columns = [
        {"key": "name", "label": "部门", "sort_href": "?sort=name"}, {"key": "stage", "label": "环节"}, {"key": "team", "label": "评估组"},
        {"key": "answers", "label": "问卷", "num": True}, {"key": "score", "label": "得分", "num": True, "sort_href": "?sort=-score"},
        {"key": "grade", "label": "等次"}, {"key": "findings", "label": "问题", "num": True},
        {"key": "due", "label": "期限", "sort_href": "?sort=-due", "sorted": "ascending"},
    ]
    rows = [
        ("教育和体育局", ("action", "报告待审定"), "二组", 388, "88.10", "良好", 4, 2),
        ("交通运输局", ("warn", "异议复核"), "一组", 296, "79.35", "合格", 7, 0),
        ("水利局", ("mute", "待反馈"), "三组", 174, "84.02", "良好", 3, 8),
        ("综合行政执法局", ("mute", "实地评估"), "一组", 512, None, None, None, 11),
    ]
    keys = ("name", "stage", "team", "answers", "score", "grade", "findings")
    units = [dict(zip(keys, row, strict=False)) | {"due": today + timedelta(days=row[-1])} for row in rows]
    return {"stages": stages, "columns": columns, "units": units, "days": [today + timedelta(days=n) for n in range(7)]}


def _score(key: str, level: int, label: str, cells: tuple[str, ...], bar: tuple[float, float, float], **more: Any) -> dict[str, Any]:
    value, low, high = bar
    text = f"{value}%；同类部门多在 {low}%–{high}% 之间"
    row = {"key": key, "level": level, "label": label, "cells": cells, "mark": None, "open": False, "toggle_href": None, "arithmetic": None}
    return row | {"bar": {"value": value, "low": low, "high": high, "minimum": 0, "maximum": 100, "text": text}} | more


def _evaluation() -> dict[str, Any]:
    done, todo = "done", ("todo", "", 0)
    stages = _stages([
        (done, "9月1日 已签收", 1), (done, "9月22日 已审核", 1), (done, "412 份", 1), (done, "记录已封存", 1),
        ("current", "起草中 · 剩 6 个工作日", .6), todo, todo, todo, todo,
    ])
    arithmetic = {
        "text": "行政 38 ÷ 40 = 0.95 → 4 分；事业 21 ÷ 30 = 0.70 → 2 分；(4 × 40 + 2 × 30) ÷ 70", "result": "3.14",
        "links": [("规则 C101", "#rule"), ("统计表 T2", "#t2"), ("核查底稿 2 份", "#files")],
    }
    scores = [
        _score("A", 0, "A 职能配置", ("20", "19.50", "17.20"), (79, 48, 81)),
        _score("C", 0, "C 编制核定及人员配备", ("22", "21.00", "18.64"), (63, 52, 86), mark=("warn", "1 项分歧")),
        _score("C101", 1, "C101 编制使用率", ("4", "4.00", "3.14"), (71, 40, 90), open=True, toggle_href="?", arithmetic=arithmetic),
        _score("C402", 1, "C402 实名制更新及时率", ("1", "1.00", "0.65"), (66, 50, 95), mark=("warn", "待说明"), toggle_href="?open=C402"),
        _score("F", 0, "F 履职成效与社会满意度", ("20", "18.00", "16.85"), (75, 45, 78)),
    ]
    columns = [
        {"key": "label", "label": "指标"}, {"key": "max", "label": "分值", "num": True}, {"key": "self", "label": "自评", "num": True},
        {"key": "final", "label": "核定", "num": True, "strong": True},
    ]
    events = [
        {"when": NOW, "title": "开始起草评估报告", "who": "王组长", "kind": "action"},
        {"when": NOW - timedelta(days=12), "title": "记录封存", "detail": "两名评估人员已签名", "who": "王组长", "kind": "ok"},
        {"when": NOW - timedelta(days=82), "title": "签收通知", "href": "#notice", "who": "市场监督管理局", "kind": "ok"},
    ]
    return {"stages": stages, "columns": columns, "scores": scores, "events": events}


def _forms() -> dict[str, Any]:
    number = {"kind": "number", "unit": "人"}
    columns = [
        {"key": "approved", "label": "核定", "kind": "fixed"}, number | {"key": "actual", "label": "实有", "na": True},
        {"key": "how", "label": "经费", "kind": "select", "options": [("full", "财政全额"), ("part", "差额")]},
    ]
    rows = [
        {"key": "admin", "label": "行政编制", "values": {"approved": 40, "actual": 38, "how": "full"}},
        {"key": "inst", "label": "事业编制", "values": {"approved": 30, "actual": "二十一", "how": None}},
        {"key": "r3", "label": "第 3 行", "values": {"approved": None, "actual": None, "how": None}, "removable": True, "na": {"actual"}},
    ]
    errors = {"phone": "请填写联系电话", "cases": "“都没有”不能与其他项同选", "t2.inst.actual": "请填写整数"}
    files = [
        {"id": "1", "name": "三定规定 2024年版.pdf", "href": "#f1", "size": 1_250_000},
        {"id": "2", "name": "实名制截图.png", "href": "#f2", "size": None},
    ]
    return {"grid_columns": columns, "grid_rows": rows, "errors": errors, "files": files}


def context(name: str, view: str = "normal", lang: str = "zh-CN") -> dict[str, Any]:
    """Everything a sample's template needs."""
    steps = [("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "非常不满意")]
    users = {"evaluation": User("王组长", "组长", "评估一组")}
    current = {"home": 0, "evaluation": 1}.get(name, -1)
    page = Page(lang=lang, view=view, nav=menu(current), user=users.get(name, Page.user))
    if name == "forms":
        page = Page(lang=lang, view=view, nav=menu(1), flash=(("ok", "已保存，还没有提交。"),), demo=True)
    if name in ERRORS:
        page = Page(lang=lang, view=view, nav=menu(-1), user=Page.user if int(name) % 2 else None)
    data = {"home": _home, "evaluation": _evaluation, "forms": _forms}.get(name, dict)()
    return {"page": page, "can": lambda act, target=None: True, "steps": steps} | data


def render_sample(name: str, view: str = "normal", *, lang: str = "zh-CN", static: Any = None) -> str:
    """One sample page, or an error page by its number, as text."""
    env = environment().overlay(loader=ChoiceLoader([FileSystemLoader(HERE / "samples"), environment().loader or ChoiceLoader([])]))
    template = env.get_template(f"errors/{name}.html" if name in ERRORS else f"{name}.html")
    with clock.at(NOW), i18n.speaking("en" if lang == "en" else "zh"):
        return template.render(**context(name, view, lang), static=static or (lambda path: f"/static/{path}"))


def main(folder: str) -> None:
    """Write all samples in both text sizes."""
    target = Path(folder).resolve()
    target.mkdir(parents=True, exist_ok=True)
    base = os.path.relpath(STATIC_DIR, target)
    for name in SAMPLES + ERRORS:
        for view in ("normal", "large"):
            text = render_sample(name, view, static=lambda path: f"{base}/{path}")
            (target / f"{name}-{view}.html").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "build/gallery")
