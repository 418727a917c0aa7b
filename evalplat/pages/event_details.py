"""How the details of an event read in the log: names of its fields, and words for codes that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evalplat.findings.kinds import SEVERITIES
from evalplat.kernel.i18n import N_, gettext
from evalplat.people.roles import LABELS as ROLES

from .labels import CAMPAIGN_STATES, STATES, WINDOWS

FIELDS: dict[str, str] = {
    "campaign_code": N_("Evaluation"), "full": N_("visited"), "light": N_("light"), "limit": N_("Always visited above a risk of"),
    "mode": N_("How"), "places": N_("Other places visited"), "plan": N_("Plans"), "rows": N_("Departments"), "seed": N_("Seed"),
    "share": N_("Drawn of each category"), "text": N_("Text"), "weights": N_("Points"), "year": N_("Year"),
    "act": N_("Act"), "answer": N_("Answer"), "approved": N_("Agreed to"), "category": N_("Category"), "changes": N_("Changes"),
    "check": N_("Check"), "claimed": N_("Claimed"), "closes": N_("Closes"), "code": N_("Short name"), "count": N_("Count"),
    "date": N_("Date"), "days": N_("Days"), "decision": N_("Decision"), "destination": N_("Destination"),
    "document": N_("Document"), "field": N_("Figure"), "fields": N_("Figures"), "files": N_("Files"), "finding": N_("Problem"),
    "findings": N_("Problems found"), "from": N_("From"), "grade": N_("Grade"), "hash": N_("Check value"), "how": N_("How"),
    "item": N_("Item"), "items": N_("Items"), "job": N_("Job"), "key": N_("Entry"), "kind": N_("Kind"), "late": N_("Late"),
    "leaf": N_("Indicator"), "level": N_("Level"), "login": N_("Login"), "members": N_("Members"), "method": N_("Method"),
    "move": N_("Move"), "n": N_("Count"), "name": N_("Name"), "note": N_("Note"), "number": N_("Number"), "opens": N_("Opens"),
    "path": N_("Address"), "percent": N_("Percent"), "reason": N_("Reason"), "receipt": N_("Receipt"), "record": N_("Record"),
    "records": N_("Records"), "ref": N_("Document"), "result": N_("Result"), "role": N_("Role"), "roles": N_("Roles"),
    "root": N_("Root of the answers"), "scan": N_("Scan"), "severity": N_("Severity"), "sha256": N_("Check value"),
    "short": N_("Units below the minimum"), "side": N_("Standing aside"), "source": N_("Source"), "state": N_("State"),
    "survey": N_("Questionnaire"), "team": N_("Team"), "title": N_("Title"), "to": N_("To"), "total": N_("Total"),
    "block": N_("Block"), "handed_in": N_("Whether handed in"), "experts": N_("Experts"), "ratio": N_("Consistency ratio"),
    "units": N_("Departments"), "user": N_("Person"), "value": N_("Value"), "version": N_("Version"), "window": N_("Dates"),
}
MOVES: dict[str, str] = {**{str(key): text for key, text in CAMPAIGN_STATES.items()}, **{str(key): text for key, text in STATES.items()}}
VALUES: dict[str, Mapping[str, str]] = {
    "from": MOVES, "to": MOVES, "roles": {str(key): text for key, text in ROLES.items()},
    "role": {str(key): text for key, text in ROLES.items()}, "window": {str(key): text for key, text in WINDOWS.items()},
    "severity": {str(key): text for key, text in SEVERITIES.items()},
}
LONGEST = 160


def field_words(key: str) -> str:
    """What a field is called; one without a name shows its key."""
    return gettext(FIELDS[key]) if key in FIELDS else key


def value_words(key: str, value: Any) -> str:
    """A value as it is read; codes become words where they have some."""
    if isinstance(value, list):
        return _short(gettext(", ").join(value_words(key, one) for one in value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    known = VALUES.get(key, {}).get(str(value))
    return gettext(known) if known else _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
