"""Draft sentences for the chapters. Numbers stand in them as ``{名称}`` and are filled in whenever the report is looked at, until issue."""

# All zh: drafted
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")
HANDLING = """结果反馈和异议：
对收到的{收到异议}件异议，复核组逐项复核，变更{变更}项、撤销{撤销}项，其余按程序维持或者不予受理，复核决定逐项载明理由。
问题整改：
实行整改台账销号管理，由两人以上核查后销号，目前销号率{销号率}%；对逾期的{逾期}项重点督办，并与机构编制审批联动。
研究和移送：
形成编制调整等建议{建议数}条{编制净增减}，按程序研究办理。"""
CHAPTERS = ("organisation", "overall", "achievements", "problems", "cases", "causes", "handling", "advice")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its numbers. A name that is not known stays as it is typed."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def unknown(text: str, values: Mapping[str, str]) -> list[str]:
    """Names in braces that stand for no number."""
    return [name for name in PLACEHOLDER.findall(text) if name not in values]


def drafts(values: Mapping[str, str], *, kinds: Sequence[tuple[str, str]], strong: Sequence[str], weak: Sequence[str],
           cases: Sequence[str], compared: bool) -> dict[str, str]:
    """A first text for every chapter from what was counted. ``kinds``: (family, placeholder of its number), the most frequent first."""
    return {
        "organisation": "评估采取听取汇报、查阅资料、座谈访谈、实地走访、问卷调查等方式进行，由{评估人员}名评估人员分组实施。",
        "overall": _overall(values, strong, weak, compared=compared),
        "achievements": _achievements(strong),
        "problems": _problems(kinds),
        "cases": "\n".join(cases),
        "causes": _causes(kinds),
        "handling": HANDLING,
        "advice": _advice(kinds, weak),
    }


def _overall(values: Mapping[str, str], strong: Sequence[str], weak: Sequence[str], *, compared: bool) -> str:
    lines = ["总体看，{定稿数}家单位机构编制执行情况平稳，执行得分率{平均执行}%，效益得分率{平均效益}%。"]
    if strong and weak:
        lines.append(f"从一级指标看，{strong[0]}得分率较高，{weak[0]}得分率较低，是下一步需要着力改进的方面。")
    if compared:
        verb = "提高" if not values.get("总分变化", "").startswith("−") else "下降"
        lines.append(f"与上次评估相比，两次都参加的{{可比单位数}}家单位平均总分{verb}{{总分变化值}}分。")
    return "\n".join(lines)


def _achievements(strong: Sequence[str]) -> str:
    if not strong:
        return ""
    return "\n".join(line for title in strong[:2] for line in (f"{title}总体较好：", f"各单位{title}平均得分率为{{得分率·{title}}}%。"))


def _problems(kinds: Sequence[tuple[str, str]]) -> str:
    lines = ["其中严重{严重问题}个、较重{较重问题}个、一般{一般问题}个。"]
    for title, name in kinds[:4]:
        lines += [f"{title}方面：", f"发现问题{{{name}}}个，涉及{{{name}·单位}}家单位。"]
    return "\n".join(lines)


def _causes(kinds: Sequence[tuple[str, str]]) -> str:
    lines = ["一是机构编制法定化意识有待增强，部分单位对“三定”规定的执行还不够严格。"]
    if kinds:
        title, name = kinds[0]
        lines.append(f"二是{title}方面的问题在{{{name}·单位}}家单位出现，具有一定普遍性，制度和监督还有短板。")
    lines.append("三是跟踪问效机制还不完善，发现问题和整改落实不够及时。")
    return "\n".join(lines)


def _advice(kinds: Sequence[tuple[str, str]], weak: Sequence[str]) -> str:
    lines = ["统筹使用编制资源：", "对评估中形成的{建议数}条编制调整建议，按程序研究办理，推动编制资源向急需领域和一线倾斜。",
             "优化机构和职能：", "对职责交叉、机构设置不规范等问题，明确牵头单位，适时修订“三定”规定。", "健全制度机制："]
    lines.append(f"针对{weak[0]}得分率较低的情况，完善相关制度，加强日常监督，并将整改情况纳入下次评估。" if weak
                 else "完善日常监督制度，并将整改情况纳入下次评估。")
    return "\n".join(lines)
