"""Categories, severities, destinations and states of findings, as keys with their texts."""

from __future__ import annotations

from enum import StrEnum

from evalplat.kernel.i18n import N_


class Severity(StrEnum):
    """How bad it is; any veto item is critical."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Destination(StrEnum):
    """D1 the office studies it, D2 the unit rectifies it, D3 it is handled as a violation (named persons only)."""

    STUDY = "D1"
    RECTIFY = "D2"
    REFER = "D3"


class FindingState(StrEnum):
    """From the assessor's draft to its end."""

    DRAFTED = "drafted"
    CONFIRMED_BY_TEAM = "confirmed_by_team"
    AGREED = "agreed"
    DISPUTED = "disputed"
    SILENT = "silent"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    ROUTED = "routed"
    CLOSED = "closed"


class Source(StrEnum):
    """Where a finding came from."""

    REVIEW = "review"
    FOLLOW_THROUGH = "follow_through"
    HOTLINE = "hotline"
    INSPECTION = "inspection"
    AUDIT = "audit"
    DAILY = "daily"


ANSWERED = frozenset({FindingState.AGREED, FindingState.DISPUTED, FindingState.SILENT})
STANDING = frozenset({FindingState.CONFIRMED, FindingState.ROUTED, FindingState.CLOSED})

MOVES: dict[FindingState, frozenset[FindingState]] = {
    FindingState.DRAFTED: frozenset({FindingState.CONFIRMED_BY_TEAM, FindingState.WITHDRAWN}),
    FindingState.CONFIRMED_BY_TEAM: ANSWERED | {FindingState.WITHDRAWN},
    FindingState.AGREED: frozenset({FindingState.CONFIRMED, FindingState.WITHDRAWN}),
    FindingState.DISPUTED: frozenset({FindingState.CONFIRMED, FindingState.WITHDRAWN}),
    FindingState.SILENT: frozenset({FindingState.CONFIRMED, FindingState.WITHDRAWN}),
    FindingState.CONFIRMED: frozenset({FindingState.ROUTED, FindingState.WITHDRAWN}),
    FindingState.ROUTED: frozenset({FindingState.CLOSED, FindingState.WITHDRAWN}),
    FindingState.WITHDRAWN: frozenset(),
    FindingState.CLOSED: frozenset({FindingState.ROUTED}),
}

SEVERITIES: dict[Severity, str] = {Severity.MINOR: N_("minor"), Severity.MAJOR: N_("major"), Severity.CRITICAL: N_("critical")}
DESTINATIONS: dict[Destination, str] = {
    Destination.STUDY: N_("Studied by the office"), Destination.RECTIFY: N_("Rectified by the department"),
    Destination.REFER: N_("Handled as a violation"),
}
SOURCES: dict[str, str] = {
    Source.REVIEW: N_("Evaluation"), Source.FOLLOW_THROUGH: N_("Follow-through review"), Source.HOTLINE: N_("Hotline 12310"),
    Source.INSPECTION: N_("Party inspection"), Source.AUDIT: N_("Audit"), Source.DAILY: N_("Day-to-day supervision"),
}
OTHER_SOURCES = tuple(source for source in Source if source != Source.REVIEW)
"""What the section enters straight into the ledger."""
STATES: dict[FindingState, str] = {
    FindingState.DRAFTED: N_("draft"), FindingState.CONFIRMED_BY_TEAM: N_("sent to the department"),
    FindingState.AGREED: N_("agreed"), FindingState.DISPUTED: N_("disputed"), FindingState.SILENT: N_("no answer"),
    FindingState.CONFIRMED: N_("confirmed"), FindingState.WITHDRAWN: N_("withdrawn"), FindingState.ROUTED: N_("in follow-up"),
    FindingState.CLOSED: N_("closed"),
}
CATEGORIES: dict[str, str] = {
    "P11": N_("Duty not performed"), "P12": N_("Duty exceeded"), "P13": N_("Duty misplaced or overlapping"),
    "P14": N_("Abolished in name, kept in fact"), "P15": N_("Lists do not match"),
    "P21": N_("Body set up without approval"), "P22": N_("Name or rank does not match the approval"),
    "P23": N_("Internal units too small or overlapping"), "P24": N_("Temporary body past its term"), "P25": N_("Extra name"),
    "P31": N_("Over the approved number"), "P32": N_("Posts vacant for long"), "P33": N_("Kinds of establishment mixed"),
    "P34": N_("Entry before approval"), "P35": N_("Long secondment"), "P36": N_("On the establishment, not at work"),
    "P37": N_("Structure out of balance"), "P38": N_("Too few posts"),
    "P41": N_("Too many leaders"), "P42": N_("Leaders above rank"), "P43": N_("Appointed before approval"),
    "P51": N_("Rules missing"), "P52": N_("Processes do not flow"), "P53": N_("Random inspection not carried out"),
    "P54": N_("Workload uneven"), "P61": N_("Affiliate idle"), "P62": N_("Affiliate performs administrative functions"),
    "P63": N_("Administration and service not separated"), "P64": N_("Affiliates small and scattered"),
    "P71": N_("Over the cap on off-establishment staff"), "P72": N_("Off-establishment staff in key posts"),
    "P73": N_("Funding of off-establishment staff"), "P81": N_("Data not updated in time"), "P82": N_("Data not accurate"),
    "P83": N_("Data falsified or withheld"), "P91": N_("Key task not finished"), "P92": N_("Low satisfaction"),
    "P99": N_("Coordinating bodies"),
}


def source_text(key: str) -> str:
    """The gettext id of a source; a room may have its own words for where in an evaluation a finding came up."""
    return SOURCES.get(key, SOURCES[Source.REVIEW])
