"""Indicator systems that an office writes itself: begun from another one or an uploaded file, saved, published as a frozen version.

Every save names the revision that its writer saw, so that nobody overwrites what somebody else saved meanwhile.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlmodel import col, delete, select, update

from evalplat.audit.log import record
from evalplat.definitions import editing
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import build_system, canonical_text, read_lock
from evalplat.definitions.problems import Problem, Where, has_errors
from evalplat.definitions.yamltext import Mapping, load_yaml, position, word_at
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.resources import indicators_dir

from .definitions import INDICATORS, all_published, published, system_files, text_of
from .tables import Definition, DefinitionDraft, Judgement

SAVED_MEANWHILE = N_("Somebody saved this meanwhile. What you typed is still here: compare it with the present state, then save again.")
IS_PUBLISHED = N_("This version is published and never changes. Begin a new draft from it.")
NO_DRAFT = "-"
"""Stands in addresses where the code of a draft stands otherwise; no draft is called so."""
RESERVED = frozenset({"drafts", "files", "compare"})
"""Words of the addresses; a system of this name could not be opened."""


def all_drafts(work: Work) -> list[DefinitionDraft]:
    """The office's drafts, the last changed first."""
    query = select(DefinitionDraft).where(DefinitionDraft.office_id == work.office_id)
    return list(work.session.exec(query.order_by(col(DefinitionDraft.changed_at).desc(), col(DefinitionDraft.id).desc())))


def find(work: Work, code: str) -> DefinitionDraft | None:
    """A draft of the office by its code."""
    query = select(DefinitionDraft).where(DefinitionDraft.office_id == work.office_id, DefinitionDraft.code == code)
    return work.session.exec(query).one_or_none()


def draft_named(work: Work, code: str) -> DefinitionDraft:
    """The same; ``NotFound`` if there is none."""
    found = find(work, code)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says, right or not: its names, the place of its version, its hash and, without errors, its system."""

    key: str = ""
    version: str = ""
    title: str = ""
    where: Where = field(default_factory=Where)
    hash: str = ""
    system: IndicatorSystem | None = None
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=64)
def written(text: str, name: str = "") -> Written:
    """Read a text once."""
    root, problems = load_yaml(text, name)
    if root is None:
        return Written(problems=tuple(problems))
    version = root.get("version") if isinstance(root, Mapping) else None
    system, problems = build_system(root, problems, file=name)
    return Written(word_at(root, "system"), word_at(root, "version"), word_at(root, "title", "zh") or word_at(root, "title"),
                   (version or root).where, hashlib.sha256(canonical_text(root).encode()).hexdigest(), system, tuple(problems))


def taken_versions(work: Work) -> dict[tuple[str, str], str]:
    """Key and version → hash of everything that stands already: the files that lie ready, those listed as published, and what the
    office published or froze."""
    ready = [written(text_of(work, INDICATORS, name), name) for name in system_files()]
    taken = {(one.key, one.version): one.hash for one in ready}
    for words, digest in read_lock(indicators_dir() / "published.lock").items():
        key, _, version = words.partition(" ")
        taken[key, version] = digest
    return taken | {(row.key, row.version): row.hash for row in all_published(work, INDICATORS)}


def checked(work: Work, text: str, *, name: str = "") -> tuple[IndicatorSystem | None, list[Problem]]:
    """The system of a text with everything that keeps it from being published; its version must be new unless its content is not."""
    one = written(text, name)
    problems = list(one.problems)
    before = taken_versions(work).get((one.key, one.version))
    if before and before != one.hash:
        problems.append(Problem("E118", "Version {version} is already published with other content (sha256 {sha}…).", one.where,
                                {"version": one.version, "sha": before[:8]}, "Use a new version number."))
    if one.key in RESERVED:
        problems.append(Problem("E124", 'The system cannot be called "{word}".', one.where, {"word": one.key}, "Choose another name."))
    return (None if has_errors(problems) else one.system), sorted(problems, key=position)


def next_version(work: Work, key: str, *, year: int) -> str:
    """A version number that is free: ``2027.1``, ``2027.2`` …"""
    taken = {version for one, version in taken_versions(work) if one == key}
    taken |= {one.version for one in (written(row.text, row.code) for row in all_drafts(work)) if one.key == key}
    return next(one for one in (f"{year}.{n}" for n in range(1, len(taken) + 2)) if one not in taken)


def start(work: Work, *, source: str, title: str = "", version: str = "") -> DefinitionDraft:
    """Begin a draft from a file that lies ready or from ``KEY@VERSION``, under a title and a version of its own."""
    text = text_of(work, INDICATORS, source)
    key = written(text, source).key
    changes: dict[editing.Path, editing.Value | None] = {("version",): version or next_version(work, key, year=work.today.year)}
    if title:
        changes[("title", "zh")] = title
    return start_from_text(work, editing.edited(text, changes, file=source), started_from=source)


def start_from_text(work: Work, text: str, *, started_from: str) -> DefinitionDraft:
    """Begin a draft with a text as it is, e.g. an uploaded file."""
    one = written(text)
    if not one.title:
        raise Invalid({"file": N_("The file has no title, so it is no indicator system.")})
    draft: DefinitionDraft = work.add(DefinitionDraft(
        office_id=work.office_id, kind=INDICATORS, code=_free_code(work, f"{one.key}-{one.version}"), title=one.title[:200], text=text,
        started_from=started_from[:200], created_at=work.now, changed_at=work.now, changed_by=work.actor.user_id))
    record(work, "definition.drafted", draft=draft.code, kind=draft.kind, started_from=draft.started_from)
    return draft


def _free_code(work: Work, wanted: str) -> str:
    """A short word for the address: the key and version in plain letters, with a number if it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:40].strip("-") or "draft"
    taken = {row.code for row in all_drafts(work)}
    return next(one for one in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def save(work: Work, draft: DefinitionDraft, text: str, *, revision: int) -> DefinitionDraft:
    """Store the whole text, right or not yet. ``Invalid`` for ``revision`` if somebody saved since the writer's page was made."""
    if draft.published_id is not None:
        raise Refused(IS_PUBLISHED)
    title = written(text, draft.code).title[:200] or draft.title
    values = {"text": text, "title": title, "revision": revision + 1, "changed_at": work.now, "changed_by": work.actor.user_id}
    query = update(DefinitionDraft).where(col(DefinitionDraft.id) == draft.id, col(DefinitionDraft.revision) == revision,
                                          col(DefinitionDraft.published_id).is_(None)).values(**values)
    if work.session.exec(query).rowcount != 1:
        raise Invalid({"revision": SAVED_MEANWHILE})
    work.session.refresh(draft)
    record(work, "definition.saved", draft=draft.code, revision=draft.revision)
    return draft


def change(work: Work, draft: DefinitionDraft, changes: AbstractMapping[editing.Path, editing.Value | None], *,
           revision: int) -> DefinitionDraft:
    """Store single changes (``definitions.editing``). Nothing is stored, and no revision used, if none of them changes anything."""
    try:
        text = editing.edited(draft.text, changes, file=draft.code)
    except editing.CannotEdit as error:
        raise Refused(error.problem.message, href="", **error.problem.params) from error
    if draft.revision == revision and text == editing.edited(draft.text, {}, file=draft.code):
        return draft
    return save(work, draft, text, revision=revision)


def publish(work: Work, draft: DefinitionDraft, *, revision: int) -> Definition:
    """Freeze the draft under its key and version; from now on an evaluation can choose it and it never changes."""
    if draft.published_id is not None:
        raise Refused(IS_PUBLISHED)
    if draft.revision != revision:
        raise Invalid({"revision": N_("Somebody saved this meanwhile. Look at the present state before you publish it.")})
    system, problems = checked(work, draft.text, name=draft.code)
    if system is None:
        raise Refused(N_("There are {count} errors. Correct them first."), count=len(errors_of(problems)),
                      href=f"/definitions/drafts/{draft.code}#problems")
    row = published(work, INDICATORS, f"{system.id}@{system.version}")
    if row is None:
        row = work.add(Definition(office_id=work.office_id, kind=INDICATORS, key=system.id, version=system.version,
                                  title=str(system.title), hash=system.hash, text=draft.text, frozen_at=work.now))
    draft.published_id = row.id
    drop_uploads(work, draft)
    work.session.add(draft)
    work.session.flush()
    record(work, "definition.published", draft=draft.code, kind=INDICATORS, key=row.key, version=row.version, hash=row.hash)
    return row


def remove(work: Work, draft: DefinitionDraft) -> None:
    """Drop a draft that was not published, with the judgements about it."""
    if draft.published_id is not None:
        raise Refused(IS_PUBLISHED)
    record(work, "definition.removed", draft=draft.code, title=draft.title)
    work.session.exec(delete(Judgement).where(col(Judgement.draft_id) == draft.id))
    drop_uploads(work, draft)
    work.session.delete(draft)
    work.session.flush()


def upload_purpose(draft: DefinitionDraft | None) -> str:
    """What marks the files that were uploaded to a draft; without one, those that had errors, so that no draft was begun with them."""
    return f"draft:{draft.code}" if draft else f"draft:{NO_DRAFT}"


def drop_refused_uploads(work: Work) -> None:
    """The present person's files that no draft was begun with: the next file takes their place."""
    work.session.exec(update(StoredFile).where(
        col(StoredFile.office_id) == work.office_id, col(StoredFile.purpose) == upload_purpose(None),
        col(StoredFile.created_by) == work.actor.user_id, col(StoredFile.removed_at).is_(None)).values(removed_at=work.now))


def drop_uploads(work: Work, draft: DefinitionDraft, *, code: str = "") -> None:
    """Uploaded files are of no use once they are taken over or their draft is done: one of them, else all."""
    query = (update(StoredFile).where(col(StoredFile.office_id) == work.office_id, col(StoredFile.purpose) == upload_purpose(draft),
                                      col(StoredFile.removed_at).is_(None)).values(removed_at=work.now))
    work.session.exec(query.where(col(StoredFile.code) == code) if code else query)


def errors_of(problems: Sequence[Problem]) -> list[Problem]:
    """Those that keep a draft from being published."""
    return [one for one in problems if has_errors([one])]


def published_row(work: Work, draft: DefinitionDraft) -> Definition | None:
    """What the draft became."""
    found: Any = work.session.get(Definition, draft.published_id) if draft.published_id is not None else None
    return found if isinstance(found, Definition) else None
