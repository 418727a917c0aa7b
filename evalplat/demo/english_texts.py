"""The chapters of the self-assessment and the records of the visit in English, for the department that speaks English."""

# ruff: noqa: E501 - prose, a paragraph a line
from __future__ import annotations

from .content_records import Record
from .content_texts import weak_blocks
from .english import MEASURES, PLACES, WORDS
from .figures import Case
from .figures_people import total

MOODS = ("There are enough people and duties are clear.", "At the end of the year there is overtime; otherwise we manage.",
         "We should like one more young auditor.", "We work well with the other sections; what matters is decided in the office meeting.")
SAID = ("They said at once what to bring, and it was done the same day.", "One gets through by telephone and they are friendly, but I had to come twice.",
        "It can be done online without coming; convenient.", "They know their work and can explain the rules.",
        "The wait was rather long.", "I had to bring a paper later; two people told me different things.", "It is settled, and faster than before.")


def chapters(case: Case) -> dict[str, str]:
    """c1 … c9 as the department writes them; it has no affiliated institutions."""
    return {"c1": _basics(case), "c2": _functions(case), "c3": _units(case), "c4": _posts(case), "c5": _methods(case),
            "c7": _results(case), "c8": _problems(case), "c9": _plans(case)}


def _basics(case: Case) -> str:
    f = case.figures
    approved = sum(row["approved"] for row in f.office_tables["T2"].values())
    return "\n".join((
        "This past year the bureau took the three-fix provisions as the basis of its work; lists of duties, posts and procedures were kept up to date together, and the establishment was on the whole well observed.",
        f"By the provisions ({f.fields['T1.three_fix_document']}) we have {f.fields['T8.duties_total']} duties and {f.fields['T1.units_actual']} sections. {approved} posts are approved, {total(f)} people are on them; "
        f"{f.office['T3.leaders_approved']} leader posts are approved, {f.fields['T3.leaders_filled']} are filled.",
        f"On {case.census.isoformat()} {f.fields['T6.age_35']} people were 35 or younger, {f.fields['T6.age_45']} were 36 to 45, {f.fields['T6.age_55']} were 46 to 55 and {f.fields['T6.age_over']} were older; {f.fields['T7.total']} work off the establishment.",
    ))


def _functions(case: Case) -> str:
    f = case.figures.fields
    lead, *others = (WORDS[work].lower() for work in case.portrait.work)
    return "\n".join((
        f"(1) Assignment. The list of duties and tasks has {f['T8.tasks_total']} tasks; {f['T8.duties_assigned']} duties are assigned to sections and posts.",
        f"(2) Changes. Of {f['T8.taken_due']} duties to take over {f['T8.taken_done']} are taken over; of {f['T8.dropped_due']} to give up {f['T8.dropped_done']} are given up.",
        f"(3) Main duties. We attended above all to {lead}, {', '.join(others)}. The power and duty list has {f['T8.power_items']} items, all published.",
        "(4) Other departments. " + case.pick("A301", "The division of work is in writing; there is no dispute.", "Views differed on single matters and were settled in writing.", "One boundary is still before the establishment office."),
    ))


def _units(case: Case) -> str:
    names = [row["name"] for row in case.figures.tables["T4"]]
    return "\n".join((
        f"There are {len(names)} sections, with names and ranks as approved: {', '.join(names)}.",
        case.pick("B102", "Each duty has one section in charge; there are no overlaps and no gaps.", "Duties are clear on the whole; where two sections share a matter, one leads.", "After changes of staff some duties overlap; the leader in charge decides case by case."),
        "There are no standing task forces." if case.quality["B104"] == 0 else "Task forces were set up for special work and are being closed as they expire.",
    ))


def _posts(case: Case) -> str:
    f = case.figures.fields
    return "\n".join((
        "Posts are used only after approval: nobody joins before, and all who join, leave or retire are entered in the personnel register.",
        f"{f['T3.heads_filled']} heads and {f['T3.deputies_filled']} deputies of sections are in post. {f['T6.seconded_out']} people are on long secondment, {f['T6.long_sick']} on long sick leave, {f['T6.left_not_retired']} have left their post without having retired.",
        f"{f['T7.total']} people work off the establishment ({f['T7.contract']} under contract with us; {f['T7.total_last_year']} last year), in supporting work, not in personnel, finance or secret matters.",
    ))


def _methods(case: Case) -> str:
    f = case.figures.fields
    return "\n".join((
        f"Internal rules are in place. There are {f['T8.posts_total']} posts and {f['T8.posts_with_duties']} post descriptions; {f['T8.tasks_with_process']} tasks have a flow chart and a work standard.",
        "The bureau has no duties of inspection and takes no part in random inspections.",
        "Assigned matters are kept in a ledger; the General Office looks at it each month and reports each quarter.",
    ))


def _results(case: Case) -> str:
    return "\n".join(f"{number}. {WORDS[deed]}." for number, deed in enumerate(case.portrait.deeds, start=1))


def _problems(case: Case) -> str:
    listed = [f"({number}) {PLACES[block]}." for number, block in enumerate(weak_blocks(case), start=1)]
    return "\n".join((*listed, "The main causes: too little study of the rules on the establishment, rules that lag behind changed duties, and too little balancing of staff inside the bureau."))


def _plans(case: Case) -> str:
    listed = [f"{number}. {MEASURES[block]}" for number, block in enumerate(weak_blocks(case), start=1)]
    return "\n".join((*listed, "Our wish: within the approved number of posts, help us to win 2 or 3 specialists."))


def records(case: Case, head: str, liaison: str) -> list[Record]:
    """The visit's records, in their order over the day."""
    return [_briefing(case, head), _documents(case, liaison), _panel(case), _interviews(case), _attendance(case, liaison), _questionnaire(case)]


def _briefing(case: Case, head: str) -> Record:
    f = case.figures.fields
    deeds = "; ".join(WORDS[deed] for deed in case.portrait.deeds)
    text = (f"{head} reported. 1. Duties: {f['T8.duties_total']} in the provisions, a list of {f['T8.tasks_total']} tasks. 2. Results: {deeds}. 3. Organisation: {f['T1.units_actual']} sections, staff on the whole stable.\n"
            f"The team asked which section has the new duties, when seconded staff come back, and what off-establishment staff do.\n"
            f"{head} answered: the new duties are in the division of work; {f['T6.seconded_out']} people are seconded, all to higher bodies or special tasks; off-establishment staff do supporting work, none of it in personnel or finance.")
    return Record("briefing", "09:00", "09:40", "Meeting room on the third floor", (f"{head}, head of the bureau", "3 members of the leadership"), text)


def _panel(case: Case) -> Record:
    names = [WORDS[name] for name in case.portrait.sections]
    work = [WORDS[one].lower() for one in (*case.portrait.work, *case.portrait.work)]
    lines = [f"Head of the {name}: we mainly do {done}. {MOODS[case.number(name, 0, len(MOODS) - 1)]}" for name, done in zip(names, work, strict=False)]
    return Record("panel_sections", "10:30", "11:50", "Small meeting room on the second floor", tuple(f"Head of the {name}" for name in ("General Office", *names)), "\n".join(lines))


def _documents(case: Case, liaison: str) -> Record:
    f = case.figures.fields
    text = (f"Seen: three-fix provisions and amendments, list of duties ({f['T8.tasks_total']} tasks), power and duty list ({f['T8.power_items']} items), internal rules, "
            f"{f['T8.posts_with_duties']} post descriptions, ledger of leader posts, approvals to use posts, ledgers of off-establishment staff and of assigned matters.\n"
            f"Compared: of 10 post descriptions {case.pick('D102', 'all match the posts', '1 does not quite match', '4 are copies of others')}; "
            f"of 5 approvals to use a post {case.pick('C103', 'all are earlier than the entry', '1 is later than the entry', '2 are later than the entry')}; "
            f"the internal rules {case.pick('D101', 'are complete and were revised within three years', 'lack the rule on supervision', 'lack personnel, procurement and emergencies')}.\n{liaison} checked the list of 26 papers.")
    return Record("document_check", "09:50", "12:00", "Archive", (f"{liaison}, liaison", "Archivist"), text)


def _interviews(case: Case) -> Record:
    start = case.number("interview", 0, 3)
    said = [f"Person {sign}: {SAID[(start + place) % len(SAID)]}" for place, sign in enumerate("ABCDE")]
    return Record("interview_recipient", "15:10", "16:00", "Premises of an audited body", tuple(f"Person {sign}" for sign in "ABCDE"), "\n".join(said), anonymous=True)


def _attendance(case: Case, liaison: str) -> Record:
    away = case.pick("C301", 0, 1, 3)
    absent = f"; {away} absent, said to be on secondment" if away else "; all others out on business are in the register"
    text = (f"20 people were drawn from the personnel register: {20 - away} at work{absent}.\n"
            f"200 fields of the register were checked, {200 - case.figures.panel['T9.fields_matching']} differ. The payroll has as many people as the register.")
    return Record("attendance_spot_check", "16:10", "17:00", "Offices", (f"{liaison}, liaison", "Personnel officer"), text)


def _questionnaire(case: Case) -> Record:
    given = 24 + case.index % 7
    return Record("questionnaire", "11:00", "11:20", "Meeting room on the third floor", ("Staff of the bureau",),
                  f"{given + 2} anonymous questionnaires were handed out, {given} came back and were sealed at once for the survey team. They are counted with the survey; nothing is noted here.", anonymous=True)
