"""The plan as a document: a letter upward with one sheet a year. Documents are Chinese."""

# All zh: printed
from __future__ import annotations

from evalplat.campaigns import modes
from evalplat.documents.parts import Section, Sheet
from evalplat.documents.plain import letter
from evalplat.documents.views import PlainLetterView
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work

from . import queries
from .queries_plan import Batch, plan_page
from .tables import EvaluationPlan

MODES = {modes.FULL: "全面评估", modes.LIGHT: "轻评"}


def plan_letter(work: Work, plan: EvaluationPlan) -> PlainLetterView:
    """The whole letter; its number, date and signer are set when it is issued."""
    with speaking("zh"):
        page = plan_page(work, plan)
        return letter(work, title=f"关于{plan.title}的报告", addressee="市委机构编制委员会", opening=_opening(plan),
                      sections=_sections(work, plan, page.batches), closing=("特此报告。",),
                      sheets=tuple(_sheet(batch) for batch in page.batches if batch.rows))


def _opening(plan: EvaluationPlan) -> list[str]:
    basis = "、".join(line.strip().rstrip("。；") for line in plan.basis.splitlines() if line.strip())
    texts = [line.strip() for line in plan.opening.splitlines() if line.strip()]
    first = f"根据{basis}，" if basis else ""
    texts = texts or [f"{first}我办拟订了{plan.title}。现将有关情况报告如下。"]
    if plan.version == 1:
        return texts
    return [*texts, f"本规划为第{plan.version}版，替代以前各版。修改原因：{plan.changed_because.rstrip('。')}。"]


def _sections(work: Work, plan: EvaluationPlan, batches: tuple[Batch, ...]) -> list[Section]:
    full = {row.code for batch in batches for row in batch.rows if row.mode == modes.FULL}
    light = sum(batch.light for batch in batches)
    last = plan.first_year + plan.years - 1
    scope = (f"{plan.first_year}年至{last}年，共对{len(full)}家单位开展全面评估，每家单位至少{queries.cycle_of(work)}年评估一次。",)
    if light:
        scope += (f"未列入当年全面评估的单位开展轻评，共{light}家次：单位自评并接受社会调查，不进行实地核查，"
                  "结果不与全面评估的单位一并排名。",)
    years = tuple(f"{batch.year}年：全面评估{batch.full}家" + (f"，轻评{batch.light}家" if batch.light else "")
                  + "".join(f"；{label}{count}家" for label, count in batch.by_category) + "。" + _again(batch) for batch in batches)
    how = ("按到期先后和风险高低排列，同类单位在各年均衡安排。风险由距上次全面评估的年数、上次等次、未办结和逾期的问题、"
           "回头看反弹、一票否决和暂缓办理等情形计算，各项分值由我办设定。",)
    decided = (Section(heading="审定情况", paragraphs=(f"{plan.resolution.rstrip('。')}。",)),) if plan.resolution else ()
    return [Section(heading="评估范围", paragraphs=scope), Section(heading="分年安排", paragraphs=years),
            Section(heading="安排办法", paragraphs=how), *decided]


def _again(batch: Batch) -> str:
    """That an evaluation of the year was cancelled and the batch stands here anew."""
    cancelled = [one for one in batch.campaigns if one.cancelled]
    by = "；".join(f"{one.title}，{one.document}" if one.document else one.title for one in cancelled)
    return f"该年度原组织的评估已取消（{by}），按本规划重新组织。" if cancelled and batch.may_begin else ""


def _sheet(batch: Batch) -> Sheet:
    rows = tuple((str(number), row.name, row.category_label, MODES[row.mode], str(row.due) if row.mode == modes.FULL else "—",
                  str(row.risk), row.reason or ("晚于到期年份" if row.late else ""))
                 for number, row in enumerate(batch.rows, 1))
    return Sheet(title=f"{batch.year}年评估批次", columns=("序号", "单位", "类别", "方式", "到期年份", "风险", "说明"), rows=rows,
                 widths=(11, 0, 36, 19, 19, 14, 40), figures=(0, 4, 5))
