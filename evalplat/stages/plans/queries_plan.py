"""A plan as its page shows it: batches by year, what is missing, what does not fit, and the campaign a batch would become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from evalplat.campaigns import definitions, modes
from evalplat.campaigns.tables import Campaign
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.workflow.machine import Fact
from evalplat.workflow.stages import CampaignState

from . import queries, queries_coverage, queries_signals, rules
from .tables import EvaluationPlan, PlanRow


@dataclass(frozen=True, slots=True)
class RowLine:
    """One unit in one year. ``late``: after the year in which it is due."""

    code: str
    name: str
    category_label: str
    year: int
    mode: str
    due: int
    late: bool
    risk: int
    parts: tuple[queries_coverage.PartLine, ...]
    by_hand: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A campaign that carries out a batch, or did until it was cancelled (``document`` and ``reason`` say by what and why)."""

    title: str
    href: str
    state: str
    document: str
    reason: str

    @property
    def cancelled(self) -> bool:
        """Whether the batch may be planned and begun again."""
        return self.state == CampaignState.CANCELLED


@dataclass(frozen=True, slots=True)
class Batch:
    """One year of a plan. ``campaigns``: what was begun from it, the cancelled ones too."""

    year: int
    rows: tuple[RowLine, ...]
    campaigns: tuple[Begun, ...]

    @property
    def full(self) -> int:
        """How many units are visited."""
        return sum(row.mode == modes.FULL for row in self.rows)

    @property
    def light(self) -> int:
        """How many take part without a visit."""
        return len(self.rows) - self.full

    @property
    def late(self) -> int:
        """How many come later than they are due."""
        return sum(row.late for row in self.rows)

    @property
    def by_category(self) -> tuple[tuple[str, int], ...]:
        """How many visited units of each category."""
        return tuple(sorted(Counter(row.category_label for row in self.rows if row.mode == modes.FULL).items()))

    @property
    def may_begin(self) -> bool:
        """Whether no campaign carries it out."""
        return bool(self.rows) and all(one.cancelled for one in self.campaigns)


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything on a plan's page."""

    plan: EvaluationPlan
    state_label: str
    newest: bool
    batches: tuple[Batch, ...]
    left_out: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    gaps: tuple[Fact, ...]
    document: Document | None
    drafter: str
    hander: str
    approver: str
    versions: tuple[EvaluationPlan, ...]
    balance: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the plan."""
        return tuple(range(self.plan.first_year, self.plan.first_year + self.plan.years))


def plan_page(work: Work, plan: EvaluationPlan) -> PlanPage:
    """The plan with all its batches."""
    batches, left_out, units = _batches(work, plan)
    people = {user.id: user.name for user in work.session.exec(select(User).where(col(User.id).in_(
        [plan.drafted_by, plan.handed_by, plan.approved_by])))}
    versions = tuple(row for row in queries.plans_of(work) if row.code == plan.code)
    labels = sorted({label for batch in batches for label, _ in batch.by_category})
    balance = tuple((label, tuple(dict(batch.by_category).get(label, 0) for batch in batches)) for label in labels)
    return PlanPage(plan, gettext(rules.STATES[plan.state]), versions[0].version == plan.version, batches, left_out, units,
                    tuple(gaps(work, plan)) if plan.state == rules.PlanState.DRAFTED else (), queries.document_of(work, plan),
                    people.get(plan.drafted_by, ""), people.get(plan.handed_by, ""), people.get(plan.approved_by, ""), versions, balance)


def _batches(work: Work, plan: EvaluationPlan) -> tuple[tuple[Batch, ...], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    known = {one.unit.id or 0: one for one in queries_signals.known_units(work)}
    weights, cycle, titles = queries.weights_of(work), queries.cycle_of(work), queries.category_titles(work)
    rows = queries.rows_of(work, plan)
    begun = _begun(work, plan)

    def line(row: PlanRow) -> RowLine | None:
        one = known.get(row.unit_id)
        if one is None:
            return None
        due = rules.due_year(one.last_full, cycle=cycle, year=work.today.year)
        parts, risk = queries_coverage.part_lines(one, year=work.today.year, weights=weights)
        return RowLine(one.unit.code, one.unit.short_name, titles.get(one.unit.category, one.unit.category), row.year, row.mode, due,
                       row.mode == modes.FULL and row.year > max(due, plan.first_year), risk, parts, row.by_hand, row.reason)

    lines = [found for row in rows if (found := line(row))]
    batches = tuple(Batch(year, tuple(sorted((one for one in lines if one.year == year),
                                             key=lambda one: (one.mode, one.category_label, one.code))), begun.get(year, ()))
                    for year in range(plan.first_year, plan.first_year + plan.years))
    full = {row.unit_id for row in rows if row.mode == modes.FULL}
    names = tuple((one.unit.code, one.unit.short_name) for one in known.values())
    return batches, tuple((one.unit.code, one.unit.short_name) for key, one in known.items() if key not in full), names


def _begun(work: Work, plan: EvaluationPlan) -> Mapping[int, tuple[Begun, ...]]:
    batches = queries.batches_of(work, plan)
    campaigns = {row.id: row for row in work.session.exec(select(Campaign).where(
        col(Campaign.id).in_([batch.campaign_id for batch in batches])))}
    found: dict[int, tuple[Begun, ...]] = {}
    for batch in batches:
        row = campaigns[batch.campaign_id]
        one = Begun(row.title, f"/c/{row.code}", row.state, str(row.settings.get("cancel_document", "")),
                    str(row.settings.get("cancel_reason", "")))
        found[batch.year] = (*found.get(batch.year, ()), one)
    return found


def gaps(work: Work, plan: EvaluationPlan) -> list[Fact]:
    """What keeps a plan from being handed over."""
    href = f"/plans/{plan.code}"
    rows = queries.rows_of(work, plan)
    if not rows:
        return [Fact(False, N_("The plan has no departments yet. Let it be proposed, or enter them by hand."), href=f"{href}#propose")]
    full = {row.unit_id for row in rows if row.mode == modes.FULL}
    missing = [unit.short_name for unit in queries.units_of(work) if unit.id not in full]
    if missing and plan.years >= queries.cycle_of(work):
        named = gettext(", ").join(missing[:5]) + ("…" if len(missing) > 5 else "")
        return [Fact(False, N_("{count} departments are not visited in any year: {units}."), {"count": len(missing), "units": named},
                     f"{href}#left-out")]
    return []


@dataclass(frozen=True, slots=True)
class BatchDefaults:
    """What the campaign of a batch begins with; everything can be changed on its set-up page."""

    code: str
    title: str
    census_date: date
    scope: str
    system_file: str
    survey_files: Sequence[str]


def defaults_of(work: Work, year: int, *, again: int = 0) -> BatchDefaults:
    """Files as in the newest comprehensive campaign, else those that lie ready. ``again``: how many of the year were cancelled."""
    rows = list(work.session.exec(select(Campaign).where(Campaign.office_id == work.office_id).order_by(col(Campaign.id).desc())))
    taken = {row.code for row in rows}
    code = next(one for one in (str(year), *(f"{year}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
    last = next((row for row in rows if row.kind == modes.COMPREHENSIVE and row.system_file), None)
    systems = [name for name in definitions.system_files() if name != modes.NO_INDICATORS]
    system = last.system_file if last else next((name for name in reversed(systems)), modes.NO_INDICATORS)
    surveys = tuple(last.survey_files) if last else tuple(name for name in definitions.survey_files() if name != "citizen-full.yaml")
    title, scope = f"{year}年度机构编制综合评估", f"{year - 1}年1月至{year - 1}年12月"  # zh: drafted
    title += f"（第{again + 1}次组织）" if again else ""  # zh: drafted
    return BatchDefaults(code, title, date(year - 1, 12, 31), scope, system, surveys)
