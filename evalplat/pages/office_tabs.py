"""The tabs that the pages of the office, its departments and its people share."""

from __future__ import annotations

from evalplat.access.acts import Act
from evalplat.kernel.i18n import N_, gettext
from evalplat.web.render import Context

from .places import Tab

TABS: tuple[tuple[str, str, Act], ...] = (
    ("/office", N_("The office"), Act.MANAGE_OFFICE),
    ("/office/calendar", N_("Working days"), Act.MANAGE_OFFICE),
    ("/office/units", N_("Departments"), Act.SEE_PEOPLE),
    ("/people", N_("Accounts"), Act.SEE_PEOPLE),
    ("/people/delegations", N_("Lent roles"), Act.SEE_PEOPLE),
    ("/office/import", N_("Workbook"), Act.MANAGE_OFFICE),
    ("/office/slips", N_("Password slips"), Act.MANAGE_PEOPLE),
)
CLEAR = ("/office/clear", N_("Clear the demonstration"), Act.MANAGE_PEOPLE)


def office_tabs(ctx: Context, current: str) -> list[Tab]:
    """What is open to the person; the demonstration can be cleared only where there is one."""
    tabs = TABS + ((CLEAR,) if ctx.work.settings.demo else ())
    return [Tab(gettext(label), href, href == current) for href, label, act in tabs if ctx.can(act)]
