"""Records and checklist as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from evalplat.campaigns.tables import Evaluation
from evalplat.files.tables import StoredFile
from evalplat.kernel.work import Work

from . import queries
from .rules import METHODS, NEEDED, Method
from .rules_checks import BLOCKS, CHECKS, Check
from .tables import CheckAnswer, ReviewFile, ReviewRecord


@dataclass(frozen=True, slots=True)
class FileLine:
    """A stored file as lists show it."""

    id: str
    name: str
    href: str
    size: int


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record. ``signing`` is empty while nobody signed or refused."""

    code: str
    method: str
    held_on: date
    starts: str
    ends: str
    place: str
    assessors: tuple[str, ...]
    logins: tuple[str, ...]
    participants: tuple[str, ...]
    anonymous: bool
    content: str
    corrects: str
    corrected_by: str
    created_by: str
    created_at: datetime
    signing: str
    signed_by: str
    signed_pages: int | None
    refused_reason: str
    sealed_at: datetime | None
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class MethodLine:
    """How a method stands: codes of its records."""

    method: str
    label: str
    needed: bool
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with its answer, if there is one."""

    code: str
    text: str
    answer: str
    note: str
    by: str
    at: datetime | None
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class CheckBlock:
    """The checks of one block of indicators."""

    code: str
    title: str
    done: int
    checks: tuple[CheckLine, ...]


def records_of(work: Work, evaluation: Evaluation) -> list[ReviewRecord]:
    """All records in the order of their codes."""
    query = select(ReviewRecord).where(ReviewRecord.evaluation_id == evaluation.id).order_by(col(ReviewRecord.id))
    return list(work.session.exec(query))


def find_record(work: Work, evaluation: Evaluation, code: str) -> ReviewRecord | None:
    """One record by its code."""
    return next((row for row in records_of(work, evaluation) if row.code == code), None)


def files_of(work: Work, evaluation: Evaluation) -> list[tuple[ReviewFile, StoredFile]]:
    """Every file of the review."""
    query = (select(ReviewFile, StoredFile).join(StoredFile, col(StoredFile.id) == col(ReviewFile.file_id))
             .where(ReviewFile.evaluation_id == evaluation.id).order_by(col(ReviewFile.id)))
    return list(work.session.exec(query))


def record_views(work: Work, evaluation: Evaluation) -> list[RecordView]:
    """All records, ready for the page."""
    rows, files = records_of(work, evaluation), files_of(work, evaluation)
    people, here = queries.names(work), queries.base(work, evaluation)
    team = {one.login: one.name for one in queries.members(work, evaluation)}
    codes: dict[int | None, str] = {row.id: row.code for row in rows}
    later: dict[int | None, str] = {row.corrects_id: row.code for row in rows if row.corrects_id}
    return [RecordView(
        row.code, row.method, row.held_on, row.starts, row.ends, row.place,
        tuple(team.get(login, login) for login in row.assessors), tuple(row.assessors), tuple(row.participants),
        row.anonymous, row.content, codes.get(row.corrects_id, ""), later.get(row.id, ""),
        people.get(row.created_by or 0, ""), row.created_at, row.signing, row.signed_by, row.signed_pages,
        row.refused_reason, row.sealed_at,
        _lines(here, (file for link, file in files if link.record_id == row.id))) for row in rows]


def _lines(here: str, files: Iterable[StoredFile]) -> tuple[FileLine, ...]:
    return tuple(FileLine(file.code, file.name, f"{here}/review/files/{file.code}", file.size) for file in files)


def methods(work: Work, evaluation: Evaluation) -> list[MethodLine]:
    """The nine methods, each with its records."""
    rows = records_of(work, evaluation)
    return [MethodLine(str(method), label, method in NEEDED, tuple(row.code for row in rows if row.method == method))
            for method, label in METHODS.items()]


def has_both_needed(rows: Iterable[ReviewRecord]) -> list[Method]:
    """The needed methods that have no signed (or refused) record yet."""
    done = {row.method for row in rows if row.signing}
    return [method for method in NEEDED if method not in done]


def answers_of(work: Work, evaluation: Evaluation) -> dict[str, CheckAnswer]:
    """Code → answer."""
    query = select(CheckAnswer).where(CheckAnswer.evaluation_id == evaluation.id)
    return {row.code: row for row in work.session.exec(query)}


def check_blocks(work: Work, evaluation: Evaluation) -> list[CheckBlock]:
    """The checklist by block."""
    given, files = answers_of(work, evaluation), files_of(work, evaluation)
    people, here = queries.names(work), queries.base(work, evaluation)

    def line(check: Check) -> CheckLine:
        row = given.get(check.code)
        own = _lines(here, (file for link, file in files if link.check_code == check.code))
        return CheckLine(check.code, check.text, row.answer if row else "", row.note if row else "",
                         people.get(row.by_user_id or 0, "") if row else "", row.at if row else None, own)

    found = []
    for code, title in BLOCKS.items():
        lines = tuple(line(check) for check in CHECKS if check.block == code)
        found.append(CheckBlock(code, title, sum(bool(one.answer) for one in lines), lines))
    return found


def check_line(work: Work, evaluation: Evaluation, code: str) -> CheckLine | None:
    """One line of the checklist."""
    return next((line for block in check_blocks(work, evaluation) for line in block.checks if line.code == code), None)
