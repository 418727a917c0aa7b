"""The small parts that the documents' views are made of: frozen, plain values, nothing to look up."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

LeafState = Literal["scored", "missing", "not_applicable", "shown", "provisional"]
"""Missing, not applicable and zero are three values: only `scored` and `provisional` print a number."""


class RestrictedFindingError(ValueError):
    """A finding referred to the discipline inspection stands in a document that its unit may read."""


@dataclass(frozen=True, kw_only=True)
class OfficialHead:
    """The red head of an official document (GB/T 9704, 版头)."""

    office_name: str
    doc_number: str | None
    draft: bool
    copy_number: str | None = None
    classification: str | None = None
    urgency: str | None = None
    signer: str | None = None

    @property
    def proof(self) -> bool:
        """Without a number it can only be a proof, whatever the caller says."""
        return self.draft or self.doc_number is None


@dataclass(frozen=True, kw_only=True)
class AuditStamp:
    """What ties the paper to the records: the chain's head, and the frozen result it was made from."""

    made_at: datetime
    audit_head: str | None = None
    result_version: int | None = None
    result_hash: str | None = None
    relaxed_rules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """The block at the foot of the last even page (版记)."""

    printed_by: str
    printed_on: date | None
    copies_to: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to ask, as printed at the end of a letter."""

    person: str
    phone: str
    address: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with paragraphs that people wrote."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An attachment that is a table: its title, the columns' names, and rows of texts. ``widths``: millimetres, 0 for the rest;
    ``figures``: places of columns that hold figures, set at the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    widths: tuple[int, ...] = ()
    figures: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Window:
    """One row of the timetable."""

    name: str
    opens_on: date
    closes_on: date
    who: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Team:
    """An evaluation team and the units it evaluates; ``light``: those among them that it does not visit."""

    name: str
    lead: str
    members: tuple[str, ...]
    units: tuple[str, ...]
    light: tuple[str, ...] = ()

    @property
    def visited(self) -> tuple[str, ...]:
        """The units that are not light."""
        return tuple(unit for unit in self.units if unit not in self.light)


@dataclass(frozen=True, kw_only=True)
class IndicatorLine:
    """One leaf of the indicator system, as attached to the notice."""

    code: str
    level1: str
    level2: str
    title: str
    points: Decimal
    dimension: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class LeafLine:
    """One leaf of the score table: the number and its line of arithmetic."""

    code: str
    title: str
    max_points: Decimal
    points: Decimal | None
    state: LeafState
    arithmetic: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class BlockScore:
    """A first-level indicator; `points` is None when the whole block is missing or not applicable."""

    code: str
    title: str
    max_points: Decimal
    points: Decimal | None
    state: LeafState = "scored"
    rate: Decimal | None = None
    leaves: tuple[LeafLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AdjustmentLine:
    """A deduction, bonus or veto that was decided with a document."""

    code: str
    title: str
    points: Decimal | None
    reason: str
    document: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The frozen result of one unit. It has no rank: ranks stand in the summary alone."""

    total: Decimal | None
    grade: str | None
    score_x: Decimal | None
    score_y: Decimal | None
    blocks: tuple[BlockScore, ...]
    adjustments: tuple[AdjustmentLine, ...] = ()
    marks: tuple[str, ...] = ()
    provisional: bool = False
    base: Decimal | None = None
    lines: tuple[str, ...] = ()

    @property
    def applicable(self) -> Decimal:
        """The points that could be had: blocks that do not apply have none."""
        return sum((block.max_points for block in self.blocks), Decimal(0))

    @property
    def earned(self) -> Decimal:
        """The sum of the column, before it is converted to a hundred."""
        return sum((block.points for block in self.blocks if block.points is not None), Decimal(0))

    @property
    def converted(self) -> bool:
        """Whether the total is not simply the sum of the column, so that the reader must be told how it came about."""
        return bool(self.lines) and self.total is not None and self.total != self.earned

    @property
    def vetoed(self) -> bool:
        """Whether a veto decided the grade."""
        return any(item.points is None for item in self.adjustments)


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """A finding as the unit reads it; `restricted` ones never reach a document."""

    code: str
    title: str
    category: str
    severity: str
    destination: str
    fact: str
    basis: str = ""
    cause: str = ""
    requirement: str = ""
    indicator: str = ""
    due_on: date | None = None
    response: str = ""
    restricted: bool = False


def refuse_restricted(findings: tuple[FindingLine, ...]) -> None:
    """Stop a document that would show a referral to people outside its named circle."""
    codes = [finding.code for finding in findings if finding.restricted]
    if codes:
        raise RestrictedFindingError("restricted findings may not be printed: " + ", ".join(codes))


@dataclass(frozen=True, kw_only=True)
class ReviewItem:
    """One contested item and what the panel decided on it."""

    code: str
    title: str
    claim: str
    reasons: str
    established: str
    decision: Literal["upheld", "changed", "annulled"]
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A unit's row in the summary; `rank` is None unless its whole category is scored.

    `rates` are the rates (%) of the first-level indicators, in the order of the summary's averages.
    """

    name: str
    category: str
    total: Decimal | None
    score_x: Decimal | None
    score_y: Decimal | None
    grade: str | None
    rank: str | None = None
    previous: Decimal | None = None
    findings: int = 0
    marks: tuple[str, ...] = ()
    rates: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """A label, how many, and of what (`人`, `家`, `份`)."""

    label: str
    count: int
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class FindingCount:
    """Findings of one kind, by severity and by destination."""

    category: str
    minor: int
    major: int
    critical: int
    to_office: int
    to_unit: int
    referred: int

    @property
    def total(self) -> int:
        """All of the kind, whatever their severity."""
        return self.minor + self.major + self.critical


@dataclass(frozen=True, kw_only=True)
class AverageLine:
    """The mean rate of a first-level indicator over the units where it applies, and the last campaign's."""

    code: str
    title: str
    rate: Decimal | None
    units: int
    previous: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class SatisfactionLine:
    """One group of the social survey; `mean` is None where too few answered to be shown."""

    group: str
    answered: int
    valid: int
    mean: Decimal | None
    interval: str = ""
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptPart:
    """The return slip that the unit stamps and sends back (送达回执)."""

    document_title: str
    doc_number: str | None
    unit: str
    return_by: str
    office_name: str
    contact: Contact
    pages: str = ""
