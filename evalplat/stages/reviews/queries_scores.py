"""Blind scores as pages show them: everybody sees their own, nobody another's until all of a leaf are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.indicators import IndicatorSystem, Leaf, RaterPolicy
from evalplat.kernel.i18n import language
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores import ledger, sheet
from evalplat.scores.measurements import measurements
from evalplat.scoring.inputs import read_inputs
from evalplat.scoring.leaves import assess

from . import queries
from .queries import Member
from .rules import too_far_apart
from .tables import BlindRating


@dataclass(frozen=True, slots=True)
class LevelView:
    """A level to choose."""

    key: str
    points: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class RatingView:
    """One assessor's rating; others' ratings exist here only when all of the leaf are in."""

    name: str
    mine: bool
    level: str
    points: Decimal
    note: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What the unit claimed for the leaf in its self-assessment: shown, never counted."""

    points: str
    text: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeafView:
    """One rubric leaf. ``state``: open, mine_in, all_in, to_mediate, mediated."""

    code: str
    title: str
    points: Decimal
    evidence: str
    note: str
    levels: tuple[LevelView, ...]
    state: str
    ratings_in: int
    ratings_needed: int
    ratings: tuple[RatingView, ...]
    claim: ClaimView | None
    lead_level: str
    lead_note: str
    withdrawn: tuple[RatingView, ...] = ()

    @property
    def mine(self) -> RatingView | None:
        """The acting person's own rating."""
        return next((one for one in self.ratings if one.mine), None)

    @property
    def shown(self) -> bool:
        """Whether all ratings are in, so that everybody sees them."""
        return self.state in ("all_in", "to_mediate", "mediated")

    @property
    def settled(self) -> bool:
        """Whether the leaf has its value."""
        return self.state in ("all_in", "mediated")


def policy_of(system: IndicatorSystem, leaf: Leaf) -> RaterPolicy:
    """How many must rate a leaf, and how far apart they may be."""
    return system.raters.get(leaf.rule.raters) or next(iter(system.raters.values()))


def leaves_to_rate(work: Work, evaluation: Evaluation, system: IndicatorSystem) -> list[Leaf]:
    """The rubric leaves that apply to this unit."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    given = read_inputs(system, measurements(system, unit, ledger.entries(work, evaluation)))
    return [leaf for leaf in system.rubric_leaves if assess(system, leaf, given).state != "not_applicable"]


def ratings_of(work: Work, evaluation: Evaluation) -> dict[str, list[BlindRating]]:
    """Leaf → its ratings that count, in the order in which they came in. For rules, never for a page."""
    query = select(BlindRating).where(BlindRating.evaluation_id == evaluation.id, col(BlindRating.void).is_(False))
    found: dict[str, list[BlindRating]] = {}
    for row in work.session.exec(query.order_by(col(BlindRating.id))):
        found.setdefault(row.leaf, []).append(row)
    return found


def withdrawn_of(work: Work, evaluation: Evaluation) -> dict[str, list[BlindRating]]:
    """Leaf → ratings that count no more, because whoever gave them must keep away or left the team. They stay readable."""
    query = select(BlindRating).where(BlindRating.evaluation_id == evaluation.id, col(BlindRating.void).is_(True))
    found: dict[str, list[BlindRating]] = {}
    for row in work.session.exec(query.order_by(col(BlindRating.id))):
        found.setdefault(row.leaf, []).append(row)
    return found


def spread_too_wide(system: IndicatorSystem, leaf: Leaf, levels: list[str]) -> bool:
    """Whether the lead must decide."""
    policy = policy_of(system, leaf)
    points = [level.points for key in levels if (level := leaf.rule.level(key))]
    return policy.above_spread == "lead" and too_far_apart(points, full=leaf.rule.out_of, spread=policy.alert_spread)


def leaf_views(work: Work, evaluation: Evaluation) -> list[LeafView]:
    """Every rubric leaf that applies, as the acting person may see it."""
    system = sheet.system_for(work, evaluation)
    rows = ratings_of(work, evaluation)
    leads = {e.key.partition(":")[2]: e.value for e in ledger.entries(work, evaluation, prefix="lead:")}
    claims = {e.key.partition(":")[2]: e.value for e in ledger.entries(work, evaluation, prefix="self:")}
    people, gone = queries.names(work), withdrawn_of(work, evaluation)
    views = [_view(work, system, leaf, rows.get(leaf.code, []), leads.get(leaf.code), claims.get(leaf.code), people)
             for leaf in leaves_to_rate(work, evaluation, system)]
    # Shown when all are in: before, a withdrawn level would tell the others what somebody thought.
    return [replace(view, withdrawn=tuple(_rating(system.leaf(view.code), row, people, None) for row in gone.get(view.code, [])))
            if view.shown else view for view in views]


def _view(work: Work, system: IndicatorSystem, leaf: Leaf, rows: list[BlindRating], lead: Any, claim: Any,
          people: dict[int, str]) -> LeafView:
    needed = policy_of(system, leaf).count
    complete = len(rows) >= needed
    me = work.actor.user_id
    mine = any(row.user_id == me for row in rows)
    wide = complete and spread_too_wide(system, leaf, [row.level for row in rows])
    state = ("mediated" if lead else "to_mediate") if wide else "all_in" if complete else "mine_in" if mine else "open"
    lang = language()
    return LeafView(
        code=leaf.code, title=leaf.title.in_language(lang), points=_decimal(leaf.points),
        evidence=leaf.evidence.in_language(lang), note=leaf.note.in_language(lang),
        levels=tuple(LevelView(one.key, _decimal(one.points), one.text.in_language(lang)) for one in leaf.rule.levels),
        state=state, ratings_in=len(rows), ratings_needed=needed,
        ratings=tuple(_rating(leaf, row, people, me) for row in rows if complete or row.user_id == me),
        claim=_claim(claim), lead_level=lead["level"] if lead and wide else "", lead_note=lead["note"] if lead and wide else "")


def _rating(leaf: Leaf, row: BlindRating, people: dict[int, str], me: int | None) -> RatingView:
    level = leaf.rule.level(row.level)
    return RatingView(people.get(row.user_id, ""), row.user_id == me, row.level,
                      _decimal(level.points) if level else Decimal(0), row.note, row.evidence)


def _claim(value: Any) -> ClaimView | None:
    if not isinstance(value, dict):
        return None
    points = value.get("points")
    return ClaimView("" if points is None else str(points), str(value.get("text", "")),
                     tuple(str(name) for name in value.get("files", ())))


def _decimal(value: Any) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def find_leaf(views: list[LeafView], code: str) -> LeafView | None:
    """A leaf by its code in an address (small letters)."""
    return next((one for one in views if one.code.lower() == code.lower()), None)


def next_for_me(views: list[LeafView], after: str = "") -> LeafView | None:
    """The next leaf that the acting person has not rated, after ``after`` and then from the start."""
    codes = [one.code for one in views]
    start = codes.index(after) + 1 if after in codes else 0
    return next((one for one in [*views[start:], *views[:start]] if one.state == "open"), None)


def left_for(work: Work, evaluation: Evaluation, members: Iterable[Member]) -> dict[str, int]:
    """Login → how many leaves still wait for this member's rating."""
    system = sheet.system_for(work, evaluation)
    rows, leaves = ratings_of(work, evaluation), leaves_to_rate(work, evaluation, system)
    return {member.login: _left(system, leaves, rows, member) for member in members}


def _left(system: IndicatorSystem, leaves: list[Leaf], rows: Mapping[str, list[BlindRating]], member: Member) -> int:
    return sum(1 for leaf in leaves
               if len(rows.get(leaf.code, [])) < policy_of(system, leaf).count
               and all(row.user_id != member.user_id for row in rows.get(leaf.code, [])))
