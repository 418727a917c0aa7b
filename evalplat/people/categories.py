"""Usual categories of units; an indicator file may have its own."""

from __future__ import annotations

from evalplat.kernel.i18n import N_

CATEGORIES: dict[str, str] = {
    "gov": N_("Government departments"), "party": N_("Party and mass organisations"),
    "legal": N_("Political and legal bodies"), "inst": N_("Directly affiliated institutions"),
    "gov_econ": N_("Economic administration"), "gov_social": N_("Social administration and services"),
    "gov_enforce": N_("Enforcement and supervision"), "town": N_("Towns and subdistricts"),
}
