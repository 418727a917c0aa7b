"""Taking answers in: group commit. One thread per database drains what waits into one transaction and answers only then.

Whoever wants another store puts it behind ``accept``.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from evalplat.kernel.db import transaction
from evalplat.kernel.errors import Busy, EvalError, Gone
from evalplat.kernel.i18n import N_

from . import rules
from .tables import Ballot, Submission, SurveyAnswer, SurveyText, SurveyWave

log = logging.getLogger("evalplat.surveys")
CAPACITY = 2000
BATCH = 500
TRIES = 3
PATIENCE = 30.0

OVER = N_("This survey is over. Answers can no longer be sent.")
USED = N_("This link was already used: your answers are stored and cannot be sent a second time.")
FAILED = N_("The answers could not be stored just now. Nothing is lost: please press the button again in a moment.")
FULL = N_("Very many people are answering just now. Nothing is lost: please press the button again in a moment.")

_UPSERT = text(
    "INSERT INTO survey_tally (wave_id, evaluation_id, evidence, question, option, office_id, n) "
    "VALUES (:wave_id, :evaluation_id, :evidence, :question, :option, :office_id, :n) "
    "ON CONFLICT (wave_id, evaluation_id, evidence, question, option) DO UPDATE SET n = survey_tally.n + excluded.n")


@dataclass(frozen=True, slots=True)
class Paper:
    """A checked answer, ready to be stored. ``submission`` and ``ballot`` are hashes; no ballot: an open link."""

    office_id: int
    wave_id: int
    evaluation_id: int
    closed: str
    evidence: str
    quality: str
    counts: Mapping[tuple[str, str], int]
    submission: str
    ballot: str = ""
    texts: tuple[tuple[str, str], ...] = ()


Outcome = EvalError | None
"""None: the answer is stored (now, or by an earlier try)."""


def accept(engine: Engine, paper: Paper) -> None:
    """Store one answer; comes back after the commit. Gone: closed or used link. Busy: too many wait."""
    _wait(writer_of(engine).put(engine, paper))


def accept_all(engine: Engine, papers: Sequence[Paper]) -> None:
    """Store many at once; the first refusal is raised when all are through."""
    for start in range(0, len(papers), CAPACITY):
        waiting = [writer_of(engine).put(engine, paper) for paper in papers[start:start + CAPACITY]]
        refused = [error for error in (_outcome(future) for future in waiting) if error]
        if refused:
            raise refused[0]


def _wait(future: Future[None]) -> None:
    error = _outcome(future)
    if error:
        raise error


def _outcome(future: Future[None]) -> BaseException | None:
    try:
        return future.exception(PATIENCE)
    except Late:
        return Busy(FULL)


@dataclass
class Writer:
    """The queue and its thread, which lives as long as something waits."""

    capacity: int = CAPACITY
    waiting: deque[tuple[Paper, Future[None]]] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)
    running: bool = False

    def put(self, engine: Engine, paper: Paper) -> Future[None]:
        """Line up. A full queue refuses at once: better than an answer that never comes."""
        future: Future[None] = Future()
        with self.lock:
            if len(self.waiting) >= self.capacity:
                raise Busy(FULL)
            self.waiting.append((paper, future))
            if not self.running:
                self.running = True
                threading.Thread(target=self._run, args=(engine,), name="survey-writer", daemon=True).start()
        return future

    def _run(self, engine: Engine) -> None:
        while batch := self._next():
            _write(engine, batch)

    def _next(self) -> list[tuple[Paper, Future[None]]]:
        with self.lock:
            batch = [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]
            self.running = bool(batch)
        return batch


_writers: WeakKeyDictionary[Engine, Writer] = WeakKeyDictionary()
_guard = threading.Lock()


def writer_of(engine: Engine) -> Writer:
    """The one writer of a database in this process."""
    with _guard:
        return _writers.setdefault(engine, Writer())


def _write(engine: Engine, batch: list[tuple[Paper, Future[None]]]) -> None:
    """One transaction; if anything goes wrong, row by row, so that one bad row fails alone."""
    try:
        with transaction(engine) as session:
            outcomes = store(session, [paper for paper, _ in batch])
    except Exception as error:  # noqa: BLE001 - the writer survives anything; the log must not carry the answers
        log.warning("a batch is written again row by row: %s", type(error).__name__)
        for paper, future in batch:
            _write_one(engine, paper, future)
        return
    for (_, future), outcome in zip(batch, outcomes, strict=True):
        _tell(future, outcome)


def _write_one(engine: Engine, paper: Paper, future: Future[None], *, tries: int = TRIES) -> None:
    """A second look helps when another process wrote the same form in between: then it is found, and is no error."""
    try:
        with transaction(engine) as session:
            outcome = store(session, [paper])[0]
    except Exception as error:  # noqa: BLE001 - whoever waits is told, and may send again
        if tries > 1 and isinstance(error, DBAPIError):
            _write_one(engine, paper, future, tries=tries - 1)
            return
        log.error("an answer could not be stored: %s", type(error).__name__)  # noqa: TRY400 - a trace would carry it
        future.set_exception(Busy(FAILED))
        return
    _tell(future, outcome)


def _tell(future: Future[None], outcome: Outcome) -> None:
    if outcome is None:
        future.set_result(None)
    else:
        future.set_exception(outcome)


def store(session: Session, papers: Sequence[Paper]) -> list[Outcome]:
    """Write papers in the caller's transaction: answers, texts, tallies, spent ballots. One outcome a paper."""
    connection = session.connection()
    closed = _closed_waves(connection, {paper.wave_id for paper in papers})
    known = _known(connection, Submission, [paper.submission for paper in papers])
    spent = _known(connection, Ballot, [paper.ballot for paper in papers if paper.ballot])
    outcomes: list[Outcome] = []
    fresh: list[Paper] = []
    for paper in papers:
        outcome: Outcome = None
        if paper.submission not in known:
            if paper.wave_id in closed:
                outcome = Gone(OVER)
            elif paper.ballot and paper.ballot in spent:
                outcome = Gone(USED)
            else:
                fresh.append(paper)
                known.add(paper.submission)
                spent.add(paper.ballot)
        outcomes.append(outcome)
    if fresh:
        _insert(connection, fresh)
    return outcomes


def _closed_waves(connection: Connection, waves: set[int]) -> set[int]:
    """Waves that take nothing more. The shared lock makes closing wait for answers that are on their way in."""
    query = select(col(SurveyWave.id), col(SurveyWave.state)).where(col(SurveyWave.id).in_(waves)).with_for_update(read=True)
    taking = (rules.WaveState.DRAFT, rules.WaveState.OPEN)
    return waves - {wave for wave, state in connection.execute(query) if state in taking}


def _known(connection: Connection, table: type[Submission | Ballot], hashes: list[str]) -> set[str]:
    if not hashes:
        return set()
    return set(connection.execute(select(col(table.hash)).where(col(table.hash).in_(hashes))).scalars())


def _insert(connection: Connection, fresh: list[Paper]) -> None:
    """Each table in an order of its own, so that no place in a file leads from one to another."""
    of_wave = [{"office_id": p.office_id, "wave_id": p.wave_id} for p in fresh]
    of_unit = [{**row, "evaluation_id": p.evaluation_id} for row, p in zip(of_wave, fresh, strict=True)]
    rows = list(zip(fresh, of_wave, of_unit, strict=True))
    _insert_sorted(connection, Submission, [{**wave, "hash": p.submission} for p, wave, _ in rows])
    _insert_sorted(connection, Ballot, [{**unit, "hash": p.ballot} for p, _, unit in rows if p.ballot])
    _insert_shuffled(connection, SurveyAnswer, [
        {**unit, "key": rules.new_secret(), "closed": p.closed, "evidence": p.evidence, "quality": p.quality}
        for p, _, unit in rows])
    _insert_shuffled(connection, SurveyText, [
        {**unit, "key": rules.new_secret(), "question": question, "text": words}
        for p, _, unit in rows for question, words in p.texts])
    _count(connection, fresh)


def _insert_sorted(connection: Connection, table: type, rows: list[dict[str, object]]) -> None:
    """The order of hashes says as little as a shuffled one, and two processes never wait for each other in a circle."""
    if rows:
        connection.execute(insert(table), sorted(rows, key=lambda row: str(row["hash"])))


def _insert_shuffled(connection: Connection, table: type, rows: list[dict[str, object]]) -> None:
    if rows:
        secrets.SystemRandom().shuffle(rows)
        connection.execute(insert(table), rows)


def _count(connection: Connection, fresh: list[Paper]) -> None:
    """Add to the tallies, in one order everywhere so that two writers never wait for each other in a circle."""
    totals: Counter[tuple[int, int, str, str, str, int]] = Counter()
    for paper in fresh:
        for (question, option), n in paper.counts.items():
            totals[paper.wave_id, paper.evaluation_id, paper.evidence, question, option, paper.office_id] += n
    names = ("wave_id", "evaluation_id", "evidence", "question", "option", "office_id")
    connection.execute(_UPSERT, [{**dict(zip(names, key, strict=True)), "n": n} for key, n in sorted(totals.items())])
