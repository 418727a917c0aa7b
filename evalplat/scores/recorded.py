"""What the platform itself wrote into a record, in the present language. Records are Chinese and stay as they are; these are the
few forms that it writes, so that a page in English need not show them raw."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evalplat.kernel.i18n import DEFAULT, N_, gettext, language

_NUMBER = r"(?P<number>[^\s，、：（）]*〔\d{4}〕\d+号)"  # zh: recorded
FORMS: tuple[tuple[re.Pattern[str], str], ...] = (  # zh: recorded
    (re.compile(r"核实底稿 ?(?P<name>[A-Za-z0-9_.-]*)"), N_("verification paper {name}")),
    (re.compile(r"评分底稿 (?P<name>[A-Za-z0-9_.-]+)"), N_("rating paper {name}")),
    (re.compile(r"组长裁定 (?P<name>[A-Za-z0-9_.-]+)"), N_("lead's decision {name}")),
    (re.compile(r"统计表 (?P<name>[A-Za-z0-9_.-]+)"), N_("statistical form {name}")),
    (re.compile(r"自评分表"), N_("self-scores")),
    (re.compile(r"不适用事项核定"), N_("decision on what does not apply")),
    (re.compile(r"社会调查·(?P<title>[^,]+?) n=(?P<count>\d+)"), N_("survey of {title}, n={count}")),
    (re.compile(rf"会审纪要 {_NUMBER}"), N_("minutes {number}")),
    (re.compile(r"会审纪要（待编号）"), N_("minutes (not yet numbered)")),
    (re.compile(rf"更正决定 {_NUMBER}"), N_("correction decision {number}")),
    (re.compile(rf"复核决定 {_NUMBER} 第(?P<item>\d+)项："), N_("review decision {number}, item {item}: ")),
    (re.compile(rf"复核决定 {_NUMBER} 第(?P<item>\d+)项"), N_("review decision {number}, item {item}")),
    (re.compile(rf"复核决定 {_NUMBER}"), N_("review decision {number}")),
    (re.compile(r"(?P<title>[^,]+?) 第(?P<count>\d+)版结果"), N_("{title}, result version {count}")),
    (re.compile(r"评估报告审定"), N_("report approved")),
    (re.compile(r"重新评分(?P<points>[\d.]+)分，按异议不加重保留原分："),
     N_("rated again with {points}, the earlier points stay as an objection never lowers them: ")),
    (re.compile(r"重新评分："), N_("rated again: ")),
    (re.compile(r"（重新评分）"), N_(" (rated again)")),
)


def said(text: str, titles: Mapping[str, str] | None = None) -> str:
    """A recorded text with those forms at its beginning in the present language, what a person wrote after them as it is;
    ``titles``: Chinese → present, of the groups of surveys."""
    if language() == DEFAULT:
        return text
    return ", ".join(_part(part, titles or {}) for part in text.split(", "))


def _part(text: str, titles: Mapping[str, str]) -> str:
    begun, at = "", 0
    while known := _form_at(text, at):
        found, message = known
        begun, at = begun + _filled(found, message, titles), found.end()
    return begun + text[at:]


def _form_at(text: str, at: int) -> tuple[re.Match[str], str] | None:
    return next(((found, message) for form, message in FORMS if (found := form.match(text, at)) and found.end() > at), None)


def _filled(found: re.Match[str], message: str, titles: Mapping[str, str]) -> str:
    parts = found.groupdict()
    if "title" in parts:
        parts["title"] = titles.get(parts["title"], parts["title"])
    return gettext(message, **parts).rstrip() if message.endswith("{name}") else gettext(message, **parts)
