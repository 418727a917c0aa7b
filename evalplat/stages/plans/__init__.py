"""Planning over years: coverage of all units, the plan with its yearly batches, samples of who is visited."""

from evalplat.access.acts import Act, name_task
from evalplat.kernel.i18n import N_


def install() -> None:
    """Name this room's tasks."""
    name_task(Act.DRAFT_PLAN, N_("Work on the plan: {title}"), N_("Open"))
    name_task(Act.APPROVE_PLAN, N_("Approve the plan: {title}"), N_("Examine"))
