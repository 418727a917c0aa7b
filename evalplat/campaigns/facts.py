"""Facts by name. A room provides one at start-up; the stage machine asks for it and knows no room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from evalplat.kernel.work import Work
from evalplat.workflow.machine import Fact

from .tables import Campaign, Evaluation

EvaluationFact = Callable[[Work, Evaluation], Fact]
CampaignFact = Callable[[Work, Campaign], Fact]

_evaluation: dict[str, EvaluationFact] = {}
_campaign: dict[str, CampaignFact] = {}


def provide(name: str, fact: EvaluationFact) -> None:
    """A room says how the fact ``name`` of an evaluation is established."""
    _evaluation[name] = fact


def provide_for_campaign(name: str, fact: CampaignFact) -> None:
    """The same for a fact of a whole campaign."""
    _campaign[name] = fact


def provided() -> frozenset[str]:
    """The names of evaluation facts that are provided in this process."""
    return frozenset(_evaluation)


def ask(work: Work, subject: Evaluation | Campaign, names: Iterable[str]) -> dict[str, Fact]:
    """The named facts as they are now. A name that nobody provides is a mistake of the program."""
    book: dict[str, Any] = _campaign if isinstance(subject, Campaign) else _evaluation
    return {name: book[name](work, subject) for name in names}
