"""The office's side of the page: intake, the team's answers, the panel, the signer, scoring again, the final result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.forms import Posted, parse
from evalplat.web.render import Context, said

from . import actions, actions_decision, actions_intake, actions_outcomes, actions_panel
from .forms import (
    AnswerForm,
    CorrectionForm,
    DecisionForm,
    ExtensionForm,
    ProposalForm,
    RefusalForm,
    RescoreForm,
)
from .routes_page import objection_page

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/objection"

ACCEPTED = said(N_("The objection is taken in. The panel decides on its items."))
ASKED = said(N_("The department is asked to complete its objection."))
REFUSED = said(N_("The objection is not taken in; the department reads why."))
ANSWERED = said(N_("The team's answer is saved."))
PROPOSED = said(N_("Your proposal is saved. Another member of the panel must agree."))
AGREED = said(N_("You agreed. The item is decided."))
SIGNED = said(N_("The decision is signed and issued."))
RESCORED = said(N_("The indicator is scored again."))
EXTENDED = said(N_("The panel has more time; the department is told."))
FINAL = said(N_("The result is final."))


def _or_again(ctx: Context, deed: Callable[[], object], *, text: str, anchor: str) -> Response:
    """Do it and go on; if something typed cannot be taken, show the page again."""
    try:
        deed()
    except Invalid as error:
        return objection_page(ctx, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/objection#{anchor}", said=text)


@router.post(f"{HERE}/accept")
def accept(ctx: Annotated[Context, guard.evaluation(Act.TAKE_IN_OBJECTION)]) -> Response:
    """Take the objection in."""
    actions_intake.accept(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/objection", said=ACCEPTED)


@router.post(f"{HERE}/correction")
def ask_correction(ctx: Annotated[Context, guard.evaluation(Act.TAKE_IN_OBJECTION)]) -> Response:
    """Ask the unit to complete it."""
    checked = ctx.parse(CorrectionForm)
    if (form := checked.model) is None:
        return objection_page(ctx, errors=checked.errors)
    return _or_again(ctx, lambda: actions_intake.ask_correction(ctx.work, ctx.evaluation, reason=form.reason),
                     text=ASKED, anchor="intake")


@router.post(f"{HERE}/refuse")
def refuse(ctx: Annotated[Context, guard.evaluation(Act.REFUSE_OBJECTION)]) -> Response:
    """Do not take it in."""
    checked = ctx.parse(RefusalForm)
    if (form := checked.model) is None:
        return objection_page(ctx, errors=checked.errors)
    return _or_again(ctx, lambda: actions_intake.refuse(ctx.work, ctx.evaluation, code=form.code, text=form.text),
                     text=REFUSED, anchor="refusals")


def _of_item(ctx: Context, prefix: str) -> Posted:
    """The fields of one item's form, without their prefix."""
    return Posted(tuple(ctx.posted.starting(f"{prefix}.")))


@router.post(f"{HERE}/items/{{number}}/answer")
def answer(ctx: Annotated[Context, guard.evaluation(Act.ANSWER_OBJECTION)], number: int) -> Response:
    """The first team answers an item."""
    checked = parse(AnswerForm, _of_item(ctx, f"item.{number}"))
    if (form := checked.model) is None:
        return objection_page(ctx, errors={f"item.{number}.{field}": text for field, text in checked.errors.items()})
    return _or_again(ctx, lambda: actions_panel.answer(ctx.work, ctx.evaluation, number, text=form.answer),
                     text=ANSWERED, anchor=f"item-{number}")


@router.post(f"{HERE}/items/{{number}}/propose")
def propose(ctx: Annotated[Context, guard.evaluation(Act.DECIDE_ITEMS)], number: int) -> Response:
    """A member of the panel proposes a decision."""
    checked = parse(ProposalForm, _of_item(ctx, f"item.{number}"))
    if (form := checked.model) is None:
        return objection_page(ctx, errors={f"item.{number}.{field}": text for field, text in checked.errors.items()})
    return _or_again(ctx, lambda: actions_panel.propose(ctx.work, ctx.evaluation, number, form),
                     text=PROPOSED, anchor=f"item-{number}")


@router.post(f"{HERE}/items/{{number}}/agree")
def agree(ctx: Annotated[Context, guard.evaluation(Act.DECIDE_ITEMS)], number: int) -> Response:
    """Another member agrees to the proposal that they read."""
    read = ctx.posted.get("proposal")
    actions_panel.consent(ctx.work, ctx.evaluation, number, proposal=int(read) if read.isdecimal() else 0)
    return ctx.see(f"{ctx.base}/objection#item-{number}", said=AGREED)


@router.post(f"{HERE}/extend")
def extend(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_DECISION)]) -> Response:
    """More time to decide, once."""
    checked = ctx.parse(ExtensionForm)
    if (form := checked.model) is None:
        return objection_page(ctx, errors=checked.errors)
    return _or_again(ctx, lambda: actions_outcomes.extend_decision(ctx.work, ctx.evaluation, reason=form.extension_reason),
                     text=EXTENDED, anchor="where")


@router.post(f"{HERE}/decision")
def sign_decision(ctx: Annotated[Context, guard.evaluation(Act.SIGN_DECISION)]) -> Response:
    """Sign the decision."""
    checked = ctx.parse(DecisionForm)
    if (form := checked.model) is None:
        return objection_page(ctx, errors=checked.errors)
    return _or_again(ctx, lambda: actions_decision.sign_decision(ctx.work, ctx.evaluation, method=form.method),
                     text=SIGNED, anchor="decision")


@router.post(f"{HERE}/again/{{leaf}}")
def rescore(ctx: Annotated[Context, guard.evaluation(Act.RESCORE_ITEM)], leaf: str) -> Response:
    """Score an annulled indicator again."""
    checked = parse(RescoreForm, _of_item(ctx, f"again.{leaf}"))
    if (form := checked.model) is None:
        return objection_page(ctx, errors={f"again.{leaf}.{field}": text for field, text in checked.errors.items()})
    return _or_again(ctx, lambda: actions_decision.rescore(ctx.work, ctx.evaluation, leaf, form),
                     text=RESCORED, anchor="comparison")


@router.post(f"{HERE}/final")
def finalise(ctx: Annotated[Context, guard.evaluation(Act.FINALISE)]) -> Response:
    """Make the result final."""
    actions.finalise(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/objection", said=FINAL)
