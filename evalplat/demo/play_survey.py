"""The survey: one-time links, answers drawn from each department's own reputation, closing, freezing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions import answers
from evalplat.definitions.survey_model import Question, Survey
from evalplat.kernel.settings import settings
from evalplat.stages.surveys import actions, queries, rules
from evalplat.stages.surveys.actions_answers import paper_of
from evalplat.stages.surveys.actions_writer import Paper, store
from evalplat.stages.surveys.rules import Evidence
from evalplat.stages.surveys.tables import SurveyWave

from .content_comments import BAD, GOOD
from .dice import dice, share
from .figures import Case
from .play import SYSTEM, On, Play, campaign_of

ISSUED = {"recipient": (70, 115), "delegate": (14, 20), "counterpart": (8, 12), "staff": (18, 30)}
"""Group → how many one-time links are handed out, from … to."""
POSTERS = {"recipient": (8, 20), "citizen": (60, 110)}
"""Group → how many people answer by a poster."""
RETURNED = 0.86
MOOD = {"strong": (44, 41, 12, 2, 1), "solid": (33, 43, 18, 4, 2), "uneven": (26, 40, 22, 8, 4), "weak": (19, 36, 27, 12, 6)}
"""Character → how many of a hundred answer 5, 4, 3, 2, 1."""


def make_tokens(on: On, *, groups: tuple[str, ...] = tuple(ISSUED)) -> dict[str, list[str]]:
    """The contractor makes one-time links for a department and hands them out on paper: nobody else ever sees them."""
    found = {}
    with on.by("third") as (work, evaluation):
        for wave in queries.waves_of(work, campaign_of(work, on.campaign)):
            if wave.group in groups and wave.group in ISSUED:
                count = on.case.number(f"tokens.{wave.group}", *ISSUED[wave.group])
                found[wave.key] = actions.make_tokens(work, wave, evaluation, count=count)
    return found


def answer(on: On, tokens: Mapping[str, list[str]]) -> int:
    """People answer; how many. Every form is checked as one from a browser is."""
    papers: list[Paper] = []
    with on.by(SYSTEM) as (work, evaluation):
        for wave in queries.waves_of(work, campaign_of(work, on.campaign)):
            writer = _Writer(on.case, wave, evaluation, queries.questionnaire(work, wave, evaluation))
            links = tokens.get(wave.key, [])
            papers += [writer.paper(place, token) for place, token in enumerate(links[: share(len(links), RETURNED)])]
            if wave.group in POSTERS:
                papers += [writer.paper(1000 + place) for place in range(on.case.number(f"posters.{wave.group}", *POSTERS[wave.group]))]
        refused = [outcome for outcome in store(work.session, papers) if outcome]
    if refused:
        raise refused[0]
    return len(papers)


@dataclass(frozen=True)
class _Writer:
    """Fills in one questionnaire about one department."""

    case: Case
    wave: SurveyWave
    evaluation: Evaluation
    survey: Survey

    def paper(self, place: int, token: str = "") -> Paper:
        """The form of one person, who has a mood of their own; the same person always answers the same."""
        thrown = dice(self.case.body.code, self.wave.key, place)
        checked = answers.check(self.survey, self._posted(thrown), irrelevant="drop")
        if not checked.ok:
            raise ValueError(f"{self.wave.key}: {sorted(checked.problems)}")
        return paper_of(self.survey, self.wave, self.evaluation, given=checked.answers, submission=rules.new_secret(),
                        evidence=Evidence.TOKEN if token else Evidence.OPEN,
                        ballot=rules.ballot_of(token, settings().secret()) if token else "")

    def _posted(self, thrown: Random) -> dict[str, list[str]]:
        mood = self._level(thrown)
        found = {question.name: self._answer(question, thrown, mood) for question in self.survey.questions if question.asked}
        return {name: values for name, values in found.items() if values}

    def _level(self, thrown: Random) -> int:
        return thrown.choices((5, 4, 3, 2, 1), MOOD[self.case.portrait.character])[0]

    def _answer(self, question: Question, thrown: Random, mood: int) -> list[str]:
        if question.kind == "text":
            pool = (GOOD if mood >= 4 else BAD)[self.wave.group]
            return [self.case.say(thrown.choice(pool))] if thrown.random() < 0.07 else []
        if question.name == "told":
            return [thrown.choices(("no", "yes"), (39, 1))[0]] if thrown.random() < 0.7 else []
        if question.kind == "range":
            return [str(max(0, min(10, 2 * mood + thrown.randint(-1, 1))))] if thrown.random() < 0.8 else []
        if question.scored:
            return [self._rating(question, thrown, mood)]
        options = [name for name in question.options if name not in ("none", "unknown", "helped")]
        if question.kind == "select_multiple":
            chosen = thrown.sample(options, thrown.randint(1, 2))
            return [name for name in question.options if name in chosen]
        return [thrown.choice(options)]

    def _rating(self, question: Question, thrown: Random, mood: int) -> str:
        """Near the person's mood; sometimes somebody cannot say."""
        if "na" in question.options and thrown.random() < 0.08:
            return "na"
        return str(max(1, min(5, mood + thrown.choices((-1, 0, 1), (20, 60, 20))[0])))


def open_and_close(play: Play, moment: datetime) -> None:
    """What the clock does every few minutes."""
    with play.acting(SYSTEM, moment) as work:
        actions.open_and_close(work)


def freeze(play: Play, code: str, moment: datetime) -> None:
    """The section freezes the survey; the recount is a job."""
    with play.acting("li", moment) as work:
        actions.freeze(work, campaign_of(work, code))


def recount(play: Play, moment: datetime) -> None:
    """The jobs that count every answer again."""
    play.run_jobs(actions.FREEZE, moment)


@dataclass(frozen=True)
class Links:
    """The contractor's paper: one-time links that were handed out and are not in the database. A file, so that a play which
    was killed finds them again; what was written by a step that did not end is overwritten by its second try."""

    path: Path

    def keep(self, unit: str, tokens: Mapping[str, list[str]]) -> None:
        """Write down a department's links, on the disk before the step ends."""
        self._write(self._read() | {unit: {wave: list(links) for wave, links in tokens.items()}})

    def of(self, unit: str) -> Mapping[str, list[str]]:
        """The links of a department."""
        return self._read()[unit]

    def _read(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = json.loads(self.path.read_text("utf-8")) if self.path.exists() else {}
        return found

    def _write(self, found: Mapping[str, Mapping[str, list[str]]]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole = self.path.with_suffix(".part")
        with whole.open("w", encoding="utf-8") as file:
            json.dump(found, file)
            file.flush()
            os.fsync(file.fileno())
        whole.replace(self.path)
