"""The office is set up: its people, its departments, its working days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import select

from evalplat.kernel import clock
from evalplat.kernel.db import transaction
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.people import actions as people
from evalplat.people import calendar
from evalplat.people.roles import Role
from evalplat.people.tables import Office, Unit, User
from evalplat.web.filling import STEP

from .cast import OFFICE, PASSWORD, STAFF, people_of
from .figures import Case
from .play import Play

NATURES = {"party": "党委部门", "inst": "事业单位"}


def set_up(engine: Engine, cases: list[Case], moment: datetime) -> Play:
    """Make the office in an empty database."""
    with clock.at(moment), working(engine, SystemActor(0)) as work:
        office = people.set_up_office(work, **OFFICE)
        work.actor = SystemActor(office.id or 0)
        play = Play(engine, moment.date(), office.id or 0)
        calendar.seed(work)
        play.holidays = calendar.exceptions(work.session, work.office_id)
        for case in cases:
            _add_unit(work, play, case)
        for one in STAFF:
            play.users[one.login] = _add_user(work, one.login, one.name, post=one.post, roles=[(one.role, None)])
        for case, (kind, name, role, post) in _in_order(cases):
            login = f"{kind}-{case.body.code}"
            play.users[login] = _add_user(work, login, name, post=case.say(post), roles=[(role, play.units[case.body.code])])
    return play


def _in_order(cases: list[Case]) -> list[tuple[Case, tuple[str, str, Role, str]]]:
    """The departments' people; the sign-in page shows the first of each role: those that speak English, if any have work."""
    everybody = [(case, person) for case in cases for person in people_of(case.index)]
    return sorted(everybody, key=lambda one: not one[0].english or (one[1][0] == "filler" and not one[0].body.affiliates))


def again(engine: Engine, first: date) -> Play:
    """The office that is there already, to go on playing."""
    with transaction(engine, write=False) as session:
        office = session.exec(select(Office).where(Office.code == OFFICE["code"])).one()
        found = Play(engine, first, office.id or 0)
        found.units = {unit.code: unit.id or 0 for unit in session.exec(select(Unit).where(Unit.office_id == office.id))}
        found.users = {user.login: user.id or 0 for user in session.exec(select(User).where(User.office_id == office.id))}
        found.holidays = calendar.exceptions(session, found.office_id)
    return found


def bookmark(engine: Engine) -> int:
    """How many steps were played."""
    with transaction(engine, write=False) as session:
        return int(session.exec(select(Office).where(Office.code == OFFICE["code"])).one().settings.get(STEP, 0))


def _add_unit(work: Work, play: Play, case: Case) -> None:
    body = case.body
    unit = people.add_unit(work, code=body.code, name=body.name, short_name=body.short, category=body.category,
                           nature=NATURES.get(body.category, "行政机关"), civil_service_ref=body.category == "inst", facts=body.facts)
    play.units[body.code] = unit.id or 0


def _add_user(work: Work, login: str, name: str, *, post: str, roles: list[tuple[Role, int | None]]) -> int:
    user, _ = people.add_user(work, login=login, name=name, post=post, roles=roles, password=PASSWORD, must_change=False)
    return user.id or 0
