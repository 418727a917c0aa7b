"""Taking in: exactly once however often and however many at once, on SQLite and PostgreSQL; nothing leads back to a person."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from evalplat.kernel import clock
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.errors import Busy, EvalError, Gone, Invalid
from evalplat.stages.surveys import actions_answers, actions_writer, queries
from evalplat.stages.surveys.actions_writer import Paper, Writer, accept, accept_all
from evalplat.stages.surveys.tables import Ballot, Submission, SurveyAnswer, SurveyWave, Tally
from tests.world import World, make_world, with_campaign, with_notice

from .conftest import ANSWERS, link_to, rows, tokens_for
from .visitor import Visitor

SIDE = ("survey_ballot", "survey_submission", "survey_answer", "survey_text", "survey_tally")
POSTED = {name: value if isinstance(value, list) else [value] for name, value in ANSWERS["staff"].items()}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """An open survey on either database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("open_world")
        return
    request.getfixturevalue("data_dir")
    engine = make_engine(request.getfixturevalue("new_postgres_url")())
    world = with_notice(with_campaign(make_world(engine)))
    world.pass_days(6)
    yield world
    engine.dispose()


def papers_of(world: World, count: int, *, unit: str = "jiaotong") -> list[Paper]:
    """Different answers to the staff's questionnaire."""
    with world.acting("system", write=False) as work:
        wave = queries.wave_of(work, world.campaign(work), "staff")
        assert wave is not None
        evaluation = world.evaluation(work, unit)
        survey = queries.questionnaire(work, wave, evaluation)
        found = []
        for n in range(count):
            given = {**ANSWERS["staff"], "S3": str(n % 5 + 1), "S17": ("none",)}
            found.append(actions_answers.paper_of(survey, wave, evaluation, given=given, evidence="B",
                                                  submission=f"submission-{n}"))
        return found


def recounted(world: World) -> bool:
    """Whether the tallies equal what the answers say."""
    from evalplat.stages.surveys import actions_freeze

    with world.acting("system", write=False) as work:
        for wave in queries.waves_of(work, world.campaign(work)):
            survey = queries.survey_of(work, wave)
            for evaluation, _ in queries.units_of(work, world.campaign(work)):
                answers = list(work.session.exec(select(SurveyAnswer).where(
                    SurveyAnswer.wave_id == wave.id, SurveyAnswer.evaluation_id == evaluation.id)))
                actions_freeze._compare(work, wave, evaluation, actions_freeze._recounted(survey, answers))
    return True


def test_many_at_once_are_all_stored_and_counted(any_world: World) -> None:
    papers = papers_of(any_world, 300)
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(lambda paper: accept(any_world.engine, paper), papers + papers[:100]))
    assert len(rows(any_world, SurveyAnswer)) == 300
    assert recounted(any_world)


def test_one_token_and_twenty_threads_make_one_answer(any_world: World) -> None:
    [token] = tokens_for(any_world, "staff")
    with any_world.acting("system", write=False) as work:
        wave, evaluation = queries.wave_of(work, any_world.campaign(work), "staff"), any_world.evaluation(work, "jiaotong")
    assert wave is not None
    start, now = threading.Barrier(20), any_world.now

    def send(_: int) -> str:
        with clock.at(now):
            start.wait()
            try:
                return actions_answers.submit(any_world.engine, wave, evaluation, POSTED, token=token)
            except Gone:
                return ""

    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(send, range(20)))
    assert sum(map(bool, receipts)) == 1
    assert len(rows(any_world, SurveyAnswer)) == len(rows(any_world, Ballot)) == 1
    assert recounted(any_world)


def test_two_processes_with_the_same_form_store_it_once(any_world: World) -> None:
    """Two writers on one database are two processes as far as the database knows."""
    papers = papers_of(any_world, 40)
    writers = [Writer(), Writer()]
    futures = [writer.put(any_world.engine, paper) for paper in papers for writer in writers]
    for future in futures:
        future.result(30)
    assert len(rows(any_world, SurveyAnswer)) == len(rows(any_world, Submission)) == 40
    assert recounted(any_world)


def test_one_bad_row_fails_alone(any_world: World) -> None:
    from dataclasses import replace

    good = papers_of(any_world, 5)
    bad = replace(good[0], submission="bad", evidence="no such grade")
    outcomes: list[Future[None]] = [Future() for _ in range(6)]
    actions_writer._write(any_world.engine, list(zip([*good[:2], bad, *good[2:]], outcomes, strict=True)))
    assert [type(future.exception()) for future in outcomes] == [type(None)] * 2 + [Busy] + [type(None)] * 3
    assert len(rows(any_world, SurveyAnswer)) == 5
    assert recounted(any_world)


def test_a_closed_wave_takes_nothing_even_from_the_writer(any_world: World) -> None:
    with any_world.acting("system") as work:
        for wave in work.session.exec(select(SurveyWave)):
            wave.state = "closed"
    with pytest.raises(Gone):
        accept(any_world.engine, papers_of(any_world, 1)[0])
    assert rows(any_world, SurveyAnswer) == []


def test_a_full_queue_refuses_at_once(open_world: World) -> None:
    writer = Writer(capacity=3, running=True)
    papers = papers_of(open_world, 4)
    for paper in papers[:3]:
        writer.put(open_world.engine, paper)
    with pytest.raises(Busy):
        writer.put(open_world.engine, papers[3])


def test_a_full_queue_answers_503_and_keeps_the_form(open_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(actions_writer._writers, open_world.engine, Writer(capacity=0))
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen")).fill(ANSWERS["citizen"])
        answer = client.post(visitor.action, data={"state": visitor.state, "go": "finish"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert 'value="finish"' in answer.text
        monkeypatch.delitem(actions_writer._writers, open_world.engine)
        assert Visitor(client, text=answer.text).send("finish").address.endswith("/done")


def test_a_wrong_form_is_refused_with_its_questions(open_world: World, place: Callable) -> None:
    wave, evaluation = place("citizen")
    with clock.at(open_world.now), pytest.raises(Invalid) as caught:
        actions_answers.submit(open_world.engine, wave, evaluation, {"C3": ["5"], "C7": ["x"]})
    assert set(caught.value.errors) == {"C7", "C11"}
    assert rows(open_world, SurveyAnswer) == []


def test_a_token_of_another_unit_is_refused(open_world: World, place: Callable) -> None:
    [token] = tokens_for(open_world, "staff", "shenji")
    wave, evaluation = place("staff", "jiaotong")
    with clock.at(open_world.now), pytest.raises(EvalError):
        actions_answers.submit(open_world.engine, wave, evaluation, POSTED, token=token)


def test_inside_a_unit_of_work_it_is_written_there(open_world: World) -> None:
    with open_world.acting("system") as work:
        wave = queries.wave_of(work, open_world.campaign(work), "citizen")
        assert wave is not None
        evaluation = open_world.evaluation(work, "jiaotong")
        for n in range(3):
            actions_answers.submit(work, wave, evaluation, {"C3": ["5"], "C7": ["4"], "C11": ["4"]}, submission=str(n % 2))
    assert len(rows(open_world, SurveyAnswer)) == 2


def test_nothing_on_the_answer_side_leads_back(open_world: World, data_dir: Path) -> None:
    """No token, address, cookie or time; keys are random; no row number gives the order."""
    tokens = tokens_for(open_world, "staff", count=12)
    sent = []
    with open_world.client() as client:
        for n, token in enumerate(tokens):
            client.cookies.clear()
            given = {**ANSWERS["staff"], "S18": f"意见{n}"}
            visitor = Visitor(client).open(f"/s/{token}").fill(given).send("finish")
            sent.append(visitor.receipt)
    dump = "\n".join(sqlite3.connect(data_dir / "test.sqlite3").iterdump())
    ours = "\n".join(line for line in dump.splitlines() if any(f'"{table}"' in line or f" {table} " in line for table in SIDE))
    assert ours.count("INSERT INTO") > 40
    for secret in [*tokens, *sent, "testclient", "127.0.0.1", "2026-09"]:
        assert secret not in ours
    assert not any(token in dump for token in tokens)
    columns = {column.name for table in (SurveyAnswer, Ballot, Submission, Tally) for column in table.__table__.columns}
    assert not {name for name in columns if name.endswith(("_at", "_on", "date", "time", "token", "user_id", "ip"))}
    with transaction(open_world.engine, write=False) as session:
        for table in SIDE:
            with pytest.raises(Exception, match="rowid"):
                session.execute(text(f"select rowid from {table}"))


def test_places_in_the_file_say_nothing_about_the_order(open_world: World) -> None:
    """The order in which the database gives texts is not the order in which they came."""
    papers = papers_of(open_world, 30)
    from dataclasses import replace

    for n, paper in enumerate(papers):
        accept(open_world.engine, replace(paper, texts=(("S18", f"{n:02d}"),)))
    with transaction(open_world.engine, write=False) as session:
        found = [row[0] for row in session.execute(text("select text from survey_text"))]
    assert sorted(found) == [f"{n:02d}" for n in range(30)]
    in_place = sum(now == n for n, now in enumerate(map(int, found)))
    assert found != sorted(found)
    assert in_place <= 8


def test_a_thousand_in_one_go_are_few_transactions(open_world: World) -> None:
    accept_all(open_world.engine, papers_of(open_world, 1000))
    by_option = Counter()
    for row in rows(open_world, Tally):
        by_option[row.question, row.option] += row.n
    assert by_option["*", "n"] == 1000
    assert by_option["S3", "5"] == 200
    assert recounted(open_world)
