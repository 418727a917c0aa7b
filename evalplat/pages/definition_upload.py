"""A workbook or text file of an indicator system comes in: what is wrong at its place, else what it changes, then taken or not."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.campaigns import drafts
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.loader import build_system
from evalplat.definitions.problems import Problem, has_errors
from evalplat.definitions.workbook_reading import LIMITS, load_workbook_bytes
from evalplat.definitions.yaml_writing import write_yaml
from evalplat.definitions.yamltext import Node, load_yaml
from evalplat.files import store
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.people import book_format, book_writing
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.forms import Upload
from evalplat.web.render import Context, said

from .queries.definition_compare import differences_in_words
from .queries.definition_problems import in_words, problem_lines
from .queries.export import MEDIA_TYPE

router = APIRouter()
TAKEN = said(N_("The content of the file is taken over."))
CHOOSE = N_("Choose a file first.")
Edit = Annotated[Context, guard.office(Act.EDIT_DEFINITIONS)]


@dataclass(frozen=True, slots=True)
class Came:
    """What an uploaded file says: its text for the draft (empty if it cannot be read) and what is wrong with it."""

    text: str
    problems: tuple[Problem, ...]
    is_workbook: bool

    @property
    def wrong(self) -> bool:
        """Whether it has errors."""
        return has_errors(list(self.problems))


def read_upload(data: bytes) -> Came:
    """Read a workbook or a text."""
    root: Node | None
    if data.startswith(b"PK"):
        root, problems = load_workbook_bytes(data)
        text = write_yaml(root) if root is not None else ""
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return Came("", (Problem("E100", "The file is not UTF-8.", hint="Save it as UTF-8."),), False)
        root, problems = load_yaml(text)
        text = text if root is not None else ""
    _, problems = build_system(root, problems)
    return Came(text, tuple(problems), data.startswith(b"PK"))


def _file(ctx: Context) -> Upload:
    file = ctx.posted.file("file")
    if file is None:
        raise Invalid({"file": CHOOSE})
    if not file.data:
        raise Invalid({"file": N_("The file is empty. Choose another one.")})
    if len(file.data) > LIMITS.size:
        raise Invalid({"file": N_("The file is too big for an indicator system.")})
    if not file.data.startswith(b"PK") and not file.name.lower().endswith((".yaml", ".yml", ".txt")):
        raise Invalid({"file": N_("Choose an Excel workbook (.xlsx) or a text file (.yaml).")})
    return file


def _keep(ctx: Context, draft: DefinitionDraft | None, file: Upload) -> str:
    """Keep the bytes for the page that shows what is in them."""
    workbook = file.data.startswith(b"PK")
    kept = store.put(ctx.work, store.clean_name(file.name), file.data, media_type=MEDIA_TYPE if workbook else "text/plain",
                     purpose=drafts.upload_purpose(draft))
    return f"/definitions/drafts/{draft.code if draft else drafts.NO_DRAFT}/upload/{kept.code}"


def begin_with_upload(ctx: Context) -> str:
    """Begin a draft with a file; where to go on. A file with errors begins nothing: its page shows them."""
    file = _file(ctx)
    drafts.drop_refused_uploads(ctx.work)
    came = read_upload(file.data)
    if not came.text:
        text, hint = in_words(came.problems[0])
        raise Invalid({"file": f"{text} {hint}".strip()})
    if came.wrong:
        return _keep(ctx, None, file)
    return f"/definitions/drafts/{drafts.start_from_text(ctx.work, came.text, started_from=store.clean_name(file.name)).code}"


def _draft(ctx: Context, code: str) -> DefinitionDraft:
    return drafts.draft_named(ctx.work, code)


@router.get("/definitions/drafts/{draft}/upload")
def upload_page(ctx: Edit, draft: str) -> Response:
    """Where a file is chosen."""
    return ctx.render("pages/draft_upload.html", draft=_draft(ctx, draft), errors={})


@router.post("/definitions/drafts/{draft}/upload")
def upload(ctx: Edit, draft: str) -> Response:
    """Keep it and show what is in it."""
    row = _draft(ctx, draft)
    if row.published_id is not None:
        raise Refused(drafts.IS_PUBLISHED)
    try:
        return ctx.see(_keep(ctx, row, _file(ctx)))
    except Invalid as error:
        return ctx.render("pages/draft_upload.html", status=422, draft=row, errors=ctx.refused(error))


def _draft_or_none(ctx: Context, code: str) -> DefinitionDraft | None:
    return None if code == drafts.NO_DRAFT else _draft(ctx, code)


def _uploaded(ctx: Context, draft: DefinitionDraft | None, code: str) -> StoredFile:
    query = select(StoredFile).where(StoredFile.office_id == ctx.work.office_id, StoredFile.code == code,
                                     StoredFile.purpose == drafts.upload_purpose(draft))
    found = ctx.session.exec(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _kept(ctx: Context, draft: DefinitionDraft | None, code: str) -> StoredFile:
    """An uploaded file that was not taken over yet."""
    found = _uploaded(ctx, draft, code)
    if found.removed_at is not None:
        raise NotFound
    return found


@router.get("/definitions/drafts/{draft}/upload/{file}")
def check_page(ctx: Edit, draft: str, file: str) -> Response:
    """Errors at their places, or the differences from the draft."""
    row = _draft_or_none(ctx, draft)
    kept = _kept(ctx, row, file)
    came = read_upload(store.read(kept))
    before = drafts.written(row.text, row.code).system if row else None
    after = drafts.written(came.text).system if came.text else None
    changes = differences_in_words(before, after) if before and after else []
    return ctx.render("pages/draft_upload_check.html", draft=row, base=f"/definitions/drafts/{draft}", file=kept, came=came,
                      problems=problem_lines(came.problems), errors=[one for one in came.problems if has_errors([one])], changes=changes,
                      draft_wrong=before is None,
                      same=row is not None and (came.text == row.text or (before and after and before.hash == after.hash)))


@router.get("/definitions/drafts/{draft}/upload/{file}/marked.xlsx")
def marked(ctx: Edit, draft: str, file: str) -> Response:
    """The sender's workbook with its faulty cells coloured and a remark at each."""
    kept = _kept(ctx, _draft_or_none(ctx, draft), file)
    data = store.read(kept)
    came = read_upload(data)
    if not came.is_workbook or not came.text:
        raise NotFound
    name = gettext("{name} (marked).xlsx", name=kept.name.rpartition(".")[0] or kept.name)
    return download(_marked(data, came.problems), name, media_type=MEDIA_TYPE)


def _marked(data: bytes, problems: tuple[Problem, ...]) -> bytes:
    from openpyxl import load_workbook

    cells = [book_format.Problem(one.where.sheet, one.where.cell, "", " ".join(in_words(one)).strip())
             for one in problems if one.where.cell]
    book = load_workbook(io.BytesIO(data), keep_links=False, keep_vba=False)
    return book_writing.marked(book, cells, author=gettext("Check of the workbook"))


@router.post("/definitions/drafts/{draft}/upload/{file}/take")
def take(ctx: Edit, draft: str, file: str) -> Response:
    """The draft says from now on what the file says. A file that is taken over already, as by a second click, changes nothing."""
    row = _draft(ctx, draft)
    uploaded = _uploaded(ctx, row, file)
    if uploaded.removed_at is not None:
        return ctx.see(f"/definitions/drafts/{draft}")
    came = read_upload(store.read(uploaded))
    if not came.text:
        raise Refused(N_("The file cannot be read."))
    text = ctx.posted.get("revision")
    try:
        drafts.save(ctx.work, row, came.text, revision=int(text) if text.isdecimal() and len(text) < 9 else 0)
    except Invalid as error:
        ctx.refused(error)
        return ctx.see(f"/definitions/drafts/{draft}/upload/{file}", said=MEANWHILE, kind="warn")
    drafts.drop_uploads(ctx.work, row, code=file)
    return ctx.see(f"/definitions/drafts/{draft}", said=TAKEN)


MEANWHILE = said(N_("Somebody saved the draft meanwhile. The differences below are from its present state."))
