"""The Chinese words that stand in a workbook for the choices of an indicator file; the code itself is read as well."""

from __future__ import annotations

WORDS = {
    "true": "是", "false": "否",
    "points": "按分值", "weights": "按权重", "none": "不计分",
    "half_up": "四舍五入", "leaf": "每个指标", "total": "总分", "rounded": "舍入后的得分", "exact": "精确得分",
    "same_rank_skip": "并列后跳号", "same_rank_dense": "并列后不跳号",
    "sum": "相加", "arithmetic": "加权平均", "geometric": "几何平均", "harmonic": "调和平均", "min": "取最低", "worst": "最差几项",
    "not_scored": "不计分", "zero": "记零分", "group_mean": "取同组平均", "reweight": "权重转给其他指标", "last_year": "用上年结果",
    "bands": "分段", "linear": "折线", "levels": "等级", "deduct": "扣分", "formula": "公式", "survey": "调查得分", "top_box": "最好档占比",
    "fixed": "固定得分", "goalposts": "标杆", "threshold": "门槛", "target": "与目标的距离", "minmax": "极差标准化", "zscore": "标准分",
    "rank": "名次", "percentile": "百分位", "blend": "多来源合成", "first": "按来源次序",
    "category": "同组", "all": "全部", "high": "越高越好", "low": "越低越好",
    "mean": "平均", "median": "中位数", "trimmed_mean": "去掉最高最低后平均", "lead": "由组长裁定", "alert": "只提示",
    "divide": "相除", "impute": "补缺", "screen": "筛除单位", "outliers": "处理离群值",
    "bonus": "加分", "integer": "整数", "number": "数值", "percent": "百分比", "yes_no": "是否", "choice": "选择",
    "text": "文本", "date": "日期", "unit": "单位填报", "office": "编办填报", "panel": "评估组填报", "register": "实名制系统",
}  # fmt: skip
TIES = {"mean": "平均", "best": "取最好", "worst": "取最差"}
"""What is done with equal values; ``worst`` of a block is another thing."""
