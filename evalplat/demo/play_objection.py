"""Objections: some departments object, most do not; the panel decides item by item; results become final."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.work import Work
from evalplat.scores import sheet
from evalplat.scores.queries import LeafView, ScoreView
from evalplat.stages.objections import (
    actions,
    actions_correction,
    actions_decision,
    actions_intake,
    actions_outcomes,
    actions_panel,
    queries,
)
from evalplat.stages.objections.forms import CorrectedLeaf, ItemForm, ProposalForm, RescoreForm
from evalplat.stages.objections.rules import Refusal
from evalplat.stages.objections.tables import Objection, ObjectionItem

from . import content_objection as content
from . import content_stories as stories
from .cast import PANEL
from .dice import dice
from .evidence import file_of
from .figures import RUBRICS, Case
from .play import On

ALWAYS = ("yingji", "shenji")
CENT = Decimal("0.01")


def objects(case: Case) -> bool:
    """Whether the department objects."""
    return case.body.code in ALWAYS or dice(case.body.code, "objects").random() < 0.15


def _wanted(work: Work, evaluation: Evaluation, say: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """(what is contested, claim, reasons) of each item."""
    view = queries.frozen(work, evaluation)
    if view is None:
        return []
    found = []
    leaf = _contested(view)
    if leaf:
        found.append((f"leaf:{leaf.code}", _points(leaf, Decimal(1)), say(content.LEAF_REASONS.get(leaf.code, content.OTHER_REASONS))))
    rubric = next((one for code in RUBRICS if (one := view.leaf(code)) and one.state == "scored" and one.points < one.effective_max), None)
    if rubric:
        found.append((f"leaf:{rubric.code}", _points(rubric, Decimal(1)), say(content.RUBRIC_REASONS)))
    minor = next((row for row in queries.contestable_findings(work, evaluation) if row.severity == "minor"), None)
    if minor:
        found.append((f"finding:{minor.code}", say(content.CLAIMS["finding"]), say(content.FINDING_REASONS)))
    return [*found, ("grade", say(content.CLAIMS["grade"]), say(content.GRADE_REASONS))]


def _contested(view: ScoreView) -> LeafView | None:
    open_to = [leaf for leaf in view.leaves if leaf.code not in RUBRICS and leaf.state == "scored" and leaf.points < leaf.effective_max]
    first = [leaf for leaf in open_to if leaf.code in content.LEAF_REASONS]
    return next(iter([*first, *open_to]), None)


def _points(leaf: LeafView, share: Decimal) -> str:
    """What the leaf has and a share of what it lacks."""
    lacking = (leaf.effective_max - leaf.points) * share
    return str((leaf.points + lacking).quantize(CENT, ROUND_HALF_UP))


def draft(on: On, *, grade_only: bool = False) -> None:
    """The liaison writes the items, with new evidence for the first; or contests the grade alone."""
    say = on.case.say
    with on.by("liaison") as (work, evaluation):
        wanted, forms = _wanted(work, evaluation, say)[-1 if grade_only else 0:], {}
        for target, claim, reasons in wanted:
            item = actions.add_item(work, evaluation, target)
            existed = item.number == 1
            why = say(content.EXISTED) if existed else ""
            forms[item.number] = ItemForm(claim=claim, reasons=reasons, existed=existed, existed_why=why)
        actions.save_items(work, evaluation, forms)
        title, text = map(say, content.NEW_EVIDENCE)
        actions.add_file(work, evaluation, 1, name=f"{title}.pdf", data=file_of("pdf", title, (on.case.body.name, text)))
        actions.ask_signature(work, evaluation)


def sign(on: On) -> None:
    """The head signs."""
    with on.by("head") as (work, evaluation):
        actions.sign(work, evaluation)


def take_in(on: On) -> None:
    """The section takes it in."""
    with on.by("li") as (work, evaluation):
        actions_intake.accept(work, evaluation)


def refuse(on: On) -> None:
    """The section does not take it in."""
    with on.by("li") as (work, evaluation):
        actions_intake.refuse(work, evaluation, code=Refusal.OUT_OF_SCOPE, text=stories.OUT_OF_SCOPE)


def ask_completion(on: On) -> None:
    """The section asks the department to complete it."""
    with on.by("li") as (work, evaluation):
        actions_intake.ask_correction(work, evaluation, reason=stories.TO_COMPLETE)


def complete(on: On) -> None:
    """The liaison completes the items, the head signs again."""
    with on.by("liaison") as (work, evaluation):
        _, items = _items(work, evaluation)
        more = stories.COMPLETED.format(day=on.case.census.isoformat())
        actions.save_items(work, evaluation, {item.number: ItemForm(
            claim=item.claim, reasons=f"{item.reasons}{more}", existed=item.existed, existed_why=item.existed_why) for item in items})
        actions.ask_signature(work, evaluation)
    sign(on)


def withdraw(on: On) -> None:
    """The head takes it back."""
    with on.by("head") as (work, evaluation):
        actions_outcomes.withdraw(work, evaluation, reason=stories.WITHDRAWN)


def draft_correction(on: On) -> None:
    """The section found an error by itself and drafts the decision that sets it right."""
    with on.by("li") as (work, evaluation):
        view = queries.frozen(work, evaluation)
        leaf = _contested(view) if view else None
        if leaf is not None:
            actions_correction.draft_correction(work, evaluation, found=stories.CORRECTION, items=[
                CorrectedLeaf(leaf=leaf.code, points=_points(leaf, Decimal("0.5")), reason=stories.CORRECTION_ITEM)])


def sign_correction(on: On) -> None:
    """The director signs it: the next version."""
    with on.by("zhou") as (work, evaluation):
        actions_correction.sign_correction(work, evaluation)


def _items(work: Work, evaluation: Evaluation) -> tuple[Objection, list[ObjectionItem]]:
    objection = queries.current(work, evaluation)
    if objection is None:
        raise LookupError("no objection")
    return objection, queries.items_of(work, objection)


def _decision(item: ObjectionItem) -> str:
    """A figure is corrected, a rating annulled, a finding annulled, the grade upheld."""
    if item.subject == "leaf":
        return "annulled" if item.code in RUBRICS else "changed"
    return "annulled" if item.subject == "finding" else "upheld"


def answer(on: On) -> None:
    """The first team says what it thinks."""
    with on.by("lead") as (work, evaluation):
        for item in _items(work, evaluation)[1]:
            actions_panel.answer(work, evaluation, item.number, text=on.case.say(content.ANSWERS[_decision(item)]))


def propose(on: On) -> None:
    """A member of the panel proposes a decision on each item."""
    with on.by(PANEL[1]) as (work, evaluation):
        objection, items = _items(work, evaluation)
        view = queries.frozen(work, evaluation, objection)
        for item in items:
            decision, form = _decision(item), {"leaf": "", "points": None}
            leaf = view.leaf(item.code) if view and item.subject == "leaf" else None
            if decision == "changed" and leaf:
                form = {"leaf": leaf.code, "points": _points(leaf, Decimal("0.6"))}
            actions_panel.propose(work, evaluation, item.number, ProposalForm(
                decision=decision, established=on.case.say(content.ESTABLISHED[decision]), **form))


def consent(on: On, *, leave: int = 0) -> None:
    """Another member agrees."""
    with on.by(PANEL[0]) as (work, evaluation):
        items = _items(work, evaluation)[1]
        for item in items[: len(items) - leave]:
            actions_panel.consent(work, evaluation, item.number)


def decide(on: On) -> None:
    """Somebody who did not approve the report signs the decision."""
    with on.by("sun") as (work, evaluation):
        actions_decision.sign_decision(work, evaluation, method=on.case.say(content.METHOD))


def rescore(on: On) -> None:
    """The lead of another team scores again what was annulled."""
    with on.by("another") as (work, evaluation):
        objection, _ = _items(work, evaluation)
        system = sheet.system_for(work, evaluation)
        for item in queries.waiting_for_scores(work, objection):
            level = max(0, on.case.quality[item.leaf] - 1)
            actions_decision.rescore(work, evaluation, item.leaf, RescoreForm(
                level=system.leaf(item.leaf).rule.levels[level].key, note=on.case.say(content.AGAIN)))


def decline(on: On) -> None:
    """The head declares that there is no objection."""
    with on.by("head") as (work, evaluation):
        actions.decline(work, evaluation)


def finalise(on: On) -> None:
    """The director makes the result final."""
    with on.by("zhou") as (work, evaluation):
        actions.finalise(work, evaluation)
