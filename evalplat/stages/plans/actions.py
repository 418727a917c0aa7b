"""Coverage by hand: what was evaluated before this system, and how much each part of a risk weighs."""

from __future__ import annotations

from collections.abc import Mapping

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import queries, rules
from .forms import EarlierForm, RemovalForm
from .tables import EarlierEvaluation


def add_earlier(work: Work, form: EarlierForm) -> EarlierEvaluation:
    """Enter that a unit was evaluated before; the document is the proof."""
    unit = queries.unit_called(work, form.unit)
    if unit is None:
        raise Invalid({"unit": N_("Choose one of the options.")})
    if form.year > work.today.year:
        raise Invalid({"year": N_("This year lies in the future.")})
    if any(row.year == form.year and row.kind == form.kind for row in queries.earlier_of(work).get(unit.id or 0, [])):
        raise Invalid({"year": N_("This is entered already. Remove the old entry first if it is wrong.")})
    row: EarlierEvaluation = work.add(EarlierEvaluation(
        office_id=work.office_id, unit_id=unit.id, year=form.year, kind=form.kind, grade=form.grade.strip(),
        document=form.document.strip(), entered_by=work.actor.name, entered_at=work.now))
    record(work, "plan.earlier_recorded", unit=unit.code, year=form.year, kind=form.kind, document=row.document)
    return row


def remove_earlier(work: Work, unit_code: str, *, year: int, kind: str, form: RemovalForm) -> None:
    """Take a wrong entry out; the audit log keeps it with the reason."""
    unit = queries.unit_called(work, unit_code)
    rows = queries.earlier_of(work).get(unit.id or 0, []) if unit else []
    row = next((one for one in rows if one.year == year and one.kind == kind), None)
    if row is None or unit is None:
        raise NotFound
    record(work, "plan.earlier_removed", unit=unit.code, year=year, kind=kind, document=row.document, reason=form.reason.strip())
    work.session.delete(row)
    work.session.flush()


def set_weights(work: Work, typed: Mapping[str, int], *, cycle: int) -> None:
    """How much each part weighs, and the length of the cycle; what equals the default is not kept."""
    wrong = {f"weight.{key}": N_("Enter a whole number from 0 to 100.") for key, value in typed.items()
             if key not in rules.WEIGHTS or not 0 <= value <= rules.MOST}
    if not 1 <= cycle <= 10:
        wrong["cycle"] = N_("Enter a whole number from 1 to 10.")
    if wrong:
        raise Invalid(wrong)
    office = queries.office_of(work)
    own = {key: value for key, value in typed.items() if value != rules.WEIGHTS[key]}
    office.settings = {**office.settings, "risk_weights": own, "plan_cycle": cycle}
    work.add(office)
    record(work, "plan.weights_set", weights={**own, "cycle": cycle})
