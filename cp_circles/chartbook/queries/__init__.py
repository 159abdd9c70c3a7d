"""What the charts of a scope are drawn from: sums by group, never row by row."""

from cp_circles.chartbook.queries.funnel import CircleFunnel, circle_funnel
from cp_circles.chartbook.queries.imported import (
    ImportedSum,
    currency_of_imports,
    import_years,
    imported_bins,
    imported_sums,
)
from cp_circles.chartbook.queries.industries import Intensity, intensities
from cp_circles.chartbook.queries.options import OptionBin, OptionSum, option_bins, option_sums, option_years
from cp_circles.chartbook.queries.parts import Branch, Flow, branches, flows
from cp_circles.chartbook.queries.plans import currency_of_plan, plan_of, plan_row
from cp_circles.chartbook.queries.times import Below, days_of, months_below, months_by_metric

__all__ = [
    "Below",
    "Branch",
    "CircleFunnel",
    "Flow",
    "ImportedSum",
    "Intensity",
    "OptionBin",
    "OptionSum",
    "branches",
    "circle_funnel",
    "currency_of_imports",
    "currency_of_plan",
    "days_of",
    "flows",
    "import_years",
    "imported_bins",
    "imported_sums",
    "intensities",
    "months_below",
    "months_by_metric",
    "option_bins",
    "option_sums",
    "option_years",
    "plan_of",
    "plan_row",
]
