"""The editor of one block of a draft: titles, points, thresholds, evidence, sums; indicators come in, go and change places."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import drafts, judging
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.definitions.editing import CannotEdit, at, edited, placed, read_tree
from evalplat.definitions.outline import Outline, outline_of
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.forms import Posted
from evalplat.web.render import Context, said

from .definition_drafts import SAVED, draft_of, revision_of, saved
from .definition_fields import TOP, Changes, changes_of, evidence_lines, new_block, new_indicator, next_code
from .queries import definition_drafts as queries

router = APIRouter()
ADDED = said(N_("Saved, and the indicator is added."))
ADDED_LIKE = said(N_("Saved, and the indicator is added. The formula of its model was taken over too: change it below."))
ADDED_BLOCK = said(N_("Saved, and the block is added. Now give it indicators."))
GONE = said(N_("Saved, and the indicator is removed."))
MOVED = said(N_("Saved, and the indicator is moved."))
See = Annotated[Context, guard.office(Act.SEE_DEFINITIONS)]
Edit = Annotated[Context, guard.office(Act.EDIT_DEFINITIONS)]


def _outline(draft: DefinitionDraft, block: str) -> Outline:
    outline = outline_of(draft.text, draft.code)
    entry = outline.entry(block) if outline else None
    if outline is None or (block != TOP and (entry is None or entry.is_leaf)):
        raise NotFound
    return outline


@router.get("/definitions/drafts/{draft}/blocks/{block}")
def editor(ctx: See, draft: str, block: str) -> Response:
    """The form of a block, or of the blocks themselves (``-``)."""
    return _page(ctx, draft_of(ctx, draft), block)


def _page(ctx: Context, draft: DefinitionDraft, block: str, *, errors: dict[str, str] | None = None) -> Response:
    outline = _outline(draft, block)
    one = queries.overview(ctx.work, draft)
    tops = [(TOP, gettext("Blocks"))] + [(top.code, f"{top.code} {top.title}") for top in outline.children("") if not top.is_leaf]
    likes = [(leaf.code, f"{leaf.code} {leaf.title}") for leaf in outline.below("") if leaf.is_leaf]
    parents = [(part.entry.code, f"{part.entry.code} {part.entry.title}") for part in queries.sections(outline, (), block)
               if part.entry] or [("", gettext("at the top"))]
    return ctx.render(
        "pages/draft_block.html", status=422 if errors else 200, one=one, outline=outline, block=block, tops=tops, likes=likes,
        sections=queries.sections(outline, one.problems, block), blocks=queries.top_blocks(outline, one.problems) if block == TOP else [],
        faults=queries.faults_of(one, block),
        whole=queries.whole_of(outline, block), typed=ctx.posted.values() if errors else {}, errors=errors or {},
        parents=parents, suggested=next_code(outline, parents[-1][0]),
        suggested_part=next_code(outline, "" if block == TOP else block), with_leaves=block != TOP or not one.rows,
        tests=[(key, gettext(text)) for key, text in queries.TESTS],
        judged=[one.code for one in judging.blocks_of(draft) if one.parent == block],
        boxes=queries.category_boxes(outline), dimensions=tuple(outline.dimension_titles.items()),
        ticked=ctx.posted.multi() if errors else {}, figures=queries.FIGURES, lines=evidence_lines,
        open=ctx.request.query_params.get("open", ""),
        may=ctx.can(Act.EDIT_DEFINITIONS) and not one.is_published)


@router.post("/definitions/drafts/{draft}/blocks/{block}")
def save(ctx: Edit, draft: str, block: str) -> Response:
    """Store the form; then, by the pressed button, add, remove or move an indicator. All of it, or nothing."""
    row = draft_of(ctx, draft)
    outline = _outline(row, block)
    deed, _, code = ctx.posted.get("go").partition("~")
    try:
        text = edited(row.text, changes_of(row.text, outline, block, ctx.posted), file=row.code)
        text, shown, sentence = _deed(text, outline, block, ctx.posted, deed=deed, code=code)
        if text != edited(row.text, {}, file=row.code) or row.revision != revision_of(ctx):
            drafts.save(ctx.work, row, text, revision=revision_of(ctx))
    except Invalid as error:
        wrong = ctx.refused(error)
        return _page(ctx, draft_of(ctx, draft), block, errors=wrong)
    except CannotEdit as error:
        raise Refused(N_("The page no longer fits the draft. Open it again.")) from error
    place = f"?open={shown}#{shown}" if shown and deed in ("add", "addpart") else f"#{shown}" if shown else ""
    return saved(ctx, row, f"/definitions/drafts/{draft}/blocks/{block}{place}", sentence)


def _deed(text: str, outline: Outline, block: str, posted: Posted, *, deed: str, code: str) -> tuple[str, str, str]:
    """The text after the deed, the place to show and the sentence about it."""
    if deed == "add":
        new, entry = new_indicator(text, outline, block, posted)
        after = edited(text, {("indicators", new): entry})
        return after, new, ADDED_LIKE if queries.repeats(after, new) else ADDED
    if deed == "addpart":
        new, entry = new_block(outline, block, posted)
        return edited(text, {("indicators", new): entry}), new, ADDED_BLOCK
    found = outline.entry(code)
    if found is None or not (found.is_leaf or (deed == "remove" and not outline.children(code))):
        return text, "", SAVED
    if deed == "remove":
        named = [("profiles", profile, "points", code) for profile in outline.profiles]
        gone: Changes = dict.fromkeys([("indicators", code), *(path for path in named if _has(text, path))])
        return edited(text, gone), "" if code == block else found.parent, GONE
    if deed in ("up", "down"):
        return _moved(text, outline, code, found.parent, by=-1 if deed == "up" else 1), code, MOVED
    return text, "", SAVED


def _has(text: str, path: tuple[str, ...]) -> bool:
    try:
        at(read_tree(text), path)
    except CannotEdit:
        return False
    return True


def _moved(text: str, outline: Outline, code: str, parent: str, *, by: int) -> str:
    """The indicator changes places with its neighbour of the same block; at the end nothing happens."""
    codes = [one.code for one in outline.children(parent) if one.is_leaf]
    here = codes.index(code)
    there = here + by
    if not 0 <= there < len(codes):
        return text
    first, second = (codes[there], code) if by > 0 else (code, codes[there])
    return placed(text, ("indicators", first), before=second)
