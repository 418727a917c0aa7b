"""The menu: only what exists and is open to the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.access.tasks import count_waiting
from evalplat.kernel.i18n import N_, gettext

if TYPE_CHECKING:
    from .render import Context

ENTRIES: tuple[tuple[str, str, Act], ...] = (
    (N_("Home"), "/", Act.SEE_HOME),
    (N_("Evaluations"), "/c", Act.SEE_CAMPAIGNS),
    (N_("Boards"), "/board", Act.SEE_BOARDS),
    (N_("Plans"), "/plans", Act.SEE_PLANS),
    (N_("Findings"), "/findings", Act.SEE_ALL_FINDINGS),
    (N_("Rectification ledger"), "/follow-up", Act.SEE_SUMMARY),
    (N_("Documents"), "/documents", Act.SEE_CAMPAIGNS),
    (N_("Indicator systems"), "/definitions", Act.SEE_DEFINITIONS),
    (N_("Office and people"), "/people", Act.SEE_PEOPLE),
    (N_("Audit log"), "/audit", Act.SEE_AUDIT),
    (N_("Jobs"), "/jobs", Act.SEE_JOBS),
    (N_("System check"), "/doctor", Act.SEE_DOCTOR),
    (N_("Access tokens"), "/api/tokens", Act.MANAGE_TOKENS),
)

INSIDE = {"/people": "/office"}
"""Addresses that belong to an entry without beginning like it."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the menu."""

    label: str
    href: str
    current: bool
    count: int | None = None


def navigation(context: Context) -> tuple[NavItem, ...]:
    """The menu of the person, the present entry marked."""
    path = context.request.url.path
    items = []
    for label, href, act in ENTRIES:
        if not may(context.person, act):
            continue
        current = path == href or (href != "/" and path.startswith(href)) or path.startswith(INSIDE.get(href, "-"))
        count = count_waiting(context.work, context.person) if href == "/" else None
        items.append(NavItem(gettext(label), href, current, count or None))
    return tuple(items)
