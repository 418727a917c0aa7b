"""The unit's side of the page: read, fill in, sign; its evidence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.formats import clock_time
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.answers import stored
from evalplat.web.forms import Posted, parse
from evalplat.web.render import Context, said

from . import actions, actions_outcomes, queries, queries_campaign
from .forms import ItemForm, WithdrawalForm
from .routes_correction import router as correction_router
from .routes_office import router as office_router
from .routes_page import objection_page

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/objection"

SAVED = said(N_("The draft is saved."))
HANDED = said(N_("The objection waits for the signature of your head."))
SIGNED = said(N_("The objection is filed. You find here how it goes on."))
WITHDRAWN = said(N_("The objection is taken back. The result stands."))
DECLINED = said(N_("It is recorded that you do not object."))


@router.get(HERE)
def see_objection(ctx: Annotated[Context, guard.evaluation(Act.SEE_OBJECTION)]) -> Response:
    """The objection as this person may see it."""
    return objection_page(ctx)


def _forms(posted: Posted) -> tuple[dict[int, ItemForm], dict[str, str]]:
    """Item number → what was typed, and what cannot be taken of it."""
    forms: dict[int, ItemForm] = {}
    errors: dict[str, str] = {}
    for number in sorted({int(n) for n in (key.partition(".")[0] for key, _ in posted.starting("item.")) if n.isdecimal()}):
        checked = parse(ItemForm, Posted(tuple(posted.starting(f"item.{number}."))))
        if checked.model is not None:
            forms[number] = checked.model
        errors |= {f"item.{number}.{field}": text for field, text in checked.errors.items()}
    return forms, errors


def _keep(ctx: Context) -> None:
    """Keep everything that was typed and every file; raise what cannot be taken, after the rest was kept."""
    forms, errors = _forms(ctx.posted)
    actions.save_items(ctx.work, ctx.evaluation, forms)
    for name, upload in ctx.posted.files:
        number = name.removeprefix("item.").removesuffix(".files")
        if upload.name and number.isdecimal():
            try:
                actions.add_file(ctx.work, ctx.evaluation, int(number), name=upload.name, data=upload.data)
            except Invalid as error:
                errors |= error.texts()
    if errors:
        raise Invalid(errors)


@router.post(HERE)
def fill(ctx: Annotated[Context, guard.evaluation(Act.FILL_OBJECTION)]) -> Response:
    """Save; then add or remove an item or a file, or hand the draft to the head: each a button of the same form."""
    try:
        _keep(ctx)
        anchor = _press(ctx)
    except Invalid as error:
        return objection_page(ctx, errors=error.texts())
    return ctx.see(f"{ctx.base}/objection{anchor}", said=HANDED if ctx.posted.get("go") == "hand" else SAVED)


def _press(ctx: Context) -> str:
    """What the pressed button asks for besides saving; where to go on."""
    go, gone, file = ctx.posted.get("go"), ctx.posted.get("remove_item"), ctx.posted.get("remove_file")
    if go == "add":
        item = actions.add_item(ctx.work, ctx.evaluation, ctx.posted.get("new_target"))
        return f"#item-{item.number}"
    if go == "hand":
        actions.ask_signature(ctx.work, ctx.evaluation)
    if gone.isdecimal():
        actions.remove_item(ctx.work, ctx.evaluation, int(gone))
    if file:
        actions.remove_file(ctx.work, ctx.evaluation, file)
    return "#items"


@router.post(f"{HERE}/draft")
def autosave(ctx: Annotated[Context, guard.evaluation(Act.FILL_OBJECTION)]) -> Response:
    """Save while it is being filled in."""
    forms, errors = _forms(ctx.posted)
    actions.save_items(ctx.work, ctx.evaluation, forms)
    if errors:
        return JSONResponse({"errors": errors}, 422)
    return JSONResponse({"saved_at": clock_time(ctx.work.now)})


@router.post(f"{HERE}/sign")
def sign(ctx: Annotated[Context, guard.evaluation(Act.SIGN_OBJECTION)]) -> Response:
    """The head signs what stands on the page."""
    try:
        _keep(ctx)
        actions.sign(ctx.work, ctx.evaluation)
    except Invalid as error:
        return objection_page(ctx, errors=error.texts())
    return ctx.see(f"{ctx.base}/objection", said=SIGNED)


@router.post(f"{HERE}/decline")
def decline(ctx: Annotated[Context, guard.evaluation(Act.SIGN_OBJECTION)]) -> Response:
    """The head declares that there is no objection."""
    actions.decline(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/objection", said=DECLINED)


@router.post(f"{HERE}/withdraw")
def withdraw(ctx: Annotated[Context, guard.evaluation(Act.WITHDRAW_OBJECTION)]) -> Response:
    """The head takes the objection back."""
    checked = ctx.parse(WithdrawalForm)
    if checked.model is None:
        return objection_page(ctx, errors=checked.errors)
    actions_outcomes.withdraw(ctx.work, ctx.evaluation, reason=checked.model.withdrawal)
    return ctx.see(f"{ctx.base}/objection", said=WITHDRAWN)


@router.get("/c/{campaign}/objections")
def campaign_objections(ctx: Annotated[Context, guard.campaign(Act.SEE_OBJECTIONS)]) -> Response:
    """Every objection and correction of a campaign, before and after, for the office."""
    return ctx.render("stages/objections/campaign.html", campaign=ctx.campaign,
                      view=queries_campaign.objections_page(ctx.work, ctx.campaign))


@router.get(f"{HERE}/files/{{file}}")
def download(ctx: Annotated[Context, guard.evaluation(Act.SEE_OBJECTION)], file: str) -> Response:
    """A piece of evidence, always as a download. A draft's is its unit's alone."""
    own = ctx.evaluation.unit_id in ctx.person.unit_ids
    row = queries.file_by_code(ctx.work, ctx.evaluation, file, drafts=own)
    if row is None:
        raise NotFound
    return stored(row)


router.include_router(office_router)
router.include_router(correction_router)
