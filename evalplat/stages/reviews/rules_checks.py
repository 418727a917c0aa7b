"""The checklist for one day on site: what to look at, by block of the indicators."""

from __future__ import annotations

from dataclasses import dataclass

from evalplat.kernel.i18n import N_


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see with one's own eyes."""

    code: str
    text: str

    @property
    def block(self) -> str:
        """The block of the indicator system it serves."""
        return self.code[0]


BLOCKS: dict[str, str] = {
    "A": N_("Functions"), "B": N_("Internal structure"), "C": N_("Posts and people"), "D": N_("How work is done"),
    "E": N_("Affiliated institutions"), "F": N_("Results"),
}

CHECKS: tuple[Check, ...] = (
    Check("A-1", N_("The three-fix document at hand is the one in force")),
    Check("A-2", N_("Each line of the duty list traces back to the three-fix document")),
    Check("A-3", N_("Duties taken over: there is proof of the first time they were carried out")),
    Check("A-4", N_("Duties given up are really given up: look at 5 cases of the last 12 months")),
    Check("A-5", N_("Changes of the power and duty list are kept in a ledger")),
    Check("A-6", N_("Disputed duties are listed, with the documents that settled them")),
    Check("B-1", N_("Door plates, seals, web site and letterheads carry the approved names")),
    Check("B-2", N_("No section, extra name or task force was set up on the department's own account")),
    Check("B-3", N_("Internal units: number of people, and whether work is evenly spread")),
    Check("B-4", N_("Temporary bodies past their term are closed")),
    Check("C-1", N_("Approvals to use posts match the people entered")),
    Check("C-2", N_("Nobody sits on a kind of post or in a body that is not theirs")),
    Check("C-3", N_("Secondments have a permit and are within its term")),
    Check("C-4", N_("The ledger of leader posts matches the appointment papers")),
    Check("C-5", N_("20 people drawn by lot are at their desks")),
    Check("C-6", N_("The pay sheet has as many people as the register")),
    Check("C-7", N_("Staff outside the establishment: list, post, contract, budget line")),
    Check("C-8", N_("None of them holds a post in personnel, finance or secrecy")),
    Check("D-1", N_("The collection of internal rules is complete and current")),
    Check("D-2", N_("Post descriptions: look at 10 posts")),
    Check("D-3", N_("Process charts: follow 5 of them in real life")),
    Check("D-4", N_("Random inspection: plan, both registers, draw records, logs, publication of 5 inspections")),
    Check("D-5", N_("Assigned matters are followed up in a ledger")),
    Check("D-6", N_("Workload: trace 3 figures back to their source")),
    Check("D-7", N_("Coordinating bodies have a yearly report")),
    Check("E-1", N_("Certificate of legal person and yearly report of each institution")),
    Check("E-2", N_("What the institution does is what its charter says")),
    Check("E-3", N_("People of the institution do not fill posts of the department")),
    Check("E-4", N_("Vacant and exceeded posts of the institutions")),
    Check("E-5", N_("The institution carries out no administrative functions")),
    Check("F-1", N_("Proof of the key tasks of the year")),
    Check("F-2", N_("Export of the case system: figures agree with the form")),
    Check("F-3", N_("Ledger of hotline and petition cases")),
)
BY_CODE = {check.code: check for check in CHECKS}
