"""Text + score + findings → the report as a document. Always in Chinese, whoever presses the button."""

# All zh: printed
from __future__ import annotations

from dataclasses import replace

from evalplat.campaigns import seats
from evalplat.campaigns.headcount import relaxed_in_words
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.documents import parts
from evalplat.documents.results import result_part
from evalplat.documents.views import ReportView
from evalplat.findings.kinds import CATEGORIES, DESTINATIONS, SEVERITIES, Destination, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.scores import sheet
from evalplat.scores.queries import ScoreView, provisional_view, score_view
from evalplat.scores.words import marks_text, reason_text, without_raters

from . import queries
from .rules import ReportText, lines
from .tables import Report

UNDECIDED = "待定"


def report_view(work: Work, evaluation: Evaluation, report: Report) -> ReportView:
    """Everything that the report prints: provisional until a result version is named."""
    with speaking("zh"):
        score = score_view(work, evaluation, report.result_version) if report.result_version else None
        rubric = (leaf.code for leaf in sheet.system_for(work, evaluation).rubric_leaves)
        return _view(work, evaluation, report, without_raters(score or provisional_view(work, evaluation), rubric))


def title_of(campaign: Campaign, unit: Unit) -> str:
    """How the report is called."""
    return f"{unit.name}机构编制评估报告（{campaign.year}年度）"


def _view(work: Work, evaluation: Evaluation, report: Report, score: ScoreView) -> ReportView:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    office = work.session.get_one(Office, work.office_id)
    text, people = ReportText.read(report.text), queries.people_of(work, report)
    final = report.result_version is not None
    return ReportView(
        title=f"{unit.name}\n机构编制评估报告", office_name=office.name,
        report_number=None, draft=not final, unit=unit.name,
        campaign=campaign.title, made_on=work.today if final else None, classification="内部",
        organisation=lines(text.organisation), team=_team(work, evaluation, unit), onsite=lines(text.onsite),
        result=result_part(worded(score), marks=marks_text()), assessment=lines(text.assessment),
        achievements=tuple(parts.Section(heading=one.heading, paragraphs=lines(one.text)) for one in text.achievements),
        findings=tuple(finding_line(row, cause=text.finding_causes.get(row.code, ""))
                       for row in queries.open_findings(work, evaluation)),
        causes=lines(text.causes), advice_office=lines(text.advice_office), advice_unit=lines(text.advice_unit),
        drafter=people.drafter, checker=people.checker, approver=people.approver,
        stamp=parts.AuditStamp(made_at=work.now, result_version=score.version, result_hash=score.hash or None,
                               relaxed_rules=relaxed_in_words(campaign)))


def worded(score: ScoreView) -> ScoreView:
    """The same score with reasons in words where an indicator has no arithmetic."""
    blocks = tuple(replace(block, leaves=tuple(replace(leaf, reason=reason_text(leaf.reason)) for leaf in block.leaves))
                   for block in score.blocks)
    return replace(score, blocks=blocks)


def _team(work: Work, evaluation: Evaluation, unit: Unit) -> parts.Team:
    team = work.session.get(Team, evaluation.team_id) if evaluation.team_id else None
    people = [seat.user.name for seat in seats.of_unit(work, evaluation)]
    return parts.Team(name=team.name if team else "评估组", lead=people[0] if people else "", members=tuple(people[1:]),
                      units=(unit.short_name,))


def finding_line(row: Finding, *, cause: str = "") -> parts.FindingLine:
    """A finding as the report prints it."""
    goes_to = [gettext(DESTINATIONS[Destination(one)]) for one in row.destinations.split(",") if one]
    return parts.FindingLine(
        code=row.code, title=row.title, category=gettext(CATEGORIES.get(row.category, row.category)),
        severity=gettext(SEVERITIES[Severity(row.severity)]), destination="、".join(goes_to) or UNDECIDED,
        fact=row.description, basis=row.basis, cause=cause, requirement=row.requirement, indicator=row.leaf,
        response=row.answer if row.answered_at else "", restricted=row.restricted)
