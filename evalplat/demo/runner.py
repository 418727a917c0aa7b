"""Playing a script in a database: step by step with a word to whoever watches, and its jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import col, select

from evalplat.jobs import queue
from evalplat.jobs.tables import Job
from evalplat.kernel import clock
from evalplat.kernel.db import transaction
from evalplat.kernel.settings import settings
from evalplat.people.tables import Office
from evalplat.web.filling import STEPS

from . import plan, plan_last_year, plan_served, play_office
from .cast import BODIES
from .database import offices
from .figures import Case
from .plan import Script
from .play import Play

SET_UP = timedelta(days=420)
"""How long before this year's notice the office was set up."""
Watch = Callable[[int, int, str, str], None]
"""Told before each step: how many are done, how many there are, department, stage."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was played: the office, the campaign's short name, the last moment."""

    play: Play
    code: str
    end: datetime


def drive_through(engine: Engine, units: int, watch: Watch, *, lang: str = "zh") -> Played:
    """One campaign from its draft to its end; the same on every machine. What was played already is not played again."""
    cases = [Case(body, plan.BASE.year, plan.CENSUS, lang) for body in BODIES[:units]]
    play = _office(engine, cases, plan.BASE)
    script, frame = plan.run_through(play, cases)
    return Played(play, frame.code, _play(script, watch))


def begin(engine: Engine, units: int, today: date, *, before: int = 0, lang: str = "zh") -> None:
    """The office of the served demonstration, and how long its play is: from now on its pages can be read."""
    script = _served(engine, units, today, before=before, lang=lang)
    with transaction(engine) as session:
        office = session.get_one(Office, script.play.office_id)
        office.settings = office.settings | {STEPS: len(script.steps)}
        session.add(office)


def fill(engine: Engine, units: int, today: date, watch: Watch, *, before: int = 0, lang: str = "zh") -> Played:
    """The served demonstration, as it stands today; ``before``: how many departments took part last year; ``lang``: whether
    one department speaks English. What was played already is not played again."""
    script = _served(engine, units, today, before=before, lang=lang)
    return Played(script.play, f"{plan_served.base_of(today).year}", _play(script, watch))


def _served(engine: Engine, units: int, today: date, *, before: int, lang: str) -> Script:
    base, cases = plan_served.base_of(today), plan_served.cases_for(today, units, lang=lang)
    known = {case.body.code for case in cases}
    others = [case for case in plan_last_year.cases(base.year, cases[0].census, before, lang=lang) if case.body.code not in known]
    return plan_served.served(_office(engine, [*cases, *others], base), cases, today, before=before)


def _office(engine: Engine, cases: list[Case], base: date) -> Play:
    if offices(engine):
        return play_office.again(engine, base)
    first = datetime.combine(base - SET_UP, datetime.min.time(), tzinfo=settings().zone) + timedelta(hours=9)
    play = play_office.set_up(engine, cases, first)
    play.base = base
    return play


def _play(script: Script, watch: Watch) -> datetime:
    steps, begin = script.ordered(), play_office.bookmark(script.play.engine)
    for done, step in enumerate(steps[begin:], begin):
        watch(done, len(steps), step.unit, step.stage)
        if step.jobs:
            script.play.must_be_at(done)
            step.deed()
            script.play.skip_to(done + 1)
        else:
            with script.play.step(done + 1):
                step.deed()
    watch(len(steps), len(steps), "", "")
    return steps[-1].at


def make_documents(engine: Engine, moment: datetime) -> int:
    """Do everything that waits for the worker; how many jobs. One that failed stops it."""
    _give_back(engine)
    with clock.at(moment + timedelta(days=1)):
        count = queue.run_all(engine)
        with transaction(engine, write=False) as session:
            failed = session.exec(select(Job).where(col(Job.state) == "failed")).first()
    if failed is not None:
        raise RuntimeError(f"{failed.kind}: {failed.error}")
    return count


def _give_back(engine: Engine) -> None:
    """Jobs that a killed run-through held wait again: there is no other worker here, and the set clock does not run."""
    with transaction(engine) as session:
        for job in session.exec(select(Job).where(Job.state == "running")):
            job.state, job.attempts, job.lease_until = "queued", 0, None
            session.add(job)
