"""An uploaded workbook: kept until somebody confirms its comparison, then taken whole or not at all."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.files import store
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import Forbidden, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work, working

from .actions import new_account
from .book_checks import Checked, check
from .book_compare import NEW, SAME, Change, Comparison, compare
from .book_format import FACTS, NOT_A_WORKBOOK, Problem, Words
from .book_reading import open_book, read_sheets
from .book_state import State, present_state
from .changes import change_unit, change_user
from .roles import Role
from .tables import OfficeImport, Unit, User
from .turns import in_turn
from .unit_order import keep_order

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

log = logging.getLogger("evalplat.people")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PURPOSE = "office_import"


@dataclass(frozen=True)
class Reading:
    """A workbook that was read: its problems, or what it would change; ``notes``: cells that wait for a row with a problem."""

    book: Workbook
    checked: Checked
    problems: tuple[Problem, ...]
    comparison: Comparison
    rows: int
    notes: tuple[Problem, ...] = ()


def read_book(work: Work, data: bytes, words: Words, *, login: str) -> Reading:
    """Read and judge foreign bytes against the office as it stands. Raises ``Invalid`` when they are no plain workbook."""
    book = open_book(data)
    sheets, wrong = read_sheets(book)
    state = present_state(work)
    checked = Checked() if wrong else check(sheets, state, words, today=work.today, myself=login)
    problems = (*wrong, *checked.problems)
    return Reading(book, checked, problems, compare(Checked() if problems else checked, state, words),
                   sum(len(sheet.lines) for sheet in sheets.values()), tuple(checked.notes))


def keep_upload(work: Work, name: str, data: bytes) -> OfficeImport:
    """Keep what was uploaded, faulty or not, until it is taken or set aside; an earlier one of the same person is set aside."""
    in_turn(work)
    for row in waiting(work):
        if row.created_by == work.actor.user_id:
            set_aside(work, row)
    if not data.startswith(b"PK"):
        raise Refused(NOT_A_WORKBOOK)
    file = store.put(work, store.clean_name(name), data, media_type=MEDIA_TYPE, purpose=PURPOSE)
    kept: OfficeImport = work.add(OfficeImport(office_id=work.office_id, code=secrets.token_hex(8), file_id=file.id or 0,
                                               name=file.name, created_by=work.actor.user_id, created_at=work.now))
    return kept


def waiting(work: Work) -> list[OfficeImport]:
    """Uploads of the office that were neither taken nor set aside, the newest first."""
    query = select(OfficeImport).where(OfficeImport.office_id == work.office_id, col(OfficeImport.ended_at).is_(None))
    return list(work.session.exec(query.order_by(col(OfficeImport.id).desc())))


def find_upload(work: Work, code: str) -> OfficeImport | None:
    """An upload that still waits."""
    return next((row for row in waiting(work) if row.code == code), None)


def bytes_of(work: Work, row: OfficeImport) -> bytes:
    """What was uploaded."""
    return store.read(work.session.get_one(StoredFile, row.file_id))


def set_aside(work: Work, row: OfficeImport) -> None:
    """Forget an upload: nothing of it was taken, so its rows and its bytes go at once. What an earlier version of the platform
    left behind of others that were set aside goes with it. Nothing happens when it is gone or taken already."""
    in_turn(work)
    locked = _locked(work, row)
    if locked is None or locked.ended_at is not None:
        return
    locked.ended_at = work.now
    work.session.add(locked)
    work.session.flush()
    query = select(OfficeImport).where(OfficeImport.office_id == work.office_id, col(OfficeImport.ended_at).is_not(None),
                                       col(OfficeImport.taken).is_(False))
    engine = work.session.get_bind().engine
    for one in list(work.session.exec(query.with_for_update(skip_locked=True))):
        file = work.session.get_one(StoredFile, one.file_id)
        work.session.delete(one)
        work.session.flush()
        work.session.delete(file)
        work.after_commit(partial(_remove_bytes, engine, work.actor, digest=file.sha256))
    work.session.flush()


def _locked(work: Work, row: OfficeImport) -> OfficeImport | None:
    """The row, locked and fresh; none when somebody discarded it meanwhile."""
    query = select(OfficeImport).where(OfficeImport.id == row.id).with_for_update()
    return work.session.exec(query.execution_options(populate_existing=True)).one_or_none()


def _remove_bytes(engine: Engine, actor: Any, *, digest: str) -> None:
    """The bytes go after the last row that names them, looked for anew and in turn: the same workbook may have been uploaded or
    taken meanwhile. Bytes that stay are no harm that would justify failing what is stored already."""
    try:
        with working(engine, actor) as work:
            in_turn(work)
            if work.session.exec(select(StoredFile.id).where(StoredFile.sha256 == digest)).first() is None:
                store.path_of(digest).unlink(missing_ok=True)
    except (OSError, SQLAlchemyError):
        log.exception("the bytes of a discarded workbook could not be removed", extra={"sha256": digest})


def take(work: Work, row: OfficeImport, words: Words, *, login: str, digest: str, people_too: bool = True) -> Comparison:
    """Take everything that was shown, in this transaction. What changed meanwhile is shown anew, not taken unseen.

    ``people_too``: whether whoever confirms may make accounts.
    """
    locked = _locked(work, row)
    if locked is None or locked.ended_at is not None:
        raise Refused(N_("This workbook was imported or discarded already."))
    reading = read_book(work, bytes_of(work, locked), words, login=login)
    if reading.problems or reading.comparison.digest != digest:
        raise Refused(N_("The office's entries changed meanwhile. Look at the comparison again, then confirm it."))
    if reading.comparison.touches_people and not people_too:
        raise Forbidden(N_("The workbook changes accounts. Only the system administrator can confirm it."))
    _take_units(work, reading)
    _take_people(work, reading)
    if reading.comparison.order:
        keep_order(work, reading.comparison.order)
    locked.ended_at, locked.taken = work.now, True
    work.session.add(locked)
    file = work.session.get_one(StoredFile, locked.file_id)
    record(work, "office.imported", file=file.name, sha256=file.sha256, units=_counts(reading.comparison.units),
           people=_counts(reading.comparison.people))
    return reading.comparison


def _counts(changes: tuple[Change, ...]) -> dict[str, int]:
    return {what: sum(one.what == what for one in changes) for what in ("new", "changed", "same")}


def _take_units(work: Work, reading: Reading) -> None:
    rows = {unit.code: unit for unit in work.session.exec(select(Unit).where(Unit.office_id == work.office_id))}
    made: list[Unit] = []
    for change in reading.comparison.units:
        if change.what == NEW:
            said = reading.checked.units[change.key]
            made.append(Unit(office_id=work.office_id, code=change.key, **_plain(said), facts={key: said[key] for key in FACTS}))
    work.session.add_all(made)
    work.session.flush()
    rows |= {unit.code: unit for unit in made}
    for unit in made:
        unit.parent_id = rows[said_parent].id if (said_parent := reading.checked.units[unit.code].get("parent")) else None
        record(work, "unit.added", code=unit.code, name=unit.name)
    for change in reading.comparison.units:
        if change.what not in (NEW, SAME):
            change_unit(work, rows[change.key], _unit_values(reading.checked.units[change.key], rows, rows[change.key]))


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in ("code", "parent", *FACTS)}


def _unit_values(said: Mapping[str, Any], rows: Mapping[str, Unit], unit: Unit) -> dict[str, Any]:
    values = _plain(said) | {"facts": {**unit.facts, **{key: said[key] for key in FACTS if key in said}}}
    if "parent" in said:
        values["parent_id"] = rows[said["parent"]].id if said["parent"] else None
    if values.get("active"):
        values["merged_into_id"] = None
    return values


def _take_people(work: Work, reading: Reading) -> None:
    state: State = present_state(work)
    users = {user.login: user for user in work.session.exec(select(User).where(User.office_id == work.office_id))}
    for change in reading.comparison.people:
        said = reading.checked.people[change.key]
        if change.what == NEW:
            user = new_account(work, login=change.key, roles=_roles(said["roles"], state), **_new_values(said))
            user.active = said.get("active", True)
        elif change.what != SAME:
            roles = said.get("roles", state.people[change.key]["roles"])
            values = {key: value for key, value in said.items() if key not in ("login", "roles")}
            change_user(work, users[change.key], values, _roles(roles, state))


def _new_values(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: said[key] for key in ("name", "post", "expires_on", "ends_with") if key in said}


def _roles(pairs: tuple[tuple[str, str], ...], state: State) -> list[tuple[Role, int | None]]:
    return [(Role(role), state.unit_ids[unit] if unit else None) for role, unit in pairs]
