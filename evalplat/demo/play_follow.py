"""The follow-up: findings are sent on, rectified, verified by two, closed; months later the team looks back."""

from __future__ import annotations

from datetime import timedelta

from evalplat.findings.tables import Finding
from evalplat.stages.followup import (
    actions,
    actions_items,
    actions_look_back,
    actions_referrals,
    actions_uses,
    queries,
)
from evalplat.stages.followup.forms import (
    AdviceForm,
    LookBackForm,
    PlanForm,
    ProgressForm,
    ReferralForm,
    RouteForm,
    SubmitForm,
    VerifyForm,
)
from evalplat.stages.followup.queries import Pair
from evalplat.stages.followup.rules import ItemState

from . import content_follow as content
from .cast import people_of
from .content_findings import TEXTS
from .dice import dice
from .english import WORDS
from .evidence import file_of
from .figures import Case
from .play import On


def route(on: On) -> None:
    """The section says where each finding goes."""
    with on.by("li") as (work, evaluation):
        for finding in queries.unrouted(work, evaluation):
            actions.route(work, evaluation, finding, _form(on.case, finding))


def _form(case: Case, finding: Finding) -> RouteForm:
    known = {text.title: text for text in TEXTS} | {WORDS[text.title]: text for text in TEXTS if text.title in WORDS}
    chosen = ["D2", "D3"] if finding.veto else (known[finding.title].destination if finding.title in known else "D2").split(",")
    study = "D1" in chosen
    return RouteForm(
        destinations=chosen, requirement=finding.requirement if "D2" in chosen else "",
        measure="talk" if finding.severity == "critical" else "order_to_correct",
        advice_kind=content.ADVICE_KINDS.get(finding.category, "internal_units") if study else None,
        advice_text=case.say("针对“{title}”，{requirement}").format(title=finding.title, requirement=finding.requirement) if study else "",
        referral_measure="transfer", referral_reason=content.REFERRAL if "D3" in chosen else "")


def issue(on: On) -> None:
    """The director issues the notice and begins the follow-up."""
    with on.by("zhou") as (work, evaluation):
        if queries.to_issue(work, evaluation):
            actions.issue_notice(work, evaluation, begin=True)
        else:
            actions.start(work, evaluation)


def receive(on: On) -> None:
    """The department has the notice."""
    with on.by("liaison") as (work, evaluation):
        actions_items.receive(work, evaluation)


def plan(on: On) -> None:
    """The department says what it will do."""
    leader, person = (name for _, name, _, _ in people_of(on.case.index)[:2])
    with on.by("liaison") as (work, evaluation):
        for row, finding in queries.items_of(work, evaluation):
            due = row.due_at.astimezone(work.settings.zone).date()
            actions_items.submit_plan(work, evaluation, (row, finding), PlanForm(
                measures=on.case.say(content.MEASURE).format(title=finding.title, requirement=finding.requirement),
                leader=leader, person=person, steps=on.case.say(content.STEPS), finish_on=due - timedelta(days=3)))


def accept_plan(on: On) -> None:
    """The section accepts the plans."""
    with on.by("li") as (work, evaluation):
        for item in queries.items_of(work, evaluation):
            actions_items.accept_plan(work, evaluation, item)


def progress(on: On, *, percent: int) -> None:
    """A line in each item's log."""
    with on.by("liaison") as (work, evaluation):
        for item in queries.items_of(work, evaluation):
            if item[0].state in (ItemState.PLAN_ACCEPTED, ItemState.IN_PROGRESS):
                files = [_proof(on.case, item, "整改进展")] if percent > 50 else []
                actions_items.log_progress(work, evaluation, item, ProgressForm(
                    percent=percent, text=on.case.say(content.PROGRESS[0 if percent <= 50 else 1])), files=files)


def _proof(case: Case, item: Pair, title: str) -> tuple[str, bytes]:
    title, attached = case.say(title), case.say("附：文件、照片、会议纪要")
    return f"{item[0].number} {title}.pdf", file_of("pdf", title, (item[1].title, item[1].requirement, attached))


def submit(on: On, *, only: tuple[str, ...] = ("minor", "major", "critical"), leave: int = 0) -> None:
    """The head hands items in; ``leave`` of those of a severity stay unfinished."""
    with on.by("head") as (work, evaluation):
        ready = [item for item in queries.items_of(work, evaluation)
                 if item[0].state == ItemState.IN_PROGRESS and item[1].severity in only]
        for item in ready[leave:]:
            actions_items.submit(work, evaluation, item, SubmitForm(report=on.case.say(content.REPORT).format(title=item[1].title)),
                                 files=[_proof(on.case, item, "整改报告")])


def verify(on: On) -> None:
    """Two people of the team look; the first time something may still be missing."""
    for who, method in (("lead", "on_site"), ("assessor", "written")):
        with on.by(who) as (work, evaluation):
            for item in queries.items_of(work, evaluation):
                if item[0].state == ItemState.SUBMITTED:
                    actions_items.verify(work, evaluation, item, VerifyForm(method=method, opinion=on.case.say(content.OPINIONS[method])))


def reject_one(on: On) -> None:
    """In some departments the first report is not good enough."""
    if dice(on.case.body.code, "reject").random() < 0.4:
        reject(on)


def reject(on: On) -> None:
    """The team's lead sends one report back."""
    with on.by("lead") as (work, evaluation):
        waiting = [item for item in queries.items_of(work, evaluation) if item[0].state == ItemState.SUBMITTED]
        for item in waiting[:1]:
            actions_items.reject(work, evaluation, item, on.case.say(content.REJECTED))


def submit_again(on: On) -> None:
    """The department completes it."""
    with on.by("liaison") as (work, evaluation):
        for item in queries.items_of(work, evaluation):
            if item[0].state == ItemState.REJECTED:
                form = ProgressForm(percent=90, text=on.case.say(content.PROGRESS[2]))
                actions_items.log_progress(work, evaluation, item, form, files=[_proof(on.case, item, "补充材料")])
    submit(on)


def record_uses(on: On) -> None:
    """What became of the studies and referrals."""
    with on.by("zhao") as (work, evaluation):
        for advice, finding in queries.advices_of(work, evaluation):
            actions_uses.record_advice(work, evaluation, (advice, finding), AdviceForm(
                state="adopted", outcome=on.case.say(content.ADOPTED), document=f"青编〔{on.case.year}〕{on.place + 41}号"))
    with on.by("zhou") as (work, evaluation):
        for referral, finding in queries.referrals_of(work, evaluation):
            actions_referrals.record_referral(work, evaluation, (referral, finding), ReferralForm(
                letter=f"移送函〔{on.case.year}〕1号", receipt="市纪委监委派驻组收件人签收",
                received_on=on.moment.date(), outcome=content.REFERRED))


def close(on: On) -> None:
    """The director ends the follow-up."""
    with on.by("zhou") as (work, evaluation):
        actions.close(work, evaluation)


def look_back(on: On) -> None:
    """The team draws items, looks again, and reports; a relapse is opened again."""
    with on.by("lead") as (work, evaluation):
        drawn = actions_look_back.draw(work, evaluation)
        pairs = [item for item in queries.items_of(work, evaluation) if item[0].number in drawn.numbers]
        for item in pairs:
            found = "relapsed" if item[1].severity == "critical" else "held"  # severe ones are drawn whatever the seed
            actions_look_back.check(work, evaluation, item, LookBackForm(
                outcome=found, note=on.case.say(content.LOOKED[found]), evidence=on.case.say("现场查看，调阅台账")))
        text = on.case.say(content.LOOK_BACK_REPORT).format(unit=on.case.body.short, count=len(pairs))
        actions_look_back.look_back(work, evaluation, text)
