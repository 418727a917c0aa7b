"""Drafts of indicator systems as their pages show them: the list, the tree with sums and problems, the form of one block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from evalplat.campaigns import drafts
from evalplat.campaigns.definitions import INDICATORS, all_published
from evalplat.campaigns.modes import NO_INDICATORS
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.numbers import number_text, read_number
from evalplat.definitions.outline import Entry, Outline, RuleOutline, Sum, outline_of, sums_of
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import User

from .definition_problems import ProblemLine, problem_lines
from .definition_tree import RELATIVE, RULES
from .definitions import files_of

TOP = "-"
TESTS = (("from", N_("reaches (≥)")), ("above", N_("is above (＞)")), ("to", N_("is at most (≤)")), ("below", N_("is below (＜)")),
         ("else", N_("anything else")))  # fmt: skip
FIGURES: dict[str, str] = {
    "each": N_("Points off for each case"), "start": N_("Points to begin with (if not the full mark)"), "floor": N_("Not below"),
    "bound": N_("Full points from"), "partial": N_("Points otherwise"), "low": N_("No points at"), "high": N_("Full points at"),
    "target": N_("Target"), "points": N_("Points"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in the list."""

    code: str
    title: str
    version: str
    started_from: str
    who: str
    at: datetime
    errors: int
    published: str

    @property
    def href(self) -> str:
        """Its page."""
        return f"/definitions/drafts/{self.code}"


@dataclass(frozen=True, slots=True)
class SumLine:
    """A sum in words, with what a script needs to say it anew."""

    of: str
    text: str
    fits: bool
    total: str
    target: str
    base: str = "0"
    category: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block in the tree."""

    code: str
    title: str
    depth: int
    leaves: int
    share: str
    sums: tuple[SumLine, ...]
    errors: int
    href: str


@dataclass(frozen=True, slots=True)
class LeafForm:
    """One indicator of the editor."""

    entry: Entry
    rule: RuleOutline
    rule_words: str
    parts: str
    shared: tuple[str, ...]
    shown_at: str
    problems: tuple[ProblemLine, ...]
    twin: str
    only_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A block of the editor with the indicators directly below it."""

    entry: Entry | None
    parts: str
    sums: tuple[SumLine, ...]
    leaves: tuple[LeafForm, ...]
    problems: tuple[ProblemLine, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A draft as a whole."""

    draft: DefinitionDraft
    outline: Outline | None
    rows: tuple[BlockRow, ...]
    total: SumLine | None
    problems: tuple[ProblemLine, ...]
    who: str
    published: str

    @property
    def base(self) -> str:
        """Its address."""
        return f"/definitions/drafts/{self.draft.code}"

    @property
    def errors(self) -> tuple[ProblemLine, ...]:
        """What keeps it from being published."""
        return tuple(one for one in self.problems if one.error)

    @property
    def is_published(self) -> bool:
        """Whether it is frozen."""
        return self.draft.published_id is not None


@dataclass(frozen=True, slots=True)
class Faults:
    """The errors of a draft as the page of one block counts them: those on the page, and those in other places."""

    here: tuple[ProblemLine, ...]
    elsewhere: tuple[ProblemLine, ...]

    @property
    def first(self) -> ProblemLine | None:
        """Where to begin."""
        return next(iter((*self.here, *self.elsewhere)), None)


def faults_of(one: Overview, block: str) -> Faults:
    """What is still wrong, seen from the page of a block."""
    outline = one.outline
    shown = () if outline is None else outline.children("") if block == TOP else outline.below(block)
    codes = {block, *(entry.code for entry in shown)}
    return Faults(tuple(line for line in one.errors if line.entry in codes),
                  tuple(line for line in one.errors if line.entry not in codes))


def draft_lines(work: Work) -> list[DraftLine]:
    """Every draft of the office."""
    found = []
    for row in drafts.all_drafts(work):
        one = drafts.written(row.text, row.code)
        found.append(DraftLine(row.code, row.title, one.version, source_words(work, row.started_from), _name(work, row.changed_by),
                               row.changed_at, len(drafts.errors_of(drafts.checked(work, row.text, name=row.code)[1])),
                               _address(work, row)))
    return found


def source_words(work: Work, source: str) -> str:
    """What a draft was begun from, by its title."""
    known = {value: label for value, label, _ in sources(work)}
    return known.get(source, source)


def sources(work: Work) -> list[tuple[str, str, str]]:
    """What a draft can begin with: (value, label, hint)."""
    rows = [(f"{row.key}@{row.version}", f"{row.title} {row.version}", gettext("fixed or published by your office"))
            for row in all_published(work, INDICATORS) if row.key != "none"]
    have = {name for name, _, _ in rows}
    files = [(one.name, f"{one.title} {one.version}", gettext("comes with the platform, {count} indicators", count=one.size))
             for one in files_of(INDICATORS) if one.key and one.name != NO_INDICATORS and f"{one.key}@{one.version}" not in have]
    return rows + files


def overview(work: Work, draft: DefinitionDraft) -> Overview:
    """Tree, sums and problems of a draft."""
    outline = outline_of(draft.text, draft.code)
    base = f"/definitions/drafts/{draft.code}"
    problems = problem_lines(drafts.checked(work, draft.text, name=draft.code)[1], outline=outline, base=base)
    rows = tuple(_rows(outline, problems, base, "", 0)) if outline else ()
    return Overview(draft, outline, rows, _whole(outline) if outline else None, problems, _name(work, draft.changed_by),
                    _address(work, draft))


def _address(work: Work, draft: DefinitionDraft) -> str:
    row = drafts.published_row(work, draft)
    return f"/definitions/{row.key}/{row.version}" if row else ""


def _name(work: Work, user_id: int) -> str:
    found = work.session.get(User, user_id)
    return found.name if found else ""


def _rows(outline: Outline, problems: tuple[ProblemLine, ...], base: str, parent: str, depth: int) -> Iterator[BlockRow]:
    for one in outline.children(parent):
        if one.is_leaf:
            continue
        below = list(outline.below(one.code))
        codes = {one.code, *(entry.code for entry in below)}
        errors = sum(problem.error and problem.entry in codes for problem in problems)
        yield BlockRow(one.code, one.title, depth, sum(entry.is_leaf for entry in below), one.share, sum_lines(outline, one.code), errors,
                       f"{base}/blocks/{outline.top_of(one.code)}" + (f"#{one.code}" if depth else ""))
        if depth < 6:
            yield from _rows(outline, problems, base, one.code, depth + 1)


def sum_lines(outline: Outline, code: str) -> tuple[SumLine, ...]:
    """The sums below a block in words."""
    return tuple(_sum_line(code, one, named=outline.category_titles) for one in sums_of(outline, code))


def _whole(outline: Outline) -> SumLine | None:
    """All indicators against the highest score; systems with weights have no such sum."""
    return _sum_line(TOP, sums_of(outline, "")[0]) if outline.method == "points" else None


def _sum_line(code: str, one: Sum, *, base: Fraction = Fraction(0), named: Mapping[str, str] | None = None) -> SumLine:
    total, target = (number_text(value, most=6) if value is not None else "" for value in (one.total, one.target))
    key = "" if one.category == "points" else one.category
    group = gettext("category {name}: ", name=(named or {}).get(key, key)) if key else ""
    if not total:
        text = gettext("Some figures are missing or are no numbers.")
    elif not target:
        text = gettext("The sum is {sum}.", sum=total)
    elif one.fits:
        text = gettext("The sum is {sum}, as it should be.", sum=total)
    else:
        gap = number_text(abs((one.total or 0) - (one.target or 0)), most=6)
        more = one.total is not None and one.target is not None and one.total > one.target
        text = (gettext("The sum is {sum}, {gap} more than {target}.", sum=total, gap=gap, target=target) if more
                else gettext("The sum is {sum}, {gap} less than {target}.", sum=total, gap=gap, target=target))
    return SumLine(code, group + text, one.fits, total, target, number_text(base, most=6), key, group)


def sections(outline: Outline, problems: tuple[ProblemLine, ...], block: str) -> list[Section]:
    """The editor of a block: itself and every block below it, each with its indicators; at the top only what stands there."""
    if block == TOP:
        leaves = tuple(_leaf(outline, one, problems, TOP) for one in outline.children("") if one.is_leaf)
        return [Section(None, "", (), leaves, ())] if leaves else []
    own = outline.entry(block)
    blocks = [own, *(one for one in outline.below(block) if not one.is_leaf)] if own else []
    return [Section(one, _parts(outline, one), sum_lines(outline, one.code),
                    tuple(_leaf(outline, leaf, problems, block) for leaf in outline.children(one.code) if leaf.is_leaf),
                    tuple(problem for problem in problems if problem.entry == one.code)) for one in blocks]


def top_blocks(outline: Outline, problems: tuple[ProblemLine, ...]) -> list[Section]:
    """The blocks at the top, for the form of their own titles and shares."""
    return [Section(one, _parts(outline, one), sum_lines(outline, one.code), (), tuple(line for line in problems if line.entry == one.code))
            for one in outline.children("") if not one.is_leaf]


def whole_of(outline: Outline, block: str) -> SumLine | None:
    """The sum of the whole system while one block is edited: what stands elsewhere is its base."""
    if outline.method != "points":
        return None
    here = {one.code for one in (outline.children("") if block == TOP else outline.below(block))}
    shares = [read_number(one.share) for one in outline.entries if one.is_leaf and one.code not in here]
    base = sum((one for one in shares if one is not None), Fraction(0))
    return _sum_line(TOP, sums_of(outline, "")[0], base=base)


def _parts(outline: Outline, entry: Entry) -> str:
    """Whose sums an entry is part of: of every block above (points), of its parent (weights)."""
    if outline.method == "weights":
        return entry.parent
    if not entry.is_leaf:
        return ""
    found, one = [TOP], outline.entry(entry.parent)
    while one is not None:
        found.append(one.code)
        one = outline.entry(one.parent)
    return " ".join(found)


def _leaf(outline: Outline, entry: Entry, problems: tuple[ProblemLine, ...], block: str) -> LeafForm:
    rule, twin = entry.rule or RuleOutline(), outline.twin_of(entry)
    shared = outline.users_of(rule.name) if rule.name else ()
    page = [one.code for one in (outline.children("") if block == TOP else outline.below(block)) if one.code in shared]
    return LeafForm(entry, rule, gettext(RULES.get(rule.type, RELATIVE)), _parts(outline, entry), shared if len(shared) > 1 else (),
                    page[0] if len(page) > 1 and page[0] != entry.code else "",
                    tuple(one for one in problems if one.entry == entry.code), twin.code if twin else "",
                    tuple(outline.category_titles.get(key, key) for key in entry.categories))


def category_boxes(outline: Outline) -> tuple[tuple[str, str], ...]:
    """(key, title) of the categories that an indicator can be for; where points are added up, every unit has every indicator."""
    return tuple(outline.category_titles.items()) if outline.method == "weights" else ()


def repeats(text: str, code: str) -> bool:
    """Whether an indicator has the formula of another one, as it does when it was added like it."""
    outline = outline_of(text)
    entry = outline.entry(code) if outline else None
    return outline is not None and entry is not None and outline.twin_of(entry) is not None


def repeated_formulas(outline: Outline) -> list[tuple[Entry, Entry]]:
    """(indicator, the earlier one whose formula it repeats)."""
    found = [(one, outline.twin_of(one)) for one in outline.entries]
    return [(one, twin) for one, twin in found if twin is not None]


