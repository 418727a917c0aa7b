"""Reading a self-assessment: its row, what was typed, its claims and disputes, the signed copies; the facts of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation, Step
from evalplat.campaigns.windows import window_for
from evalplat.files.tables import StoredFile
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.workflow.machine import YES, Fact

from .rules import PARTS, Draft
from .rules_issues import blocking, issues, parts
from .tables import Assessment, AssessmentClaim, AssessmentDispute, AssessmentEntry, AssessmentSubmission

FILES = "assessment:"


def assessment_of(work: Work, evaluation: Evaluation) -> Assessment | None:
    """The unit's self-assessment, once it was opened."""
    return work.session.get(Assessment, evaluation.id)


def latest(work: Work, evaluation: Evaluation, side: str, *, page: str | None = None, until: int | None = None,
           names: Iterable[str] | None = None) -> dict[str, AssessmentEntry]:
    """Name → its newest version; only those a page sent, or those up to a version, where asked."""
    newest = _newest(evaluation, side)
    if page is not None:
        newest = newest.where(AssessmentEntry.page == page)
    if until is not None:
        newest = newest.where(col(AssessmentEntry.id) <= until)
    if names is not None:
        newest = newest.where(col(AssessmentEntry.name).in_(list(names)))
    rows = work.session.exec(select(AssessmentEntry).where(col(AssessmentEntry.id).in_(newest)))
    return {row.name: row for row in rows}


def _newest(evaluation: Evaluation, side: str) -> Any:
    """The key of each name's newest version."""
    query = select(func.max(AssessmentEntry.id)).where(AssessmentEntry.evaluation_id == evaluation.id, AssessmentEntry.side == side)
    return query.group_by(col(AssessmentEntry.name))


def texts(work: Work, evaluation: Evaluation, side: str) -> dict[str, str]:
    """Name → its newest text."""
    query: Any = select(AssessmentEntry.name, AssessmentEntry.text).where(col(AssessmentEntry.id).in_(_newest(evaluation, side)))
    return dict(work.session.exec(query).all())


def version_of(work: Work, evaluation: Evaluation) -> int:
    """The number of the newest version of anything."""
    query = select(func.max(AssessmentEntry.id)).where(AssessmentEntry.evaluation_id == evaluation.id)
    return work.session.exec(query).one() or 0


def row_order(work: Work, evaluation: Evaluation, *, removed: bool = False) -> dict[str, tuple[str, ...]]:
    """Table → keys of its rows that stand (the removed ones too, if asked), in the order in which they were added."""
    query = (select(AssessmentEntry.name, func.min(AssessmentEntry.id)).where(
        AssessmentEntry.evaluation_id == evaluation.id, AssessmentEntry.side == "unit",
        col(AssessmentEntry.name).startswith("row.", autoescape=True)).group_by(col(AssessmentEntry.name)))
    order = sorted(work.session.exec(query), key=lambda pair: pair[1] or 0)
    now = {} if removed else latest(work, evaluation, "unit", names=[name for name, _ in order])
    found: dict[str, list[str]] = {}
    for name, _ in order:
        if removed or now[name].text == "on":
            _, table, row = name.split(".", 2)
            found.setdefault(table, []).append(row)
    return {table: tuple(rows) for table, rows in found.items()}


def claims_of(work: Work, evaluation: Evaluation) -> list[AssessmentClaim]:
    """Claims that stand, one a code: the newest."""
    query = select(AssessmentClaim).where(AssessmentClaim.evaluation_id == evaluation.id, col(AssessmentClaim.withdrawn_at).is_(None))
    newest = {claim.code: claim for claim in work.session.exec(query.order_by(col(AssessmentClaim.id)))}
    return sorted(newest.values(), key=lambda claim: claim.code)


def disputes_of(work: Work, evaluation: Evaluation) -> list[AssessmentDispute]:
    """All disputes, oldest first."""
    query = select(AssessmentDispute).where(AssessmentDispute.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(AssessmentDispute.id))))


def files_of(work: Work, evaluation: Evaluation) -> dict[str, list[StoredFile]]:
    """Leaf → its evidence files."""
    query = select(StoredFile).where(StoredFile.evaluation_id == evaluation.id, col(StoredFile.removed_at).is_(None),
                                     col(StoredFile.purpose).startswith(FILES, autoescape=True))
    found: dict[str, list[StoredFile]] = {}
    for file in work.session.exec(query.order_by(col(StoredFile.id))):
        found.setdefault(file.purpose.removeprefix(FILES), []).append(file)
    return found


def file_by_code(work: Work, evaluation: Evaluation, code: str) -> StoredFile | None:
    """One file of this room, by the code that addresses show; a refusal's scan too."""
    query = select(StoredFile).where(StoredFile.evaluation_id == evaluation.id, StoredFile.code == code,
                                     col(StoredFile.removed_at).is_(None),
                                     col(StoredFile.purpose).startswith("assessment", autoescape=True))
    return work.session.exec(query).one_or_none()


def submissions_of(work: Work, evaluation: Evaluation) -> list[AssessmentSubmission]:
    """The signed copies, oldest first."""
    query = select(AssessmentSubmission).where(AssessmentSubmission.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(AssessmentSubmission.number))))


def draft_of(work: Work, evaluation: Evaluation) -> Draft:
    """Everything typed so far, with what decides which of it is needed."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    children = work.session.exec(select(Unit.name).where(Unit.parent_id == unit.id, col(Unit.active).is_(True)))
    return Draft(
        system=system_of(work, campaign), profile=unit.profile, facts=unit.facts,
        typed=texts(work, evaluation, "unit"), office=texts(work, evaluation, "office"),
        rows=row_order(work, evaluation), claims={claim.code: claim.approved for claim in claims_of(work, evaluation)},
        files={leaf: len(files) for leaf, files in files_of(work, evaluation).items()}, census=campaign.census_date,
        registered=tuple(sorted(children)))


def due_at(work: Work, evaluation: Evaluation) -> datetime | None:
    """Until when the unit may sign without being late: the window's end, or the later end given with a return."""
    window, row = window_for(work, evaluation, "assessment"), assessment_of(work, evaluation)
    ends = [moment for moment in (window.closes_at if window else None, row.return_due if row else None) if moment]
    return max(ends) if ends else None


def parts_complete(work: Work, evaluation: Evaluation) -> Fact:
    """Every required part is there and nothing blocks; else the first gap, with its link."""
    draft = draft_of(work, evaluation)
    stop = blocking(draft, issues(draft))
    if not stop:
        return YES
    open_parts = [part for part in parts(draft, stop) if part.missing or part.errors]
    names = listed(gettext(PARTS[part.key]) for part in open_parts)
    campaign, unit = codes(work, evaluation)
    return Fact(False, N_("{count} places are missing or need another look, in: {parts}."), {"count": len(stop), "parts": names},
                f"/c/{campaign}/u/{unit}/assessment/check")


def not_applicable_approved(work: Work, evaluation: Evaluation) -> Fact:
    """No claim that something does not apply is undecided."""
    undecided = [claim.code for claim in claims_of(work, evaluation) if claim.approved is None]
    if not undecided:
        return YES
    campaign, unit = codes(work, evaluation)
    return Fact(False, N_("It is not decided yet whether these do not apply: {codes}."), {"codes": ", ".join(undecided)},
                f"/c/{campaign}/u/{unit}/assessment#claims")


def refusal_recorded(work: Work, evaluation: Evaluation) -> Fact:
    """The office put on record, with a document, that the unit sends no self-assessment."""
    row = assessment_of(work, evaluation)
    if row is not None and row.refused_at is not None:
        return YES
    return Fact(False, N_("Nobody has recorded, with a document, that the department refuses."))


def not_returned_before(work: Work, evaluation: Evaluation) -> Fact:
    """It was not sent back already: that is possible once."""
    query = select(Step.id).where(Step.evaluation_id == evaluation.id, Step.move == "return_once")
    if work.session.exec(query).first() is None:
        return YES
    return Fact(False, N_("It was sent back once already. Ask about single items in the review."))


def return_reason_given(work: Work, evaluation: Evaluation) -> Fact:
    """There is a reason for sending it back."""
    row = assessment_of(work, evaluation)
    return YES if row is not None and row.return_reason else Fact(False, N_("Say what must be corrected."))
