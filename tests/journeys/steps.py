"""What every journey does: press a button, read a page, look at the log; the days of the National Day of 2026.

Beijing is eight hours ahead: a day ends at 16:00 UTC. 20 September (Sunday) and 10 October (Saturday) are worked, 25 September
and 1 to 7 October are not.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from sqlmodel import col, select

from evalplat.audit.tables import AuditEvent
from evalplat.documents.queries import documents_of
from evalplat.documents.tables import Document
from tests.world import World, csrf

TAG = re.compile(r"<[^>]+>|\s+")


def at(month: int, day: int, hour: int = 2, minute: int = 0, second: int = 0) -> datetime:
    """A moment of 2026, in UTC."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def end_of(month: int, day: int) -> datetime:
    """The last second of a day in Beijing."""
    return at(month, day, 15, 59, 59)


def post(world: World, who: str, path: str, expect: int = 303, **data: str) -> str:
    """One press of a button."""
    with world.client(who) as client:
        answer = client.post(path, data={"csrf_token": csrf(client, "/password"), **data})
        assert answer.status_code == expect, (who, path, answer.status_code, TAG.sub(" ", answer.text)[-900:])
        return answer.text


def see(world: World, who: str, path: str, expect: int = 200) -> str:
    """What the person reads there."""
    with world.client(who) as client:
        answer = client.get(path)
        assert answer.status_code == expect, (who, path, answer.status_code)
        return answer.text


def denied(world: World, who: str, tried: dict[str, int]) -> None:
    """Each address is tried, read and pressed, and gives its answer."""
    with world.client(who) as client:
        token = {"csrf_token": csrf(client, "/password")}
        for path, expected in tried.items():
            answer = client.get(path) if not path.startswith("!") else client.post(path[1:], data=token)
            assert answer.status_code == expected, (who, path, answer.status_code)


def document(world: World, kind: str, unit: str) -> Document:
    """The newest issued document of a kind for a unit."""
    with world.acting("system", write=False) as work:
        rows = documents_of(work.session, world.evaluation(work, unit), kind=kind)
        return next(row for row in rows if row.state == "issued")


def logged(world: World, *names: str) -> list[tuple[str, str, str]]:
    """Event, unit and name of the person, in the log's order."""
    with world.acting("system", write=False) as work:
        rows = work.session.exec(select(AuditEvent).where(col(AuditEvent.event).in_(names)).order_by(col(AuditEvent.seq)))
        return [(row.event, row.unit, row.actor_name) for row in rows]


def day_of(world: World, moment: datetime | None) -> date:
    """The day in the office's time zone."""
    assert moment is not None
    with world.acting("system", write=False) as work:
        return moment.astimezone(work.settings.zone).date()
