"""The look back: items are drawn by a seed that nobody chose, looked at again, and opened again if they did not hold."""

from __future__ import annotations

from evalplat.audit.log import head_hash
from evalplat.campaigns import moves
from evalplat.campaigns.days import days, number
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Severity
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import calendar_deadline, deadline
from evalplat.workflow.stages import State

from . import actions, queries, rules
from .actions_items import Files, keep_look_back_files, locked_pair, note, to
from .forms import LookBackForm
from .queries import Pair
from .rules import ItemState, Outcome
from .tables import LookBack, LookBackCheck


def draw(work: Work, evaluation: Evaluation) -> LookBack:
    """Draw the items, once. The seed is the audit chain's head of this moment: nobody can choose it, anybody can check it."""
    moves.must_be(evaluation, State.CLOSED)
    found = queries.look_back_of(work, evaluation)
    if found is not None:
        return found
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    seed, share = head_hash(work.session, work.office_id), number(campaign, "look_back_share")
    population = queries.numbers(queries.items_of(work, evaluation))
    drawn = rules.sample(population, share=share, seed=seed)
    row: LookBack = work.add(LookBack(evaluation_id=evaluation.id, office_id=work.office_id, seed=seed, share=str(share),
                                      numbers=drawn, population=population, drawn_at=work.now, drawn_by=work.actor.name))
    note(work, evaluation, "look_back.drawn", seed=seed, items=drawn)
    return row


def check(work: Work, evaluation: Evaluation, item: Pair, form: LookBackForm, *, files: Files = ()) -> None:
    """Write down what was found again at one drawn item. What did not hold is opened again; a relapse counts one level up."""
    moves.must_be(evaluation, State.CLOSED)
    row, finding = locked_pair(work, evaluation, item)
    found = queries.look_back_of(work, evaluation)
    if found is None or row.number not in found.numbers:
        raise Refused(N_("This item was not drawn for the look back."))
    if row.id in queries.checks_of(work, evaluation):
        raise Refused(N_("This item was looked at already."))
    if not files and not form.evidence.strip():
        raise Invalid({"evidence": N_("Say what you looked at, or add a file.")})
    keep_look_back_files(work, evaluation, row, files)
    work.add(LookBackCheck(rectification_id=row.id, office_id=work.office_id, evaluation_id=evaluation.id,
                           outcome=str(form.outcome), note=form.note, evidence=form.evidence.strip(), at=work.now,
                           by_name=work.actor.name))
    note(work, evaluation, "look_back.checked", finding=finding.code, outcome=str(form.outcome))
    if form.outcome != Outcome.HELD:
        _open_again(work, evaluation, (row, finding), worse=form.outcome == Outcome.RELAPSED)
    actions.refresh(work, evaluation)


def _open_again(work: Work, evaluation: Evaluation, item: Pair, *, worse: bool) -> None:
    """A new round with a new due date; the log of the round before stays. What was critical stays so, with one relapse more."""
    row, finding = item
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    findings.reopen(work, finding, worse=worse)
    to(work, row, ItemState.IN_PROGRESS)
    row.round, row.percent, row.submitted_at, row.submitted_by, row.closed_at = row.round + 1, 0, None, "", None
    row.relapses += worse
    row.due_at = calendar_deadline(work, days(campaign, f"rectify_{finding.severity}"))
    if finding.severity == Severity.CRITICAL:
        row.first_step_due_at, row.first_step_at = deadline(work, days(campaign, "first_step")), None
    work.add(row)


def write_report(work: Work, evaluation: Evaluation, report: str) -> None:
    """Write the short report of the look back."""
    moves.must_be(evaluation, State.CLOSED)
    row = queries.look_back_of(work, evaluation)
    if row is None:
        raise Refused(N_("The items to look at again are not drawn yet."))
    if not report.strip():
        raise Invalid({"report": N_("Fill this in.")})
    row.report, row.reported_at, row.reported_by = report.strip(), work.now, work.actor.name
    work.add(row)
    work.session.flush()


def look_back(work: Work, evaluation: Evaluation, report: str) -> Evaluation:
    """Write the report and end the look back."""
    write_report(work, evaluation, report)
    moved = moves.make(work, evaluation, "look_back")
    checks = queries.checks_of(work, moved).values()
    note(work, moved, "look_back.done", relapsed=sum(one.outcome == Outcome.RELAPSED for one in checks))
    actions.refresh(work, moved)
    return moved
