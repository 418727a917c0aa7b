"""Results that anybody can check: write a frozen one out of the database, recompute it anywhere, find the one a report names.

Exit codes: 0 the same, 1 something differs or was changed, 2 wrong usage or no frozen result, 3 the system could not read or write.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.loader import parse_system
from evalplat.documents.stamps import read_stamp
from evalplat.kernel.db import transaction
from evalplat.kernel.errors import EvalError
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.people.tables import Office, Unit
from evalplat.scores import marks, proof, sheet, together
from evalplat.scores.rebuilt import rebuilt
from evalplat.scores.tables import ResultVersion
from evalplat.scoring.canonical import canonical_bytes
from evalplat.scoring.differences import Difference, differences
from evalplat.scoring.engine import score
from evalplat.scoring.frozen import MOST_BYTES, Damaged, Frozen, NotFrozen, frozen_bytes, read_frozen
from evalplat.scoring.measurement_json import Unreadable, read_json
from evalplat.scoring.model import ENGINE_VERSION

FINE, FINDINGS, USAGE = 0, 1, 2
MOST_LINES, MOST_PARTS = 12, 4
PDF = b"%PDF-"


def run_verify(console: Console, path: Path, *, engine: Callable[[], Engine]) -> int:
    """Recompute a frozen result, or look up the result that a report's PDF names; only that needs the database."""
    if not path.is_file():
        return _say(console, f"{path}: there is no such file.", USAGE)
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
        if data.startswith(PDF):
            connected = engine()
            try:
                return _verify_report(connected, console, path, data + file.read())
            finally:
                connected.dispose()
    try:
        frozen = read_frozen(data)
        return _recompute(console, path, frozen)
    except NotFrozen as refusal:
        return _say(console, f"{path}: {refusal}", USAGE)
    except Damaged as refusal:
        return _say(console, f"{path}: {refusal}", FINDINGS)


def _recompute(console: Console, path: Path, frozen: Frozen) -> int:
    after = recomputed(frozen)
    try:
        before = read_json(frozen.result)
        found = list(differences(before, json.loads(after)))
    except (Unreadable, LookupError, TypeError, AttributeError) as error:
        raise Damaged("result.json is not a result.") from error
    if after == frozen.result:
        return _say(console, f"{path}: recomputed, and the result is the same to the last byte. sha256 {frozen.hash}", FINE)
    if found:
        more = f" ({len(found) - 1} more differences follow from the same or other changes)" if len(found) > 1 else ""
        return _say(console, f"{path}: recomputed, and the result is another one. First difference: {found[0].sentence()}{more}.",
                    FINDINGS)
    if before.get("engine") != ENGINE_VERSION:
        return _say(console, f"{path}: recomputed by engine {ENGINE_VERSION} instead of {frozen.engine}, and the results agree to "
                             f"twelve digits. sha256 {frozen.hash}", FINE)
    return _say(console, f"{path}: the numbers agree, but result.json is not written as this program writes it.", FINDINGS)


def recomputed(frozen: Frozen) -> bytes:
    """The canonical result of what a frozen file holds, by this program's engine; Damaged if it cannot be scored."""
    system, problems = parse_system(frozen.system, "system.yaml")
    if system is None:
        raise Damaged(f"The indicator file in it has errors: {problems[0].line()}")
    try:
        alone = _shown_alone(frozen.result)
        result = (together.alone(system, frozen.measurements, frozen.options, alone) if alone
                  else score(system, frozen.measurements, options=frozen.options))
    except ValueError as error:
        raise Damaged(f"What was measured cannot be scored: {error}.") from error
    return canonical_bytes(replace(result, units=tuple(marks.marked(one, system, mode=frozen.mode) for one in result.units)))


def _shown_alone(stored: bytes) -> str:
    """The one unit of a stored result that was scored together with others; empty if it shows all that were scored."""
    try:
        found = read_json(stored)
        return str(found["units"][0]["unit"]) if found.get("together") else ""
    except (Unreadable, LookupError, TypeError, AttributeError):
        return ""


def _verify_report(engine: Engine, console: Console, path: Path, data: bytes) -> int:
    try:
        named = read_stamp(data).result_hash
    except ValueError as refusal:
        return _say(console, f"{path}: {refusal}.", USAGE)
    if not named:
        return _say(console, f"{path}: this document names no result.", FINDINGS)
    with transaction(engine, write=False) as session:
        query = (select(ResultVersion, Campaign.code, Unit.code)
                 .join(Evaluation, col(Evaluation.id) == col(ResultVersion.evaluation_id))
                 .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
                 .join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(ResultVersion.hash == named))
        rows = session.exec(query.order_by(col(ResultVersion.id))).all()
        places = ", ".join(f"version {version.version} of unit {unit} in campaign {campaign}" for version, campaign, unit in rows)
        kept = any(hashlib.sha256(version.canonical.encode()).hexdigest() == named and not _changed(session, version, campaign, unit)
                   for version, campaign, unit in rows)
    if not rows:
        return _say(console, f"{path}: names the result {named}, and the database has no such result.", FINDINGS)
    told = f"{path}: names {places}, sha256 {named}"
    if not kept:
        return _say(console, f"{told}, but what the database stores there was changed since.", FINDINGS)
    return _say(console, f"{told}; that is what the database stores.", FINE)


def _changed(session: Session, version: ResultVersion, campaign: str, unit: str) -> bool:
    """Whether the audit log recorded another result when this one was frozen."""
    return f"{campaign}/{unit} {version.version}" in proof.changed(session, version.office_id)


def run_freeze(engine: Engine, console: Console, *, campaign: str, unit: str, office: str, version: int | None, out: Path) -> int:
    """Write the stored results of a campaign as frozen files; a result that the records do not give any more is named."""
    try:
        with transaction(engine, write=False) as session:
            query = select(Campaign, Office).join(Office, col(Office.id) == col(Campaign.office_id)).where(Campaign.code == campaign)
            found = [one for one in session.exec(query) if office in ("", one[1].code)]
        if len(found) != 1:
            several = ", ".join(sorted(one.code for _, one in found))
            return _say(console, f"Several offices have a campaign {campaign}: say --office ({several})." if found
                        else f"There is no campaign {campaign}.", USAGE)
        with working(engine, SystemActor(found[0][1].id or 0), write=False) as work:
            return _freeze_units(work, console, found[0][0], unit=unit, version=version, out=out)
    finally:
        engine.dispose()


def _freeze_units(work: Work, console: Console, campaign: Campaign, *, unit: str, version: int | None, out: Path) -> int:
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
    rows = [(evaluation, one) for evaluation, one in work.session.exec(query) if unit in ("", one.code)]
    if unit and not rows:
        return _say(console, f"There is no unit {unit} in the campaign {campaign.code}.", USAGE)
    out.mkdir(parents=True, exist_ok=True)
    codes = [_freeze_one(work, console, campaign.code, one.code, evaluation, version=version, out=out) for evaluation, one in rows]
    known = [code for code in codes if code is not None]
    return max(known) if known else _say(console, "There is no such fixed result.", USAGE)


def _freeze_one(work: Work, console: Console, campaign: str, unit: str, evaluation: Evaluation, *, version: int | None,
                out: Path) -> int | None:
    """The exit code for one unit; None if it has no such version."""
    rows = [row for row in sheet.versions(work, evaluation) if version in (None, row.version)]
    if not rows:
        return None
    row = rows[-1]
    try:
        made = rebuilt(work, evaluation, row)
    except EvalError as refusal:
        return _say(console, f"{unit}: {refusal.message.format(**refusal.params)}", FINDINGS)
    if made.frozen is None:
        _say(console, f"{unit}, version {row.version}: the records do not give the result that was fixed. Not written.", FINDINGS)
        return _tell(console, made.changes)
    if _changed(work.session, row, campaign, unit):
        return _say(console, f"{unit}, version {row.version}: the audit log recorded another result. Not written.", FINDINGS)
    path = out / f"{campaign}-{unit}-v{row.version}.zip"
    path.write_bytes(frozen_bytes(made.frozen))
    return _say(console, f"{path}: sha256 {row.hash}", FINE)


def _tell(console: Console, changes: Sequence[Difference]) -> int:
    """A line for each indicator that is another one now, what tells most first."""
    lines = [(place, [one.told() for one in group]) for place, group in groupby(changes, key=lambda one: (one.unit, one.indicator))]
    for (unit, indicator), told in lines[:MOST_LINES]:
        place = f"unit {unit}" + (f", indicator {indicator}" if indicator else "") if unit else "the whole"
        _say(console, f"  {place}: {'; '.join(told[:MOST_PARTS])}", FINDINGS)
    if all(one.what == "input_hash" for one in changes):
        _say(console, "  A figure was changed that no indicator reads, or only its wording.", FINDINGS)
    return FINDINGS


def _say(console: Console, text: str, code: int) -> int:
    console.print(text, style="red" if code else "", soft_wrap=True, markup=False)
    return code
