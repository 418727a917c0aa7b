"""The campaign's own words: basis, scope, notice, report to the commission."""

# ruff: noqa: E501 - prose, a paragraph a line
from __future__ import annotations

from datetime import timedelta

from .figures import Case

LIGHT = "五年规划未安排本年实地评估"
BASIS = "《中国共产党机构编制工作条例》《机构编制监督检查工作办法》和市委编委年度工作要点"
OUTLINE = """一、基本情况（职责、机构、编制、人员）
二、职能配置与履行
三、内设机构运行
四、编制及领导职数执行
五、内部机制
六、所属单位
七、取得成效
八、存在问题及原因
九、整改打算与机构编制建议"""
REQUIREMENTS = """高度重视，明确专人负责。各部门主要负责人是评估工作第一责任人，确定一名联络员。
数据真实准确。统计表由主要负责人审核签字，编制核定数以编办台账为准，有异议的可以在系统中提出。
按时报送材料。自评报告、统计表、自评分和佐证材料通过评估平台报送，逾期的按规定扣分。
严守工作纪律。不得干预社会调查，不得要求服务对象和干部职工如何评价。"""


def scope(case: Case) -> str:
    """The year that is looked at."""
    begin = (case.census - timedelta(days=364)).replace(day=1)
    return f"{begin.year}年{begin.month}月至{case.census.year}年{case.census.month}月职能运行和机构编制执行情况"


def notice(title: str) -> dict[str, str]:
    """What stands in the notice."""
    return {
        "purpose": f"为全面掌握部门职能运行和机构编制执行情况，提高机构编制资源使用效益，经市委编委同意，决定开展{title}（以下简称“评估”）。",
        "requirements": REQUIREMENTS,
        "outline": OUTLINE, "contact_person": "李敏", "contact_phone": "0536-5500121",
    }


SUMMARY: dict[str, str] = {
    "overall": "从评估结果看，各部门落实“三定”规定总体较好，机构编制纪律意识增强，职责清单化管理基本建立，执行情况和使用效益总体相当。\n部门之间差距较大，部分执法监管类、社会管理类部门和直属单位得分偏低。",
    "achievements": "职责落实更加到位：\n多数部门职责任务清单分解到内设机构和岗位，划入职责基本承接到位。\n编制管理更加规范：\n用编核准、职数预审制度得到执行，实名制信息准确率稳定在九成五以上。\n履职成效稳步提升：\n政务服务按期办结率和群众满意度总体提高。",
    "problems": "职责交叉和缺位仍然存在：\n个别三定职责没有承办科室，部门之间边界不清的事项需要进一步协调。\n编制使用不够均衡：\n有的部门空编与大量使用编外人员并存，长期借调人员影响业务一线。\n内部运行机制有短板：\n双随机抽查记录不全，流程图与实际办理脱节。\n所属单位运转质量不高：\n个别单位业务萎缩，与机关混岗。",
    "causes": "一是机构编制法规学习不够，个别部门把编制管理当作人事部门一家的事。二是职责变化后制度、流程跟进不及时。三是编制资源统筹调剂力度不够，忙闲不均没有及时调整。",
    "handling": "对发现的问题按三类处理：属于机构编制方面的，由编办研究提出调整建议；属于部门管理方面的，下发整改通知书限期整改；涉嫌违纪违规的，按规定移送。\n评估结果反馈后，对提出异议的部门按程序进行了复核，复核决定逐项载明理由。",
    "advice": "一是对空编较多的部门收回部分编制统筹用于民生领域。二是对职责交叉事项明确牵头部门，修订相关三定规定。三是对小散弱的所属单位进行整合。四是将评估结果作为领导班子考核和编制事项审批的参考。",
}
