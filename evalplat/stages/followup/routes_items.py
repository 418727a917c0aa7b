"""The page of one item and every deed on it. Each deed is one line: its form, its action, where the page opens again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.answers import stored
from evalplat.web.forms import Model
from evalplat.web.render import Context, said

from . import actions_extend, actions_items, actions_joint, actions_look_back, queries, queries_item, rules
from .forms import (
    ExtensionForm,
    LookBackForm,
    MatterForm,
    PlanForm,
    ProgressForm,
    ReasonForm,
    SubmitForm,
    VerifyForm,
    ViewForm,
)
from .routes_form import answer, attempt, files_of

router = APIRouter()
ITEM = "/c/{campaign}/u/{unit}/follow-up/items/{item}"

PLANNED = said(N_("The plan is handed in. The office checks it."))
PLAN_ACCEPTED = said(N_("The plan is accepted."))
PLAN_RETURNED = said(N_("The plan went back to the department with your reason."))
LOGGED = said(N_("The progress is written down."))
SUBMITTED = said(N_("The item is handed in. Two people of the office or the team verify it."))
VERIFIED = said(N_("Your opinion is recorded. A second person verifies the item as well."))
ITEM_CLOSED = said(N_("Verified by two people: the item is closed."))
REJECTED = said(N_("The item went back to the department with your reason."))
ASKED = said(N_("The director decides on more time."))
EXTENDED = said(N_("The due date is extended."))
NOT_EXTENDED = said(N_("The department is told that there is no more time."))
VIEWED = said(N_("The view of your department is recorded."))
LINKED = said(N_("It is recorded."))
NOTED = said(N_("You took note of the reminder."))
CHECKED = said(N_("What the look back found is recorded."))


def _pair(ctx: Context, item: str) -> queries.Pair:
    found = queries.find_item(ctx.work, ctx.evaluation, item)
    if found is None:
        raise NotFound
    return found


def _page(ctx: Context, item: str, *, errors: dict[str, str] | None = None, at: str = "") -> Response:
    """``at`` says which of the page's forms the errors and what was typed belong to."""
    view = queries_item.item_view(ctx.work, ctx.evaluation, _pair(ctx, item))
    return ctx.render("stages/followup/item.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
                      evaluation=ctx.evaluation, view=view, rules=rules, errors=errors or {}, at=at, values=ctx.posted.values())


def _done(ctx: Context, item: str, *, sentence: str) -> Response:
    return ctx.see(f"{ctx.base}/follow-up/items/{item}", said=sentence)


def _deed(ctx: Context, item: str, form: type[Model], deed: Callable[[queries.Pair, Model], object], *, at: str,
          sentence: str | Callable[[queries.Pair], str]) -> Response:
    """Find the item, do the deed with the posted form, go back to the item; or the page again with what was typed."""
    pair = _pair(ctx, item)
    errors = attempt(ctx, form, lambda model: deed(pair, model))
    spoken = sentence if isinstance(sentence, str) else sentence(pair)
    return answer(ctx, errors, again=lambda found: _page(ctx, item, errors=found, at=at),
                  to=f"{ctx.base}/follow-up/items/{item}", said=spoken)


@router.get(ITEM)
def item_page(ctx: Annotated[Context, guard.evaluation(Act.SEE_FOLLOW_UP)], item: str) -> Response:
    """One item with its plan, log, files and checks."""
    return _page(ctx, item)


@router.get("/c/{campaign}/u/{unit}/follow-up/files/{file}")
def download(ctx: Annotated[Context, guard.evaluation(Act.SEE_FOLLOW_UP)], file: str) -> Response:
    """A proof, always to be saved, never shown inside our pages."""
    found = queries_item.find_file(ctx.work, ctx.evaluation, file)
    if found is None:
        raise NotFound
    return stored(found)


@router.post(f"{ITEM}/plan")
def submit_plan(ctx: Annotated[Context, guard.evaluation(Act.FILL_RECTIFICATION)], item: str) -> Response:
    """The department hands in its plan."""
    return _deed(ctx, item, PlanForm, lambda pair, form: actions_items.submit_plan(ctx.work, ctx.evaluation, pair, form),
                 at="plan", sentence=PLANNED)


@router.post(f"{ITEM}/plan/accept")
def accept_plan(ctx: Annotated[Context, guard.evaluation(Act.VERIFY_RECTIFICATION)], item: str) -> Response:
    """The plan is good."""
    actions_items.accept_plan(ctx.work, ctx.evaluation, _pair(ctx, item))
    return _done(ctx, item, sentence=PLAN_ACCEPTED)


@router.post(f"{ITEM}/reminder")
def read_reminder(ctx: Annotated[Context, guard.evaluation(Act.READ_REMINDER)], item: str) -> Response:
    """The department took note of a reminder."""
    actions_items.read_reminder(ctx.work, ctx.evaluation, _pair(ctx, item))
    return _done(ctx, item, sentence=NOTED)


@router.post(f"{ITEM}/plan/return")
def return_plan(ctx: Annotated[Context, guard.evaluation(Act.VERIFY_RECTIFICATION)], item: str) -> Response:
    """The plan goes back."""
    return _deed(ctx, item, ReasonForm, lambda pair, form: actions_items.return_plan(ctx.work, ctx.evaluation, pair, form.reason),
                 at="return", sentence=PLAN_RETURNED)


@router.post(f"{ITEM}/progress")
def log_progress(ctx: Annotated[Context, guard.evaluation(Act.FILL_RECTIFICATION)], item: str) -> Response:
    """A line for the log, with proof."""
    files = files_of(ctx, "proof")
    return _deed(ctx, item, ProgressForm, lambda pair, form: actions_items.log_progress(ctx.work, ctx.evaluation, pair, form, files=files),
                 at="progress", sentence=LOGGED)


@router.post(f"{ITEM}/submit")
def submit(ctx: Annotated[Context, guard.evaluation(Act.SUBMIT_RECTIFICATION)], item: str) -> Response:
    """The head reports that the item is rectified."""
    files = files_of(ctx, "proof")
    return _deed(ctx, item, SubmitForm, lambda pair, form: actions_items.submit(ctx.work, ctx.evaluation, pair, form, files=files),
                 at="submit", sentence=SUBMITTED)


@router.post(f"{ITEM}/verify")
def verify(ctx: Annotated[Context, guard.evaluation(Act.VERIFY_RECTIFICATION)], item: str) -> Response:
    """One of the two who verify; the second closes the item."""
    return _deed(ctx, item, VerifyForm, lambda pair, form: actions_items.verify(ctx.work, ctx.evaluation, pair, form),
                 at="verify", sentence=lambda pair: ITEM_CLOSED if pair[0].closed_at else VERIFIED)


@router.post(f"{ITEM}/reject")
def reject(ctx: Annotated[Context, guard.evaluation(Act.VERIFY_RECTIFICATION)], item: str) -> Response:
    """It is not rectified yet."""
    return _deed(ctx, item, ReasonForm, lambda pair, form: actions_items.reject(ctx.work, ctx.evaluation, pair, form.reason),
                 at="reject", sentence=REJECTED)


@router.post(f"{ITEM}/ask-extension")
def ask_extension(ctx: Annotated[Context, guard.evaluation(Act.FILL_RECTIFICATION)], item: str) -> Response:
    """The department asks for more time."""
    return _deed(ctx, item, ExtensionForm, lambda pair, form: actions_extend.ask(ctx.work, ctx.evaluation, pair, form),
                 at="ask", sentence=ASKED)


@router.post(f"{ITEM}/extend")
def extend(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_RECTIFICATION)], item: str) -> Response:
    """The director gives more time."""
    return _deed(ctx, item, ExtensionForm, lambda pair, form: actions_extend.extend(ctx.work, ctx.evaluation, pair, form),
                 at="extend", sentence=EXTENDED)


@router.post(f"{ITEM}/refuse-extension")
def refuse_extension(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_RECTIFICATION)], item: str) -> Response:
    """The director gives no more time."""
    return _deed(ctx, item, ReasonForm, lambda pair, form: actions_extend.refuse(ctx.work, ctx.evaluation, pair, form.reason),
                 at="refuse", sentence=NOT_EXTENDED)


@router.post(f"{ITEM}/look-back")
def check(ctx: Annotated[Context, guard.evaluation(Act.LOOK_BACK)], item: str) -> Response:
    """What the look back found."""
    files = files_of(ctx, "proof")
    return _deed(ctx, item, LookBackForm, lambda pair, form: actions_look_back.check(ctx.work, ctx.evaluation, pair, form, files=files),
                 at="look-back", sentence=CHECKED)


@router.post(f"{ITEM}/view")
def state_view(ctx: Annotated[Context, guard.evaluation(Act.FILL_RECTIFICATION)], item: str) -> Response:
    """What the department says to a finding that stood before it was asked."""
    return _deed(ctx, item, ViewForm, lambda pair, form: actions_joint.state_view(ctx.work, ctx.evaluation, pair, form),
                 at="view", sentence=VIEWED)


@router.post(f"{ITEM}/matter")
def link_matter(ctx: Annotated[Context, guard.evaluation(Act.RECORD_ADVICE)], item: str) -> Response:
    """Which adjustment belongs to the item."""
    return _deed(ctx, item, MatterForm, lambda pair, form: actions_items.link_matter(ctx.work, ctx.evaluation, pair, form.linked_matter),
                 at="matter", sentence=LINKED)
