"""What other points or rules would do to the places of a campaign: everybody by two systems on a copy, nothing stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from evalplat.campaigns import drafts
from evalplat.campaigns.definitions import system_of, system_text
from evalplat.campaigns.tables import Campaign
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.outline import Outline, outline_of
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.scores.queries import grade_name
from evalplat.scores.ranks import NO_RANK, why_left_out

from .definition_compare import DRAFT, offers
from .definition_problems import in_words
from .definitions import opened
from .try_changes import Base
from .try_places import NO_TOTAL, Standing, Taking, places, taking_part
from .units import category_label

FIXED, PROVISIONAL, OTHER = "fixed", "provisional", "other"
"""Whether a unit's points today are those of its fixed result, are not fixed yet, or are not what was fixed."""
REASONS = NO_RANK | {NO_TOTAL: N_("points are still missing")}


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit before and after."""

    code: str
    name: str
    href: str
    category: str
    category_label: str
    kind: str
    before: Standing
    after: Standing
    grade_before: str
    grade_after: str

    @property
    def places(self) -> int | None:
        """How many places it gains; less than 0 for places lost."""
        if self.before.place is None or self.after.place is None:
            return None
        return self.before.place - self.after.place

    @property
    def points(self) -> Decimal | None:
        """How many points it gains."""
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total

    @property
    def lost(self) -> bool:
        """Whether figures are missing for what is tried, so that it has no result any more: that is no change of place or grade."""
        return self.before.total is not None and self.after.reason == NO_TOTAL

    @property
    def other_grade(self) -> bool:
        """Whether its grade changes."""
        return not self.lost and self.before.grade != self.after.grade

    @property
    def stays(self) -> bool:
        """Whether nothing changes for it."""
        return not self.lost and not self.moves and not self.points

    @property
    def moves(self) -> bool:
        """Whether its place or its grade changes, or it gets or loses one."""
        return not self.lost and (self.before.place != self.after.place or self.other_grade)

    @property
    def weight(self) -> tuple[bool, int, Decimal, str]:
        """What movements are sorted by, the greatest first."""
        return self.places is None, -abs(self.places or 0), -abs(self.points or Decimal(0)), self.code


def base_of(work: Work, campaign: Campaign, start: str = "") -> Base | None:
    """The system that the form begins with: the campaign's own, or another version or draft that ``starts`` offers; None if it is
    not offered."""
    own = system_of(work, campaign)
    text, name = system_text(work, campaign)
    system: IndicatorSystem | None = own
    if start:
        if start not in {value for value, _ in starts(work, own)}:
            return None
        text, name = _text_of(work, start)
        system = drafts.written(text, name).system
    outline = _outline(text, name)
    return Base(text, name, outline, system) if outline is not None and system is not None else None


@lru_cache(maxsize=32)
def _outline(text: str, name: str) -> Outline | None:
    return outline_of(text, name)


def starts(work: Work, own: IndicatorSystem) -> list[tuple[str, str]]:
    """Other versions and drafts of the same system that can be read: (value, title)."""
    found = []
    for value, label in offers(work, inside=True):
        if value == f"{own.id}@{own.version}":
            continue
        text, name = _text_of(work, value)
        one = drafts.written(text, name)
        if one.key == own.id and one.system is not None:
            found.append((value, label))
    return found


def left_out(work: Work, own: IndicatorSystem) -> list[tuple[str, str, str]]:
    """Drafts that cannot be tried because of their errors: code, title, the first error."""
    found = []
    for value, label in offers(work, inside=True):
        if value.startswith(DRAFT):
            one = drafts.written(*_text_of(work, value))
            if one.system is None and one.key in (own.id, ""):
                errors = drafts.errors_of(one.problems)
                found.append((value.removeprefix(DRAFT), label, in_words(errors[0])[0] if errors else ""))
    return found


def _text_of(work: Work, value: str) -> tuple[str, str]:
    if value.startswith(DRAFT):
        draft = drafts.draft_named(work, value.removeprefix(DRAFT))
        return draft.text, draft.code
    key, _, version = value.partition("@")
    found = opened(work, key, version)
    return (found.text, key) if found else ("", key)


def moved(work: Work, campaign: Campaign, after: IndicatorSystem) -> list[Moved]:
    """Everybody before and after, who moves most first."""
    own, taking = system_of(work, campaign), taking_part(work, campaign)
    first, second = places(work, campaign, taking, (own, after))
    aside = why_left_out((one.evaluation, one.unit) for one in taking) if own.compares else {}
    found = [_moved(campaign, (own, after), one, (first[one.unit.code], second[one.unit.code]), scored=one.unit.code not in aside)
             for one in taking]
    return sorted(found, key=lambda one: one.weight)


def _moved(campaign: Campaign, systems: tuple[IndicatorSystem, IndicatorSystem], one: Taking, found: tuple[Standing, Standing], *,
           scored: bool) -> Moved:
    """``scored``: whether it has points here that could differ from its fixed ones."""
    code, own, before = one.unit.code, systems[0], found[0]
    kind = PROVISIONAL if one.fixed is None else OTHER if scored and one.fixed.total != before.total else FIXED
    grades = (grade_name(system, each.grade) or "" for system, each in zip(systems, found, strict=True))
    return Moved(code, one.unit.short_name, f"/c/{campaign.code}/u/{code}", one.unit.category, category_label(own, one.unit.category),
                 kind, *found, *grades)


def reason_words(reason: str) -> str:
    """Why a unit has no place."""
    return gettext(REASONS[reason]) if reason in REASONS else ""
