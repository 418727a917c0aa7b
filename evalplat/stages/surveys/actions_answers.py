"""From what a form says to a stored answer: check, encode, count, then hand to the writer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions import answer_codes, answers
from evalplat.definitions.survey_model import Answer, Survey
from evalplat.kernel.errors import Gone, Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work, working

from . import queries, rules
from .actions_writer import OVER, Paper, accept, store
from .rules import WHOLE, Evidence
from .tables import SurveyWave

Posted = Mapping[str, Sequence[str]]
CLEAN = ""


def paper_of(survey: Survey, wave: SurveyWave, evaluation: Evaluation, *, given: Mapping[str, Answer], evidence: str,
             submission: str, ballot: str = "", seconds: float | None = None) -> Paper:
    """A stored form of checked answers. ``submission`` and ``ballot`` come as they are and leave as hashes."""
    closed, texts = answer_codes.encode(survey, given)
    flags = answer_codes.quality(survey, given, seconds)
    counts = answer_codes.tally_code(survey, closed) + whole_counts(survey, given, ",".join(sorted(flags)))
    return Paper(office_id=wave.office_id, wave_id=wave.id or 0, evaluation_id=evaluation.id or 0, closed=closed,
                 evidence=evidence, quality=",".join(sorted(flags)), counts=counts, submission=rules.digest(submission),
                 ballot=rules.digest(ballot) if ballot else "",
                 texts=tuple((name, rules.redact(words)) for name, words in texts.items()))


def whole_counts(survey: Survey, given: Mapping[str, Answer], quality: str) -> Counter[tuple[str, str]]:
    """What one answer adds as a whole: one, valid or not, and its flags."""
    found = Counter({(WHOLE, "n"): 1})
    if answer_codes.enough_answered(survey, given):
        found[WHOLE, "valid"] += 1
    found.update((WHOLE, f"flag:{flag}") for flag in quality.split(",") if flag)
    return found


def submit(where: Engine | Work, wave: SurveyWave, evaluation: Evaluation, posted: Posted, *,
           evidence: str = Evidence.OPEN, submission: str = "", token: str = "", seconds: float | None = None) -> str:
    """Check and store one whole form; the receipt. Invalid: what is wrong by question. Gone: closed, or the token was used.

    With an engine it goes through the writer; with a unit of work it is written in that transaction.
    """
    if isinstance(where, Work):
        paper, receipt = _checked(where, wave, evaluation, posted, evidence=evidence, submission=submission,
                                  token=token, seconds=seconds)
        refused = store(where.session, [paper])[0]
        if refused:
            raise refused
        return receipt
    with working(where, SystemActor(wave.office_id), write=False) as work:
        paper, receipt = _checked(work, wave, evaluation, posted, evidence=evidence, submission=submission,
                                  token=token, seconds=seconds)
    accept(where, paper)
    return receipt


def _checked(work: Work, wave: SurveyWave, evaluation: Evaluation, posted: Posted, *, evidence: str, submission: str,
             token: str, seconds: float | None) -> tuple[Paper, str]:
    if not queries.is_open(work, wave, evaluation):
        raise Gone(OVER)
    survey = queries.questionnaire(work, wave, evaluation)
    checked = answers.check(survey, posted)
    if not checked.ok:
        raise Invalid({name: problems[0].message for name, problems in checked.problems.items()})
    key = settings().secret()
    ballot = ""
    if token:
        door = queries.door_of_token(work, token, key)
        if door is None or (door.wave.id, door.evaluation.id) != (wave.id, evaluation.id):
            raise Invalid({"token": N_("This one-time link belongs to another survey.")})
        evidence, ballot = Evidence.TOKEN, door.ballot
    submission = submission or rules.new_secret()
    paper = paper_of(survey, wave, evaluation, given=checked.answers, evidence=evidence, submission=submission,
                     ballot=ballot, seconds=seconds)
    return paper, rules.receipt_of(submission, key)
