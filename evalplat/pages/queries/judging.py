"""Pairwise comparison as an expert sees it: the questions in words, the live result, and which blocks still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from math import log

from sqlmodel import col, select

from evalplat.campaigns import drafts, judging
from evalplat.campaigns.judging import STEPS, Block
from evalplat.campaigns.tables import DefinitionDraft, Judgement
from evalplat.definitions.judgements import MAX_RATIO, RANDOM_INDEX, RANDOM_INDEX_NAME, Pair
from evalplat.definitions.outline import Entry
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.kernel.work import Work
from evalplat.scoring.pairwise import PairwiseWeights

MAIN = ("9", "7", "5", "3", "1", "1/3", "1/5", "1/7", "1/9")
"""The nine steps that are offered as buttons; those between stand in a list."""
BETWEEN = ("8", "6", "4", "2", "1/2", "1/4", "1/6", "1/8")
WORDS: dict[int, str] = {
    1: N_("“{a}” and “{b}” are equally important"), 2: N_("“{a}” is between equally and slightly more important than “{b}”"),
    3: N_("“{a}” is slightly more important than “{b}”"), 4: N_("“{a}” is between slightly and clearly more important than “{b}”"),
    5: N_("“{a}” is clearly more important than “{b}”"), 6: N_("“{a}” is between clearly and much more important than “{b}”"),
    7: N_("“{a}” is much more important than “{b}”"), 8: N_("“{a}” is between much and extremely more important than “{b}”"),
    9: N_("“{a}” is extremely more important than “{b}”"),
}  # fmt: skip
SHORT: dict[int, str] = {1: N_("equal"), 3: N_("slight"), 5: N_("clear"), 7: N_("much"), 9: N_("extreme")}


@dataclass(frozen=True, slots=True)
class Step:
    """One answer that can be given."""

    value: str
    figure: str
    short: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PairRow:
    """One question. ``said`` is the answer in words; ``fitting`` says what would fit better, where this pair is the worst."""

    anchor: str
    first: Entry
    second: Entry
    said: str
    steps: tuple[Step, ...]
    between: tuple[Step, ...]
    needed: bool
    fitting: str


@dataclass(frozen=True, slots=True)
class Worst:
    """A pair far from what the other answers say."""

    anchor: str
    names: str
    said: str
    fitting: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What one indicator weighs by the answers."""

    code: str
    title: str
    percent: str
    width: float


@dataclass(frozen=True, slots=True)
class Result:
    """Weights with the consistency ratio; ``index`` is the random index of this size, empty where nothing can contradict."""

    bars: tuple[Bar, ...]
    ratio: str
    limit: str
    index: str
    index_name: str
    size: int
    consistent: bool
    checkable: bool
    missing: int
    worst: tuple[Worst, ...]


@dataclass(frozen=True, slots=True)
class Judging:
    """One expert's page."""

    draft: DefinitionDraft
    block: Block
    title: str
    rows: tuple[PairRow, ...]
    done: int
    needed: tuple[tuple[str, str], ...]
    result: Result | None
    handed_in_at: datetime | None
    others: tuple[BlockLine, ...]

    @property
    def closed(self) -> bool:
        """Whether the draft is published."""
        return self.draft.published_id is not None

    @property
    def fixed(self) -> bool:
        """Whether the answers can be changed no longer, or not now."""
        return self.closed or self.handed_in_at is not None


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block in the list of what can be compared."""

    code: str
    title: str
    href: str
    pairs: int
    done: int
    handed_in: bool


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft whose blocks wait for the present person; ``next`` is the first of them."""

    code: str
    title: str
    blocks: tuple[BlockLine, ...]

    @property
    def waiting(self) -> tuple[BlockLine, ...]:
        """Those that are not handed in yet, what was begun first."""
        return tuple(sorted((one for one in self.blocks if not one.handed_in), key=lambda one: not one.done))


def title_of(block: Block) -> str:
    """What the block is called, with its categories if only a part of it is meant."""
    title = f"{block.entry.code} {block.entry.title}" if block.entry else gettext("The blocks themselves")
    names = [block.outline.category_titles[key] for key in block.only_for]
    return gettext("{title}: only {names}", title=title, names=listed(names)) if names else title


def address(draft: DefinitionDraft, code: str, *, group: bool = False) -> str:
    """The page of a block: the expert's own, or the group's."""
    return f"/definitions/drafts/{draft.code}/{'judgements' if group else 'judge'}/{code}"


def judging_of(work: Work, draft: DefinitionDraft, code: str) -> Judging:
    """What the present person thinks of a block, with the live result."""
    block, row = judging.block_of(draft, code), judging.own(work, draft, code)
    pairs = row.pairs if row else {}
    matrix = judging.matrix_of(block, pairs)
    needed = judging.needed(block, matrix)
    found = judging.result_of(block, pairs)
    result = result_of(block, found) if found else None
    fitting = {one.anchor: one.fitting for one in result.worst[:1]} if result else {}
    joining = {_anchor(first, second) for first, second in needed}
    rows = tuple(_row(block, pairs, i, j, joining=joining, fitting=fitting) for i, j in block.places)
    links = tuple((_names(block, first, second), _anchor(first, second)) for first, second in needed)
    return Judging(draft, block, title_of(block), rows, judging.answered(matrix), links, result, row.handed_in_at if row else None,
                   block_lines(draft, _own(work, [draft])))


def _anchor(first: int, second: int) -> str:
    return f"pair-{first + 1}-{second + 1}"


def _names(block: Block, first: int, second: int) -> str:
    return gettext("“{a}” and “{b}”", a=named(block.items[first]), b=named(block.items[second]))


def named(entry: Entry) -> str:
    """An entry in a sentence."""
    return f"{entry.code} {entry.title}".strip()


def _row(block: Block, pairs: dict[str, str], i: int, j: int, *, joining: set[str], fitting: dict[str, str]) -> PairRow:
    first, second = block.items[i], block.items[j]
    value, anchor = judging.given(pairs, first.code, second.code), _anchor(i, j)

    def steps(values: tuple[str, ...]) -> tuple[Step, ...]:
        return tuple(_step(first.code, second.code, one, chosen=value == Fraction(one)) for one in values)

    return PairRow(anchor, first, second, step_words(named(first), named(second), value) if value is not None else "", steps(MAIN),
                   steps(BETWEEN), anchor in joining, fitting.get(anchor, ""))


def _step(first: str, second: str, value: str, *, chosen: bool) -> Step:
    figure = int(max(Fraction(value), 1 / Fraction(value)))
    return Step(value, str(figure), gettext(SHORT[figure]) if figure in SHORT else "", step_words(first, second, Fraction(value)), chosen)


def step_words(first: str, second: str, value: Fraction) -> str:
    """An answer as a sentence that begins with whatever is more important."""
    if value < 1:
        first, second, value = second, first, 1 / value
    return gettext(WORDS[int(value)], a=first, b=second)


def result_of(block: Block, found: PairwiseWeights) -> Result:
    """Weights as bars, the ratio and the worst pairs in words."""
    size = len(block.items)
    bars = tuple(Bar(item.code, item.title, percent_text(float(weight)), round(float(weight) * 100, 1))
                 for item, weight in zip(block.items, found.weights, strict=True))
    return Result(bars, ratio_text(found.ratio), f"{MAX_RATIO:.2f}", f"{RANDOM_INDEX[size]:.2f}" if size in RANDOM_INDEX else "",
                  RANDOM_INDEX_NAME, size, found.consistent, found.checkable,
                  found.missing - (size * (size - 1) // 2 - len(block.places)),
                  tuple(one for one in map(partial(_worst, block), found.worst_pairs) if one) if found.checkable else ())


def percent_text(share: float) -> str:
    """A share with two decimals."""
    return f"{share * 100:.2f}%"


def ratio_text(ratio: float) -> str:
    """A consistency ratio with four decimals; what is none but for rounding is 0."""
    return f"{abs(ratio):.4f}"


def _worst(block: Block, pair: Pair) -> Worst | None:
    """None if the nearest step is the one that was chosen: there is nothing better to say."""
    first, second = named(block.items[pair.first]), named(block.items[pair.second])
    nearest = min((Fraction(one) for one in STEPS), key=lambda one: abs(log(float(one)) - log(pair.fitting)))
    given = min((Fraction(one) for one in STEPS), key=lambda one: abs(log(float(one)) - log(pair.given)))
    if nearest == given:
        return None
    times = f"{max(pair.fitting, 1 / pair.fitting):.1f}"
    fitting = step_words(first, second, nearest)
    return Worst(_anchor(pair.first, pair.second), _names(block, pair.first, pair.second), step_words(first, second, given),
                 fitting if times == "1.0" else gettext("{words} (about {times} times)", words=fitting, times=times))


def _own(work: Work, rows: Sequence[DefinitionDraft]) -> dict[tuple[int, str], Judgement]:
    query = select(Judgement).where(Judgement.office_id == work.office_id, Judgement.user_id == work.actor.user_id,
                                    col(Judgement.draft_id).in_([row.id for row in rows]))
    return {(one.draft_id, one.node): one for one in work.session.exec(query)}


def block_lines(draft: DefinitionDraft, mine: dict[tuple[int, str], Judgement]) -> tuple[BlockLine, ...]:
    """Every block of a draft that can be compared, with how far the present person is."""
    found = []
    for block in judging.blocks_of(draft):
        own = mine.get((draft.id or 0, block.code))
        done = judging.answered(judging.matrix_of(block, own.pairs)) if own else 0
        found.append(BlockLine(block.code, title_of(block), address(draft, block.code), len(block.pairs), done,
                               own is not None and own.handed_in_at is not None))
    return tuple(found)


def waiting(work: Work) -> list[DraftLine]:
    """Drafts with blocks that can be compared. One that still has errors waits until they are mended, unless the person has begun."""
    rows = [row for row in drafts.all_drafts(work) if row.published_id is None]
    mine = _own(work, rows)
    begun = {draft for draft, _ in mine}
    rows = [row for row in rows if row.id in begun or not drafts.errors_of(drafts.written(row.text, row.code).problems)]
    lines = [DraftLine(row.code, row.title, block_lines(row, mine)) for row in rows]
    return [one for one in lines if one.blocks]
