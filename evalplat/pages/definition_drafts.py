"""Indicator systems that the office writes: the list, one draft as a tree with what is wrong, its file, its publication."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import drafts
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.editing import CannotEdit, read_tree
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from .definition_fields import Changes
from .definition_upload import begin_with_upload
from .queries import definition_compare as comparing
from .queries import definition_drafts as queries
from .queries.definition_problems import problem_lines
from .queries.export import MEDIA_TYPE

router = APIRouter()
HREF = "/definitions/drafts"
BEGUN = said(N_("The draft is begun. Nothing counts before you publish it."))
SAVED = said(N_("Saved."))
STILL_WRONG = said(N_("Saved. The draft still has {count} errors; the first one is shown below."))
PUBLISHED = said(N_("The version is published. From now on it can be chosen when an evaluation is set up."))
REMOVED = said(N_("The draft is removed."))
YAML = "application/yaml; charset=utf-8"
See = Annotated[Context, guard.office(Act.SEE_DEFINITIONS)]
Edit = Annotated[Context, guard.office(Act.EDIT_DEFINITIONS)]


def draft_of(ctx: Context, code: str) -> DefinitionDraft:
    """The draft of the address; drafts are the office's own business."""
    if not ctx.person.of_office:
        raise NotFound
    return drafts.draft_named(ctx.work, code)


def revision_of(ctx: Context) -> int:
    """The revision that the form was made from."""
    text = ctx.posted.get("revision")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def saved(ctx: Context, draft: DefinitionDraft, address: str, sentence: str = SAVED) -> Response:
    """On to a page that says that it is saved, and how many errors are left."""
    count = len(drafts.errors_of(drafts.checked(ctx.work, draft.text, name=draft.code)[1]))
    return ctx.see(address, said=STILL_WRONG, kind="warn", count=count) if count else ctx.see(address, said=sentence)


@router.get("/definitions/drafts")
def all_drafts(ctx: See) -> Response:
    """Every draft, and how to begin a new one."""
    if not ctx.person.of_office:
        raise NotFound
    return _list(ctx)


def _list(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("pages/draft_list.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      year=ctx.work.today.year,
                      drafts=queries.draft_lines(ctx.work), sources=queries.sources(ctx.work), may=ctx.can(Act.EDIT_DEFINITIONS))


@router.post("/definitions/drafts")
def begin(ctx: Edit) -> Response:
    """Begin with what was chosen, or with an uploaded file."""
    try:
        if ctx.posted.get("go") == "upload":
            return ctx.see(begin_with_upload(ctx))
        source = ctx.posted.get("source")
        if source not in {value for value, _, _ in queries.sources(ctx.work)}:
            return _list(ctx, errors={"source": gettext("Choose what to begin with.")})
        title, version = ctx.posted.get("title").strip(), ctx.posted.get("version").strip()
        draft = drafts.start(ctx.work, source=source, title=title[:200], version=version[:40])
    except Invalid as error:
        return _list(ctx, errors=ctx.refused(error))
    return ctx.see(f"{HREF}/{draft.code}", said=BEGUN)


@router.get("/definitions/drafts/{draft}")
def one_draft(ctx: See, draft: str) -> Response:
    """The draft as a tree with sums, what is wrong, and the way to its publication."""
    return _page(ctx, draft_of(ctx, draft))


def _page(ctx: Context, draft: DefinitionDraft, *, errors: dict[str, str] | None = None) -> Response:
    one = queries.overview(ctx.work, draft)
    typed = ctx.posted.values() if errors else {}
    values = {"title": one.outline.title, "version": one.outline.version} | typed if one.outline else typed
    return ctx.render("pages/draft.html", status=422 if errors else 200, one=one, errors=errors or {}, values=values,
                      next_version=drafts.next_version(ctx.work, one.outline.key, year=ctx.work.today.year) if one.outline else "",
                      started=queries.source_words(ctx.work, draft.started_from), compared=comparing.address(ctx.work, draft),
                      may=ctx.can(Act.EDIT_DEFINITIONS) and not one.is_published)


@router.post("/definitions/drafts/{draft}")
def rename(ctx: Edit, draft: str) -> Response:
    """Title and version."""
    row = draft_of(ctx, draft)
    title, version = ctx.posted.get("title").strip(), ctx.posted.get("version").strip()
    wrong = {name: gettext("Fill this in.") for name, text in (("title", title), ("version", version)) if not text}
    if wrong:
        return _page(ctx, row, errors=wrong)
    changes: Changes = {("title", "zh"): title[:200], ("version",): version[:40]}
    try:
        drafts.change(ctx.work, row, changes, revision=revision_of(ctx))
    except Invalid as error:
        wrong = ctx.refused(error)
        return _page(ctx, draft_of(ctx, draft), errors=wrong)
    return saved(ctx, row, f"{HREF}/{draft}")


@router.get("/definitions/drafts/{draft}/text")
def text_page(ctx: See, draft: str) -> Response:
    """The file itself."""
    return _text(ctx, draft_of(ctx, draft))


def _text(ctx: Context, draft: DefinitionDraft, *, typed: str | None = None, errors: dict[str, str] | None = None) -> Response:
    text = draft.text if typed is None else typed
    problems = problem_lines(drafts.checked(ctx.work, text, name=draft.code)[1])
    line = ctx.request.query_params.get("line", "")
    at = int(line) if line.isdecimal() and len(line) < 7 else 0
    wanted = sorted({number for number in [at, *(one.line for one in problems if one.error)][:40] if number})
    lines = text.split("\n")
    near = [(number, lines[number - 1]) for number in wanted if number <= len(lines)]
    return ctx.render("pages/draft_text.html", status=422 if errors else 200, draft=draft, text=text, problems=problems, near=near,
                      errors=errors or {}, may=ctx.can(Act.EDIT_DEFINITIONS) and draft.published_id is None)


@router.post("/definitions/drafts/{draft}/text")
def save_text(ctx: Edit, draft: str) -> Response:
    """Store the file if it can be read at all; its errors stay listed until they are mended."""
    row = draft_of(ctx, draft)
    typed = ctx.posted.get("text").replace("\r\n", "\n")
    try:
        read_tree(typed)
        drafts.save(ctx.work, row, typed, revision=revision_of(ctx))
    except CannotEdit:
        return _text(ctx, row, typed=typed, errors={"text": gettext("The text cannot be read, so it is not stored yet. See below where.")})
    except Invalid as error:
        wrong = ctx.refused(error)
        return _text(ctx, draft_of(ctx, draft), typed=typed, errors=wrong)
    return saved(ctx, row, f"{HREF}/{draft}/text")


@router.get("/definitions/drafts/{draft}/publish")
def publish_page(ctx: Edit, draft: str) -> Response:
    """The question before a version is fixed."""
    row = draft_of(ctx, draft)
    one = queries.overview(ctx.work, row)
    if one.is_published or one.errors:
        return ctx.see(f"{HREF}/{draft}")
    return ctx.render("pages/draft_publish.html", one=one, compared=comparing.address(ctx.work, row),
                      repeated=queries.repeated_formulas(one.outline) if one.outline else [])


@router.post("/definitions/drafts/{draft}/publish")
def publish(ctx: Edit, draft: str) -> Response:
    """Fix the version."""
    row = draft_of(ctx, draft)
    try:
        frozen = drafts.publish(ctx.work, row, revision=revision_of(ctx))
    except Invalid as error:
        wrong = ctx.refused(error)
        return _page(ctx, draft_of(ctx, draft), errors=wrong)
    return ctx.see(f"/definitions/{frozen.key}/{frozen.version}", said=PUBLISHED)


@router.post("/definitions/drafts/{draft}/remove")
def remove(ctx: Edit, draft: str) -> Response:
    """Drop a draft."""
    drafts.remove(ctx.work, draft_of(ctx, draft))
    return ctx.see(HREF, said=REMOVED)


@router.get("/definitions/drafts/{draft}/file.yaml")
def as_text(ctx: See, draft: str) -> Response:
    """The file to keep."""
    row = draft_of(ctx, draft)
    return download(row.text.encode(), f"{row.code}.yaml", media_type=YAML)


@router.get("/definitions/drafts/{draft}/file.xlsx")
def as_workbook(ctx: See, draft: str) -> Response:
    """The same as a workbook that can be changed and uploaded again."""
    row = draft_of(ctx, draft)
    return workbook(row.text, f"{row.title}.xlsx")


def workbook(text: str, name: str) -> Response:
    """A definition as a workbook."""
    try:
        data = write_workbook(read_tree(text))
    except (CannotEdit, ValueError) as error:
        raise Refused(N_("This cannot be written as a workbook. Take the text file instead.")) from error
    return download(data, name, media_type=MEDIA_TYPE)
