"""The office's workbook: its sheets, their columns in Chinese, and the words that its cells may say. The file is the interface,
so its words are fixed, like the keys of an indicator file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from evalplat.kernel.i18n import N_, gettext, speaking

from .roles import LABELS, Role

UNITS, PEOPLE, GUIDE = "单位", "人员", "填写说明"
EXPLAINS = "说明："
"""How the row below the headings begins; it is skipped."""
YES, NO = "是", "否"
IN_USE, CLOSED = "在用", "停用"
NATURES = ("行政机关", "党委部门", "群团机关", "参公单位", "事业单位", "派出机构")
FACTS = ("has_affiliates", "has_enforcement", "has_services")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,40}")
PROFILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, heading, what the explanation row says, its width, and what may be chosen."""

    key: str
    head: str
    note: str
    required: bool = False
    width: int = 14
    longest: int = 0
    offers: str = ""


UNIT_COLUMNS: tuple[Column, ...] = (
    Column("code", "代码", "必填。小写字母、数字、连字符，如 jiaotong；用于网址，定后不改。", required=True),
    Column("name", "全称", "必填。文件中使用的全称。", required=True, width=30, longest=80),
    Column("short_name", "简称", "必填。", required=True, width=18, longest=40),
    Column("category", "类别", "必填。按类别排名，从下拉列表选择。", required=True, width=18, offers="categories"),
    Column("nature", "性质", "如行政机关、事业单位。", longest=40, offers="natures"),
    Column("civil_service_ref", "参公管理", "是或否；不填按否。", width=10, offers="yes"),
    Column("profile", "分值方案", "一般不填，按 standard。建立评估、选定指标体系后，需要的再到网页“部门”里改。", width=18),
    Column("parent", "上级单位代码", "上级也须在本表或系统中；没有则不填。", width=16),
    Column("has_affiliates", "有所属事业单位", "必填。是或否；决定哪些指标适用。", required=True, width=16, offers="yes"),
    Column("has_enforcement", "有行政执法职责", "必填。是或否。", required=True, width=16, offers="yes"),
    Column("has_services", "有公共服务事项", "必填。是或否。", required=True, width=16, offers="yes"),
    Column("active", "状态", "在用或停用；不填按在用。单位不删除，停用即可。", width=10, offers="states"),
)
PERSON_COLUMNS: tuple[Column, ...] = (
    Column("login", "登录名", "必填。字母、数字、点、连字符，全系统不重复。", required=True, width=20),
    Column("name", "姓名", "必填。", required=True, longest=40),
    Column("post", "职务", "", width=22, longest=80),
    Column("roles", "角色", "必填。多个角色用顿号分开；管理员不能兼任其他角色。", required=True, width=26, offers="roles"),
    Column("unit", "单位代码", "部门角色必填，其他角色不填。", width=16),
    Column("expires_on", "账号截止日期", "借调人员填写，如 2026-12-31；长期账号不填。", width=16),
    Column("ends_with", "随评估结束", "一般不填。借调人员随某次评估停用的，建立评估后再到网页“账号”里选。", width=18, offers="campaigns"),
    Column("active", "状态", "在用或停用；不填按在用。", width=10, offers="states"),
)
SHEETS: Mapping[str, tuple[Column, ...]] = {UNITS: UNIT_COLUMNS, PEOPLE: PERSON_COLUMNS}


def role_words() -> dict[Role, str]:
    """Roles as the workbook says them: always in Chinese."""
    with speaking("zh"):
        return {role: gettext(label) for role, label in LABELS.items()}


@dataclass(frozen=True)
class Words:
    """What cells may say beyond this page: categories (key → Chinese), campaigns that still run (their short names)."""

    categories: Mapping[str, str]
    campaigns: tuple[str, ...] = ()
    roles: Mapping[Role, str] = field(default_factory=role_words)

    def offers(self, kind: str) -> tuple[str, ...]:
        """The choices of a drop-down list."""
        return {"categories": tuple(self.categories.values()), "natures": NATURES, "yes": (YES, NO), "states": (IN_USE, CLOSED),
                "roles": tuple(self.roles.values()), "campaigns": self.campaigns}.get(kind, ())

    def category(self, text: str) -> str | None:
        """The key behind a category's word; the key itself is understood too."""
        return next((key for key, word in self.categories.items() if text in (word, key)), None)

    def role(self, text: str) -> Role | None:
        """The role behind its word or key."""
        return next((role for role, word in self.roles.items() if text in (word, str(role))), None)


def categories_in_chinese(labels: Mapping[str, str]) -> dict[str, str]:
    """Categories as the workbook says them."""
    with speaking("zh"):
        return {key: gettext(label) for key, label in labels.items()}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one cell: a gettext id with its values, and what was typed there."""

    sheet: str
    cell: str
    head: str
    message: str
    params: tuple[tuple[str, str], ...] = ()
    typed: str = ""

    @property
    def text(self) -> str:
        """The sentence in the present language."""
        return gettext(self.message, **dict(self.params)) if self.params else gettext(self.message)


NOT_A_WORKBOOK = N_("This is not an Excel workbook (.xlsx), or it is damaged. Save it as .xlsx and send it again.")
