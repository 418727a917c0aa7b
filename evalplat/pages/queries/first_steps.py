"""What the administrator of a new office does first, one after the other, until there is an evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from evalplat.campaigns.tables import Campaign
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people import calendar
from evalplat.people.passwords import NONE_YET
from evalplat.people.tables import Unit, User


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One deed with the page where it is done; ``done`` is None where nobody but the person can tell."""

    label: str
    detail: str
    href: str
    done: bool | None


def first_steps(work: Work) -> list[FirstStep]:
    """Nothing any more as soon as the first evaluation is begun."""
    if work.session.exec(select(Campaign.id).where(Campaign.office_id == work.office_id)).first() is not None:
        return []
    units = work.session.exec(select(Unit.id).where(Unit.office_id == work.office_id)).first() is not None
    waiting = work.session.exec(select(User.id).where(User.office_id == work.office_id, User.password_hash == NONE_YET)).first()
    return [
        FirstStep(N_("1. Check the working days"), N_("All deadlines count with them."), "/office/calendar",
                  work.today.year in calendar.checked_years(work)),
        FirstStep(N_("2. Bring in departments and people"), N_("One workbook: fill it in, upload it, look at it, confirm it."),
                  "/office/import", units),
        FirstStep(N_("3. Print the password slips"), N_("Department by department, to be handed over."), "/office/slips",
                  units and waiting is None),
        FirstStep(N_("4. The section sets up the evaluation"),
                  N_("Under “Evaluations”, signed in with an account of the supervision section."), "", None)]
