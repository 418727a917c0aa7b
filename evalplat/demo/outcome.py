"""What came of a run-through: results with their canonical files, documents, the audit chain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from evalplat.audit.log import Verdict, verify
from evalplat.campaigns.tables import Evaluation
from evalplat.documents.tables import Document
from evalplat.files.store import read
from evalplat.files.tables import StoredFile
from evalplat.kernel.db import transaction
from evalplat.kernel.work import SystemActor, Work
from evalplat.people.tables import Unit
from evalplat.scores import sheet
from evalplat.stages.summaries.queries import snapshot_of

from .play import campaign_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """One department's frozen result; ``canonical`` are the bytes whose sha256 is its name."""

    unit: str
    name: str
    state: str
    total: str
    grade: str
    score_x: str
    score_y: str
    rank: str
    version: int
    hash: str
    canonical: bytes


def outcomes(engine: Engine, office_id: int, code: str) -> list[Outcome]:
    """Every department of a campaign that has a result, by its code."""
    with transaction(engine, write=False) as session:
        work = Work(session, SystemActor(office_id))
        campaign = campaign_of(work, code)
        fixed = snapshot_of(work, campaign)
        ranks = {row["unit"]: row for row in fixed.data["units"]} if fixed else {}
        rows = session.exec(select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                            .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
        return [found for evaluation, unit in list(rows) if (found := _outcome(work, evaluation, unit, ranks.get(unit.code, {})))]


def _outcome(work: Work, evaluation: Evaluation, unit: Unit, ranked: dict[str, object]) -> Outcome | None:
    newest = sheet.latest(work, evaluation)
    if newest is None:
        return None
    rank = f"{ranked['rank']}/{ranked['of']}" if ranked.get("rank") else "—"
    return Outcome(unit.code, unit.short_name, evaluation.state, str(newest.total), str(ranked.get("grade") or newest.grade),
                   str(newest.score_x), str(newest.score_y), rank, newest.version, newest.hash, newest.canonical.encode())


def write_results(found: list[Outcome], folder: Path) -> list[Path]:
    """A canonical file for each department. Its sha256 must be the one that its documents name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for one in found:
        if hashlib.sha256(one.canonical).hexdigest() != one.hash:
            raise RuntimeError(f"{one.unit}: the stored result is not the one that was fixed")
        path = folder / f"{one.unit}.json"
        path.write_bytes(one.canonical)
        paths.append(path)
    return paths


def write_documents(engine: Engine, code: str, office_id: int, folder: Path) -> list[Path]:
    """The PDFs of the campaign's issued documents."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with transaction(engine, write=False) as session:
        campaign = campaign_of(Work(session, SystemActor(office_id)), code)
        query = select(Document).where(Document.campaign_id == campaign.id, Document.state == "issued")
        for place, row in enumerate(session.exec(query.order_by(col(Document.id))).all(), start=1):
            if row.file_id is not None:
                paths.append(folder / f"{place:03d}-{row.kind.replace('_', '-')}-{_unit(session, row)}.pdf")
                paths[-1].write_bytes(read(session.get_one(StoredFile, row.file_id)))
    return paths


def _unit(session: Session, row: Document) -> str:
    if row.evaluation_id is None:
        return "campaign"
    return session.get_one(Unit, session.get_one(Evaluation, row.evaluation_id).unit_id).code


def chain(engine: Engine, office_id: int) -> Verdict:
    """Recompute the audit chain."""
    with transaction(engine, write=False) as session:
        return verify(session, office_id)
