"""The review at a glance: visit, team, what is done and open, what keeps it from being sealed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from evalplat.campaigns import modes, moves, windows
from evalplat.campaigns.tables import Evaluation
from evalplat.findings.kinds import STATES, FindingState
from evalplat.findings.queries import findings_of
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.kernel.work import Work
from evalplat.scores import adjustments, sheet
from evalplat.workflow.machine import Blocked

from . import queries, queries_figures, queries_records, queries_scores
from .queries import Member
from .queries_records import MethodLine
from .rules_checks import CHECKS
from .tables import DeskCheck, ReviewSeal, ReviewVisit


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the room's first page."""

    open: bool
    current: bool
    opens_at: datetime | None
    closes_at: datetime | None
    visit: ReviewVisit | None
    seal: ReviewSeal | None
    team: str
    members: tuple[Member, ...]
    mine: bool
    methods: tuple[MethodLine, ...]
    checks_done: int
    checks_all: int
    leaves_all: int
    leaves_mine: int
    leaves_settled: int
    leaves_to_mediate: tuple[str, ...]
    figures_all: int
    figures_waiting: int
    figures_changed: int
    findings: tuple[tuple[str, int], ...]
    proposals: int
    proposals_open: int
    blocked: tuple[Blocked, ...]
    warnings: tuple[Blocked, ...]
    light: bool = False
    desk: DeskCheck | None = None
    not_judged: tuple[str, ...] = ()
    places: tuple[tuple[str, bool], ...] = ()


def overview(work: Work, evaluation: Evaluation) -> Overview:
    """The room as the acting person may see it."""
    window = windows.window_for(work, evaluation, "review")
    leaves = queries_scores.leaf_views(work, evaluation)
    tables = queries_figures.tables_to_verify(work, evaluation)
    proposals = adjustments.proposals_of(work, evaluation)
    states = Counter(row.state for row in findings_of(work, evaluation))
    team = queries.members(work, evaluation)
    return Overview(
        open=queries.is_open(work, evaluation), current=queries.is_current(evaluation),
        opens_at=window.opens_at if window else None, closes_at=window.closes_at if window else None,
        visit=queries.visit_of(work, evaluation), seal=queries.seal_of(work, evaluation),
        team=queries.team_name(work, evaluation), members=team,
        mine=any(one.user_id == work.actor.user_id and one.conflict is None for one in team),
        methods=tuple(queries_records.methods(work, evaluation)),
        checks_done=len(queries_records.answers_of(work, evaluation)), checks_all=len(CHECKS), leaves_all=len(leaves),
        leaves_mine=sum(leaf.mine is not None for leaf in leaves), leaves_settled=sum(leaf.settled for leaf in leaves),
        leaves_to_mediate=tuple(leaf.code for leaf in leaves if leaf.state == "to_mediate"),
        figures_all=sum(table.total for table in tables), figures_waiting=sum(table.waiting for table in tables),
        figures_changed=sum(table.changed for table in tables),
        findings=tuple((gettext(label), states[state]) for state, label in STATES.items() if states[state]),
        proposals=len(proposals), proposals_open=sum(row.state == "proposed" for row in proposals),
        blocked=moves.blocked_by(work, evaluation, "seal_review"), warnings=_warnings(work, evaluation, leaves, tables),
        light=evaluation.mode == modes.LIGHT, desk=queries.desk_check_of(work, evaluation), not_judged=_not_judged(work, evaluation),
        places=_places(work, evaluation))


def _not_judged(work: Work, evaluation: Evaluation) -> tuple[str, ...]:
    if evaluation.mode != modes.LIGHT:
        return ()
    return tuple(leaf.code for leaf in modes.only_on_site(sheet.system_for(work, evaluation)))


def _places(work: Work, evaluation: Evaluation) -> tuple[tuple[str, bool], ...]:
    rows = queries_records.records_of(work, evaluation) if evaluation.places else []
    return tuple((place, any(row.visited == place and row.signing for row in rows)) for place in evaluation.places)


def _warnings(work: Work, evaluation: Evaluation, leaves: list[queries_scores.LeafView],
              tables: list[queries_figures.TableView]) -> tuple[Blocked, ...]:
    """What does not keep the review from being sealed, but would be missing when the unit is scored."""
    here, found = queries.base(work, evaluation), []
    unsettled = [leaf.code for leaf in leaves if not leaf.settled]
    if unsettled:
        found.append(Blocked("seal_review", "", N_("Indicators without a settled rating: {codes}. After the seal nobody can rate them."),
                             {"codes": listed(unsettled)}, f"{here}/review/scores"))
    waiting = sum(table.waiting for table in tables)
    if waiting:
        found.append(Blocked("seal_review", "", N_("{count} figures are not verified yet."), {"count": waiting},
                             f"{here}/review/figures"))
    drafts = [row.code for row in findings_of(work, evaluation, states=[FindingState.DRAFTED]) if row.source != "review"]
    if drafts:
        found.append(Blocked("seal_review", "", N_("Leads from the self-assessment wait for the team: {codes}."),
                             {"codes": listed(drafts)}, f"{here}/findings"))
    return tuple(found)
