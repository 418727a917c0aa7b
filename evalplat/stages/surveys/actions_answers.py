"""From what a form says to a stored answer: check, encode, count, then hand to the writer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions import answer_codes, answers
from evalplat.definitions.survey_model import Answer, Survey
from evalplat.kernel.errors import Gone, Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work, working

from . import queries, rules
from .actions_writer import OVER, Paper, accept_all, store
from .rules import WHOLE, Evidence
from .tables import SurveyWave

Posted = Mapping[str, Sequence[str]]


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
    form = Form(posted, submission or rules.new_secret(), token, seconds)
    return submit_all(where, wave, evaluation, [form], evidence=evidence)[0]


@dataclass(frozen=True, slots=True)
class Form:
    """One whole form as it was sent. ``submission``: the form's own random id; ``token``: a one-time link's."""

    posted: Posted
    submission: str = field(default_factory=rules.new_secret)
    token: str = ""
    seconds: float | None = None


def submit_all(where: Engine | Work, wave: SurveyWave, evaluation: Evaluation, forms: Sequence[Form], *,
               evidence: str = Evidence.OPEN) -> list[str]:
    """The same for many forms about one unit; the first refusal is raised."""
    if isinstance(where, Work):
        papers = _papers(where, wave, evaluation, forms, evidence)
        refused = next((outcome for outcome in store(where.session, papers) if outcome), None)
        if refused:
            raise refused
    else:
        with working(where, SystemActor(wave.office_id), write=False) as work:
            papers = _papers(work, wave, evaluation, forms, evidence)
        accept_all(where, papers)
    return [rules.receipt_of(form.submission, settings().secret()) for form in forms]


def _papers(work: Work, wave: SurveyWave, evaluation: Evaluation, forms: Sequence[Form], evidence: str) -> list[Paper]:
    if not queries.is_open(work, wave, evaluation):
        raise Gone(OVER)
    survey = queries.questionnaire(work, wave, evaluation)
    papers = []
    for form in forms:
        checked = answers.check(survey, form.posted)
        if not checked.ok:
            raise Invalid({name: problems[0].message for name, problems in checked.problems.items()})
        papers.append(paper_of(survey, wave, evaluation, given=checked.answers, submission=form.submission,
                               evidence=Evidence.TOKEN if form.token else evidence,
                               ballot=_ballot(work, wave, evaluation, form.token), seconds=form.seconds))
    return papers


def _ballot(work: Work, wave: SurveyWave, evaluation: Evaluation, token: str) -> str:
    if not token:
        return ""
    door = queries.door_of_token(work, token, settings().secret())
    if door is None or (door.wave.id, door.evaluation.id) != (wave.id, evaluation.id):
        raise Invalid({"token": N_("This one-time link belongs to another survey.")})
    return door.ballot
