"""What the ledger can say to the stage machine."""

from __future__ import annotations

from evalplat.campaigns import facts
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.machine import YES, Fact

from . import last_year, sheet


def ledger_complete(work: Work, evaluation: Evaluation) -> Fact:
    """Every leaf has a value or a declared treatment, so that there is a total."""
    unit = sheet.compute(work, evaluation).units[0]
    if sheet.is_fixable(sheet.system_for(work, evaluation), unit):
        return YES
    missing = [leaf.code for leaf in unit.leaves if leaf.state == "missing"]
    campaign, code = codes(work, evaluation)
    return Fact(False, N_("Indicators without a value: {codes}."), {"codes": ", ".join(missing[:8])},
                f"/c/{campaign}/u/{code}/review")


def result_fixed(work: Work, evaluation: Evaluation) -> Fact:
    """There is a frozen result version, and no item of it waits to be scored again."""
    newest = sheet.latest(work, evaluation)
    if newest is None:
        return Fact(False, N_("There is no fixed result yet."))
    return YES


def provide() -> None:
    """Make the facts known; called by ``create_app``."""
    facts.provide("ledger_complete", ledger_complete)
    facts.provide("result_fixed", result_fixed)
    last_year.provide()
