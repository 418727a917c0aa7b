"""The ladder of warnings before and after a due date, the reminders, and how late something was. Derived, never stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from evalplat.kernel.i18n import N_
from evalplat.workflow.calendar import Exceptions, working_days_between

from .rules import ItemState, days_late

REMINDERS = (-10, -3, 0, 1)
"""Calendar days from the due date on which the department is reminded."""


class Light(StrEnum):
    """Nothing to say, an early warning, yellow from the due date, red when it was missed by some working days."""

    NONE = ""
    WARN = "warn"
    YELLOW = "yellow"
    RED = "red"


LIGHTS: dict[Light, str] = {
    Light.WARN: N_("early warning: due soon"), Light.YELLOW: N_("yellow: due"), Light.RED: N_("red: overdue"),
}
LIGHT_KINDS: dict[Light, str] = {Light.WARN: "action", Light.YELLOW: "warn", Light.RED: "urgent"}


def light(due: date, today: date, exceptions: Exceptions, *, warn: int = 5, red: int = 2) -> Light:
    """Where an item stands on the ladder that still has to be done by ``due``. Days are working days."""
    if today >= due:
        return Light.RED if working_days_between(due, today, exceptions=exceptions) >= red else Light.YELLOW
    return Light.WARN if working_days_between(today, due, exceptions=exceptions) <= warn else Light.NONE


def waits_for_unit(state: str, due_at: datetime, submitted_at: datetime | None) -> bool:
    """Whether the ladder applies: not to what is verified, nor to what was handed in on time and waits for others."""
    if state in (ItemState.VERIFIED, ItemState.CLOSED):
        return False
    return state != ItemState.SUBMITTED or submitted_at is None or submitted_at > due_at


def lateness(state: str, due_at: datetime, submitted_at: datetime | None, now: datetime) -> int:
    """Days past the due date: of what was handed in until then, of everything else until now."""
    done = state in (ItemState.SUBMITTED, ItemState.VERIFIED, ItemState.CLOSED) and submitted_at is not None
    return days_late(due_at, submitted_at if done and submitted_at else now)


def reminder(due: date, today: date) -> int | None:
    """The latest reminder whose day has come, None before the first."""
    reached = [days for days in REMINDERS if today >= due + timedelta(days=days)]
    return max(reached, default=None)
