"""Last year's campaign of the served demonstration: concluded, a quarter of its departments visited, the others light."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from evalplat.workflow import calendar
from evalplat.workflow.stages import Stage

from . import plan_stories as stories
from . import play_assessment as assessment
from . import play_campaign as campaigns
from . import play_follow as follow
from . import play_objection as objection
from . import play_register as register
from . import play_report as report
from . import play_review as review
from .cast import BODIES
from .content_stories import PUBLISHED
from .figures import Case
from .plan import Line, Script, begin, lines, surveyed
from .play import Play

DAYS_BEFORE = 364
"""How long before this year's notice that of last year went out."""
VISITED = 20
SCORED = 24
"""The day on which all but the latest are scored; the teams' meeting is on the next."""
LOOKED = 225
A, V, R, F, O, U = Stage.ASSESSMENT, Stage.REVIEW, Stage.REPORT, Stage.FEEDBACK, Stage.OBJECTION, Stage.FOLLOW_UP  # noqa: E741


def cases(year: int, census: date, count: int, *, lang: str = "zh") -> list[Case]:
    """The departments of last year."""
    return [Case(body, year, census, lang) for body in BODIES[:count]]


def light_lines() -> list[Line]:
    """A department that is not visited: it assesses itself, the section checks at its desk."""
    return [
        Line(-5, "10:10", A, assessment.claim), Line(-4, "15:30", A, assessment.decide_claims),
        Line(-3, "09:40", A, assessment.fill), Line(-2, "14:20", A, assessment.fill_affiliates),
        Line(-1, "16:05", A, assessment.mark_ready), Line(0, "10:30", A, assessment.submit),
        Line(2, "16:40", A, assessment.accept), Line(6, "10:20", V, review.check_at_desk),
        Line(8, "09:50", R, report.score), Line(9, "16:20", R, report.moderate),
        Line(10, "10:40", R, report.write), Line(11, "15:00", R, report.check),
        Line(12, "10:15", R, report.approve), Line(13, "09:30", F, report.write_letter),
        Line(14, "16:00", F, report.issue_letter), Line(15, "09:45", F, report.receive_letter),
        Line(17, "11:10", O, objection.decline), Line(18, "16:30", O, objection.finalise),
        Line(20, "10:30", U, follow.route), Line(21, "16:40", U, follow.issue),
    ]


def last_year(play: Play, count: int, *, lang: str = "zh") -> Script:
    """The whole campaign, a year before the play's own base."""
    base = calendar.next_working_day(play.base - timedelta(days=DAYS_BEFORE), play.holidays)
    before = replace(play, base=base)
    chosen = cases(base.year, base.replace(day=1) - timedelta(days=1), count, lang=lang)
    window = {"assessment": (before.moment(1, "00:00"), before.moment(20, "23:59")),
              "survey": (before.moment(2, "08:00"), before.moment(20, "23:59")),
              "review": (before.moment(5, "00:00"), before.moment(45, "23:59"))}
    light = frozenset(case.body.code for case in chosen[VISITED:])
    frame = campaigns.Frame(f"{base.year}", f"{base.year}年度机构编制综合评估", "comprehensive", chosen, window, light=light,
                            published=PUBLISHED)
    script = Script(before)
    begin(script, frame, issue=0)
    surveyed(script, frame, opens=2, closes=20, silent=frozenset({stories.EXEMPT}))
    for place, case in enumerate(chosen):
        _department(script, frame.code, case, place, light=case.body.code in light)
    script.of_campaign(SCORED + 1, "16:20", Stage.REPORT, lambda at: report.meet(before, frame.code, at, cases=chosen))
    script.of_campaign(SCORED + 1, "16:40", Stage.REPORT, lambda at: report.close_meeting(before, at), jobs=True)
    script.of_campaign(64, "16:00", Stage.SUMMARY, lambda at: campaigns.conclude(before, frame.code, at))
    script.of_campaign(66, "15:00", Stage.SUMMARY, lambda at: campaigns.write_summary(before, frame.code, at))
    script.of_campaign(68, "10:00", Stage.SUMMARY, lambda at: campaigns.issue_summary(before, frame.code, at))
    script.of_campaign(LOOKED, "10:30", Stage.FOLLOW_UP, lambda at: register.look_back_report(before, frame.code, at))
    script.of_campaign(LOOKED + 2, "15:00", Stage.FOLLOW_UP, lambda at: register.issue_look_back_report(before, frame.code, at))
    return script


def _department(script: Script, code: str, case: Case, place: int, *, light: bool) -> None:
    body = case.body.code
    signed = 19 if body == "gongxiao" else 12 + place % 5
    shift = max(0, SCORED - signed - 8)
    looked = place % 3 == 0 or body in stories.RELAPSED
    way = light_lines() if light else lines(case, objecting=stories.OBJECTING.get(body))
    scenes = [(signed + line.after + (shift if line.after >= 8 else 0), line.at, line.stage, line.scene) for line in way
              if (looked or line.scene is not follow.look_back) and (signed > SCORED - 8 or line.scene is not report.moderate)]
    begun = [(1, "09:30", Stage.NOTICE, campaigns.acknowledge), (3, "10:00", A, assessment.office_figures)]
    script.of_unit(code, case, place, [*begun, *(() if body == stories.EXEMPT else scenes),
                                       *stories.last_year(body, lambda day: script.play.moment(day, "00:00").date())])
