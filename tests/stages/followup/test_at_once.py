"""Two who press at once on PostgreSQL: nobody gets the other's number, and what is done once is done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from evalplat.campaigns.tables import Campaign
from evalplat.documents import actions as documents
from evalplat.documents.actions import give_number
from evalplat.documents.tables import Document, DocumentSeries
from evalplat.findings.tables import Finding
from evalplat.kernel.db import make_engine
from evalplat.kernel.errors import Refused
from evalplat.kernel.work import Work
from evalplat.stages.followup import actions_holds, actions_referrals, actions_register, queries
from evalplat.stages.followup.forms import LetterForm
from evalplat.stages.followup.tables import ApprovalRequest
from evalplat.stages.notices import actions_supplements
from evalplat.stages.notices.forms import SupplementForm
from evalplat.stages.notices.tables import Supplement
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.stages.followup.test_holds import ASK, unit
from tests.stages.followup.test_register import entry
from tests.world import World, make_world, with_campaign, with_notice

pytestmark = pytest.mark.postgres
PATIENCE = 30
"""Seconds after which the second is lost."""


@pytest.fixture
def world(data_dir: object, new_postgres_url: Callable[[], str]) -> Iterator[World]:
    """A campaign under way on PostgreSQL."""
    engine = make_engine(new_postgres_url())
    yield with_notice(with_campaign(make_world(engine)))
    engine.dispose()


def waiting(world: World) -> int:
    """How many connections wait for a lock."""
    with world.engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                                          "wait_event_type = 'Lock'")) or 0)


def at_once(world: World, who: tuple[str, str], look: Callable[[Work], Any], deed: Callable[[Work, Any], Any]) -> Any:
    """The first does it and has not committed yet; the second, who read the same page before, presses now. What the second got."""
    read, done = threading.Event(), threading.Event()

    def second() -> Any:
        with world.acting(who[1]) as work:
            seen = look(work)
            read.set()
            done.wait(20)
            return deed(work, seen)

    with ThreadPoolExecutor(1) as pool:
        other: Future[Any] = pool.submit(second)
        assert read.wait(20)
        with world.acting(who[0]) as work:
            deed(work, look(work))
            work.session.flush()
            done.set()
            until = time.monotonic() + PATIENCE
            while not (other.done() or waiting(world)):
                assert time.monotonic() < until, "the second neither finished nor waits for a lock"
        return other.result(30)


def test_two_numbers_of_requests_findings_and_notices_differ(world: World) -> None:
    two = ("section", "section")
    at_once(world, two, lambda work: None, lambda work, _: len(actions_register.enter(work, entry("jiaotong", "shenji"))))
    with world.acting("section", write=False) as work:
        assert len(list(work.session.exec(select(Campaign.id).where(Campaign.kind == "register")))) == 1
        rows = list(work.session.exec(select(Finding.joint, Finding.code)))
        assert sorted(rows) == [("J-2026-001", "F-01")] * 2 + [("J-2026-002", "F-02")] * 2

    move = SupplementForm.model_validate({"reason": "国庆节前后工作安排调整", "assessment_closes": "2026-10-12"})
    at_once(world, two, world.campaign, lambda work, campaign: actions_supplements.draft(work, campaign, move).ordinal)
    with world.acting("section", write=False) as work:
        assert sorted(work.session.exec(select(Supplement.ordinal))) == [1, 2]

    steps.issued(world)
    with world.acting("section", write=False) as work:
        world.now = steps.item(work, world)[0].due_at + timedelta(seconds=1)
    at_once(world, ("section", "establishment"), lambda work: unit(work, world),
            lambda work, held: actions_holds.log_request(work, held, ASK).number)
    with world.acting("section", write=False) as work:
        assert sorted(work.session.exec(select(ApprovalRequest.number))) == [1, 2]


def test_a_referral_has_one_letter_and_a_document_one_number(world: World) -> None:
    steps.routed(steps.final(world), {"F-01": ["D2", "D3"], "F-02": ["D3"], "F-03": ["D2"], "F-04": ["D1"]})

    def handed(work: Work) -> Any:
        return next(pair for pair in queries.my_referrals(work, world.evaluation(work, UNIT)) if pair[1].code == "F-02")

    def issue(work: Work, pair: Any) -> str:
        return actions_referrals.issue_letter(work, world.evaluation(work, UNIT), pair, LetterForm(addressee="中共滕州市纪委")).code

    with pytest.raises(Refused):
        at_once(world, ("director", "director"), handed, issue)
    with world.acting("director", write=False) as work:
        assert len(list(work.session.exec(select(Document).where(Document.kind == "referral_letter")))) == 1

    # a draft that two people have before them gets one number
    with world.acting("section") as work:
        key = actions_supplements.draft(work, world.campaign(work), SupplementForm.model_validate(
            {"reason": "调整", "assessment_closes": "2026-10-12"})).document_id
    at_once(world, ("section", "section"), lambda work: work.session.get_one(Document, key), give_number)
    with world.acting("section", write=False) as work:
        [last] = work.session.exec(select(DocumentSeries.last).where(DocumentSeries.series == "滕编办发"))
        assert work.session.get_one(Document, key).number == f"滕编办发〔2026〕{last}号"
        numbers = [row.number for row in work.session.exec(select(Document)) if row.number and row.number.startswith("滕编办发")]
        assert len(numbers) == last


def test_a_reader_named_while_the_letter_is_issued_may_read_it(world: World) -> None:
    steps.routed(steps.final(world), {"F-01": ["D2", "D3"], "F-02": ["D3"], "F-03": ["D2"], "F-04": ["D1"]})

    def handed(work: Work) -> Any:
        return next(pair for pair in queries.my_referrals(work, world.evaluation(work, UNIT)) if pair[1].code == "F-02")

    def issue(work: Work, pair: Any) -> None:
        actions_referrals.issue_letter(work, world.evaluation(work, UNIT), pair, LetterForm(addressee="中共滕州市纪委"))

    def name(work: Work, pair: Any) -> None:
        actions_referrals.name_reader(work, world.evaluation(work, UNIT), pair, "establishment")

    deeds = iter((issue, name))

    def next_deed(work: Work, pair: Any) -> None:
        next(deeds)(work, pair)

    at_once(world, ("director", "director"), handed, next_deed)
    with world.acting("director", write=False) as work:
        letter = work.session.exec(select(Document).where(Document.kind == "referral_letter")).one()
        assert world.users["establishment"] in letter.readers


def test_two_begin_the_series_of_a_year_at_once(world: World) -> None:
    world.pass_days(130)
    with world.acting("section") as work:
        view = documents.view_of(work.session.exec(select(Document).where(Document.kind == "notice")).one())
        drafts = [documents.draft(work, "notice", view, title=title, campaign=world.campaign(work)).id for title in ("甲", "乙")]
    left = list(drafts)
    at_once(world, ("section", "section"), lambda work: work.session.get_one(Document, left.pop()), give_number)
    with world.acting("section", write=False) as work:
        assert {work.session.get_one(Document, key).number for key in drafts} == {"滕编办发〔2027〕1号", "滕编办发〔2027〕2号"}
