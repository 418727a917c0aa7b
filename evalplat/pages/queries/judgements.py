"""What the group of experts makes of a block: who handed in, how far they agree, and its weights beside those of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlmodel import col, select

from evalplat.campaigns import judging, shares
from evalplat.campaigns.judging import Block
from evalplat.campaigns.tables import DefinitionDraft, Judgement
from evalplat.definitions.numbers import number_text, read_number
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.scoring.agreement import kendall
from evalplat.scoring.pairwise import PairwiseWeights

from .judging import Result, percent_text, ratio_text, result_of, title_of


@dataclass(frozen=True, slots=True)
class ExpertLine:
    """Who handed in. ``ratio`` is empty if the answers no longer join all indicators, because the block changed since."""

    name: str
    at: datetime | None
    ratio: str
    consistent: bool
    checkable: bool


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One indicator: what it weighs by the group, what it weighs now, what would be written."""

    code: str
    title: str
    group: str
    group_width: float
    present: str
    present_percent: str
    present_width: float
    proposed: str


@dataclass(frozen=True, slots=True)
class Group:
    """What the group makes of a block."""

    draft: DefinitionDraft
    block: Block
    title: str
    experts: tuple[ExpertLine, ...]
    result: Result | None
    agreement: str
    lines: tuple[ShareLine, ...]
    total: str
    by_category: bool
    changes: bool


def group_of(work: Work, draft: DefinitionDraft, code: str) -> Group:
    """Everything that was handed in about a block, and what it would mean for the file."""
    block, rows = judging.block_of(draft, code), judging.handed_in(work, draft, code)
    found = judging.group_of(block, rows)
    singles = [judging.result_of(block, row.pairs) for row in rows]
    known = [[round(float(one), 9) for one in single.weights] for single in singles if single]
    agreed = kendall(known).value if len(known) > 1 else None
    wanted = shares.proposed(block.outline, block.entry, block.items, [float(one) for one in found.weights]) if found else None
    total = shares.own_sum(block.outline, block.entry, block.items)
    lines = tuple(_share_line(block, number, found, wanted, total) for number in range(len(block.items)))
    names = _names_of(work, rows)
    experts = tuple(ExpertLine(names.get(row.user_id, ""), row.handed_in_at, ratio_text(one.ratio) if one else "",
                               one is not None and one.consistent, one is not None and one.checkable)
                    for row, one in zip(rows, singles, strict=True))
    return Group(draft, block, title_of(block), experts, result_of(block, found) if found else None,
                 "" if agreed is None else f"{agreed:.2f}", lines, number_text(total), found is not None and wanted is None,
                 any(line.proposed and read_number(line.proposed) != read_number(line.present) for line in lines))


def _share_line(block: Block, number: int, found: PairwiseWeights | None, wanted: list[str] | None, total: Fraction) -> ShareLine:
    item = block.items[number]
    weight = float(found.weights[number]) if found else 0.0
    present = shares.present_share(block.outline, item)
    part = float(present / total) if present is not None and total else 0.0
    return ShareLine(item.code, item.title, percent_text(weight) if found else "", round(weight * 100, 1),
                     item.share or (number_text(present) if present is not None else ""),
                     percent_text(part) if present is not None else "", round(min(part, 1) * 100, 1), wanted[number] if wanted else "")


def _names_of(work: Work, rows: Sequence[Judgement]) -> dict[int, str]:
    query = select(User).where(User.office_id == work.office_id, col(User.id).in_([row.user_id for row in rows]))
    return {one.id or 0: one.name for one in work.session.exec(query)}
