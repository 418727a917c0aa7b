"""What the review says to the stage machine: two assessors, signed records, settled ratings, answered findings."""

from __future__ import annotations

from evalplat.campaigns import modes
from evalplat.campaigns.tables import Evaluation
from evalplat.findings.kinds import ANSWERED, FindingState
from evalplat.findings.queries import findings_of
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.kernel.work import Work
from evalplat.workflow.machine import YES, Fact

from . import queries, queries_figures, queries_records, queries_scores
from .rules import LEAST_ASSESSORS, METHODS

OPEN = frozenset({FindingState.DRAFTED, FindingState.CONFIRMED_BY_TEAM, *ANSWERED})


def two_assessors(work: Work, evaluation: Evaluation) -> Fact:
    """Two different people of the team, without a conflict, were there or rated; where nobody is sent the section has
    written its desk check."""
    if evaluation.mode == modes.LIGHT:
        return _desk_checked(work, evaluation)
    active = {one.login: one.user_id for one in queries.active_members(work, evaluation)}
    there = {login for row in queries_records.records_of(work, evaluation) if row.signing for login in row.assessors}
    rated = {row.user_id for rows in queries_scores.ratings_of(work, evaluation).values() for row in rows}
    if sum(login in there or user in rated for login, user in active.items()) >= LEAST_ASSESSORS:
        return YES
    return Fact(False, N_("Fewer than two assessors of the team have taken part."),
                href=f"{queries.base(work, evaluation)}/review/records")


def records_signed(work: Work, evaluation: Evaluation) -> Fact:
    """The needed records are there, of every place that is visited; each is signed, or says why it is not. Where nobody is
    sent every reported figure is verified instead."""
    if evaluation.mode == modes.LIGHT:
        return _figures_verified(work, evaluation)
    rows, href = queries_records.records_of(work, evaluation), f"{queries.base(work, evaluation)}/review/records"
    unsigned = [row.code for row in rows if not row.signing]
    if unsigned:
        return Fact(False, N_("Records that nobody has signed or refused: {codes}."), {"codes": listed(unsigned)}, href)
    lacking = queries_records.has_both_needed(rows)
    if lacking:
        named = listed(gettext(METHODS[method]) for method in lacking)
        return Fact(False, N_("There is no signed record yet of: {methods}."), {"methods": named}, href)
    unseen = [place for place in evaluation.places if not any(row.visited == place and row.signing for row in rows)]
    if unseen:
        return Fact(False, N_("There is no signed record yet from: {places}."), {"places": listed(unseen)}, href)
    return YES


def _desk_checked(work: Work, evaluation: Evaluation) -> Fact:
    if queries.desk_check_of(work, evaluation):
        return YES
    return Fact(False, N_("The section has not written down yet what it checked."), href=f"{queries.base(work, evaluation)}/review#desk")


def _figures_verified(work: Work, evaluation: Evaluation) -> Fact:
    waiting = sum(table.waiting for table in queries_figures.tables_to_verify(work, evaluation))
    if not waiting:
        return YES
    return Fact(False, N_("{count} figures are not verified yet."), {"count": waiting}, f"{queries.base(work, evaluation)}/review/figures")


def ratings_settled(work: Work, evaluation: Evaluation) -> Fact:
    """Every rubric leaf that applies has its ratings, and the lead's decision where they are far apart.

    After the seal nobody can rate: a leaf left open would have no value for good.
    """
    waiting = [view.code for view in queries_scores.leaf_views(work, evaluation) if not view.settled]
    if not waiting:
        return YES
    return Fact(False, N_("Indicators that are not rated by both assessors, or not decided by the lead: {codes}."),
                {"codes": listed(waiting)}, f"{queries.base(work, evaluation)}/review/scores")


def ratings_withdrawn(work: Work, evaluation: Evaluation) -> Fact:
    """A rating was withdrawn after the seal, because whoever gave it must keep away or left: the review has to go on."""
    if not ratings_settled(work, evaluation).holds:
        return YES
    return Fact(False, N_("Every rating stands: the review stays sealed."), href=f"{queries.base(work, evaluation)}/review/scores")


def findings_answered(work: Work, evaluation: Evaluation) -> Fact:
    """Every finding went to the unit, was answered (or its time is over), and is confirmed or withdrawn."""
    waiting = [row.code for row in findings_of(work, evaluation, states=OPEN)]
    if not waiting:
        return YES
    return Fact(False, N_("Findings that are not settled yet: {codes}."), {"codes": listed(waiting)},
                f"{queries.base(work, evaluation)}/findings#{waiting[0]}")
