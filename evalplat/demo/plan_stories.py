"""What does not go its usual way, and when: objections of every outcome, halts, more time, calls; findings from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from evalplat.findings.kinds import Source
from evalplat.workflow.stages import Stage

from . import content_stories as content
from . import play_follow as follow
from . import play_notice as notice
from . import play_objection as objection
from . import play_register as register
from .figures import Case
from .plan import Line, Script
from .play import Scene

N, A, V, R, O, U = Stage.NOTICE, Stage.ASSESSMENT, Stage.REVIEW, Stage.REPORT, Stage.OBJECTION, Stage.FOLLOW_UP  # noqa: E741
Timed = tuple[int, str, Stage, Scene]
Day = Callable[[int], date]


def _grade(on: Any) -> None:
    objection.draft(on, grade_only=True)


_FILED = (Line(17, "10:30", O, objection.draft), Line(18, "09:20", O, objection.sign))
_GRADE = (Line(17, "10:30", O, _grade), Line(18, "09:20", O, objection.sign))
OBJECTING: dict[str, tuple[Line, ...]] = {
    "renshe": (*_GRADE, Line(19, "14:50", O, objection.refuse), Line(20, "11:10", O, objection.decline)),
    "fagai": (*_FILED, Line(19, "14:50", O, objection.ask_completion), Line(20, "16:20", O, objection.complete),
              Line(21, "09:10", O, objection.take_in), Line(22, "10:05", O, objection.answer), Line(23, "15:20", O, objection.propose),
              Line(24, "16:10", O, objection.consent), Line(25, "09:40", O, objection.decide), Line(25, "14:30", O, objection.rescore)),
    "gongxin": (*_FILED, Line(19, "14:50", O, objection.take_in), Line(21, "10:40", O, objection.withdraw)),
    "keji": (*_GRADE, Line(19, "14:50", O, objection.take_in), Line(20, "10:05", O, objection.answer),
             Line(21, "15:20", O, objection.propose), Line(22, "16:10", O, objection.consent), Line(24, "09:40", O, objection.decide)),
}
"""Last year: not taken in; taken in after its completion; taken back; upheld. Others are changed and annulled."""
EXEMPT, HALTED, CORRECTED, REFUSED_TIME, CALLED = "zhujian", "shangwu", "weijian", "jiaoyu", "gongxiao"
RELAPSED = ("gongxiao",)
"""Looked at again whatever their turn: what was critical there came back."""


def last_year(body: str, day: Day) -> list[Timed]:
    """What is a department's own in last year's campaign."""
    stories: dict[str, list[Timed]] = {
        EXEMPT: [(8, "10:20", N, notice.exempt)],
        HALTED: [(22, "10:00", V, notice.halt), (23, "17:10", V, notice.resume)],
        CORRECTED: [(52, "10:10", O, objection.draft_correction), (53, "15:30", O, objection.sign_correction)],
        REFUSED_TIME: [(5, "10:40", A, notice.ask_time(day(26), reason=content.MORE_TIME_AGAIN)), (6, "16:10", A, notice.refuse_time)],
        CALLED: [(18, "09:15", A, notice.call(*content.CALL_LAST_YEAR[:2], promised=content.CALL_LAST_YEAR[2]))],
    }
    return stories.get(body, [])


def this_year(body: str, last: int, day: Day) -> list[Timed]:
    """What is a department's own in this year's campaign; ``last`` is today."""
    stories: dict[str, list[Timed]] = {
        "xuanchuan": [(last - 4, "10:20", A, notice.ask_time(day(last + 8))), (last - 3, "15:00", A, notice.grant_time)],
        "gongxiao": [(last - 3, "15:20", A, notice.give_time(day(last + 3)))],
        "sifa": [(2, "10:00", N, notice.ask_away), (3, "09:30", N, notice.sign_away), (5, "15:00", N, notice.grant_away)],
        "shuiwu": [(last - 1, "10:00", U, register.request_held)],
    }
    found = stories.get(body, [])
    if body in content.CALLS:
        who, said, promised = content.CALLS[body]
        found.append((last - 2, "09:40", A, notice.call(who, said, promised=promised)))
    return found


def beside(script: Script, cases: Sequence[Case], last: int) -> None:
    """Findings that came from elsewhere, each at another point of its rectification."""
    at = {case.body.code: (place, case) for place, case in enumerate(cases)}
    joint = tuple(code for code in ("shuiwu", "jiaotong", "yingji") if code in at)
    _entered(script, at, (last - 14, Source.HOTLINE, content.SPECIAL_LINE, 23), {"shichang": [
        (last - 13, "10:10", follow.route), (last - 12, "16:20", register.issue), (last - 11, "09:30", follow.receive),
        (last - 9, "15:00", follow.plan)]})
    _entered(script, at, (last - 40, Source.HOTLINE, content.SPECIAL_LINE, 15), {"minzheng": [
        (last - 39, "10:10", follow.route), (last - 38, "16:20", register.issue), (last - 37, "09:30", follow.receive),
        (last - 35, "15:00", follow.plan), (last - 34, "10:20", follow.accept_plan),
        (last - 26, "14:10", lambda on: follow.progress(on, percent=40)), (last - 16, "09:50", lambda on: follow.progress(on, percent=80)),
        (last - 8, "16:20", follow.submit), (last - 6, "10:40", follow.reject)]})
    begun = [(last - 9, "10:10", follow.route), (last - 8, "16:20", register.issue)]
    _entered(script, at, (last - 10, Source.AUDIT, content.SHARED, 7), {code: [*begun, *more] for code, more in {
        "shuiwu": [(last - 7, "09:30", follow.receive), (last - 5, "15:00", follow.plan), (last - 4, "10:20", follow.accept_plan)],
        "jiaotong": [(last - 6, "09:30", follow.receive)], "yingji": []}.items() if code in joint})


def _entered(script: Script, at: dict[str, tuple[int, Case]], entry: tuple[int, Source, dict[str, Any], int],
             ways: dict[str, list[tuple[int, str, Scene]]]) -> None:
    """One entry of the section for some departments, and what each of them does about it."""
    day, source, text, number = entry
    units = tuple(code for code in ways if code in at)
    if not units:
        return
    script.of_campaign(day, "10:00", U, lambda moment: register.enter(script.play, moment, source, text, units=units, number=number))
    code = f"daily-{script.play.moment(day, '10:00').year}"
    for unit in units:
        place, case = at[unit]
        script.of_unit(code, case, place, [(when, hour, U, scene) for when, hour, scene in ways[unit]])
