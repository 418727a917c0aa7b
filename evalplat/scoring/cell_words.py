"""Why a cell of a table is refused, as sentences: the codes by which the types of fields say it are for programs."""

from __future__ import annotations

from fractions import Fraction

from evalplat.definitions.fields import Field
from evalplat.definitions.numbers import number_text

MOST_PLAIN = Fraction(10)
"""The largest percentage that is believed without its sign: 1.5 may be 150 %, but 78 is rather 78 % than 7800 %."""
_SENTENCES = {
    "not_a_number": ('"{text}" is not a number.', "Write digits with a point, e.g. 2.5."),
    "not_a_whole_number": ('"{text}" is not a whole number.', "Write digits only, e.g. 12."),
    "negative": ('"{text}" is below 0, which is not possible here.', "Write 0 or more."),
    "not_yes_or_no": ('"{text}" is neither yes nor no.', "Write yes or no."),
    "not_an_option": ('"{text}" is none of the options.', "Known: {known}."),
}


class BadCell(ValueError):
    """A text that does not fit its cell: the sentence, what to do, and what both name."""

    def __init__(self, message: str, hint: str = "", /, *, code: str = "D305", **params: object) -> None:
        super().__init__(message)
        self.message, self.hint, self.code, self.params = message, hint, code, params


def bad_cell(reason: str, *, known: str = "") -> BadCell:
    """The sentence of a reason; ``known``: what is possible."""
    message, hint = _SENTENCES[reason]
    return BadCell(message, hint, known=known)


def typed(field: Field, text: str) -> Fraction | bool | str | None:
    """What a cell of ``field`` says; a percentage without its sign that would be more than 1000 % is refused (D308)."""
    try:
        value = field.read(text)
    except ValueError as error:
        raise bad_cell(str(error), known=", ".join(key for key, _ in field.options)) from None
    if field.type == "percent" and isinstance(value, Fraction) and not text.rstrip().endswith("%") and abs(value) > MOST_PLAIN:
        raise BadCell('"{text}" without a percent sign is read as {percent} %.', "Write {text}% or {share}.", code="D308",
                      percent=number_text(value * 100), share=number_text(value / 100, most=20))
    return value
