"""A frozen result version computed again from what is in the database: the file to hand out, or what was changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from evalplat.campaigns.definitions import INDICATORS, frozen, system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.scoring.canonical import canonical_bytes, input_hash
from evalplat.scoring.differences import Difference, differences
from evalplat.scoring.frozen import Frozen
from evalplat.scoring.model import Measurements, Options, Result

from . import marks, together
from .measurements import measurements
from .sheet import options_of
from .tables import LedgerEntry, ResultVersion

MOST_FACTS = 5


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``frozen`` is None when the records do not give the stored result any more; ``changes`` then say where."""

    frozen: Frozen | None
    changes: tuple[Difference, ...] = ()


def rebuilt(work: Work, evaluation: Evaluation, version: ResultVersion) -> Rebuilt:
    """Take the measurements that counted when the version was frozen, score them, and compare with what was stored."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    options = options_of(campaign)
    whole = hashlib.sha256(version.canonical.encode()).hexdigest() == version.hash
    try:
        given, found = _compared(work, evaluation, version, options)
    except (ValueError, LookupError, TypeError, AttributeError):
        if whole:
            raise
        given, found = Measurements([]), ()
    if not whole:
        found = (*found, Difference(unit.code, "", "the stored result", f"sha256 {version.hash}", "a text with another hash"))
    if found:
        return Rebuilt(None, found)
    about = {"office": work.session.get_one(Office, campaign.office_id).name, "campaign": campaign.code, "unit": unit.code,
             "version": str(version.version), "made_at": version.made_at.isoformat()}
    text = frozen(work, campaign, INDICATORS)[0].text
    engine = json.loads(version.canonical)["engine"]
    return Rebuilt(Frozen(text, given, options, version.canonical.encode(), engine, evaluation.mode, about))


def _compared(work: Work, evaluation: Evaluation, version: ResultVersion, options: Options) -> tuple[Measurements, tuple[Difference, ...]]:
    """What was measured then, and where the stored result differs from what it gives."""
    given, result = _scored(work, evaluation, version, options)
    return given, tuple(differences(json.loads(version.canonical), json.loads(canonical_bytes(result))))


def was_compared(version: ResultVersion) -> bool:
    """Whether the result was scored together with other units."""
    try:
        return bool(json.loads(version.canonical).get("together"))
    except (ValueError, AttributeError):
        return False


def result_then(work: Work, evaluation: Evaluation, version: ResultVersion) -> Result:
    """What the measurements that counted when the version was frozen give: where units are compared, those of the others may have
    changed since."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    return _scored(work, evaluation, version, options_of(campaign))[1]


def _scored(work: Work, evaluation: Evaluation, version: ResultVersion, options: Options) -> tuple[Measurements, Result]:
    system = system_of(work, work.session.get_one(Campaign, evaluation.campaign_id))
    given = _inputs(work, evaluation, version, system, options)
    result = together.alone(system, given, options, work.session.get_one(Unit, evaluation.unit_id).code)
    return given, replace(result, units=tuple(marks.marked(one, system, mode=evaluation.mode) for one in result.units))


def _inputs(work: Work, evaluation: Evaluation, version: ResultVersion, system: IndicatorSystem,
            options: Options) -> Measurements:
    """Those whose hash the version recorded; if there are none, those that its moment gives."""
    likely: Measurements | None = None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    others = together.others_then(work, campaign, system, kept=version.others,
                                  ledger=lambda rows: next(_ledgers(rows, version)))
    rows = together.rows_of(work, [evaluation.id or 0]).get(evaluation.id or 0, [])
    for unit in _units(work, evaluation, version, system):
        for entries in _ledgers(rows, version):
            mine = measurements(system, unit, entries)
            given = together.among(system, mine, lambda: others, options) if others else Measurements([mine])
            if input_hash(given, options) == version.input_hash:
                return given
            likely = likely or given
    assert likely is not None
    return likely


def _units(work: Work, evaluation: Evaluation, version: ResultVersion, system: IndicatorSystem) -> Iterator[Unit]:
    """The unit as it was then. Group and profile stand in the result; its facts may have been edited since, as they may
    be for a later year: the recorded hash tells which they were."""
    row = work.session.get_one(Unit, evaluation.unit_id)
    likely = unit_then(row, version)
    yield likely
    names = sorted(system.facts)[:MOST_FACTS]
    kept = {name: value for name, value in row.facts.items() if name not in names}
    for values in product((True, False, None), repeat=len(names)):
        facts = kept | {name: value for name, value in zip(names, values, strict=True) if value is not None}
        if facts != row.facts:
            yield Unit(code=row.code, profile=likely.profile, category=likely.category, facts=facts)


def unit_then(unit: Unit, version: ResultVersion) -> Unit:
    """A unit with the class of points and the category of a frozen result, and its facts as they are now."""
    then = json.loads(version.canonical)["units"][0]
    return Unit(code=unit.code, name=unit.name, short_name=unit.short_name, profile=then["profile"], category=then["category"],
                facts=unit.facts)


def counted_then(one: LedgerEntry, version: ResultVersion) -> bool:
    """Whether a row counted when the version was frozen."""
    return one.put_at <= version.made_at and (one.withdrawn_at is None or one.withdrawn_at > version.made_at)


def _ledgers(rows: Sequence[LedgerEntry], version: ResultVersion) -> Iterator[list[LedgerEntry]]:
    """The rows that counted at that moment. A row of the very same moment may have come just before or just after it."""
    at = version.made_at
    chosen: tuple[Callable[[LedgerEntry], bool], ...] = (
        lambda one: counted_then(one, version),
        lambda one: one.put_at < at and (one.withdrawn_at is None or one.withdrawn_at >= at),
        lambda one: one.put_at <= at and one.withdrawn_at is None,
    )
    seen: list[list[int | None]] = []
    for counts in chosen:
        found = [row for row in rows if counts(row)]
        if (keys := [row.id for row in found]) not in seen:
            seen.append(keys)
            yield found
