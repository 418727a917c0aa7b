"""The review's own words: methods of a visit, answers of a check, ways of signing. Pure."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from evalplat.kernel.i18n import N_


class Method(StrEnum):
    """How something was learned on site; each is a kind of record."""

    BRIEFING = "briefing"
    PANEL_SECTIONS = "panel_sections"
    PANEL_UNITS = "panel_units"
    INTERVIEW_RECIPIENT = "interview_recipient"
    QUESTIONNAIRE = "questionnaire"
    DOCUMENT_CHECK = "document_check"
    INSPECTION_LOG_CHECK = "inspection_log_check"
    ATTENDANCE_SPOT_CHECK = "attendance_spot_check"
    FIELD_VISIT = "field_visit"


METHODS: dict[Method, str] = {
    Method.BRIEFING: N_("Report of the department's head"),
    Method.PANEL_SECTIONS: N_("Talk with heads of internal units"),
    Method.PANEL_UNITS: N_("Talk with heads of affiliated institutions"),
    Method.INTERVIEW_RECIPIENT: N_("Interview with service recipients"),
    Method.QUESTIONNAIRE: N_("Questionnaire on site"),
    Method.DOCUMENT_CHECK: N_("Check of documents"),
    Method.INSPECTION_LOG_CHECK: N_("Check of the random inspection log"),
    Method.ATTENDANCE_SPOT_CHECK: N_("Spot check of attendance against the register"),
    Method.FIELD_VISIT: N_("Visit to towns and the front line"),
}
NEEDED = (Method.BRIEFING, Method.DOCUMENT_CHECK)
"""Without these two no review is sealed."""
MAY_BE_ANONYMOUS = frozenset({Method.INTERVIEW_RECIPIENT, Method.QUESTIONNAIRE})
LEAST_ASSESSORS = 2


class Answer(StrEnum):
    """What a check on site found."""

    MEETS = "meets"
    PARTLY = "partly"
    FAILS = "fails"
    NOT_APPLICABLE = "na"


ANSWERS: dict[Answer, str] = {
    Answer.MEETS: N_("Conforms"), Answer.PARTLY: N_("Mostly conforms"), Answer.FAILS: N_("Does not conform"),
    Answer.NOT_APPLICABLE: N_("Not applicable"),
}
ANSWER_BADGES = {Answer.MEETS: "ok", Answer.PARTLY: "warn", Answer.FAILS: "urgent", Answer.NOT_APPLICABLE: "mute"}


class Signing(StrEnum):
    """How the unit stood to a record of what was said and seen."""

    PAPER = "paper"
    SCAN = "scan"
    REFUSED = "refused"


SIGNINGS: dict[Signing, str] = {
    Signing.PAPER: N_("Signed on paper"), Signing.SCAN: N_("Signed, scan uploaded"),
    Signing.REFUSED: N_("Signature refused"),
}


def too_far_apart(points: list[Fraction], *, full: Fraction, spread: Fraction) -> bool:
    """Whether blind ratings differ by more than ``spread`` of the full mark, so that the lead must decide."""
    return len(points) > 1 and max(points) - min(points) > spread * full
