"""The stage of the demonstration: whoever acts does so at a set moment, by the same deeds that the pages call.

All deeds of a step are one transaction, which also moves the bookmark: a play that was killed goes on with the step it was at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from evalplat.access.actor import Person, person_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.jobs import queue
from evalplat.jobs.tables import Job
from evalplat.kernel import clock
from evalplat.kernel.db import transaction
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work
from evalplat.people.tables import Office, User
from evalplat.web.filling import STEP
from evalplat.workflow import calendar

from .cast import RECUSED, TEAMS
from .figures import Case

SYSTEM = "system"


class PlayedElsewhere(Exception):
    """Another process plays the same script: the bookmark is not where this one left it."""


@dataclass
class Play:
    """One office's demonstration in one database. ``base`` is the working day on which the notice goes out."""

    engine: Engine
    base: date
    office_id: int = 0
    users: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    holidays: dict[date, bool] = field(default_factory=dict)
    stage: list[Session] = field(default_factory=list)
    """The session of the step that is being played; plays of other years share it."""

    @contextmanager
    def step(self, number: int) -> Iterator[None]:
        """The transaction of one step; ``number`` is where the play goes on afterwards. Nobody else plays a step meanwhile."""
        with transaction(self.engine) as session:
            self._look(session, number - 1)
            self.stage.append(session)
            try:
                yield
                self._turn_to(session, number)
            finally:
                self.stage.clear()

    def must_be_at(self, number: int) -> None:
        """Before a step that has its own transactions: nobody else played on."""
        with transaction(self.engine) as session:
            self._look(session, number)

    def _look(self, session: Session, number: int) -> None:
        if session.get_one(Office, self.office_id, with_for_update=True).settings.get(STEP, 0) != number:
            raise PlayedElsewhere

    def _turn_to(self, session: Session, number: int) -> None:
        office = session.get_one(Office, self.office_id)
        office.settings = office.settings | {STEP: number}
        session.add(office)

    def skip_to(self, number: int) -> None:
        """Move the bookmark after a step that has its own transactions and may be done twice."""
        with self.step(number):
            pass

    def moment(self, day: int, at: str) -> datetime:
        """A time of day, ``day`` working days after the base (before it, if negative)."""
        found = calendar.next_working_day(self.base, self.holidays)
        if day >= 0:
            found = calendar.add_working_days(found, day, exceptions=self.holidays)
        else:
            for _ in range(-day):
                found -= timedelta(days=1)
                while not calendar.is_working_day(found, self.holidays):
                    found -= timedelta(days=1)
        return datetime.combine(found, time.fromisoformat(at), tzinfo=settings().zone)

    @contextmanager
    def acting(self, login: str, moment: datetime) -> Iterator[Work]:
        """The work of somebody at a moment, in the step's transaction."""
        if not self.stage:
            raise RuntimeError("nobody acts outside a step")
        session = self.stage[-1]
        with clock.at(moment):
            actor: Any = SystemActor(self.office_id) if login == SYSTEM else self._person(session, login, moment)
            work = Work(session, actor)
            yield work
            work.seal()
            session.flush()

    def _person(self, session: Session, login: str, moment: datetime) -> Person:
        return person_of(session, session.get_one(User, self.users[login]), moment.date())

    def run_jobs(self, kind: str, moment: datetime) -> None:
        """Do the jobs of one kind now; documents wait for the worker, or for the end."""
        with clock.at(moment):
            with transaction(self.engine, write=False) as session:
                waiting = list(session.exec(select(Job.id).where(Job.kind == kind, Job.state == "queued").order_by(Job.id)))  # type: ignore[arg-type]
            for job_id in waiting:
                queue.run(self.engine, job_id or 0)
            with transaction(self.engine, write=False) as session:
                failed = [row.error for row in session.exec(select(Job).where(Job.kind == kind)) if row.error]
        if failed:
            raise RuntimeError(failed[0])


def campaign_of(work: Work, code: str) -> Campaign:
    """A campaign by its short name."""
    return work.session.exec(select(Campaign).where(Campaign.office_id == work.office_id, Campaign.code == code)).one()


@dataclass(frozen=True)
class On:
    """One department in one campaign at one moment: what a scene is given."""

    play: Play
    campaign: str
    case: Case
    place: int
    moment: datetime

    @property
    def team(self) -> tuple[str, str]:
        """Logins of the team's lead and of its other assessor."""
        _, _, lead, assessor = TEAMS[self.place % len(TEAMS)]
        leaves, joins = RECUSED.get(self.case.body.code, ("", ""))
        return lead, joins if assessor == leaves else assessor

    @property
    def another(self) -> str:
        """The lead of another team."""
        return TEAMS[(self.place + 1) % len(TEAMS)][2]

    def login(self, who: str) -> str:
        """The login behind a part: lead, assessor, another, head, liaison, filler, or somebody of the office."""
        if who in ("head", "liaison", "filler"):
            return f"{who}-{self.case.body.code}"
        parts = {"lead": self.team[0], "assessor": self.team[1], "another": self.another}
        return parts.get(who, who)

    @contextmanager
    def by(self, who: str) -> Iterator[tuple[Work, Evaluation]]:
        """Somebody's unit of work, with the department's evaluation."""
        with self.play.acting(self.login(who), self.moment) as work:
            yield work, self.evaluation(work)

    def evaluation(self, work: Work) -> Evaluation:
        """The department's evaluation."""
        campaign, unit = campaign_of(work, self.campaign), self.play.units[self.case.body.code]
        query = select(Evaluation).where(Evaluation.campaign_id == campaign.id, Evaluation.unit_id == unit)
        return work.session.exec(query).one()

    def name(self, work: Work, who: str) -> str:
        """What somebody is called."""
        return work.session.get_one(User, self.play.users[self.login(who)]).name


Scene = Callable[[On], None]


@dataclass(frozen=True, order=True)
class Step:
    """A scene with its moment. Steps are played in the order of their moments; ``number`` settles ties. ``jobs``: it does
    waiting jobs, which have their own transactions."""

    at: datetime
    number: int
    stage: str = field(compare=False)
    unit: str = field(compare=False)
    deed: Callable[[], None] = field(compare=False)
    jobs: bool = field(default=False, compare=False)
