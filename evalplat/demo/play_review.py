"""The on-site evaluation: visit, records, checklist, blind ratings, verified figures, findings, deductions, seal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.findings.kinds import FindingState
from evalplat.findings.queries import findings_of
from evalplat.findings.tables import Finding
from evalplat.kernel.work import Work
from evalplat.scores import sheet
from evalplat.scores.adjustments import proposals_of
from evalplat.stages.reviews import (
    actions,
    actions_adjustments,
    actions_figures,
    actions_findings,
    actions_light,
    actions_records,
    actions_scores,
    queries_scores,
)
from evalplat.stages.reviews.actions_figures import Checked
from evalplat.stages.reviews.forms import (
    AdjustmentForm,
    CheckForm,
    DeskCheckForm,
    FindingForm,
    MediationForm,
    RatingForm,
    RecordForm,
    SigningForm,
    VisitForm,
)

from . import content_review as content
from .content_findings import TEXTS, Text
from .content_records import CONFORMS, KEYS, LEVELS, NOTES, records
from .dice import dice
from .evidence import file_of
from .figures import Case
from .play import SYSTEM, On

MOST_FINDINGS = {"strong": 2, "solid": 3, "uneven": 5, "weak": 7}
VETO = {"gongxiao": "H01"}
"""The department that set up a section on its own account."""


def plan(on: On, *, day: int) -> None:
    """The lead says when the team comes."""
    with on.by("lead") as (work, evaluation):
        actions.plan_visit(work, evaluation, VisitForm(
            date=on.play.moment(day, "09:00").date(), place=on.case.say("{short}机关").format(short=on.case.body.short),
            agenda=on.case.say(content.AGENDA)))


def visit(on: On) -> None:
    """The records of the day, signed; then the checklist."""
    with on.by("assessor") as (work, evaluation):
        head, liaison = on.name(work, "head"), on.name(work, "liaison")
        for place, one in enumerate(records(on.case, head, liaison)):
            form = RecordForm(method=one.method, held_on=on.moment.date(), starts=one.starts, ends=one.ends, place=one.place,
                              assessors=list(on.team), participants="\n".join(one.people), anonymous=one.anonymous, content=one.content)
            files = [(on.case.say("现场照片") + ".png", file_of("png", one.place, one.people))] if one.method == "document_check" else []
            row = actions_records.keep_record(work, evaluation, form, files=files)
            actions_records.sign_record(work, evaluation, row, _signing(on, one.anonymous, head if place == 0 else liaison))
        for code, leaf in KEYS.items():
            _check(on, work, evaluation, code, leaf)


def _signing(on: On, anonymous: bool, who: str) -> SigningForm:  # noqa: FBT001 - two kinds of record
    if anonymous:
        return SigningForm(how="refused", reason=on.case.say("匿名访谈，受访人不签名，由两名评估人员共同记录并核对。"))
    return SigningForm(how="paper", signed_by=who, pages=1 + on.case.index % 3)


def _check(on: On, work: Work, evaluation: Evaluation, code: str, leaf: str) -> None:
    case = on.case
    needs = {"D-4": case.body.enforcement, "F-2": case.body.services}
    applies = (code[0] != "E" or case.body.affiliates) and needs.get(code, True)
    found = case.quality.get(leaf, 0)
    answer = ("meets", "partly", "fails")[found] if applies else "na"
    note = "" if answer == "na" else case.say(CONFORMS[len(code + leaf) % 3] if answer == "meets" else NOTES[code[0]])
    actions_records.answer_check(work, evaluation, code, CheckForm(answer=answer, note=note))


def rate(on: On, *, who: tuple[str, ...] = ("lead", "assessor")) -> None:
    """Each assessor rates alone; now and then they see something differently."""
    for part in who:
        with on.by(part) as (work, evaluation):
            system = sheet.system_for(work, evaluation)
            for leaf in queries_scores.leaves_to_rate(work, evaluation, system):
                level = _seen(on.case, leaf.code, part, most=len(leaf.rule.levels) - 1)
                words = LEVELS[leaf.code]
                actions_scores.rate(work, evaluation, leaf.code, RatingForm(
                    level=leaf.rule.levels[level].key, note=on.case.say(words[min(level, len(words) - 1)]),
                    evidence=on.case.say("核查底稿{leaf}").format(leaf=leaf.code)))


def _seen(case: Case, leaf: str, part: str, *, most: int) -> int:
    level = case.quality[leaf]
    thrown = dice(case.body.code, leaf, "spread").random()
    if part == "assessor" and (thrown < 0.14 or (case.body.code, leaf) == ("shichang", "A302")):
        level += 1 if level < most else -1
    return min(level, most)


def mediate(on: On) -> None:
    """The lead decides where the two are too far apart."""
    with on.by("lead") as (work, evaluation):
        system = sheet.system_for(work, evaluation)
        ratings = queries_scores.ratings_of(work, evaluation)
        for leaf in queries_scores.leaves_to_rate(work, evaluation, system):
            levels = [row.level for row in ratings.get(leaf.code, [])]
            if len(levels) == 2 and queries_scores.spread_too_wide(system, leaf, levels):
                level = leaf.rule.levels[on.case.quality[leaf.code]].key
                actions_scores.mediate(work, evaluation, leaf.code, MediationForm(level=level, note=on.case.say(content.MEDIATED)))


def verify(on: On) -> None:
    """The team's own figures, those that it finds different, and the rest as reported."""
    figures = on.case.figures
    own: dict[str, dict[tuple[str, str], Checked]] = {}
    for name, value in figures.panel.items():
        own.setdefault(name.partition(".")[0], {})[name, ""] = Checked(str(value), evidence=on.case.say(content.PANEL_EVIDENCE[name]))
    for (name, row), (value, reason, evidence) in figures.changes.items():
        own.setdefault(name.partition(".")[0], {})[name, row] = Checked(str(value), reason, evidence)
    with on.by("assessor") as (work, evaluation):
        for table, given in own.items():
            actions_figures.verify_figures(work, evaluation, table, given)
        actions_figures.verify_all_as_reported(work, evaluation)


def chosen(case: Case) -> list[Text]:
    """The findings about a department: the worst first, as many as its character allows, about half of them major."""
    open_to = [text for text in TEXTS if case.quality[text.leaf] == (2 if text.worst else 1) and _applies(case, text.leaf)]
    most = MOST_FINDINGS[case.portrait.character]
    ranked = sorted(open_to, key=lambda text: (not text.worst, dice(case.body.code, text.title).random()))
    ranked.sort(key=lambda text: not (case.body.code in VETO and text.category == "P21"))
    major = [text for text in ranked if text.severity == "major"][: (most + 1) // 2]
    found = [*major, *(text for text in ranked if text.severity != "major")][:most]
    return sorted(found, key=lambda text: text.leaf)


def _applies(case: Case, leaf: str) -> bool:
    needs = {"E": case.body.affiliates, "D201": case.body.enforcement, "F102": case.body.services}
    return needs.get(leaf[0], True) and needs.get(leaf, True)


def words(case: Case) -> Mapping[str, Any]:
    """What stands in the braces of findings."""
    f = case.figures
    true = f.true
    return {
        "duties": f.fields["T8.duties_total"], "assigned": true("T8.duties_assigned"), "work": case.portrait.work[0],
        "items": f.fields["T8.power_items"], "matched": f.fields["T8.power_items_matched"], "units": f.fields["T1.units_actual"],
        "section": case.portrait.sections[-1], "outside": f.fields["T7.total"], "cap": f.office["T7.cap"],
        "leaders": f.office["T3.leaders_approved"], "deputies": f.office["T3.deputies_approved"],
        "seconded": f.fields["T6.seconded_out"], "changes": f.office["T9.changes_due"], "tasks": f.fields["T8.tasks_total"],
        "process": true("T8.tasks_with_process"), "planned": f.fields["T8.inspections_planned"],
        "inspected": f.fields["T8.inspections_done"], "published": true("T8.inspections_published"),
        "cases": f.office.get("T8.service_cases", 0), "complaints": f.office["T8.complaints_total"],
        "affiliate": case.portrait.affiliates[0] if case.portrait.affiliates else "",
    }


def raise_findings(on: On) -> None:
    """The assessor writes them down, the lead sends them to the department."""
    filled, say = words(on.case), on.case.say
    with on.by("assessor") as (work, evaluation):
        for text in chosen(on.case):
            veto = VETO.get(on.case.body.code, "") if text.leaf == "B101" and text.worst else ""
            actions_findings.raise_finding(work, evaluation, FindingForm(
                category=text.category, severity=text.severity, title=say(text.title), description=say(text.description).format(**filled),
                basis=say(text.basis), evidence=say(text.evidence), requirement=say(text.requirement), leaf=text.leaf, veto=veto))
    with on.by("lead") as (work, evaluation):
        actions_findings.send_all(work, evaluation)


def answer_findings(on: On, *, leave: int = 0) -> None:
    """The department agrees or says why not. Some of a weak one's questions it leaves without an answer."""
    with on.by("liaison") as (work, evaluation):
        asked = findings_of(work, evaluation, states=[FindingState.CONFIRMED_BY_TEAM])
        silent = max(leave, 1 if on.case.portrait.character == "weak" and len(asked) > 3 else 0)
        for place, finding in enumerate(asked[: len(asked) - silent]):
            agrees = not _disputed(on.case, place)
            text = "情况属实，将按要求整改。" if agrees else content.DISPUTED[(on.case.index + place) % len(content.DISPUTED)]
            actions_findings.answer_finding(work, evaluation, finding, agrees=agrees, text=on.case.say(text))


def _disputed(case: Case, place: int) -> bool:
    return place == 1 and case.index % 2 == 0


def settle_findings(on: On) -> None:
    """The clock notes what stayed unanswered; the lead confirms, and a disputed minor one may fall."""
    with on.by(SYSTEM) as (work, _):
        actions_findings.note_silence(work)
    with on.by("lead") as (work, evaluation):
        actions_findings.confirm_undisputed(work, evaluation)
        for finding in findings_of(work, evaluation, states=[FindingState.DISPUTED]):
            _settle(on, work, evaluation, finding)


def _settle(on: On, work: Work, evaluation: Evaluation, finding: Finding) -> None:
    if finding.severity == "minor" and on.case.index % 4 == 0:
        actions_findings.withdraw_finding(work, evaluation, finding, reason=on.case.say(content.WITHDRAWN))
    else:
        actions_findings.confirm_finding(work, evaluation, finding)


def propose_adjustments(on: On) -> None:
    """A deduction for figures that were too good; a veto where a body was set up without approval."""
    if len(on.case.figures.changes) >= 4:
        with on.by("lead") as (work, evaluation):
            actions_adjustments.propose_adjustment(work, evaluation, AdjustmentForm(
                code="G02", reason=content.MISSTATED.format(count=len(on.case.figures.changes)), evidence="数据核实底稿"))
    if on.case.body.code in VETO:
        with on.by("lead") as (work, evaluation):
            proposal = actions_adjustments.propose_adjustment(work, evaluation, AdjustmentForm(
                code=VETO[on.case.body.code], reason=content.VETO_REASON, evidence="门牌、印章照片；发文登记"))
            number = proposal.number
        with on.by("assessor") as (work, evaluation):
            actions_adjustments.second_veto(work, evaluation, next(row for row in proposals_of(work, evaluation) if row.number == number))


def state_views(on: On) -> None:
    """The head says what the department thinks of them."""
    with on.by("head") as (work, evaluation):
        for row in proposals_of(work, evaluation):
            if row.state == "proposed" and row.code != "G01":
                actions_adjustments.state_view(work, evaluation, row, content.VETO_VIEW if row.veto else content.MISSTATED_VIEW)


def decide_adjustments(on: On) -> None:
    """The director decides with the minutes of the office meeting."""
    with on.by("zhou") as (work, evaluation):
        for row in proposals_of(work, evaluation):
            if row.state == "proposed":
                actions_adjustments.decide(work, evaluation, row, confirmed=True, reason="经主任办公会研究，事实清楚，予以确认。",
                                           document=f"主任办公会纪要〔{on.case.year}〕{on.place + 3}号")


def seal(on: On) -> None:
    """The lead finishes the review."""
    with on.by("lead") as (work, evaluation):
        actions.seal_review(work, evaluation)


def check_at_desk(on: On) -> None:
    """Nobody is sent: the section verifies the figures, writes down what it checked, and seals."""
    with on.by("li") as (work, evaluation):
        actions_figures.verify_all_as_reported(work, evaluation)
        actions_light.write_desk_check(work, evaluation, DeskCheckForm(text=content.DESK))
        actions.seal_review(work, evaluation)
