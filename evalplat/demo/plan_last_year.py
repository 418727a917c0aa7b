"""Last year's campaign of the served demonstration: concluded, a quarter of its departments visited, the others light."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from evalplat.workflow import calendar
from evalplat.workflow.stages import Stage

from . import play_assessment as assessment
from . import play_campaign as campaigns
from . import play_follow as follow
from . import play_objection as objection
from . import play_report as report
from . import play_review as review
from .cast import BODIES
from .figures import Case
from .plan import Line, Script, begin, lines, surveyed
from .play import Play

DAYS_BEFORE = 364
"""How long before this year's notice that of last year went out."""
VISITED = 20
A, V, R, F, O, U = Stage.ASSESSMENT, Stage.REVIEW, Stage.REPORT, Stage.FEEDBACK, Stage.OBJECTION, Stage.FOLLOW_UP  # noqa: E741


def cases(year: int, census: date, count: int) -> list[Case]:
    """The departments of last year."""
    return [Case(body, year, census) for body in BODIES[:count]]


def light_lines() -> list[Line]:
    """A department that is not visited: it assesses itself, the section checks at its desk."""
    return [
        Line(-5, "10:10", A, assessment.claim), Line(-4, "15:30", A, assessment.decide_claims),
        Line(-3, "09:40", A, assessment.fill), Line(-2, "14:20", A, assessment.fill_affiliates), Line(-1, "16:05", A, assessment.mark_ready),
        Line(0, "10:30", A, assessment.submit), Line(2, "16:40", A, assessment.accept), Line(6, "10:20", V, review.check_at_desk),
        Line(8, "09:50", R, report.score), Line(9, "16:20", R, report.moderate), Line(10, "10:40", R, report.write),
        Line(11, "15:00", R, report.check), Line(12, "10:15", R, report.approve), Line(13, "09:30", F, report.write_letter),
        Line(14, "16:00", F, report.issue_letter), Line(15, "09:45", F, report.receive_letter), Line(17, "11:10", O, objection.decline),
        Line(18, "16:30", O, objection.finalise), Line(20, "10:30", U, follow.route), Line(21, "16:40", U, follow.issue),
    ]


def last_year(play: Play, count: int) -> Script:
    """The whole campaign, a year before the play's own base."""
    base = calendar.next_working_day(play.base - timedelta(days=DAYS_BEFORE), play.holidays)
    before = replace(play, base=base)
    chosen = cases(base.year, base.replace(day=1) - timedelta(days=1), count)
    window = {"assessment": (before.moment(1, "00:00"), before.moment(20, "23:59")),
              "survey": (before.moment(2, "08:00"), before.moment(20, "23:59")),
              "review": (before.moment(5, "00:00"), before.moment(45, "23:59"))}
    light = frozenset(case.body.code for case in chosen[VISITED:])
    frame = campaigns.Frame(f"{base.year}", f"{base.year}年度机构编制综合评估", "comprehensive", chosen, window, light=light)
    script = Script(before)
    begin(script, frame, issue=0)
    surveyed(script, frame, opens=2, closes=20)
    for place, case in enumerate(chosen):
        _department(script, frame.code, case, place, light=case.body.code in light)
    script.of_campaign(64, "16:00", Stage.SUMMARY, lambda at: campaigns.conclude(before, frame.code, at))
    script.of_campaign(66, "15:00", Stage.SUMMARY, lambda at: campaigns.write_summary(before, frame.code, at))
    script.of_campaign(68, "10:00", Stage.SUMMARY, lambda at: campaigns.issue_summary(before, frame.code, at))
    return script


def _department(script: Script, code: str, case: Case, place: int, *, light: bool) -> None:
    signed = 19 if case.body.code == "gongxiao" else 12 + place % 5
    shift = max(0, 22 - signed - 8)
    way = light_lines() if light else [line for line in lines(case) if line.scene is not follow.look_back or place % 3 == 0]
    script.of_unit(code, case, place, [
        (1, "09:30", Stage.NOTICE, campaigns.acknowledge), (3, "10:00", A, assessment.office_figures),
        *((signed + line.after + (shift if line.after >= 8 else 0), line.at, line.stage, line.scene) for line in way)])
