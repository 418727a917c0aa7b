"""The audit log as a list: who did what to which unit, with the link's own hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, func, select

from evalplat.audit.events import EVENTS
from evalplat.audit.tables import AuditEvent
from evalplat.kernel.i18n import gettext
from evalplat.kernel.listing import Paged, Wanted, page_of
from evalplat.kernel.work import Work
from evalplat.pages.event_details import field_words, value_words
from evalplat.pages.event_labels import AREAS, event_label

FILTERS = ("area", "event", "campaign", "unit", "who", "since", "until")
SHORT = 16


@dataclass(frozen=True, slots=True)
class EventLine:
    """One link of the chain."""

    seq: int
    at: datetime
    event: str
    label: str
    who: str
    campaign: str
    unit: str
    data: tuple[tuple[str, str], ...]
    hash: str


def events_page(work: Work, ask: Wanted, *, size: int) -> Paged[EventLine]:
    """One page, the newest first."""
    query: Any = select(AuditEvent).where(AuditEvent.office_id == work.office_id)
    if ask.get("area") in AREAS:
        query = query.where(col(AuditEvent.event).startswith(f"{ask.get('area')}.", autoescape=True))
    if ask.get("event") in EVENTS:
        query = query.where(AuditEvent.event == ask.get("event"))
    for name, column in (("campaign", AuditEvent.campaign), ("unit", AuditEvent.unit)):
        if ask.get(name):
            query = query.where(col(column) == ask.get(name))
    if ask.get("who"):
        query = query.where(col(AuditEvent.actor_name).contains(ask.get("who"), autoescape=True))
    since, until = _day(ask.get("since")), _day(ask.get("until"))
    if since:
        query = query.where(col(AuditEvent.at) >= _start(work, since))
    if until:
        query = query.where(col(AuditEvent.at) < _start(work, until + timedelta(days=1)))
    counted = select(func.count()).select_from(query.subquery())
    total = int(work.session.exec(counted).one())
    page = min(ask.page, max(1, -(-total // size)))
    rows = work.session.exec(query.order_by(col(AuditEvent.seq).desc()).offset((page - 1) * size).limit(size))
    return page_of([_line(row) for row in rows], total=total, ask=ask, size=size)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=work.settings.zone).astimezone(UTC)


def _line(row: AuditEvent) -> EventLine:
    entries = json.loads(row.data).items()
    data = tuple((field_words(key), value_words(key, value)) for key, value in entries if value not in ("", None, []))
    return EventLine(row.seq, row.at, row.event, event_label(row.event), gettext(row.actor_name), row.campaign, row.unit, data,
                     row.hash[:SHORT])


def choices() -> list[tuple[str, str]]:
    """Areas of events, for the filter."""
    return [(key, gettext(text)) for key, text in AREAS.items()]
