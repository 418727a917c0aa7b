"""Pages of records and checklist."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.answers import stored
from evalplat.web.render import Context, said

from . import actions_records, queries, queries_records
from .forms import CheckForm, RecordForm, SigningForm
from .queries_records import RecordView
from .rules import ANSWER_BADGES, ANSWERS, METHODS, SIGNINGS
from .tables import ReviewRecord

router = APIRouter()
PLACE = "/c/{campaign}/u/{unit}/review"

KEPT = said(N_("The record is kept. Let it be signed next."))
SIGNED = said(N_("The record is sealed. It never changes again."))
ANSWERED = said(N_("The answer is saved."))


def _uploads(ctx: Context, name: str) -> list[tuple[str, bytes]]:
    return [(upload.name, upload.data) for key, upload in ctx.posted.files if key == name and upload.name]


def _render(ctx: Context, template: str, *, errors: dict[str, str] | None = None, **context: Any) -> Response:
    return ctx.render(f"stages/reviews/{template}.html", status=422 if errors else 200, errors=errors or {}, unit=ctx.unit,
                      campaign=ctx.campaign, open=queries.is_open(ctx.work, ctx.evaluation), methods_by_key=METHODS,
                      signings=SIGNINGS, **context)


def _row(ctx: Context) -> ReviewRecord:
    found = queries_records.find_record(ctx.work, ctx.evaluation, ctx.request.path_params["code"])
    if found is None:
        raise NotFound
    return found


def _view(ctx: Context, code: str) -> RecordView | None:
    return next((one for one in queries_records.record_views(ctx.work, ctx.evaluation) if one.code == code), None)


@router.get(PLACE + "/records")
def records(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """All records, and which methods are still open."""
    return _render(ctx, "records", records=queries_records.record_views(ctx.work, ctx.evaluation),
                   methods=queries_records.methods(ctx.work, ctx.evaluation))


@router.get(PLACE + "/records/new")
def new_record(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """An empty record; ``?method=`` and ``?corrects=`` fill in the beginning."""
    visit, asked = queries.visit_of(ctx.work, ctx.evaluation), ctx.request.query_params
    values = {"method": asked.get("method", ""), "corrects": asked.get("corrects", ""),
              "held_on": visit.date if visit else ctx.work.today, "place": visit.place if visit else ""}
    active = [one.login for one in queries.active_members(ctx.work, ctx.evaluation)]
    return _form(ctx, values, present=active if len(active) == 2 else [ctx.person.login])


def _form(ctx: Context, values: dict[str, Any], *, present: list[str], record: RecordView | None = None,
          errors: dict[str, str] | None = None) -> Response:
    team = [(one.login, one.name) for one in queries.active_members(ctx.work, ctx.evaluation)]
    return _render(ctx, "record_form", errors=errors, values=values, present=present, team=team, record=record,
                   places=list(ctx.evaluation.places))


@router.post(PLACE + "/records")
def keep_record(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """Keep a new record."""
    checked = ctx.parse(RecordForm)
    errors = checked.errors
    if checked.model is not None:
        try:
            row = actions_records.keep_record(ctx.work, ctx.evaluation, checked.model, files=_uploads(ctx, "files"))
            return ctx.see(f"{ctx.base}/review/records/{row.code}", said=KEPT)
        except Invalid as error:
            errors = ctx.refused(error)
    return _form(ctx, checked.values, present=ctx.posted.list("assessors"), errors=errors)


@router.get(PLACE + "/records/{code}")
def record(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """One record: read it, change it while unsigned, sign it."""
    return _render(ctx, "record", record=_view(ctx, _row(ctx).code), values={})


@router.get(PLACE + "/records/{code}/change")
def change_form(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """The form of a record that nobody signed yet."""
    row = _row(ctx)
    values = row.model_dump() | {"participants": "\n".join(row.participants)}
    return _form(ctx, values, present=row.assessors, record=_view(ctx, row.code))


@router.post(PLACE + "/records/{code}/change")
def change_record(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """Save the changes."""
    row, checked = _row(ctx), ctx.parse(RecordForm)
    errors, code = checked.errors, row.code
    if checked.model is not None:
        try:
            actions_records.change_record(ctx.work, ctx.evaluation, row, checked.model, files=_uploads(ctx, "files"))
            return ctx.see(f"{ctx.base}/review/records/{code}", said=KEPT)
        except Invalid as error:
            errors = ctx.refused(error)
    return _form(ctx, checked.values, present=ctx.posted.list("assessors"), record=_view(ctx, code), errors=errors)


@router.post(PLACE + "/records/{code}/signature")
def sign_record(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """Record the signature, or why there is none."""
    row, checked = _row(ctx), ctx.parse(SigningForm)
    errors, code = checked.errors, row.code
    if checked.model is not None:
        try:
            scan = next(iter(_uploads(ctx, "scan")), None)
            actions_records.sign_record(ctx.work, ctx.evaluation, row, checked.model, scan=scan)
            return ctx.see(f"{ctx.base}/review/records/{code}", said=SIGNED)
        except Invalid as error:
            errors = ctx.refused(error)
    return _render(ctx, "record", record=_view(ctx, code), values=checked.values, errors=errors)


@router.get(PLACE + "/files/{code}")
def file(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """A file of the review, to be saved, never shown inside our pages."""
    code = ctx.request.path_params["code"]
    found = next((one for _, one in queries_records.files_of(ctx.work, ctx.evaluation) if one.code == code), None)
    if found is None:
        raise NotFound
    return stored(found)


@router.get(PLACE + "/checklist")
def checklist(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """The checklist for the phone."""
    return _checklist(ctx)


def _checklist(ctx: Context, *, errors: dict[str, str] | None = None, line: Any = None) -> Response:
    return _render(ctx, "checklist", errors=errors, blocks=queries_records.check_blocks(ctx.work, ctx.evaluation), line=line,
                   answers=ANSWERS, badges=ANSWER_BADGES, typed=ctx.posted.values())


@router.post(PLACE + "/checklist/{code}")
def answer_check(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """Save one answer at once; htmx gets its own line back."""
    code, checked = ctx.request.path_params["code"], ctx.parse(CheckForm)
    errors = {f"check-{code}": text for text in checked.errors.values()}
    if checked.model is not None:
        try:
            photo = next(iter(_uploads(ctx, "photo")), None)
            actions_records.answer_check(ctx.work, ctx.evaluation, code, checked.model, photo=photo)
            errors = {}
        except Invalid as error:
            errors = {f"check-{code}": text for text in ctx.refused(error).values()}
    if errors or ctx.request.headers.get("hx-request"):
        return _checklist(ctx, errors=errors, line=queries_records.check_line(ctx.work, ctx.evaluation, code))
    return ctx.see(f"{ctx.base}/review/checklist#check-{code}", said=ANSWERED)
