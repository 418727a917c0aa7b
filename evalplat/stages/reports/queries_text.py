"""The first draft of a report's sentences, made from what the shared books know. People edit it."""

# All zh: drafted
from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns import modes, seats
from evalplat.campaigns.tables import Campaign, Evaluation, Step
from evalplat.documents.numbering_format import clause
from evalplat.documents.queries import latest
from evalplat.findings.kinds import Destination
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import full_date, points
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores import ledger, sheet
from evalplat.scores.queries import BlockView, ScoreView, provisional_view
from evalplat.scores.words import mark_text

from . import queries
from .rules import MOST_ACHIEVEMENTS, Achievement, ReportText

HIGH, LOW = 90, 70


def suggested(work: Work, evaluation: Evaluation) -> ReportText:
    """Every chapter with sentences from the data, ready to be edited."""
    with speaking("zh"):
        score = provisional_view(work, evaluation)
        findings = queries.open_findings(work, evaluation)
        return ReportText(
            organisation="\n".join(_organisation(work, evaluation)), onsite="\n".join(_onsite(work, evaluation)),
            assessment="\n".join(_assessment(work, evaluation, score)), achievements=_achievements(score),
            finding_causes={row.code: "" for row in findings}, causes="", advice_office="\n".join(_advice_office(score, findings)),
            advice_unit="\n".join(_advice_unit(findings)))


def _organisation(work: Work, evaluation: Evaluation) -> list[str]:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    notice = latest(work.session, "notice", campaign=campaign)
    number = f"（{notice.number}）" if notice and notice.number else ""
    title = notice.title if notice else f"关于开展{campaign.title}的通知"
    steps = _steps(work, evaluation)
    began = f"自{full_date(steps['issue'].at)}起" if "issue" in steps else ""
    found = [f"根据《{title}》{number}，评估组{began}对{unit.name}开展了机构编制评估，数据截止时点为{full_date(campaign.census_date)}"
             + (f"，评估范围为{campaign.scope}。" if campaign.scope else "。")]
    if "submit" in steps:
        late = "，超过规定期限" if evaluation.late else ""
        found.append(f"{unit.short_name}于{full_date(steps['submit'].at)}报送自评材料{late}。")
    elif "refuse_assessment" in steps:
        found.append(f"{unit.short_name}未按规定报送自评材料，评估依据编办掌握的数据和实地核查进行。")
    return found + _survey(work, evaluation)


def _survey(work: Work, evaluation: Evaluation) -> list[str]:
    system = sheet.system_for(work, evaluation)
    groups = [(system.surveys[name].title.in_language("zh"), row.value.get("n"))
              for row in ledger.entries(work, evaluation, prefix="survey:")
              if (name := row.key.partition(":")[2]) in system.surveys]
    if not groups:
        return []
    told = "、".join(f"{title}{n}份" for title, n in groups if n is not None)
    total = sum(n for _, n in groups if n is not None)
    return [f"社会调查共回收有效答卷{total}份，其中{told}。"]


def _onsite(work: Work, evaluation: Evaluation) -> list[str]:
    rows = ledger.entries(work, evaluation)
    if evaluation.mode == modes.LIGHT:
        return ["按照评估方案，该单位今年参加轻评：单位自评并接受社会调查，不进行实地核查；监督检查科对自评材料和数据进行了案头核对。"]
    rated = {row.key.split(":")[1] for row in rows if row.key.startswith("rating:")}
    raters = {row.key.split(":")[2] for row in rows if row.key.startswith("rating:")}
    verified = sum(1 for row in rows if row.source == "panel" and row.key.startswith(("field:", "rows:")))
    found = [f"除单位驻地外，还到{'、'.join(evaluation.places)}进行了现场核查。"] if evaluation.places else []
    if evaluation.team_id:
        people = seats.of_unit(work, evaluation)
        found.append(f"评估组{len(people)}人通过听取汇报、座谈访谈、查阅资料、现场核查等方式进行了实地评估。")
    if rated:
        found.append(f"{len(raters)}名评估人员对{len(rated)}项定性指标背靠背评分；经评估组现场核定的数据{verified}组。")
    steps = _steps(work, evaluation)
    if "seal_review" in steps:
        found.append(f"实地评估记录于{full_date(steps['seal_review'].at)}封存。")
    return found


def _assessment(work: Work, evaluation: Evaluation, score: ScoreView) -> list[str]:
    unit = work.session.get_one(Unit, evaluation.unit_id)
    if not score.blocks:
        count = len(queries.open_findings(work, evaluation))
        said = f"共发现问题{count}个，详见第四部分。" if count else "未发现需要整改的问题。"
        return [f"本次评估不设指标、不计分、不评定等次，只如实反映发现的情况。经评估，{unit.short_name}{said}"]
    if score.total is None:
        return [f"{unit.short_name}评估数据尚不完整，暂未形成总分。"]
    found = [f"经评估，{unit.short_name}总分{points(score.total)}分，等次为{score.grade}。执行情况得分率{points(score.score_x)}%，"
             f"使用效益得分率{points(score.score_y)}%。"]
    if evaluation.mode == modes.LIGHT:
        told = next((mark_text(mark) for mark in score.marks if mark.startswith("judged:")), "")
        found.append(f"该结果为轻评结果，只能实地核查的指标未作评判（{told}），不与全面评估的单位一并排名。")
    counted = [block for block in score.blocks if block.percent is not None]
    if len(counted) > 1:
        best, worst = max(counted, key=_rate), min(counted, key=_rate)
        found.append(f"各板块中，{best.title}得分率最高，为{points(best.percent)}%；{worst.title}得分率最低，为{points(worst.percent)}%。")
    changed = queries.items_of(work, evaluation)
    if changed:
        found.append(f"经会审，对{'、'.join(row.leaf for row in changed)}等{len(changed)}项指标的得分作了调整。")
    for one in score.adjustments:
        changed_by = f"{'扣' if one.points < 0 else '加'}{points(abs(one.points))}分"
        found.append(f"经决定，因{one.title}（{one.code}）{changed_by}：{clause(one.reason)}（{one.ref}）。")
    found += [f"经决定，对“{one.title}”（{one.code}）实行一票否决：{clause(one.reason)}（{one.ref}）。" for one in score.vetoes]
    return found


def _rate(block: BlockView) -> object:
    return block.percent


def _achievements(score: ScoreView) -> tuple[Achievement, ...]:
    """One draft a block that did well; its indicators with full marks are the material."""
    found = []
    for block in score.blocks:
        full = [leaf for leaf in block.leaves if leaf.state == "scored" and leaf.points == leaf.effective_max]
        if block.percent is not None and block.percent >= HIGH and full:
            named = "、".join(leaf.title for leaf in full[:6])
            text = f"{block.title}板块得分率{points(block.percent)}%，{named}等{len(full)}项指标获得满分。"
            found.append(Achievement(f"{block.title}情况较好", text))
    return tuple(found[:MOST_ACHIEVEMENTS])


def _advice_office(score: ScoreView, findings: list[Finding]) -> list[str]:
    found = [f"研究“{row.title}”问题，提出机构编制方面的意见。" for row in findings
             if Destination.STUDY in row.destinations.split(",")]
    if score.score_y is not None and score.score_y < LOW:
        found.append(f"使用效益得分率为{points(score.score_y)}%，建议结合职责任务和工作量，研究编制资源的配置和调剂。")
    return found


def _advice_unit(findings: list[Finding]) -> list[str]:
    return [row.requirement or f"针对“{row.title}”问题制定措施，限期整改。" for row in findings
            if row.destinations in ("", Destination.RECTIFY) or Destination.RECTIFY in row.destinations.split(",")]


def _steps(work: Work, evaluation: Evaluation) -> dict[str, Step]:
    query = select(Step).where(Step.evaluation_id == evaluation.id).order_by(col(Step.id))
    return {row.move: row for row in work.session.exec(query)}
