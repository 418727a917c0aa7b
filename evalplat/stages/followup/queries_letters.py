"""The plain letters of this room: the advice on the establishment, the letter of referral, the look-back report. In Chinese."""

# All zh: printed
from __future__ import annotations

from collections import Counter

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import plain
from evalplat.documents.parts import Section, Sheet
from evalplat.documents.views import PlainLetterView
from evalplat.findings.kinds import CATEGORIES, SEVERITIES, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order

from .rules import ADVICE_KINDS, OUTCOMES, AdviceKind, Outcome
from .tables import Advice, LookBack, LookBackCheck, LookBackText, Rectification, Referral


def advice_letter(work: Work, evaluation: Evaluation, pairs: list[tuple[Advice, Finding]]) -> PlainLetterView:
    """机构编制调整建议: what the commission should decide, finding by finding."""
    campaign, unit = work.session.get_one(Campaign, evaluation.campaign_id), work.session.get_one(Unit, evaluation.unit_id)
    with speaking("zh"):
        sections = tuple(Section(
            heading=f"{gettext(ADVICE_KINDS[AdviceKind(row.kind)])}（{finding.code} {finding.title}）",
            paragraphs=(f"存在问题：{finding.description}", f"依据：{finding.basis or '见评估报告'}", f"建议：{row.text}"))
            for row, finding in pairs)
    return plain.letter(
        work, title=f"关于{unit.name}机构编制调整的建议", addressee="市委机构编制委员会",
        opening=(f"在{campaign.title}中，发现{unit.name}存在需要由机构编制部门研究解决的问题{len(pairs)}项。经研究，现提出机构编制调整建议如下。",),
        sections=sections, closing=("本建议供内部研究使用。以上建议，请审议。",))


def referral_letter(work: Work, evaluation: Evaluation, item: tuple[Referral, Finding], addressee: str) -> PlainLetterView:
    """违纪违规线索移送函: for its addressee and the named persons alone."""
    row, finding = item
    unit = work.session.get_one(Unit, evaluation.unit_id)
    return plain.letter(
        work, title="关于移送机构编制违纪违规问题线索的函", addressee=addressee,
        opening=("我办在履行机构编制监督检查职责中，发现有关违反机构编制纪律的问题线索。按照有关规定，现予移送。",),
        sections=(Section(heading="涉及单位", paragraphs=(unit.name,)),
                  Section(heading="基本情况", paragraphs=(finding.description,)),
                  Section(heading="依据", paragraphs=(finding.basis or "机构编制工作有关规定",)),
                  Section(heading="移送意见", paragraphs=(row.reason,))),
        closing=("请予受理，并将受理情况和处理结果函告我办。", "本函仅限经办人员阅知。"))


def looked_back(work: Work, campaign: Campaign) -> list[tuple[LookBack, Unit]]:
    """Every look back of a campaign with its unit."""
    query = (select(LookBack, Unit).join(Evaluation, col(Evaluation.id) == col(LookBack.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(Evaluation.campaign_id == campaign.id)
             .order_by(*by_unit_order(work)))
    return list(work.session.exec(query))


def checks(work: Work, campaign: Campaign) -> list[tuple[LookBackCheck, Rectification, Finding, Unit]]:
    """Everything that was looked at again in a campaign."""
    query = (select(LookBackCheck, Rectification, Finding, Unit)
             .join(Rectification, col(Rectification.id) == col(LookBackCheck.rectification_id))
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .join(Evaluation, col(Evaluation.id) == col(LookBackCheck.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(Evaluation.campaign_id == campaign.id)
             .order_by(col(Rectification.number)))
    return list(work.session.exec(query))


def look_back_report(work: Work, campaign: Campaign, text: LookBackText) -> PlainLetterView:
    """回头看报告: how the items were drawn, what was found, what follows. Made from the rows; only two chapters are written."""
    drawn, found = looked_back(work, campaign), checks(work, campaign)
    outcomes = Counter(Outcome(check.outcome) for check, _, _, _ in found)
    all_items, taken = sum(len(row.population) for row, _ in drawn), sum(len(row.numbers) for row, _ in drawn)
    critical = sum(severity == Severity.CRITICAL for row, _ in drawn for severity in row.population.values())
    with speaking("zh"):
        counted = "，".join(f"{gettext(OUTCOMES[key])}{outcomes[key]}项" for key in Outcome)
        sheets = (_units_sheet(drawn, found), _items_sheet(found))
    return plain.letter(
        work, title=f"关于{campaign.title}整改“回头看”情况的报告", addressee="市委机构编制委员会",
        opening=(f"按照工作安排，对{campaign.title}发现问题的整改情况开展了“回头看”，现将有关情况报告如下。",),
        sections=(
            Section(heading="抽查情况", paragraphs=(
                f"共对{len(drawn)}个单位开展“回头看”。整改事项{all_items}项，抽取{taken}项，其中严重问题{critical}项全部抽取。",
                "抽取方法：以抽取时审计链的末端哈希值作为种子，对“种子:编号”计算SHA-256值并从小到大排序，先取全部严重问题，再依次取足规定比例。"
                "种子见附件1，任何人都可以据此重新抽取并核对。")),
            Section(heading="检查结果", paragraphs=(f"已复查{len(found)}项：{counted}。",)),
            Section(heading="总体评价", paragraphs=tuple(text.conclusion.splitlines())),
            *((Section(heading="下一步建议", paragraphs=tuple(text.advice.splitlines())),) if text.advice else ())),
        closing=("特此报告。",), sheets=sheets)


def _units_sheet(drawn: list[tuple[LookBack, Unit]], found: list[tuple[LookBackCheck, Rectification, Finding, Unit]]) -> Sheet:
    rows = []
    for row, unit in drawn:
        own = [Outcome(check.outcome) for check, _, _, one in found if one.id == unit.id]
        rows.append((unit.short_name, str(len(row.population)), str(len(row.numbers)), str(own.count(Outcome.HELD)),
                     str(len(own) - own.count(Outcome.HELD)), full_date(row.drawn_at), row.seed))
    return Sheet(title="抽查情况表", columns=("单位", "整改事项", "抽取", "已巩固", "未巩固", "抽取日期", "种子"), rows=tuple(rows),
                 widths=(24, 14, 12, 14, 14, 26, 0), figures=(1, 2, 3, 4))


def _items_sheet(found: list[tuple[LookBackCheck, Rectification, Finding, Unit]]) -> Sheet:
    rows = tuple((item.number, unit.short_name, finding.title, gettext(CATEGORIES.get(finding.category, finding.category)),
                  gettext(SEVERITIES[Severity(finding.severity)]), gettext(OUTCOMES[Outcome(check.outcome)]), check.note)
                 for check, item, finding, unit in found)
    return Sheet(title="复查事项表", columns=("编号", "单位", "问题", "类别", "严重程度", "结果", "说明"), rows=rows,
                 widths=(30, 20, 26, 22, 14, 18, 0), note="严重程度为复查后的程度：反弹的问题提高一级重新整改。")
