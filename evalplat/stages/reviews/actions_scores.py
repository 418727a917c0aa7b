"""Blind scores: each assessor alone; when all of a leaf are in they enter the ledger together. The lead mediates a wide gap."""

from __future__ import annotations

from datetime import datetime

from evalplat.audit.log import record
from evalplat.campaigns import progress, windows
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.scores import ledger, sheet
from evalplat.workflow.stages import Stage

from . import actions_gate as gate
from . import queries, queries_scores
from .forms import MediationForm, RatingForm
from .tables import BlindRating


def rate(work: Work, evaluation: Evaluation, leaf_code: str, form: RatingForm) -> BlindRating:
    """Give a level to one rubric leaf, blind. It may be changed until the other ratings are in, then never."""
    locked = gate.open_now(work, evaluation)
    me = gate.member(work, locked)
    system = sheet.system_for(work, locked)
    leaf = _leaf(work, locked, system, leaf_code)
    if leaf.rule.level(form.level) is None:
        raise Invalid({"level": N_("Choose one of the levels.")})
    rows = queries_scores.ratings_of(work, locked).get(leaf.code, [])
    if len(rows) >= queries_scores.policy_of(system, leaf).count:
        raise Refused(N_("All ratings of this indicator are in. They cannot be changed any more."))
    row = next((one for one in rows if one.user_id == me.user_id), None) or BlindRating(
        office_id=work.office_id, evaluation_id=locked.id or 0, leaf=leaf.code, user_id=me.user_id, level="", note="",
        evidence="", at=work.now)
    row.level, row.note, row.evidence, row.at = form.level, form.note.strip(), form.evidence.strip(), work.now
    work.add(row)
    campaign, unit = codes(work, locked)
    record(work, "review.scored_blind", campaign=campaign, unit=unit, leaf=leaf.code)
    _show_if_complete(work, locked, system, leaf)
    refresh_tasks(work, locked)
    return row


def _leaf(work: Work, evaluation: Evaluation, system: IndicatorSystem, code: str) -> Leaf:
    found = next((leaf for leaf in queries_scores.leaves_to_rate(work, evaluation, system) if leaf.code == code), None)
    if found is None:
        raise NotFound
    return found


def _show_if_complete(work: Work, evaluation: Evaluation, system: IndicatorSystem, leaf: Leaf) -> None:
    rows = queries_scores.ratings_of(work, evaluation).get(leaf.code, [])
    if len(rows) < queries_scores.policy_of(system, leaf).count:
        return
    for row in rows:
        user = work.session.get_one(User, row.user_id)
        ledger.put(work, evaluation, f"rating:{leaf.code}:{user.login}", {"level": row.level}, source="panel",
                   ref=f"评分底稿 {leaf.code}")  # zh: recorded
    if queries_scores.spread_too_wide(system, leaf, [row.level for row in rows]):
        progress.wait(work, evaluation, "mediate_score", stage=Stage.REVIEW, key=leaf.code, leaf=leaf.code,
                      due_at=_due(work, evaluation),
                      href=f"{queries.base(work, evaluation)}/review/scores/{leaf.code.lower()}#mediation")


def mediate(work: Work, evaluation: Evaluation, leaf_code: str, form: MediationForm) -> None:
    """The lead decides between two ratings that lie too far apart, with a note."""
    locked = gate.open_now(work, evaluation)
    gate.lead(work, locked)
    system = sheet.system_for(work, locked)
    leaf = _leaf(work, locked, system, leaf_code)
    if leaf.rule.level(form.level) is None:
        raise Invalid({"level": N_("Choose one of the levels.")})
    rows = queries_scores.ratings_of(work, locked).get(leaf.code, [])
    complete = len(rows) >= queries_scores.policy_of(system, leaf).count
    if not complete or not queries_scores.spread_too_wide(system, leaf, [row.level for row in rows]):
        raise Refused(N_("The ratings of this indicator do not need a decision."))
    ledger.put(work, locked, f"lead:{leaf.code}", {"level": form.level, "note": form.note.strip()}, source="panel",
               ref=f"组长裁定 {leaf.code}")  # zh: recorded
    campaign, unit = codes(work, locked)
    record(work, "review.mediated", campaign=campaign, unit=unit, leaf=leaf.code, level=form.level, note=form.note.strip())
    progress.done(work, locked, "mediate_score", key=leaf.code)


def void_ratings(work: Work, evaluation: Evaluation, user: User) -> int:
    """A recused assessor's ratings count no more; how many. Their leaves are blind again until somebody else has rated them."""
    voided = 0
    for leaf, rows in queries_scores.ratings_of(work, evaluation).items():
        own = next((row for row in rows if row.user_id == user.id), None)
        if own is None:
            continue
        for row in rows:
            login = work.session.get_one(User, row.user_id).login
            ledger.withdraw(work, evaluation, f"rating:{leaf}:{login}", source="panel", reason=f"recused: {user.login}")
        ledger.withdraw(work, evaluation, f"lead:{leaf}", source="panel", reason=f"recused: {user.login}")
        progress.done(work, evaluation, "mediate_score", key=leaf)
        own.void = True
        work.add(own)
        voided += 1
    return voided


def refresh_tasks(work: Work, evaluation: Evaluation) -> None:
    """Let the rubrics wait for exactly those members who still have one to rate."""
    here = queries.base(work, evaluation)
    members = queries.members(work, evaluation)
    waiting = queries_scores.left_for(work, evaluation, members)
    for member in members:
        left = 0 if member.conflict else waiting[member.login]
        if left:
            progress.wait(work, evaluation, "score_blind", stage=Stage.REVIEW, key=member.login, count=left,
                          only_user=member.user_id, due_at=_due(work, evaluation), href=f"{here}/review/scores")
        else:
            progress.done(work, evaluation, "score_blind", key=member.login)


def _due(work: Work, evaluation: Evaluation) -> datetime | None:
    window = windows.window_for(work, evaluation, "review")
    return window.closes_at if window else None
