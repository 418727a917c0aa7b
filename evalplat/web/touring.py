"""The guided tour of the demonstration: at which stop this browser is, and the words of the bar on top of every page."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings

COOKIE = "tour"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop; its title and what to look at are gettext ids."""

    number: int
    title: str
    look: str

    @property
    def before(self) -> int | None:
        """The stop before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The stop after this one."""
        return self.number + 1 if self.number < len(STOPS) else None


STOPS: tuple[Stop, ...] = (
    Stop(1, N_("A section officer's day"), N_(
        "You are an officer of the supervision section: whatever waits for this section stands here, what is due first on top. "
        "Open a task: it leads to the very place where it is done.")),
    Stop(2, N_("A citizen answers"), N_(
        "Scan the code with your phone or open the link: no login, no script, two minutes. "
        "Send an answer, then look at the office's survey page: one answer more, and nobody can tell whose it is.")),
    Stop(3, N_("The number that opens"), N_(
        "You lead a team. Indicator A101 is open: its arithmetic, the paper on which its figures rest, a link to its rule. "
        "Open any other line in the same way, or all of them.")),
    Stop(4, N_("An objection that ended in version 2"), N_(
        "You head the department that objected; another panel decided item by item, and somebody who had not approved the report signed. "
        "Below, version 2 stands beside version 1 with the arithmetic of each change.")),
    Stop(5, N_("The director's board"), N_(
        "You are the director: what is late and with whom, over all departments, on one page. "
        "Open a number: it leads to its rows.")),
    Stop(6, N_("The report on the whole city"), N_(
        "You sit in the commission: this is the report on last year's departments. "
        "Open any number: it leads to the rows from which it was counted, and all of them can be had as an Excel file.")),
)


def stop_of(request: Request) -> Stop | None:
    """Where this browser is on the tour; None off the tour, and wherever there is no demonstration."""
    number = request.cookies.get(COOKIE, "") if settings().demo else ""
    return next((stop for stop in STOPS if str(stop.number) == number), None)
