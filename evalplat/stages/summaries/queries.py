"""The figures of a whole campaign: every number is a choice of rows; interim figures say so, concluded ones come from the snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import col, select

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.findings.kinds import CATEGORIES
from evalplat.kernel.i18n import N_, gettext, language
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores.queries import grade_name

from . import rules
from .queries_books import books_of
from .rules_books import Books, Figure, FindingRow, Shelf, UnitRow
from .rules_words import DESTINATIONS, FAMILIES
from .tables import Snapshot, SummaryText

SEVERITIES = ("critical", "major", "minor")
MOST_CASES = 6
Counts = tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """How the campaign's own keys read: categories, grades, groups and indicators come from its indicator system."""

    units: dict[str, str]
    categories: dict[str, str]
    grades: dict[str, str]
    groups: dict[str, str]
    blocks: dict[str, str]


@dataclass(frozen=True, slots=True)
class FindingCount:
    """Findings of one kind (or family) by severity and destination."""

    category: str
    title: str
    total: Figure
    minor: Figure
    major: Figure
    critical: Figure
    to_office: Figure
    to_unit: Figure
    referred: Figure


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of the survey over all units: the mean of the units' scores weighted by answers, and its 95 per cent interval."""

    group: str
    answered: Figure
    valid: Figure
    units: Figure
    mean: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class BlockRow:
    """The mean rate of a first-level indicator over the units where it applies."""

    code: str
    title: str
    rate: Decimal | None
    units: Figure


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """The results of one category of units."""

    key: str
    title: str
    units: Figure
    mean: Decimal | None
    mean_x: Decimal | None
    mean_y: Decimal | None
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the report counts. ``interim`` while a unit has no final result; ``missing``: those units."""

    books: Books
    names: Names
    units: tuple[UnitRow, ...]
    all_units: Figure
    all_findings: Figure
    open_units: Figure
    final: Figure
    interim: bool
    missing: tuple[UnitRow, ...]
    participation: Counts
    distribution: Counts
    grades: Counts
    mean_total: Decimal | None
    mean_x: Decimal | None
    mean_y: Decimal | None
    categories: tuple[CategoryRow, ...]
    blocks: tuple[BlockRow, ...]
    findings: tuple[FindingCount, ...]
    families: tuple[FindingCount, ...]
    crossed: tuple[tuple[str, Counts], ...]
    cases: tuple[FindingRow, ...]
    satisfaction: tuple[GroupRow, ...]
    feedback: Counts
    objections: Counts
    rectification: Counts
    closing_rate: Decimal | None
    overdue_rate: Decimal | None
    advice: Counts
    net_posts: Figure | None
    referrals: Figure


def snapshot_of(work: Work, campaign: Campaign) -> Snapshot | None:
    """What was fixed at conclusion."""
    return work.session.get(Snapshot, campaign.id)


def text_of(work: Work, campaign: Campaign) -> SummaryText | None:
    """The chapters written so far."""
    return work.session.get(SummaryText, campaign.id)


def evaluations_of(work: Work, campaign: Campaign) -> list[tuple[Evaluation, Unit]]:
    """All units of the campaign in the order of their codes."""
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
    return list(work.session.exec(query))


def names_of(system: IndicatorSystem, books: Books) -> Names:
    """The words of this campaign in the present language."""
    lang = language()
    return Names(
        {row.code: row.name for row in books.units}, {key: text.in_language(lang) for key, text in system.categories.items()},
        {grade.code: grade_name(system, grade.code) or grade.code for grade in system.grades},
        {key: group.title.in_language(lang) for key, group in system.surveys.items()},
        {node.code: node.title.in_language(lang) for node in system.nodes if not node.parent})


def overview(work: Work, campaign: Campaign, *, referrals: bool = True) -> Overview:
    """Count the campaign. Without ``referrals`` nothing is counted that was handed over as a violation alone; no count of one
    department ever has it. Of all referrals there is only one number, for everybody who reads the report."""
    return figures(system_of(work, campaign), books_of(work, campaign), referrals=referrals)


def figures(system: IndicatorSystem, everything: Books, *, referrals: bool = True) -> Overview:
    """The figures over given rows."""
    referred = Shelf(everything).count("findings", destinations="D3")
    books = everything if referrals else everything.without_referrals()
    shelf = Shelf(books)
    names, final = names_of(system, books), [row for row in books.units if row.counted]
    items = shelf.count("items")
    return Overview(
        books=books, names=names, units=books.units, all_units=shelf.count("units"), all_findings=shelf.count("findings"),
        open_units=shelf.count("units", missing="1"), final=shelf.count("units", counted="1"),
        interim=any(not row.final and not row.side for row in books.units),
        missing=tuple(row for row in books.units if not row.final and not row.side), participation=_participation(shelf),
        distribution=tuple((gettext(label), shelf.count("units", band=str(place))) for place, (label, _, _) in enumerate(rules.BOUNDS)),
        grades=tuple((name, shelf.count("units", earned=code)) for code, name in names.grades.items()),
        mean_total=_mean(final, "total"), mean_x=_mean(final, "score_x"), mean_y=_mean(final, "score_y"),
        categories=_categories(shelf, names), blocks=_blocks(shelf, names, final),
        findings=_kinds(shelf, "category", {key: gettext(text) for key, text in CATEGORIES.items()}),
        families=_kinds(shelf, "family", {key: gettext(text) for key, text in FAMILIES.items()}),
        crossed=tuple((severity, tuple((key, shelf.count("findings", severity=severity, destinations=key)) for key in DESTINATIONS))
                      for severity in SEVERITIES),
        cases=_cases(books), satisfaction=_satisfaction(shelf, names), feedback=_feedback(shelf), objections=_objections(shelf),
        rectification=_rectification(shelf), closing_rate=_share(shelf.count("items", open="0"), items),
        overdue_rate=_share(shelf.count("items", overdue="1"), items), advice=_advice(shelf),
        net_posts=_net(shelf), referrals=referred if referrals else Figure(referred))


def _mean(rows: Sequence[UnitRow], name: str) -> Decimal | None:
    return rules.mean([value for row in rows if (value := getattr(row, name)) is not None])


def _share(part: int, whole: int) -> Decimal | None:
    return rules.rounded(Decimal(part) * 100 / whole) if whole else None


def _named(counts: Counts) -> Counts:
    """With their names in the present language; in Chinese each names its measure, as 收到异议（件）."""
    return tuple((gettext(label), n) for label, n in counts)


def _participation(shelf: Shelf) -> Counts:
    return _named(((N_("assessors at work"), shelf.count("people")), (N_("meetings held"), shelf.count("records", panel="1")),
                   (N_("people interviewed"), shelf.count("records", add="people", method="interview_recipient")),
                   (N_("records of on-site work"), shelf.count("records")), (N_("papers looked at"), shelf.count("files", add="n")),
                   (N_("valid answers received"), shelf.count("surveys", add="n"))))


def _categories(shelf: Shelf, names: Names) -> tuple[CategoryRow, ...]:
    books = shelf.books
    keys = dict.fromkeys([*names.categories, *(row.category for row in books.units)])
    return tuple(_category(shelf, key, names.categories.get(key, key)) for key in keys
                 if any(row.category == key and row.counted for row in books.units))


def _category(shelf: Shelf, key: str, title: str) -> CategoryRow:
    rows = [row for row in shelf.books.units if row.category == key and row.counted]
    totals = [row.total for row in rows if row.total is not None]
    return CategoryRow(key, title, shelf.count("units", category=key, counted="1"), _mean(rows, "total"), _mean(rows, "score_x"),
                       _mean(rows, "score_y"), min(totals, default=None), max(totals, default=None))


def _blocks(shelf: Shelf, names: Names, final: Sequence[UnitRow]) -> tuple[BlockRow, ...]:
    return tuple(BlockRow(code, title, rules.mean([rate for row in final if (rate := row.rates.get(code)) is not None]),
                          shelf.count("units", block=code)) for code, title in names.blocks.items())


def _kinds(shelf: Shelf, column: str, titles: dict[str, str]) -> tuple[FindingCount, ...]:
    def of(key: str, **more: str) -> Figure:
        return shelf.count("findings", **{column: key}, **more)

    keys = sorted({getattr(row, column) for row in shelf.books.findings})
    return tuple(FindingCount(
        key, titles.get(key, key), of(key), of(key, severity="minor"), of(key, severity="major"), of(key, severity="critical"),
        of(key, destinations="D1"), of(key, destinations="D2"), of(key, destinations="D3")) for key in keys)


def _cases(books: Books) -> tuple[FindingRow, ...]:
    """The gravest findings, one of a family at most, and of other units as far as there are."""
    order = {severity: place for place, severity in enumerate(SEVERITIES)}
    chosen: list[FindingRow] = []
    rows = sorted((row for row in books.findings if row.told), key=lambda row: (order.get(row.severity, 9), row.unit, row.code))
    for row in rows:
        known = {one.family for one in chosen}
        units = {one.unit for one in chosen}
        if row.family not in known and (row.unit not in units or len(units) == len({one.unit for one in rows})):
            chosen.append(row)
    return tuple(chosen[:MOST_CASES])


def _satisfaction(shelf: Shelf, names: Names) -> tuple[GroupRow, ...]:
    known = {row.group for row in shelf.books.surveys}
    return tuple(_group(shelf, key, names.groups.get(key, key)) for key in dict.fromkeys([*names.groups, *sorted(known)]) if key in known)


def _group(shelf: Shelf, key: str, title: str) -> GroupRow:
    mean, half = rules.pooled((row.score, row.n, row.half) for row in shelf.books.surveys if row.group == key)
    low, high = (max(Decimal(0), mean - half), min(Decimal(100), mean + half)) if mean is not None and half is not None else (None, None)
    return GroupRow(title, shelf.count("surveys", add="answered", group=key), shelf.count("surveys", add="n", group=key),
                    shelf.count("surveys", group=key), mean, low, high)


def _feedback(shelf: Shelf) -> Counts:
    return _named(((N_("feedback letters sent"), shelf.count("letters", kind="feedback_letter")),))


def _objections(shelf: Shelf) -> Counts:
    return _named((
        (N_("objections received"), shelf.count("objections")), (N_("objections not taken in"), shelf.count("objections", refused="1")),
        (N_("review decisions made"), shelf.count("objections", state="decided")),
        (N_("contested items left unchanged"), shelf.count("contested", decision="upheld")),
        (N_("contested items changed"), shelf.count("contested", decision="changed")),
        (N_("contested items annulled"), shelf.count("contested", decision="annulled"))))


def _rectification(shelf: Shelf) -> Counts:
    return _named((
        (N_("rectification notices sent"), shelf.count("letters", kind="rectification_notice")),
        (N_("items to be rectified"), shelf.count("items")), (N_("items closed out"), shelf.count("items", open="0")),
        (N_("items still open"), shelf.count("items", open="1")), (N_("items overdue"), shelf.count("items", overdue="1"))))


def _net(shelf: Shelf) -> Figure | None:
    """By how many posts all advice together; None where no advice names a number."""
    return shelf.count("advice", add="posts") if any(row.posts is not None for row in shelf.books.advice) else None


def _advice(shelf: Shelf) -> Counts:
    kinds = {row.kind: row.kind_label for row in shelf.books.advice}
    return tuple((gettext(label), shelf.count("advice", kind=kind)) for kind, label in sorted(kinds.items()))
