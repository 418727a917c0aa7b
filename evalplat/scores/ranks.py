"""The order of a campaign's units from their frozen results: for the office while it runs, for everybody once it is concluded.

What conclusion fixes comes from the same function, so that both agree while no correction follows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import lent
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scoring.intervals import Z95
from evalplat.scoring.ranking import Ranked, quota_grades, rank, share_key, total_error

from .measurements import best_asked
from .tables import LedgerEntry, ResultVersion

LIGHT, SAMPLE_SHORT = "light", "sample_short"
NO_RANK: dict[str, str] = {
    LIGHT: N_("light mode, not ranked"), "suspended": N_("suspended, not ranked"), "exempt": N_("exempt, not ranked"),
    "merged": N_("merged or abolished, not ranked"), "vetoed": N_("vetoed, not ranked"),
    "screened": N_("left out before scoring, not ranked"),
    SAMPLE_SHORT: N_("too few survey answers, not ranked"), "left_out": N_("takes no part in the ranking"),
    "category_incomplete": N_("no ranks while departments of the category have no result"),
}
"""Reason of ``Ranked`` → gettext id."""


@dataclass(frozen=True, slots=True)
class FrozenLeaf:
    """As much of a leaf's frozen result as the error of the total needs."""

    code: str
    state: str
    weight: Decimal
    counted: bool
    overridden: bool


@dataclass(frozen=True, slots=True)
class FrozenUnit:
    """As much of a frozen result as ranking needs; without a version everything is empty."""

    unit: str
    category: str
    total: Decimal | None = None
    total_exact: Fraction | None = None
    grade: str | None = None
    marks: tuple[str, ...] = ()
    vetoes: tuple[str, ...] = ()
    leaves: tuple[FrozenLeaf, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Everybody's rank and grade after quotas, from one choice of versions."""

    units: dict[str, FrozenUnit]
    ranked: dict[str, Ranked]
    grades: dict[str, str | None]


Choice = Callable[[int, list[ResultVersion]], ResultVersion | None]
"""Evaluation id and its versions, oldest first → the one that counts."""


def newest(evaluation_id: int, versions: list[ResultVersion]) -> ResultVersion | None:
    """The version that counts unless somebody asks for another."""
    return versions[-1] if versions else None


def order_of(work: Work, campaign: Campaign, *, choose: Choice = newest) -> Order:
    """Ranks of a whole campaign in four queries."""
    system = system_of(work, campaign)
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
    pairs = list(work.session.exec(query))
    versions, errors = _versions(work, campaign), survey_errors(work, campaign)
    units = [_frozen(unit, choose(evaluation.id or 0, versions.get(evaluation.id or 0, []))) for evaluation, unit in pairs]
    out = why_left_out(pairs)
    known = {one.unit: total_error(system, one.leaves, errors.get(evaluation.id or 0, {}))
             for one, (evaluation, _) in zip(units, pairs, strict=True)}
    return Order({one.unit: one for one in units}, rank(units, system, left_out=out, errors=known),
                 quota_grades(units, system, left_out=out))


def why_left_out(pairs: Iterable[tuple[Evaluation, Unit]]) -> dict[str, str]:
    """Unit → why it takes no part in ranks and quotas: light mode, or it stands aside."""
    return {unit.code: evaluation.side or LIGHT for evaluation, unit in pairs if evaluation.side or evaluation.mode == LIGHT}


def errors_of(work: Work, campaign: Campaign, units: Mapping[str, Iterable[Any]], system: IndicatorSystem) -> dict[str, float]:
    """Unit → standard error of its total, for results that are at hand (unit → its leaves)."""
    query = (select(Evaluation.id, Unit.code).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id))
    ids = {code: key for key, code in work.session.exec(query)}
    errors = survey_errors(work, campaign)
    return {code: total_error(system, leaves, errors.get(ids.get(code) or 0, {})) for code, leaves in units.items()}


def _versions(work: Work, campaign: Campaign) -> dict[int, list[ResultVersion]]:
    query = (select(ResultVersion).join(Evaluation, col(Evaluation.id) == col(ResultVersion.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(col(ResultVersion.version)))
    found: dict[int, list[ResultVersion]] = {}
    for row in work.session.exec(query):
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def survey_errors(work: Work, campaign: Campaign) -> dict[int, dict[str, float]]:
    """Evaluation → group → standard error of its score, where the survey knows its interval; for rules that read the share of
    the best answers, the error of that share too."""
    found: dict[int, dict[str, float]] = {}
    for row in lent.borrow(work, lent.Surveyed, [campaign]):
        if row.half is not None:
            found.setdefault(row.evaluation_id, {})[row.group] = float(row.half) / Z95
    if wanted := best_asked(system_of(work, campaign)):
        query: Any = (select(LedgerEntry).join(Evaluation, col(Evaluation.id) == col(LedgerEntry.evaluation_id))
                      .where(Evaluation.campaign_id == campaign.id, col(LedgerEntry.withdrawn_at).is_(None),
                             col(LedgerEntry.key).in_([f"survey:{group}" for group in wanted])))
        for entry in work.session.exec(query):
            group = entry.key.partition(":")[2]
            found.setdefault(entry.evaluation_id, {}).update(_share_errors(group, wanted[group], entry.value))
    return found


def _share_errors(group: str, wanted: Iterable[int], value: Mapping[str, Any]) -> dict[str, float]:
    """√(p (1 − p) ÷ n) of each share that is read."""
    counts, top = value.get("counts", ()), value.get("top", {})
    n = sum(counts) or int(value.get("n") or 0)
    shares = {best: sum(counts[-best:]) / sum(counts) if sum(counts) else float(Fraction(top[str(best)])) for best in wanted
              if sum(counts) or str(best) in top}
    return {share_key(group, best): math.sqrt(share * (1 - share) / n) for best, share in shares.items() if n}


def _frozen(unit: Unit, version: ResultVersion | None) -> FrozenUnit:
    if version is None:
        return FrozenUnit(unit.code, unit.category)
    data = json.loads(version.canonical)["units"][0]
    leaves = tuple(FrozenLeaf(leaf["code"], leaf["state"], Decimal(leaf["weight"]), leaf["counted"], leaf["overridden"])
                   for leaf in data["leaves"])
    exact = Fraction(data["total_exact"]) if data["total_exact"] is not None else None
    return FrozenUnit(unit.code, data["category"], version.total, exact, version.grade, tuple(data["marks"]),
                      tuple(veto["code"] for veto in data["vetoes"]), leaves)


def rank_text(ranked: Ranked | None) -> str:
    """A rank in words: a place, a group of places that do not differ, or why there is none."""
    if ranked is None:
        return ""
    if ranked.rank is None:
        return gettext(NO_RANK.get(ranked.reason, "")) if ranked.reason else ""
    if ranked.is_group:
        return gettext("places {first} to {last} of {of} (no significant difference)", first=ranked.rank, last=ranked.last,
                       of=ranked.of)
    return gettext("place {place} of {of}", place=ranked.rank, of=ranked.of)
