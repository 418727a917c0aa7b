"""Two indicator systems side by side: what can be compared, and the differences in words."""

from __future__ import annotations

from dataclasses import dataclass

from evalplat.campaigns import drafts
from evalplat.campaigns.definitions import INDICATORS
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.diff import Change, differences
from evalplat.definitions.diff_words import ATTRIBUTES
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work

from .definitions import files_of, frozen_lines, opened

DRAFT = "draft:"
FOLLOWING = (ATTRIBUTES["out_of"], ATTRIBUTES["start"])
"""What follows the points of an indicator: said by itself only where it changes otherwise."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences, those that may change results first; ``unreadable`` names what has errors still."""

    scoring: tuple[str, ...]
    others: tuple[str, ...]
    unreadable: str = ""
    same: bool = False


def offers(work: Work, *, inside: bool) -> list[tuple[str, str]]:
    """What can be compared: (``KEY@VERSION``, ``draft:CODE`` or a file's name, title)."""
    found = [(f"{one.key}@{one.version}", f"{one.title} {one.version}") for one in frozen_lines(work, inside=inside)
             if one.kind == INDICATORS]
    if not inside:
        return found
    have = {value for value, _ in found}
    for file in files_of(INDICATORS):
        if file.key and f"{file.key}@{file.version}" not in have:
            found += [(f"{file.key}@{file.version}", f"{file.title} {file.version}")]
    rows = [row for row in drafts.all_drafts(work) if row.published_id is None]
    for row in rows:
        version = drafts.written(row.text, row.code).version
        found.append((f"{DRAFT}{row.code}", gettext("draft: {title} {version}", title=row.title, version=version)))
    return found


def others(work: Work, key: str, version: str, *, inside: bool) -> list[tuple[str, str]]:
    """What one system can be compared with."""
    return [one for one in offers(work, inside=inside) if one[0] != f"{key}@{version}"]


def address(work: Work, draft: DefinitionDraft) -> str:
    """Where a draft is compared with what it was begun from; empty if that is a file that was uploaded."""
    files = {file.name: f"{file.key}@{file.version}" for file in files_of(INDICATORS)}
    before = files.get(draft.started_from, draft.started_from)
    known = {value for value, _ in offers(work, inside=True)}
    return f"/definitions/compare?before={before}&after={DRAFT}{draft.code}" if before in known and draft.published_id is None else ""


def compared(work: Work, before: str, after: str) -> Compared:
    """The differences of two that ``offers`` names."""
    systems = [_system(work, name) for name in (before, after)]
    first, second = systems
    if first is None or second is None:
        return Compared((), (), unreadable=before if first is None else after)
    changes = differences_in_words(first, second)
    texts = {wanted: tuple(text for text, scoring in changes if scoring is wanted) for wanted in (True, False)}
    return Compared(texts[True], texts[False], same=first.hash == second.hash)


def differences_in_words(first: IndicatorSystem, second: IndicatorSystem) -> list[tuple[str, bool]]:
    """(sentence, whether it may change results) of every difference, in the present language."""
    changes = differences(first, second)
    points = {_figures(one) for one in changes if one.params.get("what") == ATTRIBUTES["points"]}
    kept = [one for one in changes if one.params.get("what") not in FOLLOWING or _figures(one) not in points]
    return [(one.text(gettext, language=language()), one.scoring) for one in kept]


def _figures(one: Change) -> tuple[str | None, ...]:
    """Whose figures they are: what changes in the same way for the same indicator is one change."""
    return tuple(one.params.get(name) for name in ("kind", "id", "before", "after"))


def _system(work: Work, name: str) -> IndicatorSystem | None:
    if name.startswith(DRAFT):
        draft = drafts.find(work, name.removeprefix(DRAFT))
        return drafts.written(draft.text, draft.code).system if draft else None
    key, _, version = name.partition("@")
    found = opened(work, key, version)
    return found.system if found else None
