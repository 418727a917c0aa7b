"""Many tasks as a few lines: by deed, the most urgent deed first, each with its count and the way to its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evalplat.access.tasks import Task
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.pages.labels import STAGES, text_of

MANY = 15
"""Beyond so many tasks a list is a wall."""
NAMED = 4


@dataclass(frozen=True, slots=True)
class Deed:
    """Tasks of one kind: ``href`` is the task itself where there is only one."""

    title: str
    detail: str
    button: str
    href: str
    due_at: datetime | None
    count: int


def grouped(tasks: Sequence[Task]) -> list[Deed]:
    """One line a deed and campaign, in the order of their earliest deadlines."""
    groups: dict[tuple[str, str, str], list[Task]] = {}
    for task in tasks:
        groups.setdefault((task.act, task.stage, task.campaign), []).append(task)
    found = [_deed(rows) for rows in groups.values()]
    return sorted(found, key=lambda deed: (deed.due_at is None, deed.due_at, -deed.count, deed.title))


def _deed(rows: Sequence[Task]) -> Deed:
    first = min(rows, key=lambda task: (task.due_at is None, task.due_at))
    if len(rows) == 1:
        return Deed(first.title, first.detail, first.button, first.href, first.due_at, 1)
    units = list(dict.fromkeys(task.unit for task in rows if task.unit))
    more = gettext("and {count} more", count=len(units) - NAMED) if len(units) > NAMED else ""
    detail = listed(units[:NAMED]) + more if units else first.detail
    title = gettext("{stage}: {deed}", stage=text_of(STAGES, first.stage), deed=first.button)  # type: ignore[arg-type]
    return Deed(gettext("{title} ({count})", title=title, count=len(rows)), detail, gettext(LIST),
                f"/?deed={first.act}&campaign={first.campaign}", first.due_at, len(rows))


def of_deed(tasks: Sequence[Task], act: str, campaign: str) -> list[Task]:
    """The tasks behind one line."""
    return [task for task in tasks if task.act == act and campaign in ("", task.campaign)]


LIST = N_("Open the list")
