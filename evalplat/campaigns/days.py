"""Days that the rules count, as defaults; an office or a campaign may set others. All are working days unless named."""

from __future__ import annotations

from .tables import Campaign

DAYS: dict[str, int] = {
    "notice_deemed": 3,
    "recusal_window": 2,
    "recusal_decision": 2,
    "assessment_return": 5,
    "finding_silence": 3,
    "report_after_review": 15,
    "letter_after_report": 10,
    "letter_deemed": 3,
    "objection_window": 10,
    "objection_intake": 3,
    "objection_correction": 3,
    "objection_decision": 20,
    "objection_extension": 10,
    "rectification_after_final": 5,
    "rectification_plan": 10,
    "rectification_check": 10,
    "rectify_at_once": 5,
    "first_step": 10,
    "warn_before": 5,
    "red_after": 2,
}
CALENDAR_DAYS: dict[str, int] = {"rectify_minor": 30, "rectify_major": 60, "rectify_critical": 90, "extension_most": 30,
                                 "look_back": 365, "advice_follow": 365}
NUMBERS: dict[str, float] = {"blind_spread": 0.20, "self_gap": 0.20, "look_back_share": 0.30, "small_cell": 5, "team_gap": 0.15}


def days(campaign: Campaign, key: str) -> int:
    """The campaign's number of days for a rule."""
    default = DAYS.get(key, CALENDAR_DAYS.get(key))
    if default is None:
        raise KeyError(key)
    return int(campaign.settings.get(key, default))


def number(campaign: Campaign, key: str) -> float:
    """A threshold of the campaign."""
    return float(campaign.settings.get(key, NUMBERS[key]))


def relaxed(campaign: Campaign) -> list[str]:
    """Four-eyes rules that this campaign has relaxed; printed in every report."""
    return list(campaign.settings.get("relaxed_rules", []))
