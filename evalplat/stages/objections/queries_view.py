"""The page of an objection as one person may see it: frozen values, nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Evaluation
from evalplat.campaigns.windows import is_open
from evalplat.documents import queries as documents
from evalplat.documents.tables import Document
from evalplat.kernel.formats import points, trimmed
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.scores import sheet
from evalplat.scores.queries import LeafView, ScoreView, grade_name, score_view
from evalplat.workflow.stages import State

from . import queries, queries_correction, queries_document
from .rules import DECISIONS, REFUSALS, SUBJECTS, Decision, Progressed, Refusal, Subject, withdraws
from .tables import Objection, ObjectionItem


@dataclass(frozen=True, slots=True)
class FileView:
    """A piece of evidence."""

    id: str
    name: str
    href: str
    size: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item. The panel's and the team's words are empty for whoever may not read them yet."""

    number: int
    subject: str
    subject_label: str
    code: str
    title: str
    claim: str
    reasons: str
    existed: bool
    existed_why: str
    files: tuple[FileView, ...]
    line: str
    points: Decimal | None
    full: Decimal | None
    answer: str
    answered_by: str
    decision: str
    decision_label: str
    established: str
    leaf: str
    leaf_points: Decimal | None
    worse_reason: str
    withdraws: bool
    proposal: int
    agreed: tuple[str, ...]
    mine: bool
    closed: bool
    again_open: bool
    again_points: Decimal | None
    again_note: str
    again_by: str
    again_full: Decimal | None
    again_levels: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """How the item is called: its code and title."""
        return f"{self.code} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class ChangedLeaf:
    """An indicator whose points differ between two versions, with both lines of arithmetic."""

    code: str
    title: str
    before: Decimal | None
    after: Decimal | None
    line_before: str
    line_after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions beside each other."""

    before: ScoreView
    after: ScoreView
    leaves: tuple[ChangedLeaf, ...]


@dataclass(frozen=True, slots=True)
class RefusalView:
    """An objection that was not taken in."""

    at: datetime | None
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows."""

    state: str
    attempt: int
    own: bool
    inside: bool
    closes_at: datetime | None
    open: bool
    end: str
    end_at: datetime | None
    end_by: str
    editable: bool
    saved_at: datetime | None
    filed_at: datetime | None
    filed_by: str
    accepted_at: datetime | None
    correction_reason: str
    correction_due: datetime | None
    corrected_at: datetime | None
    refusals: tuple[RefusalView, ...]
    items: tuple[ItemView, ...]
    choices: tuple[tuple[str, str], ...]
    leaves: tuple[tuple[str, str], ...]
    panel: tuple[str, ...]
    handed: bool
    may_worsen: bool
    document: Document | None
    method: str
    letters: tuple[Document, ...]
    decision_due: datetime | None
    extended: str
    withdrawable: bool
    extendable: bool
    corrected: bool
    total_before: Decimal | None
    grade_before: str | None
    total_expected: Decimal | None
    grade_expected: str | None
    comparison: Comparison | None

    @property
    def decided(self) -> bool:
        """Whether the decision is signed."""
        return self.state == Progressed.DECIDED

    @property
    def all_closed(self) -> bool:
        """Whether the panel has decided every item."""
        return bool(self.items) and all(item.closed for item in self.items)


def page(work: Work, evaluation: Evaluation) -> Page:
    """The page for ``work.actor``."""
    person, address = work.actor, queries.address(work, evaluation)
    own = evaluation.unit_id in person.unit_ids
    inside = may(person, Act.DECIDE_ITEMS, evaluation) or may(person, Act.SEE_SUMMARY, evaluation)
    objection = _shown(work, evaluation, own=own)
    window, end = queries.window(work, evaluation), queries.end_of(work, evaluation)
    view = queries.frozen(work, evaluation, objection) if may(person, Act.SEE_SCORE, evaluation) or not own else None
    state = objection.state if objection else ""
    is_free = end is None and is_open(window, work.now)
    expected = _expected(work, evaluation, objection) if inside else None
    system = sheet.system_for(work, evaluation)
    document = queries.document_of(work, objection) if objection else None
    return Page(
        state=state, attempt=objection.attempt if objection else 1, own=own, inside=inside,
        closes_at=window.closes_at if window else None, open=is_free and evaluation.state == State.INFORMED,
        end=end.how if end else "", end_at=end.at if end else None, end_by=end.by_name if end else "",
        editable=own and _editable(work, evaluation, objection, is_free=is_free),
        saved_at=objection.saved_at if objection else None, filed_at=objection.filed_at if objection else None,
        filed_by=objection.filed_by_name if objection else "", accepted_at=objection.accepted_at if objection else None,
        correction_reason=objection.correction_reason if objection else "",
        correction_due=objection.correction_due if objection else None,
        corrected_at=objection.corrected_at if objection else None, refusals=_refusals(work, evaluation),
        items=_items(work, evaluation, objection, view=view, address=address, inside=inside),
        choices=_choices(work, evaluation, objection, view) if own else (), leaves=_leaf_choices(view),
        panel=tuple(user.name for user in queries.panel(work, evaluation)),
        handed=any(row.act == Act.SIGN_OBJECTION for row in progress.waiting(work, evaluation)),
        may_worsen=queries.may_worsen(work, evaluation),
        document=document if document and (document.state == "issued" or inside) else None,
        method=(objection.method if objection else "") or queries_document.METHOD,
        letters=_letters(work, evaluation), **_clock(work, evaluation, objection),
        withdrawable=objection is not None and evaluation.state == State.OBJECTED
        and not moves.blocked_by(work, evaluation, "withdraw_objection"),
        corrected=any(row.state == "signed" for row in queries_correction.corrections(work, evaluation)),
        total_before=view.total if view else None, grade_before=view.grade if view else None,
        total_expected=expected.total if expected else None,
        grade_expected=grade_name(system, expected.grade) if expected else None,
        comparison=_comparison(work, evaluation, objection))


def _letters(work: Work, evaluation: Evaluation) -> tuple[Document, ...]:
    """The letters about objections and corrections of this unit that were issued, the newest first."""
    kinds = ("objection_intake", "extension_notice", "correction_decision")
    return tuple(row for row in documents.documents_of(work.session, evaluation) if row.kind in kinds and row.state == "issued")


def _clock(work: Work, evaluation: Evaluation, objection: Objection | None) -> dict[str, Any]:
    """Until when the panel decides, and whether that may still be extended."""
    if objection is None or objection.accepted_at is None:
        return {"decision_due": None, "extended": "", "extendable": False}
    due, before_panel = queries.decision_due(work, evaluation, objection), objection.state == Progressed.ACCEPTED
    return {"decision_due": due, "extended": objection.extension_reason,
            "extendable": before_panel and objection.extended_at is None and work.now <= due}


def _shown(work: Work, evaluation: Evaluation, *, own: bool) -> Objection | None:
    """A draft is its unit's alone."""
    rows = queries.attempts(work, evaluation)
    return next((row for row in reversed(rows) if own or row.state != Progressed.DRAFTED), None)


def _editable(work: Work, evaluation: Evaluation, objection: Objection | None, *, is_free: bool) -> bool:
    if not may(work.actor, Act.FILL_OBJECTION, evaluation):
        return False
    if objection is not None and objection.state == Progressed.CORRECTING:
        return objection.correction_due is None or work.now <= objection.correction_due
    fresh = objection is None or objection.state in (Progressed.DRAFTED, Progressed.REFUSED)
    return fresh and is_free and evaluation.state == State.INFORMED


def _refusals(work: Work, evaluation: Evaluation) -> tuple[RefusalView, ...]:
    return tuple(RefusalView(row.refused_at, gettext(REFUSALS[Refusal(row.refusal_code)]), row.refusal_text)
                 for row in queries.past_refusals(work, evaluation))


def _expected(work: Work, evaluation: Evaluation, objection: Objection | None) -> queries_document.Outcome | None:
    """What would come out: asked for once every item is decided and nothing must be scored again."""
    if objection is None or objection.state != Progressed.ACCEPTED or queries.void_items(work, objection):
        return None
    if any(item.closed_at is None for item in queries.items_of(work, objection)):
        return None
    return queries_document.expected(work, evaluation, objection)


def _choices(work: Work, evaluation: Evaluation, objection: Objection | None,
             view: ScoreView | None) -> tuple[tuple[str, str], ...]:
    """What an item can be about, without what has one already."""
    taken = {f"{item.subject}:{item.code}" for item in queries.items_of(work, objection)} if objection else set()
    leaves = [(f"leaf:{leaf.code}", _leaf_label(leaf)) for leaf in queries.contestable(view)]
    rows = [(f"finding:{row.code}", f"{gettext(SUBJECTS[Subject.FINDING])} {row.code} {row.title}")
            for row in queries.contestable_findings(work, evaluation)]
    rest = [(str(subject), gettext(SUBJECTS[subject])) for subject in (Subject.FACT, Subject.PROCEDURE, Subject.GRADE)]
    return tuple(choice for choice in (*leaves, *rows, *rest) if choice[0] not in taken)


def _leaf_choices(view: ScoreView | None) -> tuple[tuple[str, str], ...]:
    return tuple((leaf.code, _leaf_label(leaf)) for leaf in queries.contestable(view))


def _leaf_label(leaf: LeafView) -> str:
    return f"{leaf.code} {leaf.title} · {points(leaf.points)} / {trimmed(leaf.effective_max)}"


def _items(work: Work, evaluation: Evaluation, objection: Objection | None, *, view: ScoreView | None, address: str,
           inside: bool) -> tuple[ItemView, ...]:
    if objection is None:
        return ()
    team = may(work.actor, Act.ANSWER_OBJECTION, evaluation)
    decided = objection.state == Progressed.DECIDED
    waiting = {item.id for item in queries.waiting_for_scores(work, objection)}
    return tuple(_item(work, evaluation, item, view=view, address=address, answers=inside or team,
                       decisions=inside or decided, again_open=item.id in waiting)
                 for item in queries.items_of(work, objection))


def _item(work: Work, evaluation: Evaluation, item: ObjectionItem, *, view: ScoreView | None, address: str, answers: bool,
          decisions: bool, again_open: bool) -> ItemView:
    leaf = view.leaf(item.code) if view and item.subject == Subject.LEAF else None
    agreed: list[User] = queries.voters(work, item) if decisions else []
    files = tuple(FileView(file.code, file.name, f"{address}/files/{file.code}", file.size) for file in queries.files_of(work, item))
    return ItemView(
        number=item.number, subject=item.subject, subject_label=gettext(SUBJECTS[Subject(item.subject)]), code=item.code,
        title=_title(work, evaluation, item, view), claim=item.claim, reasons=item.reasons, existed=item.existed,
        existed_why=item.existed_why, files=files, line=leaf.line or leaf.reason if leaf else "",
        points=leaf.points if leaf else None, full=leaf.effective_max if leaf else None,
        answer=item.answer if answers else "", answered_by=item.answered_by_name if answers else "",
        decision=item.decision if decisions else "",
        decision_label=gettext(DECISIONS[Decision(item.decision)]) if decisions and item.decision else "",
        established=item.established if decisions else "", leaf=item.leaf if decisions else "",
        leaf_points=item.points if decisions else None, worse_reason=item.worse_reason if decisions else "",
        withdraws=decisions and withdraws(item.subject, item.decision), proposal=item.proposal,
        agreed=tuple(user.name for user in agreed), mine=work.actor.user_id in {user.id for user in agreed},
        closed=decisions and item.closed_at is not None, again_open=decisions and again_open,
        again_points=item.again_points if decisions else None, again_note=item.again_note if decisions else "",
        again_by=item.again_by_name if decisions else "", again_full=queries.full_mark(view, item.leaf) if again_open else None,
        again_levels=_levels(work, evaluation, item.leaf) if again_open else ())


def _title(work: Work, evaluation: Evaluation, item: ObjectionItem, view: ScoreView | None) -> str:
    if item.subject in (Subject.LEAF, Subject.FINDING):
        return queries_document.title_of(work, evaluation, item, view)
    return gettext(SUBJECTS[Subject(item.subject)])


def _levels(work: Work, evaluation: Evaluation, code: str) -> tuple[tuple[str, str], ...]:
    leaf = sheet.system_for(work, evaluation).leaf(code)
    if not leaf.is_rubric:
        return ()
    return tuple((level.key, f"{level.key} {level.text.in_language(language())}".strip()) for level in leaf.rule.levels)


def _comparison(work: Work, evaluation: Evaluation, objection: Objection | None) -> Comparison | None:
    """The contested version beside the new one, once there is a new one."""
    if objection is None or objection.version_after is None or objection.version_before is None:
        return None
    before = score_view(work, evaluation, objection.version_before)
    after = score_view(work, evaluation, objection.version_after)
    if before is None or after is None:
        return None
    pairs = [(leaf, before.leaf(leaf.code)) for leaf in after.leaves]
    changed = tuple(ChangedLeaf(new.code, new.title, old.points, new.points, old.line or old.reason, new.line or new.reason)
                    for new, old in pairs if old is not None and (old.points, old.line) != (new.points, new.line))
    return Comparison(before, after, changed)
