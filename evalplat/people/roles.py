"""The roles, as keys, with the text that people read."""

from __future__ import annotations

from enum import StrEnum

from evalplat.kernel.i18n import N_


class Role(StrEnum):
    """Who somebody is for the platform; see the policy for what each may do."""

    COMMISSION = "commission"
    DIRECTOR = "director"
    SUPERVISION_SECTION = "supervision_section"
    ESTABLISHMENT_SECTION = "establishment_section"
    TEAM_LEAD = "team_lead"
    ASSESSOR = "assessor"
    CO_REVIEWER = "co_reviewer"
    DEPT_HEAD = "dept_head"
    DEPT_LIAISON = "dept_liaison"
    UNIT_FILLER = "unit_filler"
    THIRD_PARTY = "third_party"
    REVIEW_PANEL = "review_panel"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITADMIN = "auditadmin"


LABELS: dict[Role, str] = {
    Role.COMMISSION: N_("Establishment commission"),
    Role.DIRECTOR: N_("Director of the office"),
    Role.SUPERVISION_SECTION: N_("Supervision section"),
    Role.ESTABLISHMENT_SECTION: N_("Establishment section"),
    Role.TEAM_LEAD: N_("Team lead"),
    Role.ASSESSOR: N_("Assessor"),
    Role.CO_REVIEWER: N_("Co-reviewing department"),
    Role.DEPT_HEAD: N_("Head of the department"),
    Role.DEPT_LIAISON: N_("Liaison of the department"),
    Role.UNIT_FILLER: N_("Affiliated institution's clerk"),
    Role.THIRD_PARTY: N_("Survey contractor"),
    Role.REVIEW_PANEL: N_("Objection panel"),
    Role.SYSADMIN: N_("System administrator"),
    Role.SECADMIN: N_("Security administrator"),
    Role.AUDITADMIN: N_("Audit administrator"),
}

UNIT_ROLES = frozenset({Role.DEPT_HEAD, Role.DEPT_LIAISON, Role.UNIT_FILLER})
ADMIN_ROLES = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN})
OFFICE_ROLES = frozenset(Role) - UNIT_ROLES - ADMIN_ROLES
