"""A small office for tests: an empty database, people of every role, units, a campaign up to any state, a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.datastructures import State
from starlette.testclient import TestClient

from evalplat.access.actor import Person, person_of
from evalplat.campaigns import moves, progress, setup, windows
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.campaigns.teams import assign_team, make_panel, make_team
from evalplat.kernel import clock
from evalplat.kernel.db import metadata, transaction
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.people import actions as people
from evalplat.people import calendar
from evalplat.people.roles import Role
from evalplat.people.tables import Office, Unit, User
from evalplat.rooms import load_tables, register_all

START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
PASSWORD = "Testing-2026-x"

UNITS = (
    ("jiaotong", "市交通运输局", "交通运输局", "gov_econ", {"has_affiliates": True, "has_enforcement": True, "has_services": True}),
    ("shenji", "市审计局", "审计局", "gov_econ", {"has_affiliates": False, "has_enforcement": False, "has_services": False}),
    ("minzheng", "市民政局", "民政局", "gov_social", {"has_affiliates": True, "has_enforcement": True, "has_services": True}),
)
_apps: WeakKeyDictionary[Engine, FastAPI] = WeakKeyDictionary()
STAFF: tuple[tuple[str, str, Role], ...] = (
    ("director", "周正", Role.DIRECTOR), ("commission", "孙立", Role.COMMISSION), ("section", "李敏", Role.SUPERVISION_SECTION),
    ("establishment", "赵清", Role.ESTABLISHMENT_SECTION), ("lead", "王磊", Role.TEAM_LEAD), ("assessor", "陈洁", Role.ASSESSOR),
    ("lead2", "刘洋", Role.TEAM_LEAD), ("assessor2", "何静", Role.ASSESSOR), ("panel", "吴刚", Role.REVIEW_PANEL),
    ("panel2", "郑岩", Role.REVIEW_PANEL), ("co", "钱江", Role.CO_REVIEWER), ("third", "冯波", Role.THIRD_PARTY),
    ("sysadmin", "系统员", Role.SYSADMIN), ("secadmin", "安全员", Role.SECADMIN), ("auditadmin", "审计员", Role.AUDITADMIN),
)


@dataclass
class World:
    """Everything by its short name; ``acting("lead")`` gives a unit of work of that person."""

    engine: Engine
    office_id: int
    users: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    campaign_id: int = 0
    start: datetime = START
    now: datetime = START

    @contextmanager
    def acting(self, who: str, *, write: bool = True) -> Iterator[Work]:
        """A transaction of ``who`` at the world's present moment ("system" for the clock)."""
        with clock.at(self.now):
            actor: Any = SystemActor(self.office_id)
            if who != "system":
                with transaction(self.engine, write=False) as session:
                    actor = self.person(session, who)
            with working(self.engine, actor, write=write) as work:
                yield work

    def person(self, session: Session, who: str) -> Person:
        """The person as the policy sees them now."""
        return person_of(session, session.get_one(User, self.users[who]), self.now.date())

    def campaign(self, work: Work) -> Campaign:
        """The campaign's row."""
        return work.session.get_one(Campaign, self.campaign_id)

    def evaluation(self, work: Work, unit: str) -> Evaluation:
        """A unit's evaluation."""
        query = select(Evaluation).where(Evaluation.campaign_id == self.campaign_id, Evaluation.unit_id == self.units[unit])
        return work.session.exec(query).one()

    def pass_days(self, days: float) -> None:
        """Let time pass."""
        self.now += timedelta(days=days)

    @contextmanager
    def client(self, who: str = "") -> Iterator[TestClient]:
        """A browser without scripts, signed in as ``who`` (nobody if empty), at the world's moment."""
        with clock.at(self.now), TestClient(app_over(self.engine), follow_redirects=False) as client:
            if who:
                answer = client.post("/sign-in", data={"login": who, "password": PASSWORD, "next": "/"})
                assert answer.status_code == 303, answer.text
            yield client


def app_over(engine: Engine) -> FastAPI:
    """The application over ``engine``, which remembers nothing of other tests: made once, because it gets to know its routes slowly."""
    from evalplat.app import create_app

    app = _apps.get(engine) or create_app(engine)
    _apps[engine], app.state = app, State({"engine": engine, "has_office": False})
    return app


def csrf(client: TestClient, path: str) -> str:
    """The token of a page's form."""
    text = client.get(path).text
    return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def make_world(engine: Engine, *, start: datetime = START) -> World:
    """An office with people and units, no campaign yet. A browser needs a ``start`` near the real present."""
    register_all()
    load_tables()
    metadata.create_all(engine)
    with clock.at(start), working(engine, SystemActor(0)) as work:
        office: Office = people.set_up_office(work, code="tz", name="中共滕州市委机构编制委员会办公室", short_name="市委编办",
                                              document_mark="中共滕州市委机构编制委员会办公室文件", document_series="滕编办发")
        work.actor = SystemActor(office.id or 0)
        world = World(engine, office.id or 0, start=start, now=start)
        calendar.seed(work)
        for code, name, short, category, facts in UNITS:
            world.units[code] = people.add_unit(work, code=code, name=name, short_name=short, category=category, facts=facts).id or 0
        for login, name, role in STAFF:
            world.users[login] = _user(work, login, name, [(role, None)])
        for code, _, short, _, _ in UNITS:
            for prefix, role in (("head", Role.DEPT_HEAD), ("liaison", Role.DEPT_LIAISON), ("filler", Role.UNIT_FILLER)):
                login = f"{prefix}-{code}"
                world.users[login] = _user(work, login, f"{short}{prefix}", [(role, world.units[code])])
    return world


def _user(work: Work, login: str, name: str, roles: list[tuple[Role, int | None]]) -> int:
    user, _ = people.add_user(work, login=login, name=name, roles=roles, password=PASSWORD, must_change=False)
    return user.id or 0


def with_campaign(world: World) -> World:
    """A drafted campaign with teams, panel and windows: team 1 has jiaotong and shenji, team 2 minzheng."""
    with world.acting("section") as work:
        users = {name: work.session.get_one(User, key) for name, key in world.users.items()}
        campaign = setup.draft_campaign(
            work, code="2026", title="2026年度机构编制综合评估", year=2026, census_date=date(2026, 8, 31),
            basis="《中国共产党机构编制工作条例》", scope="2025年9月至2026年8月", system_file="tengzhou-2026.yaml",
            survey_files=["citizen.yaml", "recipient.yaml", "delegate.yaml", "counterpart.yaml", "staff.yaml"])
        world.campaign_id = campaign.id or 0
        teams = [make_team(work, campaign, code="t1", name="评估一组", lead=users["lead"], members=[users["assessor"]]),
                 make_team(work, campaign, code="t2", name="评估二组", lead=users["lead2"], members=[users["assessor2"]])]
        for code, unit_id in world.units.items():
            evaluation = setup.add_evaluation(work, campaign, work.session.get_one(Unit, unit_id))
            assign_team(work, campaign, evaluation, teams[1] if code == "minzheng" else teams[0])
        make_panel(work, campaign, chair=users["panel"], members=[users["panel2"]])
        days = {"assessment": (5, 30), "survey": (5, 40), "review": (25, 60)}
        for kind, (opens, closes) in days.items():
            windows.set_window(work, campaign, kind, opens_at=world.start + timedelta(days=opens),
                               closes_at=world.start + timedelta(days=closes))
    return world


def with_notice(world: World) -> World:
    """The campaign approved and its notice issued: every unit is notified."""
    from evalplat.stages.notices import actions as notices
    from evalplat.stages.notices.forms import NoticeForm

    with world.acting("commission") as work:
        campaign = moves.make_campaign(work, world.campaign(work), "approve")
        progress.done(work, campaign, "approve_campaign")
    with world.acting("section") as work:
        notices.write_notice(work, world.campaign(work), NoticeForm(
            purpose="全面掌握部门职能运行和机构编制执行情况。", requirements="高度重视，明确专人负责。\n数据真实准确。",
            outline="一、基本情况\n二、职能配置与履行\n三、存在问题", contact_person="李敏", contact_phone="0632-5500001"))
        notices.number_notice(work, world.campaign(work))
    with world.acting("director") as work:
        notices.issue_notice(work, world.campaign(work))
    return world
