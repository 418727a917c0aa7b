"""When what happens: the run-through of one campaign, and the served demonstration with every stage at work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from evalplat.kernel.settings import settings
from evalplat.workflow.stages import Stage

from . import play_assessment as assessment
from . import play_campaign as campaigns
from . import play_follow as follow
from . import play_objection as objection
from . import play_report as report
from . import play_review as review
from . import play_survey as survey
from .figures import Case
from .play import On, Play, Scene, Step

ALL = 10_000
"""No stop: the unit goes through to its end."""


@dataclass(frozen=True)
class Line:
    """A scene of one department: so many working days after its self-assessment is signed."""

    after: int
    at: str
    stage: Stage
    scene: Scene


A, V, R, F, O, U = Stage.ASSESSMENT, Stage.REVIEW, Stage.REPORT, Stage.FEEDBACK, Stage.OBJECTION, Stage.FOLLOW_UP  # noqa: E741
OBJECTS, DECLINES = 26, 18
"""When the result of a department that objects, and of one that does not, becomes final."""


def lines(case: Case, *, look_back: int = 150, objecting: Sequence[Line] | None = None) -> list[Line]:
    """A department's whole way, from filling in to the look back. ``objecting``: how its objection goes, if not as usual."""
    found = [
        Line(-5, "10:10", A, assessment.claim), Line(-4, "15:30", A, assessment.decide_claims),
        Line(-3, "09:40", A, assessment.fill), Line(-2, "14:20", A, assessment.fill_affiliates),
        Line(-1, "16:05", A, assessment.mark_ready), Line(0, "10:30", A, assessment.submit),
        *([Line(1, "09:10", A, assessment.send_back), Line(1, "15:50", A, assessment.correct)] if assessment.returned(case) else []),
        Line(1, "16:40", A, assessment.accept), Line(1, "17:00", V, lambda on: review.plan(on, day=_day(on, 1))),
        Line(2, "17:10", V, review.visit), Line(3, "09:30", V, review.rate), Line(3, "11:20", V, review.verify),
        Line(3, "15:40", V, review.raise_findings), Line(3, "16:30", V, review.propose_adjustments),
        Line(5, "09:20", V, review.answer_findings), Line(5, "10:00", V, review.state_views), Line(5, "14:30", V, review.mediate),
        Line(6, "15:10", V, review.decide_adjustments), Line(7, "10:20", V, review.settle_findings), Line(7, "11:00", V, review.seal),
        Line(8, "09:50", R, report.score), Line(9, "16:20", R, report.moderate), Line(10, "10:40", R, report.write),
        Line(11, "15:00", R, report.check), Line(12, "10:15", R, report.approve), Line(13, "09:30", F, report.write_letter),
        Line(14, "16:00", F, report.issue_letter), Line(15, "09:45", F, report.receive_letter),
    ]
    final = OBJECTS if objecting or objection.objects(case) else DECLINES
    return [*found, *(objecting or _objecting(case)), Line(final, "16:30", O, objection.finalise), *_following(final, look_back)]


def _day(on: On, more: int) -> int:
    """The day after the present one, counted from the base."""
    day = 0
    while on.play.moment(day, "00:00").date() < on.moment.date():
        day += 1
    return day + more


def _objecting(case: Case) -> list[Line]:
    if not objection.objects(case):
        return [Line(17, "11:10", O, objection.decline)]
    return [
        Line(17, "10:30", O, objection.draft), Line(18, "09:20", O, objection.sign), Line(19, "14:50", O, objection.take_in),
        Line(20, "10:05", O, objection.answer), Line(21, "15:20", O, objection.propose), Line(22, "16:10", O, objection.consent),
        Line(24, "09:40", O, objection.decide), Line(25, "14:30", O, objection.rescore),
    ]


def _following(final: int, look_back: int) -> list[Line]:
    return [
        Line(final + 1, "10:30", U, follow.route), Line(final + 2, "16:40", U, follow.issue), Line(final + 3, "09:15", U, follow.receive),
        Line(final + 6, "15:30", U, follow.plan), Line(final + 7, "10:50", U, follow.accept_plan),
        Line(final + 10, "14:10", U, lambda on: follow.progress(on, percent=40)),
        Line(final + 14, "09:50", U, lambda on: follow.progress(on, percent=80)),
        Line(final + 16, "16:20", U, follow.submit), Line(final + 18, "10:40", U, follow.reject_one),
        Line(final + 20, "11:30", U, follow.submit_again), Line(final + 22, "15:10", U, follow.verify),
        Line(final + 24, "10:00", U, follow.record_uses), Line(final + 26, "16:50", U, follow.close),
        Line(final + 26 + look_back, "17:05", U, follow.look_back),
    ]


@dataclass
class Script:
    """The steps of a demonstration, put in order when they are played."""

    play: Play
    steps: list[Step] = field(default_factory=list)

    def add(self, moment: datetime, stage: str, unit: str, deed: Callable[[], object], *, jobs: bool = False) -> None:
        """One more step."""
        self.steps.append(Step(moment, len(self.steps), stage, unit, lambda: _forget(deed()), jobs))

    def of_campaign(self, day: int, at: str, stage: str, deed: Callable[[datetime], object], *, jobs: bool = False) -> None:
        """A step of a whole campaign."""
        moment = self.play.moment(day, at)
        self.add(moment, stage, "", lambda: deed(moment), jobs=jobs)

    def of_unit(self, code: str, case: Case, place: int, wanted: Iterable[tuple[int, str, Stage, Scene]]) -> None:
        """Steps of one department: (day, time of day, stage, scene)."""
        for day, at, stage, scene in wanted:
            on = On(self.play, code, case, place, self.play.moment(day, at))
            self.add(on.moment, stage, case.body.short, _bound(scene, on))

    def join(self, other: Script) -> None:
        """Another play's steps among these."""
        for step in other.steps:
            self.steps.append(replace(step, number=len(self.steps)))

    def ordered(self) -> list[Step]:
        """By their moments."""
        return sorted(self.steps)


def _forget(_: object) -> None:
    return None


def _bound(scene: Scene, on: On) -> Callable[[], None]:
    return lambda: scene(on)


def begin(script: Script, frame: campaigns.Frame, *, issue: int, first: int = -9) -> None:
    """From the draft to the issued notice, by ``issue``."""
    play, code = script.play, frame.code
    script.of_campaign(issue + first, "10:20", Stage.NOTICE, lambda at: campaigns.draft(play, frame, at))
    script.of_campaign(issue - 6, "16:00", Stage.NOTICE, lambda at: campaigns.hand_over(play, code, at))
    script.of_campaign(issue - 5, "09:30", Stage.NOTICE, lambda at: campaigns.approve(play, code, at))
    script.of_campaign(issue - 2, "14:40", Stage.NOTICE, lambda at: campaigns.write_notice(play, code, at))
    script.of_campaign(issue, "09:00", Stage.NOTICE, lambda at: campaigns.issue_notice(play, code, at))


def surveyed(script: Script, frame: campaigns.Frame, *, opens: int, closes: int, silent: frozenset[str] = frozenset()) -> None:
    """Links, answers, closing and freezing; ``silent``: departments about which nobody answers."""
    play, code = script.play, frame.code
    script.of_campaign(opens, "08:40", Stage.SURVEY, lambda at: survey.open_and_close(play, at))
    links = survey.Links(settings().data_dir / f"demo-links-{code}.json")

    def hand_out(on: On) -> None:
        links.keep(on.case.body.code, survey.make_tokens(on))

    def reply(on: On) -> None:
        survey.answer(on, links.of(on.case.body.code))

    for place, case in enumerate(frame.cases):
        answered = [] if case.body.code in silent else [(closes - 2, "18:00", Stage.SURVEY, reply)]
        script.of_unit(code, case, place, [(opens, "10:00", Stage.SURVEY, hand_out), *answered])
    script.of_campaign(closes + 1, "08:30", Stage.SURVEY, lambda at: survey.open_and_close(play, at))
    script.of_campaign(closes + 1, "09:20", Stage.SURVEY, lambda at: survey.freeze(play, code, at))
    script.of_campaign(closes + 1, "09:21", Stage.SURVEY, lambda at: survey.recount(play, at), jobs=True)


def run_through(play: Play, cases: Sequence[Case]) -> tuple[Script, campaigns.Frame]:
    """One campaign from its draft to the report to the commission, followed up; a third of the departments looked back at."""
    window = {"assessment": (play.moment(1, "00:00"), play.moment(17, "23:59")),
              "survey": (play.moment(2, "08:00"), play.moment(20, "23:59")),
              "review": (play.moment(5, "00:00"), play.moment(40, "23:59"))}
    first = cases[0]
    frame = campaigns.Frame(f"{first.year}", f"{first.year}年度机构编制综合评估", "comprehensive", cases, window)
    script = Script(play)
    begin(script, frame, issue=0)
    surveyed(script, frame, opens=2, closes=20)
    for place, case in enumerate(cases):
        signed = 19 if case.body.code == "gongxiao" else 12 + place % 5
        shift = max(0, 22 - signed - 8)
        rest = [(signed + line.after + (shift if line.after >= 8 else 0), line.at, line.stage, line.scene) for line in lines(case)
                if line.scene is not follow.look_back or place % 3 == 0]
        script.of_unit(frame.code, case, place, [
            (1, "09:30", Stage.NOTICE, campaigns.acknowledge), (3, "10:00", A, assessment.office_figures), *rest])
    script.of_campaign(62, "16:00", Stage.SUMMARY, lambda at: campaigns.conclude(play, frame.code, at))
    script.of_campaign(66, "15:00", Stage.SUMMARY, lambda at: campaigns.write_summary(play, frame.code, at))
    script.of_campaign(68, "10:00", Stage.SUMMARY, lambda at: campaigns.issue_summary(play, frame.code, at))
    return script, frame


BASE = date(2026, 3, 2)
CENSUS = date(2026, 2, 28)
