"""The sheets and columns of an indicator system as a workbook: what stands where, in which words, with which choices.

A column names the path of keys inside one entry; what has no column here gets one by its key, or a line of ``其他``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .fields import FIELD_TYPES, FILLED_BY
from .indicators import COMBINATIONS, MISSING_POLICIES, RULE_TYPES
from .prepare import FILLINGS, GROUPS, PREPARE_STEPS
from .workbook_words import TIES, WORDS

Path = tuple[str, ...]
Kind = Literal["id", "text", "zh", "en", "number", "words", "choice", "auto"]
KEY: Path = ("@key",)
OWNER: Path = ("@owner",)
RULE: Path = ("@rule",)
INDICATOR: Path = ("@indicator",)
GUIDE, SETTINGS, OTHER, ORIGIN = "说明", "体系", "其他", "_origin"
INDICATORS, RULES = "指标", "规则"
COMPARED = "两两比较"
VALUE = "（值）"
"""The heading of an entry that is a value by itself, without keys."""
CHECK = "核对"
"""A heading that begins so is worked out by the workbook and never read."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``path`` inside the entry, or a reference (``@key``, ``@owner``, ``@rule``, ``@indicator``)."""

    path: Path
    head: str
    kind: Kind = "text"
    note: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    known: str = ""
    width: int = 14

    @property
    def is_reference(self) -> bool:
        return bool(self.path) and self.path[0].startswith("@")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``at`` is the path from the top, or inside an entry of the sheet ``parent``."""

    name: str
    shape: Literal["map", "list"]
    at: Path
    columns: tuple[Column, ...]
    note: str
    parent: str = ""
    entries: bool = True

    @property
    def key(self) -> Path | None:
        """Where the key of a map stands."""
        return (RULE if self.name == RULES else KEY) if self.shape == "map" else None

    @property
    def texts(self) -> frozenset[Path]:
        """Paths of texts in two languages."""
        return frozenset(one.path[:-1] for one in self.columns if one.kind == "zh")


def _id(path: Path, head: str, note: str, *, known: str = "", width: int = 14) -> Column:
    return Column(path, head, "id", note, known=known, width=width)


def _two(path: Path, head: str, note: str = "", width: int = 28) -> tuple[Column, Column]:
    return (Column((*path, "zh"), f"{head}（中文）", "zh", note, width=width),
            Column((*path, "en"), f"{head}（English）", "en", "英文，可空。", width=width))  # fmt: skip


def _number(name: str, head: str, note: str = "") -> Column:
    return Column((name,), head, "number", note, width=11)


def _choice(name: str, head: str, codes: Iterable[str], note: str = "") -> Column:
    return Column((name,), head, "choice", note, {code: WORDS.get(code, code) for code in codes}, width=16)


def _truth(name: str, head: str, note: str = "") -> Column:
    return _choice(name, head, ("true", "false"), note)


_TITLE = _two(("title",), "名称")
_OF_RULE = (
    _id(RULE, "规则名", "有名称的规则写规则名，可供多个指标使用。", known=RULES),
    _id(INDICATOR, "指标编号", "某一指标自己的规则写指标编号；规则名与指标编号只填一个。", known=INDICATORS),
)

_COMPARED = (
    _id(("a",), "甲", "编号。", known=INDICATORS),
    _id(("b",), "乙", "编号。", known=INDICATORS),
    Column(("ratio",), "甲比乙重要几倍", note="文本格式；1 到 9 的数，或 1/2 到 1/9。", width=16),
)


def _named(name: str, at: str, what: str, *more: Column) -> Sheet:
    return Sheet(name, "map", (at,), (_id(KEY, "代码", f"{what}的代码，用字母和数字。"), *_two((), "名称"), *more), what, entries=False)


SHEETS = (
    Sheet(INDICATORS, "list", ("indicators",), (
        _id(("id",), "编号", "文本格式；1.10 与 1.1 是两个编号。"),
        *_TITLE,
        _id(("parent",), "上级编号", "可空：按编号前缀自动确定上级。", known=INDICATORS),
        _number("points", "分值", "按分值计分时填写；板块的分值等于其下指标之和。"),
        _number("weight", "权重", "按权重计分时填写；只在同一上级之下比较。"),
        _choice("combine", "合成方式", COMBINATIONS, "仅板块：下级得分如何合成。"),
        _number("floor", "最低值", "几何、调和合成时的最低值。"),
        _number("worst", "取最差几项", "合成方式为最差几项时填写。"),
        _id(("rule",), "规则名", "引用“规则”表中有名称的规则；只属于本指标的规则在“规则”表中填指标编号，此处留空。", known=RULES),
        Column(("dimension",), "维度", "id", "“维度”表中的代码。", known="维度"),
        Column(("kind",), "类型", "id", "自由填写，如 quant、rubric。"),
        Column(("source",), "数据来源", "words", "“数据源”表中的代码；多个用逗号分开，末尾加逗号表示只有一项的列表。",
               known="数据源", width=18),
        Column(("verified_by",), "核实方式", "words", "“数据源”表中的代码。", known="数据源"),
        _truth("allow_unverified", "允许未核实"),
        *_two(("evidence",), "佐证材料"),
        Column(("categories",), "适用分组", "words", "“分组”表中的代码；空表示全部适用。", known="分组"),
        Column(("applies_if",), "适用条件", "id", "“适用条件”表中的代码。", known="适用条件"),
        *_two(("may_not_apply",), "可申报不适用的情形"),
        _choice("missing", "缺失处理", MISSING_POLICIES),
        _truth("may_be_shown_only", "可只展示不计分"),
        _truth("redistribute_short", "样本不足时重分配"),
        *_two(("note",), "备注"),
        Column(("compared", "max_cr"), "一致性比率上限", "number", "仅板块：两两比较允许的一致性比率，空着为 10%。", width=16),
    ), "指标与板块，一行一个；有规则的是指标，没有规则的是板块。"),
    Sheet(COMPARED, "list", ("compared", "pairs"), (
        _id(OWNER, "板块编号", "“指标”表中的板块；比较它的直接下级。", known=INDICATORS), *_COMPARED,
    ), "权重由两两比较而来时填写，一对一行；可以缺几对，但所有下级要连得起来。", INDICATORS),
    Sheet("最上层两两比较", "list", ("compared", "pairs"), _COMPARED, "最上层各板块之间的两两比较。"),
    Sheet(RULES, "map", ("rules",), (
        *_OF_RULE,
        _choice("type", "规则类型", RULE_TYPES),
        Column(("value",), "取值公式", note="文本，不要以等号开头；例：done / planned * 100。", width=40),
        _number("out_of", "规则满分", "可空：用指标的满分。"),
        Column(("zero_if",), "直接得零分的条件", width=28),
        Column(("raters",), "评分人", "id", "“评分人”表中的代码。", known="评分人"),
        _number("start", "起始分"), _number("each", "每次扣分"), _number("floor", "最低分"),
        Column(("survey",), "调查对象", "id", "“调查对象”表中的代码。", known="调查对象"),
        Column(("scale",), "量表", "words", "两端，如 1, 5。"),
        _choice("within", "比较范围", ("category", "all")),
        _choice("better", "方向", ("high", "low")),
        Column(("ties",), "并列处理", "choice", "名次、百分位规则：数值相同的单位如何取名次。", TIES, width=16),
        _number("bound", "门槛值"), _number("partial", "部分得分"), Column(("partial_if",), "部分得分的条件", width=28),
        _number("low", "下标杆"), _number("high", "上标杆"), _truth("log", "取对数"), _truth("capped", "限制在两端之内"),
        _number("target", "目标值"), _number("best", "最好的几档"), _number("points", "固定得分"),
        _number("alert_difference", "差异提示"),
    ), "规则：数值如何变成得分。分段、折点、等级、来源各有一张表。"),
    Sheet("分段", "list", ("bands",), (
        *_OF_RULE,
        _number("from", "不低于", "≥；界值从高到低。"),
        _number("above", "高于", ">；界值从高到低。"),
        _number("to", "不高于", "≤；界值从低到高。"),
        _number("below", "低于", "<；界值从低到高。"),
        _number("points", "得分"), _number("else", "其余得分", "最后一行只填这一格。"),
    ), "分段计分：自上而下，先符合的算。", RULES),
    Sheet("折点", "list", ("points",), (*_OF_RULE, _number("at", "数值"), _number("points", "得分")),
    "折线计分的各点，数值从小到大。", RULES),
    Sheet("评分等级说明", "list", ("levels",), (
        *_OF_RULE, _id(("level",), "等级", "如 A。"), _number("points", "得分"), *_two(("text",), "说明", width=40),
    ), "按等级评分：每级得几分，评分人看到什么才给。", RULES),
    Sheet("来源合成", "list", ("parts",), (
        *_OF_RULE, _id(("source",), "数据来源", "“数据源”表中的代码。", known="数据源"), _number("weight", "权重"),
        _id(("rule",), "所用规则", "“规则”表中的规则名。", known=RULES),
    ), "一个指标由几个来源合成或按次序取用。", RULES),
    _named("数据源", "sources", "数据来源"),
    Sheet("加减分", "list", ("adjust", "items"), (
        _id(("id",), "编号", "文本格式。"), _choice("kind", "种类", ("bonus", "deduct")), *_TITLE,
        _number("points", "每次分值", "分情形时留空，在“加减分情形”表中填写。"), Column(("per",), "计次单位", "id"), _number("cap", "上限"),
        *_two(("evidence",), "佐证材料"), *_two(("note",), "备注"),
    ), "指标之外的加分和扣分。"),
    Sheet("加减分情形", "map", ("points",), (
        _id(OWNER, "加减分编号", "“加减分”表中的编号。", known="加减分"), _id(KEY, "情形", "如 minor、serious。"), Column((),
        "分值", "number"),
    ), "同一加减分按情形分值不同时填写。", "加减分", entries=False),
    Sheet("一票否决", "list", ("vetoes",), (
        _id(("id",), "编号", "文本格式。"), *_TITLE, _id(("grade_at_most",), "等次不高于", "“等级”表中的代码。", width=16),
        _number("score_at_most", "得分不高于"), *_two(("note",), "备注"),
    ), "发生后等次封顶的情形。"),
    Sheet("等级", "list", ("grades",), (
        _number("from", "不低于"), _id(("grade",), "等级代码", "如 excellent。"), _id(("else",),
        "其余等级代码", "最后一行填这一格，不填前两格。", width=18),
        *_TITLE, _number("quota", "比例上限"),
    ), "等次，从高到低，最后一行是其余。"),
    _named("分组", "categories", "分组：在组内排名。"),
    Sheet("分值方案", "map", ("profiles",), (
        _id(KEY, "代码", "方案的代码。"), *_TITLE, Column(("points",),
        "分值", "text", "{} 表示没有另定分值；另定的分值在“方案分值”表中填写。"),
    ), "不同类别单位的不同分值。"),
    Sheet("方案分值", "map", ("points",), (
        _id(OWNER, "方案代码", "“分值方案”表中的代码。", known="分值方案"), _id(KEY, "指标编号", "文本格式。", known=INDICATORS),
        Column((), "分值", "number"),
    ), "各方案另定的指标分值。", "分值方案", entries=False),
    _named("维度", "dimensions", "维度：各有一个分项得分。"),
    _named("适用条件", "facts", "关于单位的是非事实，由他人认定。"),
    Sheet("评分人", "map", ("raters",), (
        _id(KEY, "代码", "评分人的代码。"), *_TITLE, _number("count", "人数"), _number("minimum", "最少人数"),
        _choice("combine", "合成方式", ("mean", "median", "trimmed_mean")), _number("alert_spread", "分差提示"),
        _choice("above_spread", "超过分差时", ("lead", "alert")),
    ), "背靠背评分的人。"),
    Sheet("调查对象", "map", ("surveys",), (
        _id(KEY, "代码", "调查对象的代码。"), *_TITLE, _number("minimum", "最少样本"), _id(("questionnaire",), "问卷", "问卷的代码。"),
    ), "接受问卷调查的人群。"),
    Sheet("数据表", "map", ("tables",), (
        _id(KEY, "代码", "如 T2。"), *_TITLE, _id(("row_key",), "行标识", "有多行的表填写。"), Column(("rows",),
        "行", "words", "固定的行在“固定行”表中填写。"),
    ), "统计表。"),
    Sheet("固定行", "map", ("rows",), (
        _id(OWNER, "数据表代码", "“数据表”表中的代码。", known="数据表"), _id(KEY, "行代码", "行的代码。"), *_two((), "名称"),
    ), "行固定的统计表有哪些行。", "数据表", entries=False),
    Sheet("数据项", "map", ("fields",), (
        _id(KEY, "代码", "如 T2.approved，点号之前是数据表。", width=24), *_TITLE, _choice("type", "数据类型", FIELD_TYPES),
        *_two(("unit",), "计量单位", width=14), _choice("filled_by", "填报方", FILLED_BY), _truth("required", "必填"),
        Column(("options",), "选项", "words", "有名称的选项在“选项”表中填写。"), *_two(("note",), "备注"),
    ), "要填报的数据，一行一项。"),
    Sheet("选项", "map", ("options",), (
        _id(OWNER, "数据项代码", "“数据项”表中的代码。", known="数据项", width=24), _id(KEY, "选项代码", "选项的代码。"), *_two((), "名称"),
    ), "选择型数据项的选项。", "数据项", entries=False),
    Sheet("数据处理", "list", ("prepare",), (
        _choice("step", "步骤", PREPARE_STEPS, "自上而下依次进行。"),
        Column(("field",), "数据项", "id", "相除：被除的数据项。", known="数据项", width=24),
        Column(("by",), "除以", "id", "相除：作为分母的数据项。", known="数据项", width=24),
        Column(("fields",), "数据项（多个）", "words", "补缺、筛除、离群：代码用逗号分开；筛除可空，指指标读取的全部数据项。",
               known="数据项", width=40),
        _choice("with", "补以", FILLINGS, "补缺：平均或中位数。"), _choice("of", "取自", GROUPS, "补缺：全部单位，或同组单位。"),
        _number("coverage", "最低覆盖率", "补缺：至少多少单位有数据才补；筛除：单位至少要有多少数据。"),
        _number("most", "最多收拢几个", "离群：最多收拢几个数值，仍不合格的取对数。"),
        _number("skewness", "偏度界限"), _number("kurtosis", "峰度界限"),
    ), "评分之前对数据的处理，一行一步，按次序进行，逐项记录。"),
)  # fmt: skip
BY_NAME = {sheet.name: sheet for sheet in SHEETS}
AT_TOP = {sheet.at: sheet for sheet in SHEETS if not sheet.parent}
BELOW = {(sheet.parent, sheet.at): sheet for sheet in SHEETS if sheet.parent}
SETTING_COLUMNS = (
    Column(("label",), "项目", note="仅供阅读。", width=26),
    Column(("path",), "键", "id", "键的路径，用点分开；不要改动。", width=24),
    Column(("value",), "值", "auto", "文本格式。", width=50),
)
OTHER_COLUMNS = (
    Column(("path",), "位置", "id", "从最外层起的键，用 / 分开；#2 是列表的第二项。", width=50),
    Column(("value",), "值", "auto", "文本格式。", width=50),
)
SETTINGS_SHOWN: tuple[tuple[Path, str, Kind, tuple[str, ...]], ...] = (
    (("format",), "格式", "id", ()),
    (("system",), "体系代码", "id", ()),
    (("version",), "版本", "id", ()),
    (("title", "zh"), "名称（中文）", "text", ()),
    (("title", "en"), "名称（English）", "text", ()),
    (("title",), "名称", "text", ()),
    (("score", "method"), "计分方法", "choice", ("points", "weights", "none")),
    (("score", "min"), "最低分", "number", ()),
    (("score", "max"), "最高分", "number", ()),
    (("score", "decimals"), "小数位", "number", ()),
    (("score", "rounding"), "舍入", "choice", ("half_up",)),
    (("score", "round_at"), "在何处舍入", "choice", ("leaf", "total")),
    (("score", "rank_on"), "按何种得分排名", "choice", ("rounded", "exact")),
    (("score", "ties"), "并列名次", "choice", ("same_rank_skip", "same_rank_dense")),
    (("score", "combine"), "板块合成方式", "choice", COMBINATIONS),
    (("missing", "default"), "缺失处理", "choice", MISSING_POLICIES),
    (("missing", "min_coverage"), "最低覆盖率", "number", ()),
    (("relative",), "单位之间相互比较", "choice", ("true", "false")),
    (("quotas",), "启用等次比例", "choice", ("true", "false")),
    (("compared", "max_cr"), "最上层一致性比率上限", "number", ()),
    (("adjust", "order"), "加减分次序", "words", ()),
    (("adjust", "caps", "bonus"), "加分合计上限", "number", ()),
    (("adjust", "caps", "deduct"), "扣分合计上限", "number", ()),
)


def setting_column(path: Path) -> Column:
    """How the value of a line of ``体系`` is written."""
    for shown, label, kind, codes in SETTINGS_SHOWN:
        if shown == path:
            return Column(path, label, kind, choices={code: WORDS.get(code, code) for code in codes})
    return Column(path, ".".join(path), "auto")
