"""Everything that writes regions, industries, companies and departments."""

from cp_circles.organisations.services.companies import (
    edit_company,
    register_company,
    set_cost_thresholds,
    set_member_limits,
)
from cp_circles.organisations.services.departments import add_department, close_department, rename_department
from cp_circles.organisations.services.trees import load_industries, load_regions

__all__ = [
    "add_department",
    "close_department",
    "edit_company",
    "load_industries",
    "load_regions",
    "register_company",
    "rename_department",
    "set_cost_thresholds",
    "set_member_limits",
]
