"""The people's side of the figures: posts, sections, leaders, staff, affiliated institutions, the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dice import code_of, dice, share

if TYPE_CHECKING:
    from .figures import Case, Figures

NATURES = {"party": "party", "legal": "legal", "inst": "institution"}
MAIN_KIND = {"legal": "political_legal", "inst": "institution"}
GENERAL = ("办公室", "政工人事科")


def body(case: Case, found: Figures) -> None:
    """T1: what the department is."""
    category, number = case.body.category, case.index + 3
    found.fields |= {
        "T1.full_name": case.body.name, "T1.credit_code": code_of("12" if category == "inst" else "11", case.index + 1),
        "T1.rank": "section", "T1.nature": NATURES.get(category, "state"), "T1.civil_service_ref": category == "inst",
        "T1.founding_document": f"青编〔2019〕{number}号", "T1.three_fix_document": f"青办发〔2024〕{number + 20}号",
        "T1.three_fix_date": f"2024-0{1 + case.index % 9}-18",
    }
    found.panel |= {"T1.structure_mismatches": case.pick("B101", 0, 1, 2), "T9.mixed_persons": case.pick("C102", 0, 1, 3),
                    "T9.fields_checked": 200, "T9.fields_matching": case.pick("C401", 200 - case.index % 2, 195, 191)}


def posts(case: Case, found: Figures) -> None:
    """T2: approved and used posts; the office knows what is approved, with its own document."""
    main = MAIN_KIND.get(case.body.category, "admin_general")
    approved = case.portrait.people
    used = share(approved, case.pick("C101", 0.96, 0.85, 0.75))
    rows = {main: _kind(case, approved, used, reserved=1 if used < approved else 0, place=0)}
    if main != "institution":
        extra = 3 + case.index % 3
        rows["support"] = _kind(case, extra, extra, reserved=0, place=1)
    found.tables["T2"] = rows
    found.office_tables["T2"] = {kind: {"approved": number} for kind, number in
                                 ((main, approved), ("support", 3 + case.index % 3)) if kind in rows}


def _kind(case: Case, approved: int, actual: int, *, reserved: int, place: int) -> dict[str, object]:
    return {"actual": actual, "pending_in": 0, "reserved_leader": reserved, "reserved_other": 0,
            "vacant": max(0, approved - actual - reserved), "over": max(0, actual - approved),
            "document": f"青编〔202{2 + place}〕{case.index + 11}号", "document_date": f"202{2 + place}-0{2 + case.index % 7}-11"}


def total(found: Figures) -> int:
    """Everybody on posts."""
    return sum(int(row["actual"]) for row in found.tables["T2"].values())


def sections(case: Case, found: Figures) -> None:
    """T4: internal units; how many are big enough and how many people work at the front follow from the story."""
    everybody, leaders = total(found), 4 + case.index % 2
    business, small = list(case.portrait.sections), case.pick("B103", 0, 1, 2)
    front = max(2 * len(business), share(everybody, case.pick("C302", 0.77, 0.69, 0.60)) + (1 if case.quality["C302"] == 0 else 0))
    front = min(front, everybody - leaders - 3)
    inner = everybody - leaders - front
    rows, approved = [], {}
    for place, name in enumerate(_names(business, inner)):
        kind = "general" if place < len(GENERAL) and name in GENERAL else "party" if name == "机关党委" else "business"
        actual = _part(front, len(business), place, skip=len(_names([], inner))) if kind == "business" else _inner(inner, name)
        is_small = kind == "business" and business.index(name) >= len(business) - small
        actual = 2 if is_small else actual
        rows.append({"name": name, "document": f"青编〔2024〕{case.index + 31}号", "kind": kind, "actual": actual,
                     "heads_filled": 1, "deputies_filled": 1 if actual >= 5 else 0,
                     "duties": f"承担{name.removesuffix('科')}方面的职责，办理领导交办的其他事项。"})
        approved[name] = {"approved": 2 if is_small else max(3, actual), "heads_approved": 1, "deputies_approved": 1 if actual >= 5 else 0}
    _even_out(rows, approved, front)
    _fit(found, approved)
    found.tables["T4"], found.office_tables["T4"] = rows, approved
    found.fields["T1.units_actual"] = len(rows)
    found.office["T1.units_approved"] = len(rows)


def _names(business: list[str], inner: int) -> list[str]:
    return [*GENERAL[: 2 if inner >= 6 else 1], *business, *(["机关党委"] if inner >= 8 else [])]


def _inner(inner: int, name: str) -> int:
    named = _names([], inner)
    each = inner // len(named)
    return inner - each * (len(named) - 1) if name == named[0] else each


def _part(front: int, count: int, place: int, *, skip: int) -> int:
    each, rest = divmod(front, count)
    return each + (1 if (place - skip) % count < rest else 0)


def _even_out(rows: list[dict[str, object]], approved: dict[str, dict[str, int]], front: int) -> None:
    """What small sections left over works in the largest one, so that the front line has the people it should."""
    business = [row for row in rows if row["kind"] == "business"]
    missing = front - sum(int(str(row["actual"])) for row in business)
    business[0]["actual"] = int(str(business[0]["actual"])) + missing
    name = str(business[0]["name"])
    approved[name]["approved"] = max(approved[name]["approved"], int(str(business[0]["actual"])))


def _fit(found: Figures, approved: dict[str, dict[str, int]]) -> None:
    """Sections together never have more approved posts than the department."""
    most = sum(int(row["approved"]) for row in found.office_tables["T2"].values())
    over = sum(row["approved"] for row in approved.values()) - most
    for name in sorted(approved, key=lambda one: -approved[one]["approved"]):
        cut = min(max(over, 0), max(0, approved[name]["approved"] - 3))
        approved[name]["approved"] -= cut
        over -= cut


def leaders(case: Case, found: Figures) -> None:
    """T3: leader posts of the department and its sections."""
    count, own = len(found.tables["T4"]), 4 + case.index % 2
    deputies = sum(row["deputies_approved"] for row in found.office_tables["T4"].values())
    over = case.pick("C202", 0, 1, 2)
    found.office |= {"T3.leaders_approved": own, "T3.heads_approved": count, "T3.deputies_approved": deputies,
                     "T3.plan_approved": case.quality["C201"] == 2, "T3.plan_on_time": case.quality["C201"] == 2}
    found.fields |= {"T3.leaders_filled": case.pick("C201", own, own - 1, own + 1), "T3.heads_filled": count - case.index % 2,
                     "T3.deputies_filled": deputies + over if over else max(0, deputies - case.index % 2)}
    extra = [row for row in found.tables["T4"] if row["deputies_filled"]][:over]
    for row in extra:
        row["deputies_filled"] = 2


def staff(case: Case, found: Figures) -> None:
    """T6, T7 and the register's own figures."""
    everybody = total(found)
    away = share(everybody, case.pick("C301", 0.03, 0.07, 0.125))
    sick = min(away, case.index % 2)
    found.fields |= {"T6.seconded_out": away - sick, "T6.long_sick": sick, "T6.left_not_retired": 0}
    young, middle = share(everybody, 0.2 + case.index % 4 * 0.03), share(everybody, 0.3)
    old = share(everybody, 0.12 + case.index % 3 * 0.04)
    found.fields |= {"T6.age_35": young, "T6.age_45": middle, "T6.age_over": old, "T6.age_55": everybody - young - middle - old}
    cap = 8 + case.index * 3 % 15
    now, before = case.pick("C403", (cap - 1, cap), (cap - 1, cap - 2), (cap + 2, cap + 1))
    found.fields |= {"T7.total": now, "T7.contract": share(now, 0.6), "T7.total_last_year": before}
    found.office["T7.cap"] = cap
    entries, changes = case.number("entries", 3, 7), case.number("register", 18, 40)
    found.office |= {"T9.entries_total": entries, "T9.entries_late_approval": case.pick("C103", 0, 1, 2), "T9.changes_due": changes,
                     "T9.changes_on_time": share(changes, case.pick("C402", 1.0, 0.90, 0.80))}
    found.posts = everybody + case.number("posts.more", 0, 4)


def affiliates(case: Case, found: Figures) -> None:
    """T5: affiliated institutions; where something is wrong it is wrong in the first of them."""
    rows, office = [], {}
    for place, name in enumerate(case.portrait.affiliates):
        approved = case.number(name, 12, 34)
        used = share(approved, case.pick("E103", 0.96, 0.86, 0.75))
        used = min(used, approved)
        units, first = 2 + approved // 12, place == 0
        leaders_over = 1 if first and case.quality["E101"] == 1 else 0
        units_over = 1 if first and case.quality["E101"] == 2 else 0
        grade = case.pick("E104", "AAAB", "BABB", "CBBB")[place % 4]
        rows.append({"name": name, "class": "public_two" if place == 3 else "public_one", "actual": used, "reserved": 0,
                     "leaders_filled": 2 + leaders_over, "units_actual": units + units_over,
                     "off_establishment": dice(name).randint(0, 4)})
        office[name] = {"approved": approved, "leaders_approved": 2, "units_approved": units, "last_grade": grade, "report_due": True,
                        "report_on_time": not (first and case.quality["E105"] > 0)}
    found.tables["T5"], found.office_tables["T5"] = rows, office
