"""The office's deeds: waves are made with the notice, links and tokens handed out, waves opened and closed by the clock."""

from __future__ import annotations

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import definitions, progress, windows
from evalplat.campaigns.tables import Campaign, Definition, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents import parts
from evalplat.documents.tables import Document
from evalplat.documents.views import PosterView
from evalplat.jobs.queue import enqueue
from evalplat.kernel.errors import Refused
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.workflow.stages import CampaignState, Stage

from . import queries, rules
from .rules import FREEZE, OPEN_GROUPS, WaveState
from .tables import SurveyLink, SurveyWave, Token

OVER = N_("The survey is over: nothing can be handed out any more.")
PROMISES = ("匿名填写，不问姓名、电话和证件号", "答案只作汇总统计，被评估单位看不到您的答卷",  # zh: printed
            "如有人要求您怎么打分，请在问卷最后一题告诉我们")


def open_room(work: Work, evaluation: Evaluation) -> None:
    """Called when the notice reaches a unit: the campaign's waves (once), and the unit's own open links."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    for wave in _waves(work, campaign):
        if (wave.group in OPEN_GROUPS and queries.survey_of(work, wave).anonymity == "open") or wave.group == "recipient":
            make_link(work, wave, evaluation, label="服务大厅")  # zh: printed


def _waves(work: Work, campaign: Campaign) -> list[SurveyWave]:
    found = queries.waves_of(work, campaign)
    if found:
        return found
    for survey, definition in definitions.surveys_of(work, campaign):
        if definition is None:
            raise Refused(N_("The questionnaires are not frozen yet."))
        work.add(SurveyWave(office_id=work.office_id, campaign_id=campaign.id, definition_id=definition.id, key=survey.key,
                            group=survey.group))
    window = windows.window_of(work, campaign, "survey")
    found = queries.waves_of(work, campaign)
    if any(wave.group not in OPEN_GROUPS for wave in found):
        progress.wait(work, campaign, "make_tokens", stage=Stage.SURVEY, href=f"/c/{campaign.code}/surveys#tokens",
                      due_at=window.closes_at if window else None)
    return found


def make_link(work: Work, wave: SurveyWave, evaluation: Evaluation, *, label: str) -> SurveyLink:
    """One more open link, so that a poster that is misused can be told apart and taken down."""
    _must_take(wave)
    if wave.group not in OPEN_GROUPS:
        raise Refused(N_("This questionnaire is answered by one-time links alone."))
    week = work.today.isocalendar()
    row: SurveyLink = work.add(SurveyLink(
        office_id=work.office_id, wave_id=wave.id, evaluation_id=evaluation.id, code=rules.new_code(), label=label.strip(),
        week=f"{week.year}-{week.week:02d}"))
    _record(work, wave, evaluation, "survey.link_made", survey=wave.key, kind="open")
    return row


def set_link(work: Work, link: SurveyLink, *, active: bool) -> None:
    """Take a link down, or put it up again. What came in by it stays."""
    link.active = active
    work.session.add(link)
    work.session.flush()


def make_poster(work: Work, link: SurveyLink) -> Document:
    """The poster of an open link, issued at once; asking again gives the same one."""
    known = work.session.get(Document, link.document_id) if link.document_id else None
    if known is not None and known.state != "void":
        return known
    wave = work.session.get_one(SurveyWave, link.wave_id)
    _must_take(wave)
    campaign = work.session.get_one(Campaign, wave.campaign_id)
    evaluation = work.session.get_one(Evaluation, link.evaluation_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    window = windows.window_for(work, evaluation, "survey")
    if window is None:
        raise Refused(N_("The dates of the survey are not set."))
    office = work.session.get_one(Office, work.office_id)
    url = address(link.code)
    view = PosterView(
        title=f"请您给{unit.name}的服务打分", lead="扫一扫，说说您的真实感受", organiser=office.name,  # zh: printed
        unit=unit.name, url=url,
        opens_on=local(window.opens_at).date(), closes_on=local(window.closes_at).date(),
        minutes=1 if wave.group == "citizen" else 3, phone=queries.contact_of(campaign), promises=PROMISES,
        stamp=parts.AuditStamp(made_at=work.now), short_url=url.partition("://")[2])
    document = documents.draft(work, "poster", view, title=f"调查海报（{unit.short_name}，{link.label}，{link.code}）",  # zh: printed
                               campaign=campaign)
    documents.issue(work, document)
    link.document_id = document.id
    work.session.add(link)
    return document


def address(code: str) -> str:
    """The address that people open."""
    return f"{settings().public_url}/s/{code}"


def make_tokens(work: Work, wave: SurveyWave, evaluation: Evaluation, *, count: int) -> list[str]:
    """New one-time links for one unit. They are given here once; the database keeps hashes, in the hashes' own order."""
    _must_take(wave)
    tokens = [rules.new_secret() for _ in range(count)]
    for token in tokens:
        work.session.add(Token(hash=rules.digest(token), office_id=work.office_id, wave_id=wave.id,
                               evaluation_id=evaluation.id, issued_on=work.today))
    work.session.flush()
    _record(work, wave, evaluation, "survey.tokens_made", survey=wave.key, count=count)
    _tokens_done(work, wave.campaign_id)
    return tokens


def _tokens_done(work: Work, campaign_id: int) -> None:
    """Nobody waits any longer once every unit has one-time links of every group that needs them."""
    campaign = work.session.get_one(Campaign, campaign_id)
    made = queries.issued_tokens(work, campaign)
    needed = [wave for wave in queries.waves_of(work, campaign) if wave.group not in OPEN_GROUPS]
    units = queries.units_of(work, campaign)
    if all((wave.id, evaluation.id) in made for wave in needed for evaluation, _ in units):
        progress.done(work, campaign, "make_tokens")


def open_and_close(work: Work) -> int:
    """What the clock does: waves open and close with their windows; how many changed."""
    changed = 0
    query = select(Campaign).where(Campaign.office_id == work.office_id, Campaign.state == CampaignState.ISSUED)
    for campaign in list(work.session.exec(query)):
        window = windows.window_of(work, campaign, "survey")
        ends = queries.ends_at(work, campaign)
        for wave in queries.waves_of(work, campaign):
            if wave.state == WaveState.DRAFT and window and window.opens_at <= work.now:
                changed += _set_state(work, campaign, wave, WaveState.OPEN)
            if wave.state == WaveState.OPEN and ends and ends < work.now:
                changed += _set_state(work, campaign, wave, WaveState.CLOSED)
    return changed


def _set_state(work: Work, campaign: Campaign, wave: SurveyWave, state: WaveState) -> int:
    wave.state = state
    work.session.add(wave)
    work.session.flush()
    if state == WaveState.OPEN:
        definition = work.session.get_one(Definition, wave.definition_id)
        record(work, "survey.opened", campaign=campaign.code, survey=wave.key, version=definition.version)
    else:
        record(work, "survey.closed", campaign=campaign.code, survey=wave.key)
        progress.done(work, campaign, "make_tokens")
        progress.wait(work, campaign, "freeze_surveys", stage=Stage.SURVEY, href=f"/c/{campaign.code}/surveys#freeze")
    return 1


def freeze(work: Work, campaign: Campaign) -> None:
    """Recount and freeze all waves of a campaign; the work is a job. Only after the window."""
    open_and_close(work)
    waves = queries.waves_of(work, campaign)
    if any(wave.state in (WaveState.DRAFT, WaveState.OPEN) for wave in waves):
        raise Refused(N_("The survey is still open. It is frozen after its last day."))
    if all(wave.state == WaveState.FROZEN for wave in waves):
        raise Refused(N_("The survey is frozen already."))
    enqueue(work, FREEZE, key=campaign.code, campaign_id=campaign.id, campaign=campaign.id)


def _must_take(wave: SurveyWave) -> None:
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        raise Refused(OVER)


def _record(work: Work, wave: SurveyWave, evaluation: Evaluation, event: str, /, **data: object) -> None:
    campaign = work.session.get_one(Campaign, wave.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    record(work, event, campaign=campaign.code, unit=unit.code, **data)
