"""The unit's deeds: draft, sign, complete or do without an objection. The clock's: note that the window lapsed."""

from __future__ import annotations

from collections.abc import Mapping

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Evaluation
from evalplat.campaigns.windows import is_open
from evalplat.files.store import keep
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import Gone, Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import sheet
from evalplat.workflow.stages import Stage, State

from . import actions_intake as intake
from . import queries
from .forms import ItemForm
from .rules import MOST_ITEMS, Progressed, Subject, target
from .tables import Objection, ObjectionEnd, ObjectionFile, ObjectionItem


def open_draft(work: Work, evaluation: Evaluation) -> Objection:
    """The objection that the unit may change now: its draft, begun if need be, or the one it was asked to complete."""
    evaluation = moves.lock(work, evaluation)
    objection = queries.current(work, evaluation)
    if objection is not None and objection.state == Progressed.CORRECTING:
        moves.must_be(evaluation, State.OBJECTED)
        if objection.correction_due is not None and work.now > objection.correction_due:
            raise Gone(N_("The time to complete the objection is over. It is not taken in."))
        return objection
    _must_be_open(work, evaluation)
    moves.must_be(evaluation, State.INFORMED)
    if objection is None or objection.state == Progressed.REFUSED:
        objection = work.add(Objection(office_id=work.office_id, evaluation_id=evaluation.id,
                                       attempt=objection.attempt + 1 if objection else 1))
    return objection


def _must_be_open(work: Work, evaluation: Evaluation) -> None:
    """The clock first: 24:00 of the last day, and one second later is late."""
    own = queries.window(work, evaluation)
    if own is None:
        raise Refused(N_("The result letter was not received yet."))
    if not is_open(own, work.now) or queries.end_of(work, evaluation) is not None:
        raise Gone(N_("The time to object is over."))


def add_item(work: Work, evaluation: Evaluation, chosen: str) -> ObjectionItem:
    """Begin an item: ``leaf:A101``, ``finding:F-01``, ``fact``, ``procedure`` or ``grade``."""
    objection = _draft_for_items(work, evaluation)
    items, wanted = queries.items_of(work, objection), target(chosen)
    if wanted is None or not _offered(work, evaluation, *wanted):
        raise Invalid({"new_target": N_("Choose what you object to.")})
    subject, code = wanted
    if any(item.subject == subject and item.code == code for item in items if subject not in (Subject.FACT, Subject.PROCEDURE)):
        raise Invalid({"new_target": N_("You have an item for this already.")})
    if len(items) >= MOST_ITEMS:
        raise Invalid({"new_target": N_("There are too many items.")})
    item: ObjectionItem = work.add(ObjectionItem(office_id=work.office_id, objection_id=objection.id, number=len(items) + 1,
                                                 subject=subject, code=code))
    return item


def _offered(work: Work, evaluation: Evaluation, subject: Subject, code: str) -> bool:
    if subject == Subject.LEAF:
        return any(leaf.code == code for leaf in queries.contestable(queries.frozen(work, evaluation)))
    if subject == Subject.FINDING:
        return any(row.code == code for row in queries.contestable_findings(work, evaluation))
    return True


def _draft_for_items(work: Work, evaluation: Evaluation) -> Objection:
    objection = open_draft(work, evaluation)
    if objection.state == Progressed.CORRECTING:
        raise Refused(N_("You can complete the items now, not add or remove any."))
    return objection


def remove_item(work: Work, evaluation: Evaluation, number: int) -> None:
    """Take an item out of the draft; the ones behind it move up."""
    objection = _draft_for_items(work, evaluation)
    for item in queries.items_of(work, objection):
        if item.number == number:
            for file in queries.files_of(work, item):
                _drop(work, item, file)
            work.session.delete(item)
        elif item.number > number:
            item.number -= 1
            work.session.add(item)
    work.session.flush()


def save_items(work: Work, evaluation: Evaluation, forms: Mapping[int, ItemForm]) -> Objection:
    """Keep what was typed, complete or not."""
    objection = open_draft(work, evaluation)
    for item in queries.items_of(work, objection):
        form = forms.get(item.number)
        if form is not None:
            item.claim, item.reasons = form.claim, form.reasons
            item.existed, item.existed_why = form.existed, form.existed_why
            work.session.add(item)
    objection.saved_at = work.now
    work.add(objection)
    return objection


def add_file(work: Work, evaluation: Evaluation, number: int, *, name: str, data: bytes) -> StoredFile:
    """Add new evidence to an item."""
    field = f"item.{number}.files"
    item = queries.item_of(work, open_draft(work, evaluation), number)
    if item is None:
        raise Invalid({field: N_("This item is not there any more.")})
    file = keep(work, name, data, purpose="objection", evaluation_id=evaluation.id, field=field)
    work.add(ObjectionFile(item_id=item.id, file_id=file.id, office_id=work.office_id))
    return file


def remove_file(work: Work, evaluation: Evaluation, code: str) -> None:
    """Take a piece of evidence out of what may still be changed."""
    for item in queries.items_of(work, open_draft(work, evaluation)):
        for file in queries.files_of(work, item):
            if file.code == code:
                _drop(work, item, file)


def _drop(work: Work, item: ObjectionItem, file: StoredFile) -> None:
    row = work.session.get(ObjectionFile, (item.id, file.id))
    if row is not None:
        work.session.delete(row)
        work.session.flush()
    if not queries.is_used(work, file):
        file.removed_at = work.now
        work.session.add(file)
        work.session.flush()


def ask_signature(work: Work, evaluation: Evaluation) -> None:
    """The liaison has prepared it: it waits for the head."""
    objection = open_draft(work, evaluation)
    _must_be_complete(work, evaluation, objection)
    own = queries.window(work, evaluation)
    due = objection.correction_due if objection.state == Progressed.CORRECTING else own.closes_at if own else None
    progress.wait(work, evaluation, "sign_objection", stage=Stage.OBJECTION, due_at=due,
                  href=f"{queries.address(work, evaluation)}#sign")


def _must_be_complete(work: Work, evaluation: Evaluation, objection: Objection) -> None:
    faults = queries.incomplete(work, evaluation, objection)
    if faults:
        raise Invalid(faults)


def sign(work: Work, evaluation: Evaluation) -> Objection:
    """The head signs: the objection is filed (``object``), or the completed one goes back to the section."""
    objection = open_draft(work, evaluation)
    _must_be_complete(work, evaluation, objection)
    if objection.state == Progressed.CORRECTING:
        return _send_correction(work, evaluation, objection)
    newest = sheet.latest(work, evaluation)
    objection.version_before = newest.version if newest else None
    moves.make(work, evaluation, "object")
    objection.state, objection.filed_at, objection.filed_by_name = Progressed.FILED, work.now, work.actor.name
    work.add(objection)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.filed", campaign=campaign, unit=unit, items=len(queries.items_of(work, objection)))
    close_unit_tasks(work, evaluation)
    intake.wait_for_intake(work, evaluation)
    return objection


def _send_correction(work: Work, evaluation: Evaluation, objection: Objection) -> Objection:
    objection.state, objection.corrected_at = Progressed.FILED, work.now
    work.add(objection)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.corrected", campaign=campaign, unit=unit)
    close_unit_tasks(work, evaluation)
    intake.wait_for_intake(work, evaluation)
    return objection


def close_unit_tasks(work: Work, evaluation: Evaluation) -> None:
    """Nothing of the objection waits for the unit any more."""
    progress.done(work, evaluation, "fill_objection")
    progress.done(work, evaluation, "sign_objection")


def decline(work: Work, evaluation: Evaluation) -> ObjectionEnd:
    """The head declares that there is no objection: the window counts as lapsed at once."""
    evaluation = moves.lock(work, evaluation)
    _must_be_open(work, evaluation)
    moves.must_be(evaluation, State.INFORMED)
    return _end(work, evaluation, "declined")


def lapse(work: Work, evaluation: Evaluation) -> ObjectionEnd:
    """The last day passed without an objection."""
    evaluation = moves.lock(work, evaluation)
    moves.must_be(evaluation, State.INFORMED)
    known = queries.end_of(work, evaluation)
    if known is not None:
        return known
    own = queries.window(work, evaluation)
    if own is None or work.now <= own.closes_at:
        raise Refused(N_("The department may still object."))
    return _end(work, evaluation, "lapsed")


def _end(work: Work, evaluation: Evaluation, how: str) -> ObjectionEnd:
    row: ObjectionEnd = work.add(ObjectionEnd(evaluation_id=evaluation.id, office_id=work.office_id, how=how, at=work.now,
                                              by_name=work.actor.name))
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.window_lapsed" if how == "lapsed" else "objection.declined", campaign=campaign, unit=unit)
    close_unit_tasks(work, evaluation)
    wait_for_final(work, evaluation)
    return row


def wait_for_final(work: Work, evaluation: Evaluation) -> None:
    """The result waits for the director to make it final."""
    progress.wait(work, evaluation, "finalise", stage=Stage.OBJECTION, href=f"{queries.address(work, evaluation)}#final")


def finalise(work: Work, evaluation: Evaluation) -> Evaluation:
    """Make the result final. A window that passed in silence is noted as lapsed first."""
    if evaluation.state == State.INFORMED and queries.end_of(work, evaluation) is None \
            and queries.over_since(work, evaluation) is not None:
        lapse(work, evaluation)
    moved = moves.make(work, evaluation, "finalise")
    progress.done(work, moved, "finalise")
    close_unit_tasks(work, moved)
    return moved
