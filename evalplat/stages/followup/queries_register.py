"""What the entry of a finding and the naming of further units need to look up."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, func, select

from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.files.tables import StoredFile
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order

from .tables import FindingPaper


def joint_code(work: Work) -> str:
    """The next name of a finding with several units."""
    year = work.today.year
    query = select(func.count(func.distinct(col(Finding.joint)))).where(
        Finding.office_id == work.office_id, col(Finding.joint).startswith(f"J-{year}-", autoescape=True))
    return f"J-{year}-{work.session.exec(query).one() + 1:03d}"


def units_by_code(work: Work, codes: Sequence[str]) -> list[Unit]:
    """The office's units behind typed codes, in the order of their codes."""
    query = select(Unit).where(Unit.office_id == work.office_id, col(Unit.code).in_(codes), col(Unit.active)).order_by(*by_unit_order(work))
    found = list(work.session.exec(query))
    if len(found) != len(set(codes)):
        raise Invalid({"units": N_("Choose one of the options.")})
    return found


def unit_choices(work: Work, *, but: int | None = None) -> list[tuple[str, str]]:
    """Active units for a form: pairs (code, name); ``but`` is left out."""
    query = select(Unit).where(Unit.office_id == work.office_id, col(Unit.active)).order_by(*by_unit_order(work))
    return [(unit.code, unit.short_name) for unit in work.session.exec(query) if unit.id != but]


def papers_of(work: Work, finding_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    """Finding → the papers that its source sent."""
    query = (select(FindingPaper.finding_id, StoredFile).join(StoredFile, col(StoredFile.id) == col(FindingPaper.file_id))
             .where(col(FindingPaper.finding_id).in_(finding_ids), col(StoredFile.removed_at).is_(None)).order_by(col(FindingPaper.id)))
    found: dict[int, list[StoredFile]] = {}
    for finding_id, file in work.session.exec(query):
        found.setdefault(finding_id, []).append(file)
    return found


def place_of(work: Work, finding: Finding) -> str:
    """Where it is said next where an entered finding goes."""
    evaluation = work.session.get_one(Evaluation, finding.evaluation_id)
    campaign, unit = codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/follow-up#route-{finding.code.lower()}"
