"""Filling in: the room opens, fields are saved one by one, rows come and go, evidence files are kept.

A save stores what its writer changed and nothing else, so that two people, two tabs or an old page never undo each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Evaluation
from evalplat.files import store
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.roles import Role
from evalplat.people.tables import Membership
from evalplat.scores.sheet import system_for
from evalplat.workflow.stages import Stage, State

from . import queries
from .rules import AFFILIATES, AFFILIATES_FACT, Draft, free_rows, unit_names
from .rules_issues import issues
from .tables import Assessment, AssessmentEntry

MOST_ROWS, MOST_FILES, MOST_SIGNS = 300, 20, 100_000
ROW_KEY = re.compile(r"[a-z0-9]{2,24}\Z")


@dataclass(frozen=True, slots=True)
class Base:
    """What a browser page showed: the newest version when it was made, and its own token."""

    version: int = 0
    page: str = ""


def address(work: Work, evaluation: Evaluation, rest: str = "") -> str:
    """The address of this room for a unit."""
    campaign, unit = moves.codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/assessment{rest}"


def open_room(work: Work, evaluation: Evaluation) -> None:
    """The unit has the notice: its self-assessment begins."""
    if queries.assessment_of(work, evaluation) is None:
        work.add(Assessment(evaluation_id=evaluation.id or 0, office_id=work.office_id, opened_at=work.now))
    wait_for_filling(work, evaluation)
    draft = queries.draft_of(work, evaluation)
    if AFFILIATES in draft.system.tables and draft.facts.get(AFFILIATES_FACT) is not False:
        fillers = _members(work, evaluation, (Role.UNIT_FILLER,))
        others = _members(work, evaluation, (Role.DEPT_HEAD, Role.DEPT_LIAISON))
        if fillers:
            progress.wait(work, evaluation, "fill_affiliates", stage=Stage.ASSESSMENT, not_users=others,
                          href=address(work, evaluation, "/affiliates"), due_at=queries.due_at(work, evaluation))


def wait_for_filling(work: Work, evaluation: Evaluation) -> None:
    """From now on the assessment waits for the unit's people."""
    progress.wait(work, evaluation, "fill_assessment", stage=Stage.ASSESSMENT, href=address(work, evaluation),
                  due_at=queries.due_at(work, evaluation))


def _members(work: Work, evaluation: Evaluation, roles: Iterable[str]) -> list[int]:
    query = select(Membership.user_id).where(Membership.unit_id == evaluation.unit_id, col(Membership.role).in_(list(roles)))
    return sorted(set(work.session.exec(query)))


def locked(work: Work, evaluation: Evaluation, *states: State) -> Assessment:
    """The assessment's row, locked and fresh, if the evaluation is in one of the states (assessing unless given)."""
    moves.must_be(moves.lock(work, evaluation), *(states or (State.ASSESSING,)))
    query = select(Assessment).where(Assessment.evaluation_id == evaluation.id).with_for_update()
    row = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def write(work: Work, evaluation: Evaluation, values: Mapping[str, str], *, side: str = "unit", base: Base | None = None,
          ref: str = "") -> list[str]:
    """Add a version of each field that its writer changed; their names. Without ``base`` the newest values are compared."""
    names = list(values)
    now = queries.latest(work, evaluation, side, names=names)
    shown = {}
    if base is not None:
        shown = queries.latest(work, evaluation, side, names=names, until=base.version)
        if base.page:
            shown |= queries.latest(work, evaluation, side, names=names, page=base.page)
    changed = []
    for name, text in values.items():
        before = shown[name].text if name in shown else ""
        current = now[name].text if name in now else ""
        if text == current or (base is not None and text == before):
            continue
        if len(text) > MOST_SIGNS:
            raise Invalid({name: N_("This text is too long. Shorten it.")})
        work.session.add(AssessmentEntry(
            office_id=work.office_id, evaluation_id=evaluation.id or 0, side=side, name=name, text=text, ref=ref,
            page=base.page if base else "", at=work.now, by_user_id=work.actor.user_id, by_name=work.actor.name))
        work.session.flush()
        changed.append(name)
    return changed


def save(work: Work, evaluation: Evaluation, values: Mapping[str, str], *, part: str, table: str = "",
         base: Base | None = None) -> list[str]:
    """Store what was typed in a part, right or wrong; names that do not belong to it are left out."""
    row = locked(work, evaluation)
    draft = queries.draft_of(work, evaluation)
    known = replace(draft, rows=queries.row_order(work, evaluation, removed=True))
    allowed = explanation_names(draft) if part == "explanations" else set(unit_names(known, part, table))
    changed = write(work, evaluation, {name: text for name, text in values.items() if name in allowed}, base=base)
    _bring_back_rows(work, evaluation, draft, changed)
    if changed:
        _no_longer_ready(work, evaluation, row)
    return changed


def explanation_names(draft: Draft) -> set[str]:
    """The fields of explanations: those asked for now and those written before."""
    return {one.key for one in issues(draft) if one.level == "W"} | {name for name in draft.typed if name.startswith("why.")}


def _bring_back_rows(work: Work, evaluation: Evaluation, draft: Draft, changed: Iterable[str]) -> None:
    """Somebody typed into a row that somebody else had removed meanwhile: it stands again, nothing typed is lost."""
    rows = {(head, row) for head, row, *_ in (name.split(".") for name in changed if name.count(".") == 2)}
    for table, row in sorted(rows):
        known = draft.system.tables.get(table)
        if (table == "problem" or (known and free_rows(known))) and row not in draft.rows.get(table, ()):
            write(work, evaluation, {f"row.{table}.{row}": "on"})


def _no_longer_ready(work: Work, evaluation: Evaluation, row: Assessment) -> None:
    """Whatever changes after it was called ready must be looked at again before the head signs."""
    if row.ready_at is None:
        return
    row.ready_at, row.ready_by, row.ready_name = None, None, ""
    work.add(row)
    progress.done(work, evaluation, "submit_assessment")
    wait_for_filling(work, evaluation)


def add_row(work: Work, evaluation: Evaluation, table: str, key: str) -> None:
    """A new empty row under the key that the page made up: pressing twice makes one row."""
    row = locked(work, evaluation)
    system = system_for(work, evaluation)
    if not ROW_KEY.match(key) or not (table == "problem" or (table in system.tables and free_rows(system.tables[table]))):
        raise NotFound
    known = queries.row_order(work, evaluation, removed=True).get(table, ())
    if key in known:
        return
    if len(known) >= MOST_ROWS:
        raise Refused(N_("This table has too many rows."))
    write(work, evaluation, {f"row.{table}.{key}": "on"})
    _no_longer_ready(work, evaluation, row)


def remove_row(work: Work, evaluation: Evaluation, table: str, key: str) -> None:
    """Take a row away; what stood in it stays among the versions."""
    row = locked(work, evaluation)
    if key in queries.row_order(work, evaluation).get(table, ()):
        write(work, evaluation, {f"row.{table}.{key}": "off"})
        _no_longer_ready(work, evaluation, row)


def add_file(work: Work, evaluation: Evaluation, leaf: str, name: str, data: bytes) -> StoredFile:
    """Keep an evidence file of a leaf. The same file sent twice is kept once."""
    row = locked(work, evaluation)
    if leaf not in {one.code for one in system_for(work, evaluation).leaves}:
        raise NotFound
    kept = queries.files_of(work, evaluation).get(leaf, [])
    if len(kept) >= MOST_FILES:
        raise Invalid({f"file.{leaf}": N_("There are too many files here. Put several into one PDF.")})
    file = store.keep(work, name, data, purpose=f"{queries.FILES}{leaf}", evaluation_id=evaluation.id, field=f"file.{leaf}")
    twin = next((one for one in kept if one.sha256 == file.sha256 and one.name == file.name), None)
    if twin is not None:
        work.session.delete(file)
        work.session.flush()
        return twin
    _no_longer_ready(work, evaluation, row)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "assessment.file_added", campaign=campaign, unit=unit, name=file.name, sha256=file.sha256, leaf=leaf)
    return file


def remove_file(work: Work, evaluation: Evaluation, code: str) -> None:
    """Take an evidence file away before signing; removing it twice is no fault."""
    row = locked(work, evaluation)
    file = queries.file_by_code(work, evaluation, code)
    if file is None or not file.purpose.startswith(queries.FILES):
        return
    file.removed_at = work.now
    work.add(file)
    _no_longer_ready(work, evaluation, row)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "assessment.file_removed", campaign=campaign, unit=unit, name=file.name, sha256=file.sha256,
           leaf=file.purpose.removeprefix(queries.FILES))


def fill(work: Work, evaluation: Evaluation, *, texts: Mapping[str, str] | None = None, figures: Mapping[str, Any] | None = None,
         tables: Mapping[str, Any] | None = None, scores: Mapping[str, tuple[Any, str]] | None = None,
         problems: Sequence[Mapping[str, str]] | None = None, explanations: Mapping[str, str] | None = None) -> None:
    """Fill in from a script. ``texts``: c1…c9; ``tables``: fixed rows by key, free ones as a list with their name column;
    ``scores``: leaf → (score, statement); ``explanations``: ``why.RULE.field`` → text."""
    save(work, evaluation, {f"text.{key}": text for key, text in (texts or {}).items()}, part="texts")
    save(work, evaluation, {name: as_text(value) for name, value in (figures or {}).items()}, part="figures")
    for table, rows in (tables or {}).items():
        _fill_table(work, evaluation, table, rows)
    own = {f"score.{leaf}": as_text(score) for leaf, (score, _) in (scores or {}).items()}
    own |= {f"statement.{leaf}": statement for leaf, (_, statement) in (scores or {}).items()}
    save(work, evaluation, own, part="scores")
    if problems is not None:
        save(work, evaluation, {"problems.any": "yes" if problems else "no"}, part="problems")
        _fill_rows(work, evaluation, "problem", "description", problems, part="problems")
    if explanations:
        save(work, evaluation, explanations, part="explanations")


def _fill_table(work: Work, evaluation: Evaluation, table: str, rows: Any) -> None:
    known = system_for(work, evaluation).tables[table]
    if not free_rows(known):
        cells = {f"{table}.{key}.{column}": as_text(value) for key, row in rows.items() for column, value in row.items()}
        save(work, evaluation, cells, part="figures", table=table)
        return
    listed = [{known.row_key: key, **row} for key, row in rows.items()] if isinstance(rows, Mapping) else rows
    _fill_rows(work, evaluation, table, known.row_key, listed, part="figures")


def _fill_rows(work: Work, evaluation: Evaluation, table: str, row_key: str, rows: Sequence[Mapping[str, Any]], *, part: str) -> None:
    draft = queries.draft_of(work, evaluation)
    keys = {draft.text(f"{table}.{key}.{row_key}"): key for key in draft.rows.get(table, ())}
    cells: dict[str, str] = {}
    for index, row in enumerate(rows):
        key = keys.get(str(row[row_key])) or f"s{len(keys) + index:03d}"
        add_row(work, evaluation, table, key)
        cells |= {f"{table}.{key}.{column}": as_text(value) for column, value in row.items()}
    save(work, evaluation, cells, part=part, table=table if part == "figures" else "")


def as_text(value: Any) -> str:
    """A value as somebody would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
