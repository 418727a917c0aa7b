"""States of a rectification and the choices around it, as keys with their texts; who is late; which items a look back draws."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil

from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_


class ItemState(StrEnum):
    """Where the rectification of one finding stands. Overdue and extended are derived, never states."""

    ISSUED = "issued"
    RECEIVED = "received"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_ACCEPTED = "plan_accepted"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    VERIFIED = "verified"
    CLOSED = "closed"


MOVES: dict[ItemState, frozenset[ItemState]] = {
    ItemState.ISSUED: frozenset({ItemState.RECEIVED}),
    ItemState.RECEIVED: frozenset({ItemState.PLAN_SUBMITTED, ItemState.IN_PROGRESS}),
    ItemState.PLAN_SUBMITTED: frozenset({ItemState.PLAN_ACCEPTED, ItemState.RECEIVED}),
    ItemState.PLAN_ACCEPTED: frozenset({ItemState.IN_PROGRESS}),
    ItemState.IN_PROGRESS: frozenset({ItemState.SUBMITTED}),
    ItemState.SUBMITTED: frozenset({ItemState.REJECTED, ItemState.VERIFIED}),
    ItemState.REJECTED: frozenset({ItemState.IN_PROGRESS}),
    ItemState.VERIFIED: frozenset({ItemState.CLOSED}),
    ItemState.CLOSED: frozenset({ItemState.IN_PROGRESS}),
}
"""From received straight to work goes only what is set right at once, without a plan."""
BEFORE_PLAN = frozenset({ItemState.ISSUED, ItemState.RECEIVED})
AT_WORK = frozenset({ItemState.PLAN_ACCEPTED, ItemState.IN_PROGRESS, ItemState.REJECTED})


class Outcome(StrEnum):
    """What a look back found."""

    HELD = "held"
    RELAPSED = "relapsed"
    FORMALISTIC = "formalistic"
    UNRESOLVED = "unresolved"


class Method(StrEnum):
    """How a rectification was verified."""

    WRITTEN = "written"
    ON_SITE = "on_site"


class Measure(StrEnum):
    """What the office may order of those responsible."""

    ORDER = "order_to_correct"
    REMINDER = "reminder"
    TALK = "talk"
    CRITICISM = "public_criticism"
    TRANSFER = "transfer"


class AdviceKind(StrEnum):
    """What the office may study to change in the establishment."""

    INCREASE = "increase"
    DECREASE = "decrease"
    RECALL = "recall"
    REVOLVE = "revolve"
    INTERNAL_UNITS = "internal_units"
    DUTIES = "duties"
    LEADER_POSTS = "leader_posts"
    MERGE = "merge"
    CONVERT = "convert"


class AdviceState(StrEnum):
    """What became of an advice."""

    OPEN = "open"
    AGENDA = "on_agenda"
    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


STATES: dict[ItemState, str] = {
    ItemState.ISSUED: N_("to be received"), ItemState.RECEIVED: N_("plan to be written"),
    ItemState.PLAN_SUBMITTED: N_("plan to be checked"), ItemState.PLAN_ACCEPTED: N_("plan accepted"),
    ItemState.IN_PROGRESS: N_("being rectified"), ItemState.SUBMITTED: N_("to be verified"),
    ItemState.REJECTED: N_("not accepted, go on"), ItemState.VERIFIED: N_("verified by two"), ItemState.CLOSED: N_("rectified and closed"),
}
STATE_KINDS: dict[ItemState, str] = {
    ItemState.ISSUED: "warn", ItemState.RECEIVED: "warn", ItemState.PLAN_SUBMITTED: "action", ItemState.PLAN_ACCEPTED: "mute",
    ItemState.IN_PROGRESS: "mute", ItemState.SUBMITTED: "action", ItemState.REJECTED: "urgent", ItemState.VERIFIED: "ok",
    ItemState.CLOSED: "ok",
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.HELD: N_("It holds"), Outcome.RELAPSED: N_("It came back"), Outcome.FORMALISTIC: N_("Rectified on paper only"),
    Outcome.UNRESOLVED: N_("Not rectified"),
}
METHODS: dict[Method, str] = {Method.WRITTEN: N_("in writing"), Method.ON_SITE: N_("on site")}
MEASURES: dict[Measure, str] = {
    Measure.ORDER: N_("Order to correct within a time"), Measure.REMINDER: N_("Reminder"),
    Measure.TALK: N_("Talk with those responsible"), Measure.CRITICISM: N_("Public criticism"),
    Measure.TRANSFER: N_("Handed to discipline inspection"),
}
UNIT_MEASURES = (Measure.ORDER, Measure.REMINDER, Measure.TALK, Measure.CRITICISM)
"""What may stand beside a rectification. A transfer belongs to referrals alone: the unit must not learn of it."""
REFERRAL_MEASURES = (Measure.TRANSFER, Measure.REMINDER, Measure.TALK, Measure.CRITICISM, Measure.ORDER)
ADVICE_KINDS: dict[AdviceKind, str] = {
    AdviceKind.INCREASE: N_("Increase the establishment"), AdviceKind.DECREASE: N_("Reduce the establishment"),
    AdviceKind.RECALL: N_("Recall into the reserve"), AdviceKind.REVOLVE: N_("Lend from the revolving pool"),
    AdviceKind.INTERNAL_UNITS: N_("Change internal units"), AdviceKind.DUTIES: N_("Reassign duties"),
    AdviceKind.LEADER_POSTS: N_("Change leader posts"), AdviceKind.MERGE: N_("Merge or abolish an institution"),
    AdviceKind.CONVERT: N_("Convert or buy the service"),
}
ADVICE_STATES: dict[AdviceState, str] = {
    AdviceState.OPEN: N_("under study"), AdviceState.AGENDA: N_("on the commission's agenda"),
    AdviceState.ADOPTED: N_("adopted"), AdviceState.PARTLY: N_("adopted in part"),
    AdviceState.NOT_ADOPTED: N_("not adopted"),
}
UNDECIDED = frozenset({AdviceState.OPEN, AdviceState.AGENDA})
"""Studies whose outcome is still to come."""


class RequestKind(StrEnum):
    """What a department asks for and does not get while it is held up."""

    QUOTA = "quota_use"
    BODY = "new_body"
    POSTS = "leader_posts"


class RequestDecision(StrEnum):
    """What became of a request that came during a hold."""

    REFUSED = "refused"
    WAIVED = "waived"


REQUEST_KINDS: dict[RequestKind, str] = {
    RequestKind.QUOTA: N_("Use of posts"), RequestKind.BODY: N_("Setting up a body"), RequestKind.POSTS: N_("Leader posts"),
}
REQUEST_DECISIONS: dict[RequestDecision, str] = {
    RequestDecision.REFUSED: N_("not taken up"), RequestDecision.WAIVED: N_("let through by the director"),
}
HOLDING = frozenset({"major", "critical"})
"""Severities whose overdue items hold up new requests of the department."""


def check_move(before: str, after: ItemState) -> None:
    """Refuse a step that the table does not have."""
    if after not in MOVES[ItemState(before)]:
        raise Refused(N_("This is not possible in the present state of the item. Reload the page to see where it stands."))


def is_open(state: str) -> bool:
    """Whether something is still to be done."""
    return state != ItemState.CLOSED


def is_overdue(state: str, due_at: datetime, *, submitted_at: datetime | None, now: datetime) -> bool:
    """Late and not verified. What was handed in on time and waits to be verified is not late; handed in late it still is."""
    if state in (ItemState.VERIFIED, ItemState.CLOSED):
        return False
    if state == ItemState.SUBMITTED and submitted_at is not None:
        return submitted_at > due_at
    return now > due_at


def days_late(due_at: datetime, until: datetime) -> int:
    """Full calendar days after the due date; 0 if it was kept."""
    return max(0, -((due_at - until).days))


def first_step_waits(state: str, *, due: datetime | None, done: datetime | None) -> bool:
    """Whether a critical finding still waits for its first step."""
    return due is not None and done is None and state in BEFORE_PLAN | AT_WORK | {ItemState.PLAN_SUBMITTED}


def sample(items: Mapping[str, str], *, share: float, seed: str) -> list[str]:
    """Codes for a look back: every critical one, then by the seed's order until the share of all is reached.

    ``items``: code → severity. The order of a seed is the sha256 of ``seed:code``, so anybody can draw it again.
    """
    wanted = ceil(Fraction(str(share)) * len(items))
    order = sorted(items, key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())
    chosen = [code for code in order if items[code] == "critical"]
    chosen += [code for code in order if items[code] != "critical"][: max(0, wanted - len(chosen))]
    return sorted(chosen)


def draw_again(items: Mapping[str, str], drawn: Iterable[str], *, seed: str) -> str:
    """One line of shell that draws again: the whole order of the seed; the first ones that are not critical fill the share."""
    chosen = set(drawn)
    fill = sum(items.get(number) != "critical" for number in chosen)
    others = " ".join(sorted(number for number, severity in items.items() if severity != "critical"))
    return (f"for n in {others}; do echo $(printf %s {seed}:$n | sha256sum | cut -c1-64) $n; done | sort | head -n {fill}"
            if fill else "")
