"""English texts are the message ids; where one thing is counted, they have a form of their own."""

from __future__ import annotations

import pytest

from evalplat.kernel.i18n import _COUNTED, catalogue, gettext, speaking

ONE = {message: forms[0] for message, forms in catalogue("en").items()}


@pytest.mark.parametrize(("count", "english"), [
    (0, "0 days left"), (1, "1 day left"), ("1", "1 day left"), (2, "2 days left"), (11, "11 days left"),
])
def test_one_day_is_a_day(count, english):
    with speaking("en"):
        assert gettext("{days} days left", days=count) == english
    with speaking("zh"):
        assert str(count) in gettext("{days} days left", days=count)


def test_one_department_has():
    with speaking("en"):
        assert gettext("{count} departments have something overdue", count=1) == "1 department has something overdue"


def _same(many: str, one: str) -> bool:
    """The same word for several things and for one."""
    pair = many.strip(".,:;").lower(), one.strip(".,:;").lower()
    return pair[0] == pair[1] or pair[0] == pair[1] + "s" or pair[0] + "s" == pair[1] or pair in CHANGE


CHANGE = {("are", "is"), ("have", "has"), ("were", "was"), ("these", "this"), ("their", "its"), ("every", "its"), ("do", "does"),
          ("entries", "entry"), ("they", "it"), ("come", "comes"), ("people", "person"), ("copies", "copy"), ("replies", "reply")}


@pytest.mark.parametrize("message", sorted(ONE))
def test_forms_for_one_belong_to_texts_of_the_house(message):
    assert message in catalogue("zh"), "the text was changed or is gone"
    counted = _COUNTED.search(message)
    assert counted is not None
    assert ONE[message] != message
    many, one = message.split(), ONE[message].split()
    assert len(many) == len(one)
    assert [pair for pair in zip(many, one, strict=True) if not _same(*pair)] == []
    assert "{" + counted[1] + "}" in ONE[message]
