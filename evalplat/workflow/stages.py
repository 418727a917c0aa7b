"""Keys of stages and states, and which state belongs to which stage."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The nine stages, in the order in which the stage bar draws them."""

    NOTICE = "notice"
    ASSESSMENT = "assessment"
    SURVEY = "survey"
    REVIEW = "review"
    REPORT = "report"
    FEEDBACK = "feedback"
    OBJECTION = "objection"
    SUMMARY = "summary"
    FOLLOW_UP = "follow_up"


class State(StrEnum):
    """The states of an evaluation (one unit in one campaign)."""

    DRAFTED = "drafted"
    NOTIFIED = "notified"
    ASSESSING = "assessing"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"
    SCORED = "scored"
    MODERATED = "moderated"
    REPORTED = "reported"
    INFORMED = "informed"
    OBJECTED = "objected"
    DECIDED = "decided"
    FINAL = "final"
    FOLLOWING = "following"
    CLOSED = "closed"
    LOOKED_BACK = "looked_back"


class SideState(StrEnum):
    """Why an evaluation stands still; each is set with a document."""

    SUSPENDED = "suspended"
    EXEMPT = "exempt"
    MERGED = "merged"


class CampaignState(StrEnum):
    """The states of a campaign."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    ISSUED = "issued"
    CONCLUDED = "concluded"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


STAGE_OF: dict[State, Stage] = {
    State.DRAFTED: Stage.NOTICE,
    State.NOTIFIED: Stage.NOTICE,
    State.ASSESSING: Stage.ASSESSMENT,
    State.SUBMITTED: Stage.ASSESSMENT,
    State.ACCEPTED: Stage.REVIEW,
    State.REVIEWED: Stage.REPORT,
    State.SCORED: Stage.REPORT,
    State.MODERATED: Stage.REPORT,
    State.REPORTED: Stage.FEEDBACK,
    State.INFORMED: Stage.FEEDBACK,
    State.OBJECTED: Stage.OBJECTION,
    State.DECIDED: Stage.OBJECTION,
    State.FINAL: Stage.SUMMARY,
    State.FOLLOWING: Stage.FOLLOW_UP,
    State.CLOSED: Stage.FOLLOW_UP,
    State.LOOKED_BACK: Stage.FOLLOW_UP,
}

ORDER: dict[State, int] = {state: index for index, state in enumerate(State)}


def at_least(state: State | str, reached: State) -> bool:
    """True if ``state`` is ``reached`` or a later one."""
    return ORDER[State(state)] >= ORDER[reached]
