"""What things are called when two indicator systems are compared; gettext ids, translated where they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable


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
    "log": N_("the logarithmic scale"), "capped": N_("the limits at both ends"), "best": N_("how many of the best answers count"),
    "given": N_("the fixed points"), "partial": N_("the points below the threshold"),
    "partial_if": N_("the condition for points below the threshold"), "alert_difference": N_("the difference that alerts"),
    "source": N_("the source"),
    "step": N_("the step"), "figures": N_("the figures"), "by": N_("the denominator"), "filling": N_("what fills a gap"),
    "coverage": N_("the coverage"), "pulled": N_("how many values may be pulled in"), "skewness": N_("the limit of skewness"),
    "kurtosis": N_("the limit of kurtosis"), "compared": N_("the comparison of"), "max_cr": N_("the consistency ratio allowed"),
}  # fmt: skip

TRUTH = {True: N_("yes"), False: N_("no")}
OTHERWISE = N_("otherwise")
TESTS = {"from": "≥", "above": ">", "to": "≤", "below": "<"}
VALUES: dict[str, dict[str, str]] = {
    "method": {"points": N_("in points"), "weights": N_("in weights"), "none": N_("nothing is scored")},
    "round_at": {"leaf": N_("at each indicator"), "total": N_("at the total")},
    "rank_on": {"rounded": N_("rounded scores"), "exact": N_("exact scores")},
    "ties": {"same_rank_skip": N_("equal places, the next ones left out"), "same_rank_dense": N_("equal places, none left out"),
             "mean": N_("the mean of the places"), "best": N_("the best of the places"), "worst": N_("the worst of the places")},
    "combine": {"sum": N_("added up"), "arithmetic": N_("weighted mean"), "geometric": N_("geometric mean"),
                "harmonic": N_("harmonic mean"), "min": N_("the lowest value"), "worst": N_("the weakest values"),
                "mean": N_("simple mean"), "median": N_("median"), "trimmed_mean": N_("mean without the highest and lowest")},
    "missing": {"not_scored": N_("no result is given"), "zero": N_("it counts 0 points"), "group_mean": N_("the mean of the group counts"),
                "reweight": N_("its weight goes to the others"), "last_year": N_("the result of last year counts")},
    "type": {"bands": N_("bands"), "linear": N_("in proportion between points"), "goalposts": N_("goalposts"), "threshold": N_("threshold"),
             "levels": N_("levels"), "deduct": N_("deduction"), "formula": N_("formula"), "fixed": N_("fixed points"),
             "survey": N_("survey score"), "top_box": N_("share of the best answers"), "minmax": N_("between the lowest and highest"),
             "zscore": N_("standard score"), "rank": N_("place in the group"), "percentile": N_("share of weaker units"),
             "target": N_("distance from the target"), "blend": N_("several sources together"),
             "first": N_("the first source that has a value"),
             "integer": N_("whole number"), "number": N_("number"), "percent": N_("percentage"), "yes_no": N_("yes or no"),
             "choice": N_("one of several options"), "text": N_("text"), "date": N_("date")},
    "within": {"category": N_("within the category"), "all": N_("among all units")},
    "better": {"high": N_("more is better"), "low": N_("less is better")},
    "above_spread": {"lead": N_("the lead of the team decides"), "alert": N_("it is only pointed out")},
    "filled_by": {"unit": N_("the unit"), "office": N_("the office"), "panel": N_("the evaluation team"), "survey": N_("the survey"),
                  "register": N_("the staffing register")},
    "kind": {"bonus": N_("bonus"), "deduct": N_("deduction")},
    "adjustment_order": {"bonus": N_("bonus"), "deduct": N_("deduction"), "clamp": N_("limits of the score"), "veto": N_("vetoes")},
}  # fmt: skip
VALUES |= {"default": VALUES["missing"], "filling": VALUES["combine"]}
_BOTH = re.compile("\x04([^\x05]*)\x05([^\x06]*)\x06")
_MARKED = re.compile("\x02([^\x03]*)\x03")


def marked(word: str) -> str:
    """A gettext id inside a value; no file can contain these two signs."""
    return f"\x02{word}\x03"


def value_word(name: str, value: str) -> str:
    """What a value of the closed list of ``name`` is called, marked; the value itself where everything may be written."""
    word = VALUES.get(name, {}).get(value)
    return marked(word) if word else value


def in_both(chinese: str, english: str) -> str:
    """A text of two languages inside a value."""
    return f"\x04{chinese}\x05{english}\x06"


def in_one_language(text: str, language: str) -> str:
    """A value whose texts of two languages are said in one of them; in both without a language."""
    return _BOTH.sub({"zh": r"\1", "en": r"\2"}.get(language[:2], r"\1 / \2"), text)


def in_words(text: str, translate: Callable[[str], str]) -> str:
    """A value with its marked words translated."""
    return _MARKED.sub(lambda found: translate(found[1]), text)
