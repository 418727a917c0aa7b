"""The city's summary for the made-up campaign: eight units, one of them with too few answers."""

import importlib.util
from datetime import date
from decimal import Decimal
from pathlib import Path

from evalplat.documents.parts import AverageLine, CountLine, FindingCount, SatisfactionLine, Section, UnitLine
from evalplat.documents.views import SummaryView

_spec = importlib.util.spec_from_file_location("sample_parts", Path(__file__).with_name("sample_parts.py"))
parts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(parts)


def _d(text: str) -> Decimal | None:
    return None if text == "-" else Decimal(text)


_UNITS = """
市教育局|经济社会|91.35|92.10|90.78|优秀|1（1—2）|88.20|3|90.25 91.67 93.10 88.21 94.50 90.30
市卫生健康局|经济社会|88.42|90.02|87.21|良好|2（1—3）|86.11|4|88.00 83.33 90.45 85.71 91.20 89.10
市农业农村局|经济社会|85.16|87.90|83.09|良好|3（2—4）|-|5|86.50 75.00 88.64 82.14 84.17 87.05
市文化和旅游局|经济社会|83.77|85.00|82.84|良好|4（3—5）|81.93|4|81.25 83.33 85.23 80.36 82.50 86.60
市市场监督管理局|执法监管|82.46|82.91|80.04|良好|1（1—2）|78.53|4|82.75 83.33 84.73 78.93 80.42 80.30
市水利局|执法监管|78.04|83.12|74.20|合格|2（1—2）|80.46|6|80.00 75.00 77.27 76.79 75.83 81.70
市司法局|政法|86.90|88.37|85.79|良好|-|-|2|90.00 91.67 86.36 83.93 - 86.25
市信访局|政法|-|84.40|-|-|-|-|2|85.00 83.33 84.09 85.71 - -
"""


def units() -> tuple[UnitLine, ...]:
    made = []
    for row in _UNITS.strip().splitlines():
        name, category, total, x, y, grade, rank, previous, findings, rates = row.split("|")
        made.append(UnitLine(
            name=name, category=category, total=_d(total), score_x=_d(x), score_y=_d(y),
            grade=None if grade == "-" else grade, rank=None if rank == "-" else rank, previous=_d(previous),
            findings=int(findings), marks=("样本不足",) if total == "-" else (),
            rates=tuple(_d(rate) for rate in rates.split()),
        ))
    return tuple(made)


_FINDINGS = """职责|4 3 0 5 2 0
机构|3 1 0 1 3 0
编制人员|5 4 1 4 7 1
领导职数|0 1 0 0 1 0
内部机制|4 1 0 0 5 0
所属单位|1 1 0 1 1 0
数据|1 0 0 0 1 0"""


def _findings() -> tuple[FindingCount, ...]:
    keys = ("minor", "major", "critical", "to_office", "to_unit", "referred")
    rows = (line.split("|") for line in _FINDINGS.splitlines())
    return tuple(
        FindingCount(category=name, **dict(zip(keys, map(int, counts.split()), strict=True))) for name, counts in rows
    )


def counts(text: str, unit: str = "") -> tuple[CountLine, ...]:
    pairs = (item.rsplit(" ", 1) for item in text.split(","))
    return tuple(CountLine(label=label.strip(), count=int(count), unit=unit) for label, count in pairs)


def summary(**more) -> SummaryView:
    averages = (
        "职能配置 85.47 82.10 8", "内部机构设置 83.33 84.00 8", "编制核定及人员配备 86.23 80.75 8",
        "内部工作机制运行 82.72 79.60 8", "下属事业单位运转 84.77 83.12 6", "履职成效与社会满意度 85.90 81.34 7",
    )
    values = {
        "head": parts.head("云编办发〔2026〕58号", signer="顾昇", classification="内部"),
        "title": "关于2026年度市直部门机构编制综合评估情况的报告", "addressee": "市委机构编制委员会",
        "signed_by": parts.OFFICE, "signed_on": date(2026, 8, 17),
        "imprint": parts.imprint(date(2026, 8, 17), ("市委组织部", "市纪委监委机关")),
        "stamp": parts.stamp(result_hash=parts.RESULT_HASH), "campaign": parts.CAMPAIGN,
        "snapshot": "2026-08-10 第3号（b71e 0c55 94aa 3d10）",
        "organisation": (
            "评估依据《中国共产党机构编制工作条例》和《云川市机构编制评估办法（试行）》，对8家市直部门2025年度机构编制执行和使用"
            "情况进行，自2026年3月2日印发通知，至7月21日结果异议处理完毕，按照部门自评、社会调查、实地评估、撰写报告、"
            "反馈结果、异议处理的步骤组织。",
        ),
        "participation": (
            *counts("评估人员 12", "人"), *counts("座谈会 17", "场"), *counts("访谈 126", "人次"),
            *counts("查阅资料 1874", "件"), *counts("有效答卷 8316", "份"),
        ),
        "overall": ("总体看，市直部门机构编制执行情况较好，编制核定及人员配备平均得分率较上次提高5.48个百分点；内部工作机制运行"
                    "得分率较低，忙闲不均、流程不畅的问题仍然存在。执行得分率高于效益得分率，说明合规基础较好，使用效益还有提升空间。",),
        "distribution": counts("60以下 0,60—70 0,70—80 1,80—85 2,85—90 3,90以上 1", "家"),
        "grades": counts("优秀 1,良好 5,合格 1,不合格 0,未评定 1", "家"), "units": units(),
        "mean_total": Decimal("85.08"), "mean_x": Decimal("86.73"), "mean_y": Decimal("83.42"),
        "averages": tuple(
            AverageLine(code="ABCDEF"[i], title=item.split()[0], rate=Decimal(item.split()[1]),
                        previous=Decimal(item.split()[2]), units=int(item.split()[3]))
            for i, item in enumerate(averages)
        ),
        "achievements": (
            Section(heading="职责落实更加到位", paragraphs=("8家单位三定职责分解到位率平均为95.60%，承接划入职责63条，职责任务清单全部公开。",)),
            Section(heading="编制管理更加规范", paragraphs=("进人程序合规率为98.70%，实名制信息准确率为98.10%，均高于上次评估。",)),
        ),
        "findings": _findings(),
        "problems": (
            Section(heading="职责交叉的协调机制不健全", paragraphs=("3家单位之间存在职责边界不清5处，其中2处发生推诿，未按规定报请协调。",)),
            Section(heading="编制使用不够均衡", paragraphs=("机关满编与所属单位空编并存，混编混岗4人，长期借调7人。",)),
        ),
        "causes": ("一是机构编制法定化意识不强；二是部门内部统筹调配不够；三是跟踪问效机制不完善，问题发现不够及时。",),
        "objections": counts("收到 3,受理 2,不予受理 1,维持 2,变更 1,撤销 1", "件"),
        "rectification": counts("下达 20,已销号 13,整改中 6,逾期 1", "项"),
        "handling": ("提出编制调整建议5条，建议核减事业编制12名、调剂行政编制3名；移送线索1件。",),
        "satisfaction": (
            SatisfactionLine(group="服务对象", answered=3120, valid=3012, mean=Decimal("83.47"), interval="82.90—84.04"),
            SatisfactionLine(group="社会公众", answered=4903, valid=4688, mean=Decimal("77.15"), interval="76.61—77.69"),
            SatisfactionLine(group="党代表、人大代表、政协委员", answered=96, valid=93, mean=Decimal("84.02"),
                             interval="81.77—86.27"),
            SatisfactionLine(group="对口部门", answered=160, valid=159, mean=Decimal("82.30"), interval="80.94—83.66"),
            SatisfactionLine(group="干部职工", answered=371, valid=364, mean=Decimal("79.88"), interval="78.65—81.11"),
            SatisfactionLine(group="其他", answered=4, valid=4, mean=None, mark="人数过少不显示"),
        ),
        "advice": (
            Section(heading="统筹编制资源", paragraphs=("对连续两年空编率超过20%的所属单位，收回部分空编进入周转池，优先保障一线执法力量。",)),
            Section(heading="完善制度机制", paragraphs=("修订职责边界清单管理办法，建立报请协调的时限和责任要求。",)),
        ),
    }
    return SummaryView(**(values | more))
