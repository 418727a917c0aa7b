"""While the demonstration is being filled its pages can be read; deeds wait, or they would come between two steps of it."""

from __future__ import annotations

from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.people.tables import Office

STEP, STEPS = "demo_step", "demo_steps"
"""Keys in the office's settings: how many steps were played, and how many there are."""


def percent(office: Office) -> int | None:
    """How far the demonstration is filled; None if it is full, or no demonstration."""
    done, of = office.settings.get(STEP, 0), office.settings.get(STEPS, 0)
    return 100 * done // of if done < of else None


def must_be_full(office: Office) -> None:
    """Refuse a deed until the demonstration is full."""
    found = percent(office)
    if found is not None:
        raise Refused(N_("The demonstration is still being filled ({percent} %). Look around; you can act once it is complete."),
                      percent=found)
