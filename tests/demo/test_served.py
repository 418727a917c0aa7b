"""The served demonstration on a day of its own: every stage at work, something waiting for each role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from evalplat.access.actor import person_of
from evalplat.access.tasks import waiting_for
from evalplat.audit.log import verify
from evalplat.campaigns.tables import Call, Campaign, Evaluation
from evalplat.demo import database, runner
from evalplat.demo.cast import PASSWORD
from evalplat.demo.runner import Played
from evalplat.documents.tables import Document
from evalplat.findings.tables import Finding
from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.settings import settings
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.scores.tables import ResultVersion
from evalplat.stages.followup.tables import ApprovalRequest, Rectification
from evalplat.stages.notices.tables import Extension, RecusalRequest
from tests.world import app_over

TODAY = date(2026, 11, 20)
pytestmark = pytest.mark.slow
STATES = {
    "xuanchuan": "assessing", "gongxiao": "assessing", "jiaoyu": "submitted", "shichang": "accepted", "wenlv": "reviewed",
    "sifa": "scored", "caizheng": "moderated", "minzheng": "reported", "jiaotong": "informed", "yingji": "objected",
    "shenji": "decided", "shuiwu": "following",
}
ROLES = ("sun", "zhou", "li", "zhao", "wang", "chen", "wu", "third", "head-shuiwu", "liaison-shuiwu", "filler-shuiwu")


@dataclass
class Demo:
    engine: Engine
    played: Played
    now: datetime


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALPLAT_DATA_DIR", str(folder))
        patch.setenv("EVALPLAT_DEMO", "true")
        settings.cache_clear()
        engine = make_engine(settings().url)
        database.prepare(engine)
        played = runner.fill(engine, 12, TODAY, lambda *_: None)
        yield Demo(engine, played, datetime.combine(TODAY, time(10), tzinfo=settings().zone))
        engine.dispose()
        settings.cache_clear()


def state_of(session: Session, code: str) -> dict[str, str]:
    query = (select(Unit.code, Evaluation.state).join(Unit, Unit.id == Evaluation.unit_id)
             .join(Campaign, Campaign.id == Evaluation.campaign_id).where(Campaign.code == code))
    return dict(session.exec(query).all())


def test_every_stage_is_at_work(demo):
    with transaction(demo.engine, write=False) as session:
        assert state_of(session, "2026") == STATES
        assert state_of(session, "2026-zx") == {"shuiwu": "assessing", "yingji": "assessing", "jiaotong": "notified"}
        titles = set(session.exec(select(Campaign.title)))
    assert {"2026年度机构编制综合评估", "2026年专项评估"} <= titles


def test_nothing_happened_in_the_future_and_the_chain_is_whole(demo):
    assert demo.played.end < demo.now
    with transaction(demo.engine, write=False) as session:
        assert verify(session, demo.played.play.office_id).broken_seq is None


def test_a_decision_made_a_second_version(demo):
    with transaction(demo.engine, write=False) as session:
        query = (select(ResultVersion.version).join(Evaluation, Evaluation.id == ResultVersion.evaluation_id)
                 .join(Unit, Unit.id == Evaluation.unit_id).where(Unit.code == "shenji"))
        assert sorted(session.exec(query)) == [1, 2]


def test_a_major_item_is_overdue_and_another_handed_in(demo):
    with transaction(demo.engine, write=False) as session:
        rows = list(session.exec(select(Rectification)))
    assert any(row.state == "in_progress" and row.due_at < demo.now for row in rows)
    assert any(row.state == "submitted" for row in rows)
    assert any(row.state == "closed" for row in rows)


def test_what_does_not_go_its_usual_way_has_its_letters(demo):
    with transaction(demo.engine, write=False) as session:
        letters = Counter(session.exec(select(Document.kind).where(Document.state == "issued")))
        assert letters["extension_notice"] == 2
        assert letters["recusal_decision"] == 1
        assert letters["plan"] == 1
        assert {row.state for row in session.exec(select(Extension))} == {"granted"}
        assert {row.state for row in session.exec(select(RecusalRequest))} == {"granted"}
        assert len(list(session.exec(select(Call)))) == 2


def test_rectifications_stand_at_every_point(demo):
    with transaction(demo.engine, write=False) as session:
        states = {row.state for row in session.exec(select(Rectification))}
        decisions = sorted(row.decision for row in session.exec(select(ApprovalRequest)))
        assert len(set(session.exec(select(Finding.joint).where(Finding.joint != "")))) == 1
    assert states == {"issued", "received", "plan_submitted", "plan_accepted", "in_progress", "submitted", "rejected", "closed"}
    assert decisions == ["refused", "waived"]


def test_a_file_of_the_register_opens_with_its_rooms_alone(demo):
    with clock.at(demo.now), TestClient(app_over(demo.engine), follow_redirects=False) as client:
        client.post("/sign-in", data={"login": "li", "password": PASSWORD, "next": "/"})
        base = "/c/daily-2026/u/shichang"
        page = client.get(base).text
        rooms = set(re.findall(rf'href="{base}/([a-z-]+)"', page))
        assert rooms == {"findings", "follow-up", "documents"}
        assert [client.get(f"{base}/{room}").status_code for room in sorted(rooms)] == [200, 200, 200]


def test_next_years_batch_comes_from_the_plan(demo):
    with transaction(demo.engine, write=False) as session:
        campaign = session.exec(select(Campaign).where(Campaign.code == "2027")).one()
    assert campaign.settings["plan"]["code"] == "2027-2031"


@pytest.mark.parametrize("login", ROLES)
def test_each_role_finds_something_waiting(demo, login):
    with clock.at(demo.now), transaction(demo.engine, write=False) as session:
        user = session.exec(select(User).where(User.login == login)).one()
        person = person_of(session, user, TODAY)
        assert waiting_for(Work(session, person), person)


@pytest.mark.parametrize("login", ROLES)
def test_each_role_sees_home_and_its_first_task(demo, login):
    with clock.at(demo.now), TestClient(app_over(demo.engine), follow_redirects=False) as client:
        answer = client.post("/sign-in", data={"login": login, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303
        home = client.get("/")
        assert home.status_code == 200
        with transaction(demo.engine, write=False) as session:
            user = session.exec(select(User).where(User.login == login)).one()
            person = person_of(session, user, TODAY)
            hrefs = {task.href.partition("#")[0] for task in waiting_for(Work(session, person), person)}
        for href in sorted(hrefs):
            assert client.get(href).status_code == 200, href


def test_the_clock_finds_its_work_done(demo):
    """The worker's first round over the timetable breaks nothing and moves nobody on."""
    later = demo.now + timedelta(hours=1)
    with clock.at(later):
        queue.tick(demo.engine, [demo.played.play.office_id])
    with transaction(demo.engine, write=False) as session:
        assert state_of(session, "2026") == STATES
        assert state_of(session, "2026-zx")["jiaotong"] == "notified"
