"""The served demonstration: every stage at work today, so that each role finds something waiting.

Each department's way is laid so that its last scene was yesterday; deadlines then make sense on the real clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evalplat.workflow import calendar
from evalplat.workflow.stages import Stage

from . import plan_stories as stories
from . import play_assessment as assessment
from . import play_campaign as campaigns
from . import play_follow as follow
from . import play_objection as objection
from . import play_plans as plans
from . import play_report as report
from . import play_review as review
from . import play_survey as survey
from .cast import BODIES, ENGLISH
from .content_stories import PUBLISHED
from .figures import Case
from .plan import Line, Script, begin, lines, surveyed
from .plan_last_year import last_year
from .play import Play, Scene

BACK = 112
"""Calendar days between the notice and today: long enough for a major rectification to be overdue."""
SURVEY = (1, 13)
FAST = 6
"""On which day the department that is furthest signed its self-assessment."""
A, V, O, U = Stage.ASSESSMENT, Stage.REVIEW, Stage.OBJECTION, Stage.FOLLOW_UP  # noqa: E741


@dataclass(frozen=True)
class Stop:
    """Where a department stands: the last scene of the common way, and scenes of its own."""

    body: str
    last: Scene
    own: tuple[Line, ...] = ()


FOLLOWING = (
    Line(28, "14:10", U, lambda on: follow.progress(on, percent=40)), Line(34, "09:50", U, lambda on: follow.progress(on, percent=80)),
    Line(38, "16:20", U, lambda on: follow.submit(on, only=("minor",))), Line(42, "15:10", U, follow.verify),
    Line(60, "09:30", U, lambda on: follow.submit(on, only=("major", "critical"), leave=1)),
)
STOPS: tuple[Stop, ...] = (
    Stop("shuiwu", follow.accept_plan, own=FOLLOWING),
    Stop("jiaotong", report.receive_letter),
    Stop("yingji", objection.propose, own=(Line(21, "16:30", O, lambda on: objection.consent(on, leave=1)),)),
    Stop("shichang", review.propose_adjustments, own=(Line(4, "10:30", V, lambda on: review.answer_findings(on, leave=1)),)),
    Stop("xuanchuan", assessment.claim, own=(Line(-5, "16:00", A, assessment.fill_half),)),
    Stop("shenji", objection.rescore),
    Stop("caizheng", report.check),
    Stop("jiaoyu", assessment.submit),
    Stop("sifa", report.score),
    Stop("wenlv", review.seal),
    Stop("gongxiao", assessment.mark_ready),
    Stop("minzheng", report.write_letter),
)
"""In the order in which departments are added; the first is the one whose people the sign-in page shows."""
OTHERS: tuple[Scene, ...] = (report.receive_letter, report.check, assessment.submit, report.score, review.seal, report.write_letter,
                             review.rate, report.moderate)
"""Where departments beyond the twelve stand: scenes that every department has."""
THEMATIC = ("shuiwu", "yingji", "jiaotong")


def base_of(today: date) -> date:
    """The day on which the notice went out."""
    return today - timedelta(days=BACK)


def cases_for(today: date, units: int, *, lang: str = "zh") -> list[Case]:
    """The departments, those with a story first; the one that speaks English is among them in a play in English."""
    base = base_of(today)
    codes = [stop.body for stop in STOPS][:units]
    if lang == "en" and ENGLISH not in codes:
        codes[-1] = ENGLISH
    bodies = [next(body for body in BODIES if body.code == code) for code in codes]
    bodies += [body for body in BODIES if body.code not in codes][: units - len(bodies)]
    return [Case(body, base.year, _month_end(base), lang) for body in bodies]


def _month_end(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def served(play: Play, cases: Sequence[Case], today: date, *, before: int = 0) -> Script:
    """A comprehensive campaign with all stages at work, a thematic one with its survey open, and a plan to approve; ``before``:
    how many departments took part in last year's campaign."""
    last = calendar.working_days_between(calendar.next_working_day(play.base, play.holidays), today, exceptions=play.holidays)
    script = Script(play)
    _comprehensive(script, cases, last)
    _thematic(script, cases, last)
    _next_year(script, cases[0].year + 1, last)
    stories.beside(script, cases, last)
    if before:
        script.join(last_year(play, before, lang=cases[0].lang))
    return script


def _frame(play: Play, cases: Sequence[Case], *, code: str, title: str, kind: str, windows: dict[str, tuple[int, int]]) -> campaigns.Frame:
    moments = {name: (play.moment(opens, "00:00"), play.moment(closes, "23:59")) for name, (opens, closes) in windows.items()}
    return campaigns.Frame(code, title, kind, cases, moments, published=PUBLISHED if kind == "comprehensive" else {})


def _comprehensive(script: Script, cases: Sequence[Case], last: int) -> None:
    year = cases[0].year
    frame = _frame(script.play, cases, code=f"{year}", title=f"{year}年度机构编制综合评估", kind="comprehensive",
                   windows={"assessment": (1, last - 2), "survey": SURVEY, "review": (2, last + 15)})
    begin(script, frame, issue=0)
    surveyed(script, frame, opens=SURVEY[0], closes=SURVEY[1])
    stops = {stop.body: stop for stop in STOPS}
    for place, case in enumerate(cases):
        stop = stops.get(case.body.code) or Stop(case.body.code, OTHERS[place % len(OTHERS)])
        _department(script, frame.code, case, place=place, stop=stop, last=last)


def _department(script: Script, code: str, case: Case, *, place: int, stop: Stop, last: int) -> None:
    way = lines(case)
    end = next(number for number, line in enumerate(way) if line.scene is stop.last)
    own = {line.after for line in stop.own if stop.last is not follow.accept_plan}
    wanted = [*way[: end + 1], *stop.own]
    signed = FAST if stop.last is follow.accept_plan else last - 1 - max([way[end].after, *own])
    if stop.last is assessment.submit:
        signed = last - 2
    scenes = [(_on(signed + line.after, last), line.at, line.stage, line.scene) for line in wanted]
    scenes += stories.this_year(case.body.code, last, lambda day: script.play.moment(day, "00:00").date())
    script.of_unit(code, case, place, [
        (1, "08:20", Stage.NOTICE, campaigns.acknowledge), (1, "09:00", A, assessment.office_figures), *scenes])


def _on(day: int, last: int) -> int:
    """Never before the receipt, never after yesterday."""
    return max(1, min(day, last - 1))


def _thematic(script: Script, cases: Sequence[Case], last: int) -> None:
    """Its notice went out two days ago: one department has not confirmed it, citizens may answer now."""
    chosen = sorted(cases, key=lambda case: THEMATIC.index(case.body.code) if case.body.code in THEMATIC else len(THEMATIC))[:3]
    year = cases[0].year
    frame = _frame(script.play, chosen, code=f"{year}-zx", title=f"{year}年专项评估", kind="thematic",
                   windows={"assessment": (last - 1, last + 18), "survey": (last - 2, last + 12), "review": (last + 5, last + 30)})
    begin(script, frame, issue=last - 2)
    script.of_campaign(last - 2, "09:10", Stage.SURVEY, lambda at: survey.open_and_close(script.play, at))
    for place, case in enumerate(chosen):
        answered = (last - 1, "17:30", Stage.SURVEY, lambda on: survey.answer(on, {}))
        received = (last - 1, "08:50", Stage.NOTICE, campaigns.acknowledge)
        script.of_unit(frame.code, case, place, [answered, *([received] if place < len(chosen) - 1 else [])])


def _next_year(script: Script, year: int, last: int) -> None:
    """A plan of five years is approved; its first batch is drafted and waits for the commission."""
    play = script.play
    opened = {kind: (play.moment(last + opens, "00:00"), play.moment(last + closes, "23:59"))
              for kind, opens, closes in (("assessment", 30, 50), ("survey", 30, 55), ("review", 40, 75))}
    census = _month_end(play.base) + timedelta(days=365)
    script.of_campaign(last - 30, "10:30", Stage.NOTICE, lambda at: plans.enter_earlier(play, at))
    script.of_campaign(last - 28, "15:10", Stage.NOTICE, lambda at: plans.draft(play, year, at))
    script.of_campaign(last - 26, "09:40", Stage.NOTICE, lambda at: plans.hand_over(play, year, at))
    script.of_campaign(last - 22, "16:00", Stage.NOTICE, lambda at: plans.approve(play, year, at))
    script.of_campaign(last - 4, "10:10", Stage.NOTICE, lambda at: plans.start_batch(play, year, at, census=census, opened=opened))
    script.of_campaign(last - 3, "15:40", Stage.NOTICE, lambda at: plans.draft_system(play, year, at))
    script.of_campaign(last - 1, "11:40", Stage.NOTICE, lambda at: plans.hand_over_batch(play, year, at))
