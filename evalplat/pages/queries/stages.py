"""The stage bar, the same for a campaign (how many units are where) and for a unit (what happened when)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from evalplat.access import scope
from evalplat.campaigns.tables import Campaign, Evaluation, Progress, Step, Window
from evalplat.kernel.formats import days_left, integer, zh_date
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.pages.labels import STAGES, STATES
from evalplat.scores.tables import LedgerEntry
from evalplat.workflow.stages import ORDER, STAGE_OF, CampaignState, SideState, Stage, State

GONE = (SideState.EXEMPT, SideState.MERGED)
PASSED: dict[Stage, State] = {
    Stage.NOTICE: State.ASSESSING, Stage.ASSESSMENT: State.SUBMITTED, Stage.REVIEW: State.REVIEWED,
    Stage.REPORT: State.REPORTED, Stage.FEEDBACK: State.INFORMED,
}
"""Stage → the first state in which a unit has left its part of it behind."""
DONE_AT: dict[Stage, tuple[str, ...]] = {
    Stage.NOTICE: ("acknowledge",), Stage.ASSESSMENT: ("accept", "refuse_assessment", "submit"),
    Stage.REVIEW: ("seal_review",), Stage.REPORT: ("approve_report",), Stage.FEEDBACK: ("inform",),
    Stage.OBJECTION: ("decide", "refuse_objection", "finalise"), Stage.FOLLOW_UP: ("look_back", "close", "follow_up"),
}
"""Stage → moves that end it, the one to be shown first."""
ENDED: dict[str, str] = {
    "acknowledge": N_("{day} received"), "accept": N_("{day} accepted"), "refuse_assessment": N_("{day} refused"),
    "submit": N_("{day} submitted"), "seal_review": N_("{day} sealed"), "approve_report": N_("{day} approved"),
    "inform": N_("{day} informed"), "decide": N_("{day} decided"), "refuse_objection": N_("{day} not accepted"),
    "finalise": N_("{day} final"), "look_back": N_("{day} looked back"), "close": N_("{day} closed"),
    "follow_up": N_("{day} begun"),
}


@dataclass(frozen=True, slots=True)
class StageItem:
    """One field of the bar."""

    label: str
    detail: str
    state: str
    fraction: float
    href: str | None = None


Windows = Mapping[str, tuple[datetime, datetime]]


def windows_of(work: Work, campaign: Campaign, evaluation: Evaluation | None = None) -> Windows:
    """Kind → opens, closes; a unit's own extension counts for that unit."""
    query = select(Window).where(Window.campaign_id == campaign.id)
    found: dict[str, tuple[datetime, datetime]] = {}
    for row in sorted(work.session.exec(query), key=lambda w: w.evaluation_id or 0):
        if row.evaluation_id is None or (evaluation is not None and row.evaluation_id == evaluation.id):
            found[row.kind] = (row.opens_at, row.closes_at)
    return found


def answers_of(work: Work, evaluation_ids: list[int]) -> dict[int, int]:
    """Evaluation → how many valid survey answers its results rest on; absent while nothing was taken over."""
    if not evaluation_ids:
        return {}
    query = select(LedgerEntry.evaluation_id, LedgerEntry.value).where(
        col(LedgerEntry.evaluation_id).in_(evaluation_ids), col(LedgerEntry.key).startswith("survey:"),
        col(LedgerEntry.withdrawn_at).is_(None))
    found: dict[int, int] = {}
    for evaluation_id, value in work.session.exec(query):
        found[evaluation_id] = found.get(evaluation_id, 0) + int(value.get("n") or 0)
    return found


def campaign_bar(work: Work, campaign: Campaign, hrefs: Mapping[Stage, str]) -> list[StageItem]:
    """How many of the units this person may see are where."""
    query = select(Evaluation).where(Evaluation.campaign_id == campaign.id, scope.evaluations(work.actor))
    rows = [row for row in work.session.exec(query) if row.side not in GONE]
    states = Counter(State(row.state) for row in rows)
    windows = windows_of(work, campaign)
    answers = sum(answers_of(work, [row.id or 0 for row in rows]).values())
    return [_of_campaign(stage, campaign, states=states, windows=windows, answers=answers, now=work.now,
                         href=hrefs.get(stage)) for stage in Stage]


def _of_campaign(stage: Stage, campaign: Campaign, *, states: Counter[State], windows: Windows, answers: int,
                 now: datetime, href: str | None) -> StageItem:
    total = sum(states.values())
    label = gettext(STAGES[stage])
    if stage == Stage.SURVEY:
        return _survey(label, windows, answers=answers, now=now, href=href)
    if stage == Stage.SUMMARY:
        over = campaign.concluded_at is not None
        return StageItem(label, zh_date(campaign.concluded_at) if over else "", "done" if over else "todo", float(over), href)
    if stage == Stage.OBJECTION:
        return _objections(label, states, total=total, href=href)
    if stage == Stage.FOLLOW_UP:
        total = sum(n for state, n in states.items() if ORDER[state] >= ORDER[State.FOLLOWING])
        done = states[State.CLOSED] + states[State.LOOKED_BACK]
        return _counted(label, done, total, here=states[State.FOLLOWING], href=href)
    done = sum(n for state, n in states.items() if ORDER[state] >= ORDER[PASSED[stage]])
    here = sum(n for state, n in states.items() if STAGE_OF[state] == stage and state != State.DRAFTED)
    tail = _clock(windows.get({"assessment": "assessment", "review": "review"}.get(stage, "")), now) if done < total else ""
    return _counted(label, done, total, here=here if done < total else 0, href=href, tail=tail)


def _counted(label: str, done: int, total: int, *, here: int, href: str | None, tail: str = "") -> StageItem:
    state = "done" if total and done == total else "current" if done or here else "todo"
    detail = f"{done} / {total}" if done or here else ""
    if state != "done" and tail:
        detail = f"{detail} · {tail}" if detail else tail
    return StageItem(label, detail, state, done / total if total else 0.0, href)


def _survey(label: str, windows: Windows, *, answers: int, now: datetime, href: str | None) -> StageItem:
    window = windows.get("survey")
    if window is None or now < window[0]:
        return StageItem(label, _clock(window, now), "todo", 0.0, href)
    opens, closes = window
    part = min(1.0, (now - opens) / (closes - opens))
    said = gettext("{count} answers", count=integer(answers)) if answers else ""
    detail = said or _clock(window, now)
    return StageItem(label, detail, "done" if now > closes else "current", part, href)


def _objections(label: str, states: Counter[State], *, total: int, href: str | None) -> StageItem:
    open_ones = states[State.OBJECTED] + states[State.DECIDED]
    over = sum(n for state, n in states.items() if ORDER[state] >= ORDER[State.FINAL])
    detail = gettext("{count} in hand", count=open_ones) if open_ones else f"{over} / {total}" if over else ""
    state = "done" if total and over == total else "current" if open_ones or over else "todo"
    return StageItem(label, detail, state, over / total if total else 0.0, href)


def _clock(window: tuple[datetime, datetime] | None, now: datetime) -> str:
    if window is None:
        return ""
    opens, closes = window
    if now < opens:
        return gettext("from {day}", day=zh_date(opens))
    return gettext("closed on {day}", day=zh_date(closes)) if now > closes else days_left(closes)


def unit_bar(work: Work, campaign: Campaign, evaluation: Evaluation, hrefs: Mapping[Stage, str]) -> list[StageItem]:
    """What happened to one unit when, and where it is now."""
    steps = list(work.session.exec(select(Step).where(Step.evaluation_id == evaluation.id).order_by(col(Step.id))))
    due = work.session.exec(select(Progress.due_at).where(
        Progress.evaluation_id == evaluation.id, col(Progress.done_at).is_(None), col(Progress.due_at).is_not(None))
        .order_by(col(Progress.due_at))).first()
    windows = windows_of(work, campaign, evaluation)
    answers = answers_of(work, [evaluation.id or 0]).get(evaluation.id or 0, 0)
    return [_of_unit(stage, campaign, evaluation, steps=steps, due=due, windows=windows, answers=answers, now=work.now,
                     href=hrefs.get(stage)) for stage in Stage]


def _of_unit(stage: Stage, campaign: Campaign, evaluation: Evaluation, *, steps: list[Step], due: datetime | None,
             windows: Windows, answers: int, now: datetime, href: str | None) -> StageItem:
    label, state = gettext(STAGES[stage]), State(evaluation.state)
    if stage == Stage.SURVEY:
        item = _survey(label, windows, answers=answers, now=now, href=href)
        return item if campaign.state != CampaignState.DRAFTED else StageItem(label, "", "todo", 0.0, href)
    if stage == Stage.SUMMARY:
        over = campaign.concluded_at is not None
        here = state == State.FINAL and not over
        return StageItem(label, zh_date(campaign.concluded_at) if over else "", "done" if over else "current" if here else "todo",
                         float(over), href)
    order = list(Stage)
    now_in = STAGE_OF[state]
    if stage == now_in and not (stage == Stage.FOLLOW_UP and state == State.LOOKED_BACK):
        left = days_left(due) if due else ""
        words = gettext(STATES[state])
        return StageItem(label, f"{words} · {left}" if left else words, "current", 0.5, href)
    if order.index(stage) > order.index(now_in):
        return StageItem(label, "", "todo", 0.0, href)
    return StageItem(label, _ended(stage, steps), "done", 1.0, href)


def _ended(stage: Stage, steps: list[Step]) -> str:
    """The day on which a stage that lies behind was ended, and how."""
    made = {step.move: step for step in steps}
    if stage == Stage.OBJECTION and "object" not in made:
        return gettext("no objection")
    for move in DONE_AT[stage]:
        if move in made:
            return gettext(ENDED[move], day=zh_date(made[move].at))
    return ""
