"""The words of what does not go its usual way: more time, a halt, a request to keep away, calls, hotline items, a plan of five years."""

# ruff: noqa: E501 - prose, an item a line
from __future__ import annotations

MORE_TIME = "近期承担防汛值守和巡察整改任务，统计工作人员不足，申请延期报送。"
MORE_TIME_GRANTED = "情况属实，同意延期。"
MORE_TIME_GIVEN = "该单位机构编制台账正在与人社部门核对，给予核对时间。"
MORE_TIME_AGAIN = "自评材料汇总工作量较大，申请延期。"
MORE_TIME_REFUSED = "各部门任务相同，所述情况不属于客观原因，请按原定时间报送。"
HALT = "该局正在配合上级专项督查，主要负责人和业务骨干全程参加，暂缓评估。"
RESUME = "专项督查已结束，恢复评估。"
EXEMPT = "市委编委已批准该局职责调整方案，职责和机构正在划转，本年度评估结果不具可比性。"
KEEP_AWAY = "杨雪同志的配偶在我局所属法律援助中心任职，可能影响评估公正。"
KEEP_AWAY_GRANTED = "经核实，情况属实，符合应当回避的情形。"
CALLS: dict[str, tuple[str, str, int | None]] = {
    "xuanchuan": ("办公室主任", "询问自评进度，对方答复统计表还差所属单位部分，正在催报。", 2),
    "gongxiao": ("办公室主任", "提醒主要负责人尽快审核签字，对方答复负责人外出学习，返回后即签。", 1),
}
"""Department → whom the section called, what was said, in how many days it was promised."""
CALL_LAST_YEAR = ("办公室主任", "自评材料将于后天到期，提醒抓紧完成所属单位填报并由主要负责人签字。", 2)
MEETING_NOTE = "会议逐项比对各组把握尺度，对评分偏严、偏松的指标进行了校正，其余维持评估组意见。"

OUT_OF_SCOPE = "所提异议要求按照部门年度绩效考核结果调整评估等次，年度绩效考核不属于本评估的异议范围。"
TO_COMPLETE = "第1项只写明不同意得分，请补充所主张分值的计算依据，并附能够证明材料形成时间的证据。"
COMPLETED = "补充说明：该项台账以{day}前的纸质登记为准，电子台账系事后补录，原始登记簿复印件已附。"
WITHDRAWN = "经与评估组沟通并核对底稿，对认定事实没有意见，自愿撤回。"
CORRECTION = "编制底稿归档复查时发现，汇总时把一份已经备案的材料误记为未备案，少计得分。"
CORRECTION_ITEM = "该材料在评估基准日前已经备案，备案回执在卷，应予计分。"

SPECIAL_LINE = {
    "category": "P35", "severity": "major", "title": "12310举报：长期借用所属单位人员在机关工作",
    "description": "群众通过12310举报电话反映，该局长期借用所属事业单位人员在机关科室工作，借用手续已过期仍未返岗。经核查，实际借用3人，均超过批准期限。",
    "basis": "《机构编制监督检查工作办法》；借调人员管理规定", "document": "12310受理登记〔{year}〕{number}号",
    "requirement": "超期借用人员一律返岗，确需借用的重新报批，并建立到期提醒。",
}
SHARED = {
    "category": "P13", "severity": "minor", "title": "涉河桥梁码头汛期安全监管职责衔接不清",
    "description": "审计移送反映，涉河桥梁、码头汛期安全由哪家巡查、哪家处置，三个部门的职责清单互相不一致，两处隐患超过三个月没有整改到位。",
    "basis": "各部门“三定”规定；《市级部门职责分工协调机制》", "document": "审计移送函〔{year}〕{number}号",
    "requirement": "三部门会商明确巡查、报告、处置的衔接程序，联合印发操作细则。",
}
REQUESTS = (
    ("quota_use", "申请使用行政编制2名，公开招录水文业务人员。"),
    ("leader_posts", "申请核增副科级领导职数1名。"),
)
WAIVED = "防汛抗旱指挥体系调整为上级统一部署，限期完成，准予先行受理；整改事项继续督办。"
LOOK_BACK_CONCLUSION = "从回头看情况看，多数整改成果得到保持，制度运行正常；个别部门未经批准设立的机构撤销后又以专班名义恢复运行，问题反弹。\n对反弹事项已重新立项，提高一级处置，整改期间暂停受理该部门新增机构编制事项。"
LOOK_BACK_ADVICE = "一是把整改事项纳入机构编制日常监督，半年抽查一次。二是对反弹的部门由编委办负责人约谈主要负责人。"

PLAN = {
    "title": "市直部门机构编制评估五年规划", "basis": "《中国共产党机构编制工作条例》《机构编制监督检查工作办法》",
    "opening": "为实现市直部门评估五年全覆盖，按照上次评估时间、风险情况和部门类别统筹安排，制定本规划。每年实地评估约五分之一的部门，年度评估按批次启动。",
}
NEXT_SYSTEM = "机构编制评估指标体系（{year}年讨论稿）"
RESOLUTION = "经市委编委{year}年第{number}次会议审定"
EARLIER: tuple[tuple[str, int, str, str], ...] = (
    ("shuiwu", -5, "full", "良好"), ("jiaotong", -4, "full", "良好"), ("shichang", -3, "thematic", ""), ("jiaoyu", -5, "full", "一般"),
    ("caizheng", -3, "full", "优秀"), ("minzheng", -4, "full", "良好"), ("weijian", -4, "full", "良好"), ("renshe", -3, "other", ""),
    ("gongan", -5, "full", "良好"), ("fagai", -4, "full", "优秀"), ("zigui", -3, "full", "一般"), ("zhujian", -5, "full", "良好"),
)
"""Department, how many years before this one, kind, grade: what was evaluated before this system."""
EARLIER_DOCUMENT = "青编办发〔{year}〕{number}号"
PUBLISHED = {"unit": ("findings", "grade", "score", "rank"), "evaluated": ("grade",), "public": ("grade",)}
"""What the served campaigns publish: the unit its rank too, everybody the grades."""
