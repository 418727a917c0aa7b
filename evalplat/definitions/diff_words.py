"""What things are called when two indicator systems are compared; gettext ids, translated where they are shown."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the usual mark of a text that is translated later
    """Mark a text for translation."""
    return message


KINDS = {
    "system": N_("The system"), "category": N_("Category"), "profile": N_("Profile"), "dimension": N_("Dimension"),
    "fact": N_("Fact"), "source": N_("Source"), "raters": N_("Raters"), "survey group": N_("Survey group"), "table": N_("Table"),
    "divide": N_("Division"), "impute": N_("Filling of gaps"), "screen": N_("Screening"), "outliers": N_("Outliers"),
    "field": N_("Field"), "indicator": N_("Indicator"), "adjustment": N_("Adjustment"), "veto": N_("Veto"), "grade": N_("Grade"),
}  # fmt: skip
ATTRIBUTES = {
    "id": N_("the id"), "version": N_("the version"), "title": N_("the title"), "points": N_("the points"), "weight": N_("the weight"),
    "parent": N_("the parent"), "combine": N_("the way of combining"), "floor": N_("the lowest value"),
    "worst": N_("how many of the weakest count"),
    "applies_if": N_("the condition"), "redistribute_short": N_("moving the points of short samples"), "dimension": N_("the dimension"),
    "kind": N_("the kind"), "sources": N_("the sources"), "verified_by": N_("the verification"), "evidence": N_("the evidence"),
    "note": N_("the note"), "may_not_apply": N_("when it may not apply"), "may_be_shown_only": N_("being shown only"),
    "missing": N_("what is done when it is missing"), "categories": N_("the categories"), "type": N_("the type"),
    "out_of": N_("the full mark"),
    "value": N_("the formula"), "zero_if": N_("the condition for no points"), "bands": N_("the bands"),
    "level": N_("the points of level"),
    "text": N_("the text of level"), "raters": N_("the raters"), "start": N_("the start"), "each": N_("the deduction each"),
    "survey": N_("the survey group"), "scale": N_("the scale"), "within": N_("the comparison"), "better": N_("the direction"),
    "bound": N_("the threshold"), "ends": N_("the goalposts"), "parts": N_("the parts"), "most": N_("the highest score"),
    "least": N_("the lowest score"), "decimals": N_("the decimals"), "round_at": N_("the place of rounding"),
    "rank_on": N_("what is ranked"),
    "ties": N_("the rule for ties"), "method": N_("the method"), "default": N_("the policy for what is missing"),
    "min_coverage": N_("the least coverage"), "quotas": N_("the use of quotas"), "relative": N_("the comparison of units"),
    "adjustment_order": N_("the order of adjustments"), "adjustment_caps": N_("the caps of adjustments"), "cap": N_("the cap"),
    "per": N_("what it is counted by"), "grade_at_most": N_("the best grade possible"), "score_at_most": N_("the highest score possible"),
    "quota": N_("the quota"), "count": N_("the number of raters"), "minimum": N_("the minimum"),
    "alert_spread": N_("the spread that alerts"),
    "above_spread": N_("what happens above the spread"), "questionnaire": N_("the questionnaire"), "unit": N_("the unit of measure"),
    "filled_by": N_("who fills it in"), "options": N_("the options"), "required": N_("being required"), "rows": N_("the rows"),
    "row_key": N_("the key of the rows"),
    "step": N_("the step"), "figures": N_("the figures"), "by": N_("the denominator"), "filling": N_("what fills a gap"),
    "coverage": N_("the coverage"), "pulled": N_("how many values may be pulled in"), "skewness": N_("the limit of skewness"),
    "kurtosis": N_("the limit of kurtosis"),
}  # fmt: skip
