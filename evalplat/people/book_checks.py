"""The whole workbook against its rules and against what is set up: every problem at its cell, or the rows that may be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from evalplat.kernel.i18n import N_, listed

from .book_cells import UNKNOWN, Row
from .book_format import CODE, FACTS, LOGIN, PEOPLE, PROFILE, SHEETS, UNITS, Problem, Words
from .book_lost import LostCodes
from .book_reading import Sheet
from .book_state import State
from .roles import ADMIN_ROLES, UNIT_ROLES, Role

_PARTS = re.compile(r"[、,，;；/\n]+")
_AT = re.compile(r"(.+?)[（(](.+)[)）]")
_CODE_SAYS = N_("Use lower-case letters, digits and hyphens, beginning with a letter or digit, at most 31 characters.")
_NO_SUCH = N_("There is no department with this code, neither here nor in the system.")
_PROFILE_SAYS = N_("This is not the code of a class of points. Leave it empty, or write a code of the indicator file: letters, "
                   "digits, hyphens and underscores.")
_LOGIN_SAYS = N_("Use letters, digits, dots, hyphens and underscores, 2 to 41 characters.")


@dataclass
class Checked:
    """What the workbook says (values by key, only for columns that it has), and what is wrong. ``notes``: cells that cannot be
    judged before a row that is wrong is mended; there are none without problems."""

    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check(sheets: Mapping[str, Sheet], state: State, words: Words, *, today: date, myself: str) -> Checked:
    """Judge every row. ``myself``: the login of whoever brings the workbook, who must not lock oneself out."""
    found = Checked()
    judge = _Judge(found, state, words, today, myself)
    for name, read in ((UNITS, judge.unit), (PEOPLE, judge.person)):
        if name in sheets:
            columns = {column.key: column for column in SHEETS[name]}
            rows = [Row(sheets[name], line, columns) for line in sheets[name].lines]
            for row in rows:
                read(row)
            if name == UNITS:
                judge.parents(rows)
            found.problems += [problem for row in rows for problem in row.problems]
            found.notes += [note for row in rows for note in row.notes]
    if PEOPLE in sheets and not found.problems and not judge.keeps_an_administrator():
        found.problems.append(Problem(PEOPLE, "A1", "", N_("No system administrator would be left.")))
    return found


@dataclass
class _Judge:
    found: Checked
    state: State
    words: Words
    today: date
    myself: str
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)
    _lost: LostCodes = field(default_factory=LostCodes)

    def unit(self, row: Row) -> None:
        """One department."""
        code = row.name("code", CODE, _CODE_SAYS)
        values: dict[str, Any] = {
            "name": row.text("name"), "short_name": row.text("short_name"), "category": self._category(row),
            "nature": row.text("nature"), "civil_service_ref": row.yes("civil_service_ref"),
            "profile": row.name("profile", PROFILE, _PROFILE_SAYS, lower=False), "parent": row.name("parent", CODE, _CODE_SAYS),
            "active": row.active("active"), **{key: row.yes(key) for key in FACTS},
        }
        if values["profile"] is not UNKNOWN and values["profile"].lower() in ("", "standard"):
            values["profile"] = "standard"
        fresh = self._once(row, "code", code)
        another = self._once(row, "name", values["name"])
        if not isinstance(code, str) or not code:
            self._lost.add(row.line.number, row.typed("code"))
        elif fresh:
            self.found.units[code] = {key: value for key, value in values.items() if row.has(key)}
        elif another:  # the department whose code another one has taken; a row typed twice is none
            self._lost.add(row.line.number)

    def _category(self, row: Row) -> Any:
        text = row.text("category")
        if text is UNKNOWN or not text:
            return text
        key = self.words.category(text) or (text if text in self.state.categories else None)
        offers = listed(self.words.categories.values())
        return key or row.wrong("category", N_("Choose one of these: {offers}."), offers=offers)

    def _once(self, row: Row, key: str, value: Any) -> bool:
        """Whether no row above says the same."""
        if not isinstance(value, str) or not value:
            return True
        place = (f"{row.sheet.name}.{key}", value)
        if place in self._seen:
            row.wrong(key, N_("The same stands in {cell} already."), cell=self._seen[place])
            return False
        self._seen[place] = row.sheet.cell(row.line, key)
        return True

    def _unit_exists(self, code: str) -> bool:
        return code in self.found.units or code in self.state.units

    def _waits(self, row: Row, key: str, code: str) -> bool:
        """Whether a wrong row of the sheet of departments must be mended first: that is one fault, not another one wherever the
        department is named."""
        pointer = None if self._unit_exists(code) else self._lost.about(code)
        if pointer:
            row.note(key, pointer[0], **pointer[1])
        return pointer is not None

    def parents(self, rows: list[Row]) -> None:
        """The units above must be there, and none above itself."""
        above = {code: self.found.units.get(code, {}).get("parent", unit.get("parent", ""))
                 for code, unit in {**self.state.units, **self.found.units}.items()}
        for row in rows:
            own, parent = self._code_of(row), self._plain(row, "parent")
            if not parent:
                continue
            if self._waits(row, "parent", parent):
                row.problems[:] = [one for one in row.problems if one.cell != row.sheet.cell(row.line, "parent")]
                continue
            if self._already_wrong(row, "parent"):
                continue
            if not self._unit_exists(parent):
                row.wrong("parent", _NO_SUCH)
            elif own and _circle(own, above):
                row.wrong("parent", N_("A department cannot stand below itself."))

    @staticmethod
    def _plain(row: Row, key: str) -> str:
        cell = row.line.cells.get(key)
        return str(cell.value).strip().lower() if cell is not None else ""

    def _code_of(self, row: Row) -> str:
        return self._plain(row, "code")

    @staticmethod
    def _already_wrong(row: Row, key: str) -> bool:
        return any(problem.cell == row.sheet.cell(row.line, key) for problem in row.problems)

    def person(self, row: Row) -> None:
        """One account."""
        login = row.name("login", LOGIN, _LOGIN_SAYS)
        self._once(row, "login", login)
        before = self.state.people.get(login, {}) if isinstance(login, str) else {}
        values = {"name": row.text("name"), "post": row.text("post"), "roles": self._roles(row, before),
                  "expires_on": self._end(row, before), "ends_with": self._campaign(row, before), "active": row.active("active")}
        if isinstance(login, str) and login in self.state.foreign_logins:
            row.wrong("login", N_("This login is taken or empty. Choose another one."))
        if login == self.myself:
            self._not_myself(row, values, before)
        if isinstance(login, str) and login:
            keys = {"roles" if key == "unit" else key for key in row.sheet.places}
            self.found.people.setdefault(login, {key: value for key, value in values.items() if key in keys})

    def _end(self, row: Row, before: Mapping[str, Any]) -> Any:
        day = row.day("expires_on")
        if isinstance(day, date) and day < self.today and day != before.get("expires_on"):
            return row.wrong("expires_on", N_("The last day must not lie in the past."))
        return day

    def _campaign(self, row: Row, before: Mapping[str, Any]) -> Any:
        code = row.text("ends_with")
        if not isinstance(code, str) or code in ("", *self.words.campaigns, before.get("ends_with", "")):
            return code
        if not self.words.campaigns:
            return row.wrong("ends_with", N_("There is no evaluation under way. Leave this empty; it can be chosen later on the "
                                             "person's page."))
        return row.wrong("ends_with", N_("Leave this empty, or write the short name of an evaluation under way: {offers}."),
                         offers=listed(self.words.campaigns))

    def _roles(self, row: Row, before: Mapping[str, Any]) -> Any:
        """Pairs of role and unit code, sorted; a role may name its own unit in brackets."""
        text, units = row.text("roles"), self._units(row)
        if text is UNKNOWN or not text:
            return UNKNOWN
        parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
        if units is UNKNOWN:  # a role that is none is told all the same, not only when the department is mended
            next((part for part in parts if self._role(row, _named(part)[0]) is UNKNOWN), None)
            return UNKNOWN
        pairs: set[tuple[str, str]] = set()
        for part in parts:
            found = self._pairs(row, part, units)
            if found is UNKNOWN:
                return UNKNOWN
            pairs |= found
        return self._fitting(row, pairs, units, before)

    def _units(self, row: Row) -> Any:
        text = row.text("unit")
        if text is UNKNOWN:
            return UNKNOWN
        codes = [part.strip().lower() for part in _PARTS.split(text) if part.strip()]
        if any(self._waits(row, "unit", code) for code in codes):
            return UNKNOWN
        if len(codes) == 1:
            code = row.name("unit", CODE, _NO_SUCH)
            if code is UNKNOWN:
                return UNKNOWN
            codes = [code]
        if not all(self._unit_exists(code) for code in codes):
            return row.wrong("unit", _NO_SUCH)
        return tuple(codes)

    def _pairs(self, row: Row, part: str, units: tuple[str, ...]) -> Any:
        word, at = _named(part)
        own, role = (at.lower(),) if at else units, self._role(row, word)
        if role is UNKNOWN:
            return UNKNOWN
        if role not in UNIT_ROLES:
            return {(str(role), "")} if not at else row.wrong("roles", N_("The role {word} belongs to no department."), word=word)
        if not own:
            return row.wrong("unit", N_("The role {word} needs the code of its department."), word=word)
        if any(self._waits(row, "roles", code) for code in own):
            return UNKNOWN
        if not all(self._unit_exists(code) for code in own):
            return row.wrong("roles", _NO_SUCH)
        return {(str(role), code) for code in own}

    def _role(self, row: Row, word: str) -> Any:
        return self.words.role(word) or row.wrong("roles", N_("There is no role {word}. Choose from these: {offers}."), word=word,
                                                  offers=listed(self.words.roles.values()))

    def _fitting(self, row: Row, pairs: set[tuple[str, str]], units: tuple[str, ...], before: Mapping[str, Any]) -> Any:
        held = {Role(role) for role, _ in pairs}
        if held & ADMIN_ROLES and len(held) > 1:
            return row.wrong("roles", N_("An administrator holds no other role."))
        if units and not held & UNIT_ROLES:
            return row.wrong("unit", N_("The roles of this person belong to no department. Empty this cell or change the role."))
        if not held:
            return row.wrong("roles", N_("Choose at least one role."))
        roles = tuple(sorted(pairs))
        gone = next((code for _, code in roles if code and not self._stays(code)), "")
        if gone and roles != before.get("roles"):
            return row.wrong("unit", N_("The department {code} is no longer in use."), code=gone)
        return roles

    def _stays(self, code: str) -> bool:
        return bool(self.found.units.get(code, {}).get("active", self.state.units.get(code, {}).get("active", True)))

    def _not_myself(self, row: Row, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        if values["name"] not in (UNKNOWN, "", before.get("name")):
            row.wrong("login", N_("This is your own login, of {name}. Give {other} another one."), name=before["name"],
                      other=values["name"])
            return
        if values["active"] is False:
            row.wrong("active", N_("You cannot change your own roles or close your own account."))
        if values["roles"] is not UNKNOWN and values["roles"] != before.get("roles"):
            row.wrong("roles", N_("You cannot change your own roles or close your own account."))

    def keeps_an_administrator(self) -> bool:
        """Whether somebody stays who can make accounts."""
        everybody = {login: {**self.state.people.get(login, {}), **self.found.people.get(login, {})}
                     for login in {**self.state.people, **self.found.people}}
        admin = (str(Role.SYSADMIN), "")
        return any(one.get("active", True) and admin in one.get("roles", ()) for one in everybody.values())


def _circle(start: str, above: Mapping[str, Any]) -> bool:
    step, seen = above.get(start, ""), {start}
    while step and step not in seen:
        seen.add(step)
        step = above.get(step, "")
    return step == start


def _named(part: str) -> tuple[str, str]:
    """A role and the unit in brackets behind it, if there is one."""
    at = _AT.fullmatch(part)
    return (at[1].strip(), at[2].strip()) if at else (part, "")
