"""What does not go its usual way between the notice and the review: more time, a halt, an exemption, a request to keep away, calls."""

from __future__ import annotations

from datetime import date, timedelta

from evalplat.campaigns import calls
from evalplat.people.tables import User
from evalplat.stages.notices import (
    actions_extensions,
    actions_recusal,
    actions_sides,
    queries_extensions,
    queries_recusal,
)
from evalplat.stages.notices.forms import ExtensionForm, GrantForm
from evalplat.stages.notices.forms_recusal import DecisionForm, RecusalForm
from evalplat.workflow.stages import SideState

from . import content_stories as content
from .cast import RECUSED
from .play import On, Scene

PART = "assessment"


def ask_time(until: date, *, reason: str = content.MORE_TIME) -> Scene:
    """The liaison writes a request for more time, the head sends it."""
    def scene(on: On) -> None:
        with on.by("liaison") as (work, evaluation):
            actions_extensions.draft(work, evaluation, ExtensionForm(window=PART, until=until, reason=reason))
        with on.by("head") as (work, evaluation):
            row = queries_extensions.open_one(work, evaluation, PART)
            if row is not None:
                actions_extensions.ask(work, evaluation, row)
    return scene


def grant_time(on: On) -> None:
    """The section grants what was asked; the letter is numbered and issued."""
    with on.by("li") as (work, evaluation):
        row = queries_extensions.open_one(work, evaluation, PART)
        if row is not None:
            until = row.asked_until.astimezone(work.settings.zone).date()
            actions_extensions.grant(work, evaluation, row, GrantForm(until=until, reason=content.MORE_TIME_GRANTED))


def refuse_time(on: On) -> None:
    """The section refuses, by a letter too."""
    with on.by("li") as (work, evaluation):
        row = queries_extensions.open_one(work, evaluation, PART)
        if row is not None:
            actions_extensions.refuse(work, evaluation, row, reason=content.MORE_TIME_REFUSED)


def give_time(until: date) -> Scene:
    """The section gives more time of its own accord."""
    def scene(on: On) -> None:
        with on.by("li") as (work, evaluation):
            actions_extensions.give(work, evaluation, ExtensionForm(window=PART, until=until, reason=content.MORE_TIME_GIVEN))
    return scene


def halt(on: On) -> None:
    """The director lets the evaluation stand still."""
    with on.by("zhou") as (work, evaluation):
        actions_sides.stand_aside(work, evaluation, SideState.SUSPENDED, reason=content.HALT)


def resume(on: On) -> None:
    """The director takes it up again."""
    with on.by("zhou") as (work, evaluation):
        actions_sides.take_up_again(work, evaluation, reason=content.RESUME)


def exempt(on: On) -> None:
    """The director exempts the department from this campaign."""
    with on.by("zhou") as (work, evaluation):
        actions_sides.stand_aside(work, evaluation, SideState.EXEMPT, reason=content.EXEMPT)


def ask_away(on: On) -> None:
    """The liaison asks that somebody of the team keeps away."""
    leaves, _ = RECUSED[on.case.body.code]
    with on.by("liaison") as (work, evaluation):
        actions_recusal.ask(work, evaluation, RecusalForm(login=leaves, reason=content.KEEP_AWAY))


def sign_away(on: On) -> None:
    """The head signs it."""
    with on.by("head") as (work, evaluation):
        for row in queries_recusal.requests_of(work, evaluation):
            actions_recusal.sign(work, evaluation, row)


def grant_away(on: On) -> None:
    """The section grants it and names who comes in."""
    _, joins = RECUSED[on.case.body.code]
    with on.by("li") as (work, evaluation):
        for row in queries_recusal.requests_of(work, evaluation):
            actions_recusal.decide(work, evaluation, row, DecisionForm(
                outcome="granted", reason=content.KEEP_AWAY_GRANTED, how="replace", joins=joins))


def call(who: str, said: str, *, promised: int | None) -> Scene:
    """The section calls about what is due."""
    def scene(on: On) -> None:
        with on.by("li") as (work, evaluation):
            person = work.session.get_one(User, on.play.users[on.login("liaison")]).name
            promised_on = work.today + timedelta(days=promised) if promised is not None else None
            calls.log_call(work, evaluation, called=f"{person}（{who}）", said=said, promised_on=promised_on)
    return scene
