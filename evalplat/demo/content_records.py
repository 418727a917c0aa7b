"""Records of a visit in the nine methods, the checklist's notes, and what assessors write beside a level."""

# ruff: noqa: E501 - prose, a paragraph a line
from __future__ import annotations

from dataclasses import dataclass

from .dice import dice
from .figures import Case

KEYS = {"A-1": "", "A-2": "A101", "A-3": "A102", "A-4": "A103", "A-5": "A202", "A-6": "A301", "B-1": "B101", "B-2": "B104", "B-3": "B103",
        "B-4": "B104", "C-1": "C103", "C-2": "C102", "C-3": "C301", "C-4": "C202", "C-5": "C401", "C-6": "", "C-7": "C403", "C-8": "C403",
        "D-1": "D101", "D-2": "D102", "D-3": "D103", "D-4": "D201", "D-5": "D202", "D-6": "D203", "D-7": "", "E-1": "E105", "E-2": "E102",
        "E-3": "E102", "E-4": "E103", "E-5": "E101", "F-1": "F101", "F-2": "F102", "F-3": "F103"}
"""Line of the checklist → the indicator that it tells about."""

NOTES = {"A": "清单与三定规定逐条比对，差异见底稿。", "B": "现场查看门牌、印章和公文抬头，差异已拍照。", "C": "与实名制系统、任免文件、工资表比对，差异见比对表。",
         "D": "抽查制度、岗位说明书和流程，差异见底稿。", "E": "查看法人证书和年度数据，约谈负责人。", "F": "与系统导出数据核对。"}
CONFORMS = ("查阅原件，未见异常。", "现场核对一致。", "抽查样本全部符合。")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a visit."""

    method: str
    starts: str
    ends: str
    place: str
    people: tuple[str, ...]
    content: str
    anonymous: bool = False


def records(case: Case, head: str, liaison: str) -> list[Record]:
    """The visit's records, in their order over the day."""
    if case.english:
        from . import english_texts  # which makes records of this file's kind

        return english_texts.records(case, head, liaison)
    found = [_briefing(case, head), _documents(case, liaison), _panel(case), _interviews(case), _attendance(case, liaison)]
    if case.body.affiliates:
        found.insert(3, _units(case))
    if case.body.enforcement:
        found.append(_log(case))
    if case.index % 2 == 0:
        found.append(_field(case))
    if case.index % 3 == 1:
        found.append(_questionnaire(case))
    return found


def _briefing(case: Case, head: str) -> Record:
    f = case.figures.fields
    deeds = "；".join(case.portrait.deeds)
    text = (f"{head}汇报：一、职责落实。三定规定职责{f['T8.duties_total']}条，建立职责任务清单，任务{f['T8.tasks_total']}项。二、主要成效。{deeds}。"
            f"三、机构运行。设内设机构{f['T1.units_actual']}个，人员总体稳定。\n"
            f"评估组询问：新增职责由哪个科室承担，借调人员何时返岗，编外人员在哪些岗位。\n"
            f"{head}答复：新增职责已在分工文件中明确；借出{f['T6.seconded_out']}人，均为上级或专项工作抽调；编外人员主要从事辅助性工作，"
            f"{'正在按要求清理。' if case.quality['C403'] == 2 else '没有在人事、财务岗位。'}")
    return Record("briefing", "09:00", "09:40", f"{case.body.short}三楼会议室", (f"{head} 主要负责人", "班子成员3人"), text)


def _panel(case: Case) -> Record:
    names = case.portrait.sections
    lines = [f"{name}负责人：本科室主要做{work}，{_mood(case, name)}" for name, work in zip(names, (*case.portrait.work, *case.portrait.work), strict=False)]
    people = tuple(f"{name}负责人" for name in ("办公室", *names))
    return Record("panel_sections", "10:30", "11:50", "二楼小会议室", people, "\n".join(lines))


def _mood(case: Case, name: str) -> str:
    choices = ("人员够用，职责清楚。", "年底任务集中时要加班，平时能够周转。", "希望补充一名懂业务的年轻人。", "与兄弟科室配合顺畅，重大事项由办公会定。")
    troubled = ("任务明显多于人手，常从所属单位找人帮忙。", "有的工作与其他科室重复，需要明确谁牵头。", "借走的人一直没有回来，报表由一个人做。")
    pool = choices if case.portrait.character in ("strong", "solid") else (*choices[:2], *troubled)
    return dice(case.body.code, name, "mood").choice(pool)


def _units(case: Case) -> Record:
    lines = []
    for place, row in enumerate(case.figures.tables["T5"]):
        rest = case.pick("E102", "业务饱满，年度计划均已完成。", "有一项业务因政策调整没有开展，其余正常。", "近两年业务减少，部分人员在机关帮助工作。") if place == 0 else "按宗旨和业务范围开展工作，年度任务正常。"
        lines.append(f"{row['name']}负责人：现有{row['actual']}人，{rest}")
    return Record("panel_units", "14:00", "15:00", "二楼小会议室", tuple(f"{name}负责人" for name in case.portrait.affiliates), "\n".join(lines))


def _documents(case: Case, liaison: str) -> Record:
    f = case.figures
    text = (f"查阅：三定规定文本及修订件、职责任务清单（{f.fields['T8.tasks_total']}项）、权责清单（{f.fields['T8.power_items']}项）、制度汇编、岗位说明书"
            f"{f.fields['T8.posts_with_duties']}份、领导职数台账、用编核准单、编外台账、督办台账。\n"
            f"比对情况：岗位说明书抽10份，{case.pick('D102', '与实际岗位一致', '1份与实际不完全一致', '4份为套用')}；"
            f"用编核准单抽5份，{case.pick('C103', '时间均早于入编时间', '1份晚于入编时间', '2份晚于入编时间')}；"
            f"制度汇编{case.pick('D101', '十项齐全，均在三年内修订', '缺督办制度', '缺人事、采购、应急三项')}。\n材料目录经{liaison}核对，共26件。")
    return Record("document_check", "09:50", "12:00", "资料室", (f"{liaison} 联络员", "档案管理员"), text)


def _interviews(case: Case) -> Record:
    pool = ("办事窗口一次讲清要带什么材料，当天就办完了。", "电话能打通，态度好，就是跑了两趟。", "网上能办，不用来现场，方便。", "工作人员业务熟，遇到政策问题能解释清楚。",
            "等的时间有点长，叫号慢。", "材料让补了一次，说法前后不太一样。", "事情解决了，比以前快。")
    start = case.number("interview", 0, 3)
    said = [f"受访人{'甲乙丙丁戊己'[place]}：{pool[(start + place) % len(pool)]}" for place in range(5)]
    return Record("interview_recipient", "15:10", "16:00", "政务服务中心大厅" if case.body.services else "服务对象单位", tuple(f"受访人{sign}" for sign in "甲乙丙丁戊"),
                  "\n".join(said), anonymous=True)


def _attendance(case: Case, liaison: str) -> Record:
    away = case.pick("C301", 0, 1, 3)
    text = (f"从实名制名册随机抽取20人，现场核对：在岗{20 - away}人" + (f"，{away}人不在岗，均称借调外出，" + ("已补交批件。" if away == 1 else "其中2人未能提供批件。") if away else "，其余公出均有登记。")
            + f"\n实名制字段抽查200个，不一致{200 - case.figures.panel['T9.fields_matching']}个。工资发放人数与实有人数一致。")
    return Record("attendance_spot_check", "16:10", "17:00", "各办公室", (f"{liaison} 联络员", "人事专管员"), text)


def _log(case: Case) -> Record:
    f = case.figures
    text = (f"查看年度抽查计划{f.fields['T8.inspections_planned']}项和检查对象、执法人员两库，抽5次任务的抽签记录、工作日志、公示截图。\n"
            f"完成{f.fields['T8.inspections_done']}项，经核查按期公示{f.true('T8.inspections_published')}项；"
            f"{case.pick('D201', '抽查的5次记录齐全。', '1次结果公示超过20个工作日。', '2次没有抽签记录，1次日志无两名执法人员签名。')}")
    return Record("inspection_log_check", "14:10", "15:30", "执法科室", ("执法科室负责人", "双随机专管员"), text)


def _field(case: Case) -> Record:
    towns = ("柳河街道", "柳林镇", "清河镇")
    text = (f"走访{towns[case.index % 3]}、{towns[(case.index + 1) % 3]}。镇街反映：{case.body.short}"
            + case.pick("A302", "业务指导及时，遇到问题有专人答复。", "年初有培训，但日常指导主要靠电话。", "任务层层下派多，配套人员和经费少，出了问题才来人。")
            + "下放事项" + case.pick("A103", "办理要件均已移交。", "基本移交，个别系统权限还没有开通。", "名义上下放，实际仍要报局里预审。"))
    return Record("field_visit", "09:30", "11:30", "镇街便民服务中心", ("镇街分管负责人", "便民服务中心主任"), text)


def _questionnaire(case: Case) -> Record:
    given = 24 + case.index % 7
    return Record("questionnaire", "11:00", "11:20", "三楼会议室", ("机关干部职工",), f"现场发放无记名问卷{given + 2}份，收回{given}份，当场密封交调查组，内容由社会调查统一统计，本记录不摘录。", anonymous=True)


LEVELS: dict[str, tuple[str, str, str]] = {
    "A203": ("门户公开的清单与备案文本逐条一致。", "已公开，但为上一年度版本。", "检索不到公开的清单。"),
    "A301": ("分工文件齐全，对口部门函询无不同意见。", "有过争议，已书面会商。", "争议仍在编办协调中。"),
    "A302": ("机制文本、牵头配合、运行记录齐全。", "有文本，会议记录不全。", "只有口头约定，没有文件。"),
    "B102": ("抽查职责均有唯一主办科室。", "有1至2处职责交叉。", "有3处以上交叉，靠临时指派。"),
    "B104": ("没有未经批准的临时机构，到期专班已撤销。", "1个专班到期未清理。", "有未经批准设立的专班。"),
    "D101": ("十项制度齐全，三年内修订。", "十项制度缺1项。", "十项制度缺3项。"),
    "E102": ("所属单位业务正常，政事分开。", "个别业务未开展。", "主要业务萎缩，有人员混岗。"),
}
"""Rubric → what an assessor writes for each of the three levels."""
