"""What an address is about, for the gates of pages and of programs: looked up in the person's scope, else it is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalplat.access.actor import Person
from evalplat.access.scope import find_campaign, find_evaluation
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.errors import NotFound
from evalplat.kernel.work import Work

Loader = Callable[[Work, Person, dict[str, Any]], Campaign | Evaluation | None]
"""Finds the target by the parameters of the address; raises NotFound."""


def nothing(work: Work, person: Person, params: dict[str, Any]) -> None:
    """The office as a whole: nothing to look up."""


def campaign(work: Work, person: Person, params: dict[str, Any]) -> Campaign:
    """The campaign that the address names."""
    found = find_campaign(work.session, person, params["campaign"])
    if found is None:
        raise NotFound
    return found


def evaluation(work: Work, person: Person, params: dict[str, Any]) -> Evaluation:
    """The evaluation that the address names by its campaign and unit."""
    found = find_evaluation(work.session, person, params["campaign"], params["unit"])
    if found is None:
        raise NotFound
    return found
