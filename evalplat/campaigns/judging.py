"""Experts compare the indicators below one block of a draft two at a time; what they make of it can become its points or weights.

A judgement is its expert's own: it counts for the group from the moment it is handed in until its expert takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isnan, nan

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.definitions import editing
from evalplat.definitions.judgements import MOST_CRITERIA
from evalplat.definitions.numbers import read_number
from evalplat.definitions.outline import Entry, Outline, outline_of
from evalplat.kernel.errors import NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scoring.pairwise import NotConnected, PairwiseWeights, group_weights, pairwise_weights

from . import drafts, shares
from .tables import DefinitionDraft, Judgement

TOP = "-"
"""The address of the blocks themselves."""
STEPS = (*(str(n) for n in range(9, 0, -1)), *(f"1/{n}" for n in range(2, 10)))
"""Every answer, from "A is extremely more important" to the same of B."""
CLOSED = N_("This version is published: nothing of it is compared any more.")
HANDED_IN = N_("You have handed in this comparison. Take it back if you want to change it.")
NOT_JOINED = N_("Some pairs are still needed before you can hand it in.")
NOBODY = N_("Nobody has handed in a comparison that joins all indicators yet.")


@dataclass(frozen=True, slots=True)
class Block:
    """What is compared: the entries directly below a block, or those at the top. Where the categories of units have nothing in
    common there, each part is compared by itself; ``only_for`` then holds its categories, and ``parent`` is the block of all."""

    code: str
    outline: Outline
    entry: Entry | None
    items: tuple[Entry, ...]
    parent: str = ""
    only_for: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Each two entries once, by their numbers, that some category of units has together."""
        return tuple((i, j) for i, first in enumerate(self.items) for j in range(i + 1, len(self.items)) if together(first, self.items[j]))

    @property
    def pairs(self) -> tuple[tuple[Entry, Entry], ...]:
        """The same as entries, in the order of the file."""
        return tuple((self.items[i], self.items[j]) for i, j in self.places)


def together(first: Entry, second: Entry) -> bool:
    """Whether some category of units has both: only then can one ask which matters more."""
    return not first.categories or not second.categories or bool(set(first.categories) & set(second.categories))


def blocks_of(draft: DefinitionDraft) -> tuple[Block, ...]:
    """Every block of a draft that can be compared: two indicators or more, and no more than the method takes."""
    return _blocks(draft.text)


@lru_cache(maxsize=64)
def _blocks(text: str) -> tuple[Block, ...]:
    """Read once: each answer asks for them again."""
    outline = outline_of(text)
    if outline is None:
        return ()
    codes = [TOP, *(one.code for one in outline.below("") if not one.is_leaf)]
    found = [one for code in codes for one in _parts(outline, code)]
    return tuple(one for one in found if 2 <= len(one.items) <= MOST_CRITERIA)


def _parts(outline: Outline, code: str) -> list[Block]:
    """A block; in several parts if nothing joins the categories of what stands below it."""
    whole = Block(code, outline, outline.entry(code), outline.children("" if code == TOP else code), code)
    groups = list(range(len(whole.items)))
    for i, j in whole.places:
        groups = _joined(groups, i, j)
    if len(set(groups)) < 2:
        return [whole]
    parts = [tuple(item for item, place in zip(whole.items, groups, strict=True) if place == group) for group in sorted(set(groups))]
    return [Block(f"{code}~{items[0].code}", outline, whole.entry, items, code,
                  tuple(key for key in outline.categories if any(key in one.categories for one in items))) for items in parts]


def _joined(groups: list[int], first: int, second: int) -> list[int]:
    kept, gone = sorted((groups[first], groups[second]))
    return [kept if place == gone else place for place in groups]


def needed(block: Block, rows: list[list[float]]) -> tuple[tuple[int, int], ...]:
    """Pairs still to be answered so that all entries are joined; empty if they are."""
    groups = list(range(len(rows)))
    for i, j in block.places:
        groups = groups if isnan(rows[i][j]) else _joined(groups, i, j)
    found = []
    for i, j in block.places:
        if groups[i] != groups[j]:
            found.append((i, j))
            groups = _joined(groups, i, j)
    return tuple(found)


def block_of(draft: DefinitionDraft, code: str) -> Block:
    """One of them; ``NotFound`` if there is none of this code."""
    found = next((one for one in blocks_of(draft) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def own(work: Work, draft: DefinitionDraft, code: str, *, lock: bool = False) -> Judgement | None:
    """What the present person thinks of a block so far; locked by whoever changes it, for answers can come close together."""
    query = select(Judgement).where(Judgement.office_id == work.office_id, Judgement.draft_id == draft.id, Judgement.node == code,
                                    Judgement.user_id == work.actor.user_id)
    return work.session.exec(query.with_for_update() if lock else query).one_or_none()


def given(pairs: dict[str, str], first: str, second: str) -> Fraction | None:
    """How many times as important ``first`` is as ``second``, whichever way round it was stored; None if it was left out."""
    for key, turned in ((f"{first}:{second}", False), (f"{second}:{first}", True)):
        if pairs.get(key) in STEPS:
            value = Fraction(pairs[key])
            return 1 / value if turned else value
    return None


def matrix_of(block: Block, pairs: dict[str, str]) -> list[list[float]]:
    """The judgements as a reciprocal matrix; a pair that was left out is NaN."""
    size = len(block.items)
    rows = [[1.0 if i == j else nan for j in range(size)] for i in range(size)]
    for i, j in block.places:
        value = given(pairs, block.items[i].code, block.items[j].code)
        if value is not None:
            rows[i][j], rows[j][i] = float(value), float(1 / value)
    return rows


def answered(rows: list[list[float]]) -> int:
    """How many pairs a matrix has."""
    return sum(not isnan(one) for i, row in enumerate(rows) for one in row[i + 1 :])


def judge(work: Work, draft: DefinitionDraft, code: str, *, first: str, second: str, value: str) -> Judgement:
    """Store one answer, one of ``STEPS``; an empty one takes the pair back."""
    block = _open(draft, code)
    known = {frozenset((one.code, other.code)) for one, other in block.pairs}
    if frozenset((first, second)) not in known or (value and value not in STEPS):
        raise Refused(N_("The page no longer fits the draft. Open it again."))
    row = own(work, draft, code, lock=True) or _begun(work, draft, code)
    if row.handed_in_at is not None:
        raise Refused(HANDED_IN)
    kept = {key: text for key, text in row.pairs.items() if key not in (f"{first}:{second}", f"{second}:{first}")}
    row.pairs = kept | ({f"{first}:{second}": value} if value else {})
    row.changed_at = work.now
    saved: Judgement = work.add(row)
    return saved


def _begun(work: Work, draft: DefinitionDraft, code: str) -> Judgement:
    """The person's row of a block; the first two answers can come at once, then the other one made it."""
    row = Judgement(office_id=work.office_id, draft_id=draft.id or 0, node=code, user_id=work.actor.user_id, changed_at=work.now)
    try:
        with work.session.begin_nested():
            work.session.add(row)
            work.session.flush()
    except IntegrityError:
        found = own(work, draft, code, lock=True)
        if found is None:
            raise
        return found
    return row


def _open(draft: DefinitionDraft, code: str) -> Block:
    if draft.published_id is not None:
        raise Refused(CLOSED)
    return block_of(draft, code)


def hand_in(work: Work, draft: DefinitionDraft, code: str) -> Judgement:
    """From now on it counts for the group, and stays as it is until its expert takes it back."""
    block, row = _open(draft, code), own(work, draft, code, lock=True)
    if row is None or needed(block, matrix_of(block, row.pairs)):
        raise Refused(NOT_JOINED)
    if row.handed_in_at is None:
        row.handed_in_at = work.now
        work.add(row)
        record(work, "weights.judged", draft=draft.code, block=code, handed_in=True)
    return row


def take_back(work: Work, draft: DefinitionDraft, code: str) -> None:
    """It can be changed again, and does not count until it is handed in anew."""
    _open(draft, code)
    row = own(work, draft, code, lock=True)
    if row is not None and row.handed_in_at is not None:
        row.handed_in_at = None
        work.add(row)
        record(work, "weights.judged", draft=draft.code, block=code, handed_in=False)


def handed_in(work: Work, draft: DefinitionDraft, code: str) -> list[Judgement]:
    """What the group handed in about a block, the earliest first."""
    query = select(Judgement).where(Judgement.office_id == work.office_id, Judgement.draft_id == draft.id, Judgement.node == code,
                                    col(Judgement.handed_in_at).is_not(None))
    return list(work.session.exec(query.order_by(col(Judgement.handed_in_at), col(Judgement.id))))


def result_of(block: Block, pairs: dict[str, str]) -> PairwiseWeights | None:
    """What one expert's answers say; None while they do not join all indicators."""
    try:
        return pairwise_weights(matrix_of(block, pairs))
    except NotConnected:
        return None


def group_of(block: Block, rows: list[Judgement]) -> PairwiseWeights | None:
    """The group's weights by the geometric mean of each pair; None while the pairs do not join all indicators."""
    try:
        return group_weights([matrix_of(block, row.pairs) for row in rows]) if rows else None
    except NotConnected:
        return None


def take_over(work: Work, draft: DefinitionDraft, code: str, *, revision: int) -> DefinitionDraft:
    """Write the group's weights into the draft, rounded so that they add up to the block's own sum."""
    block, rows = _open(draft, code), handed_in(work, draft, code)
    found = group_of(block, rows)
    if found is None:
        raise Refused(NOBODY)
    wanted = shares.proposed(block.outline, block.entry, block.items, [float(one) for one in found.weights])
    if wanted is None:
        raise Refused(shares.BY_CATEGORY)
    changes: dict[editing.Path, editing.Value | None] = {}
    for item, text in zip(block.items, wanted, strict=True):
        if read_number(item.share) != read_number(text):
            changes |= shares.changes_of(draft.text, block.outline, item, text)
    saved = drafts.change(work, draft, changes, revision=revision)
    record(work, "weights.taken_over", draft=draft.code, block=code, experts=len(rows), ratio=round(found.ratio, 4))
    return saved
