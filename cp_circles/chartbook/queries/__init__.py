"""What the charts of a scope are drawn from: sums by group, never row by row."""

from cp_circles.chartbook.queries.estimates import (
    Estimate,
    KindBin,
    KindSum,
    bins_by_kind,
    in_one_currency,
    in_years,
    sums_by_kind,
    years_of,
)
from cp_circles.chartbook.queries.funnel import CircleFunnel, circle_funnel
from cp_circles.chartbook.queries.imported import imported_estimates
from cp_circles.chartbook.queries.industries import Intensity, intensities
from cp_circles.chartbook.queries.options import option_estimates
from cp_circles.chartbook.queries.parts import Branch, Flow, branches, flows
from cp_circles.chartbook.queries.plans import currency_of_plan, plan_of, plan_row
from cp_circles.chartbook.queries.times import Below, days_of, months_below, months_by_metric

__all__ = [
    "Below",
    "Branch",
    "CircleFunnel",
    "Estimate",
    "Flow",
    "Intensity",
    "KindBin",
    "KindSum",
    "bins_by_kind",
    "branches",
    "circle_funnel",
    "currency_of_plan",
    "days_of",
    "flows",
    "imported_estimates",
    "in_one_currency",
    "in_years",
    "intensities",
    "months_below",
    "months_by_metric",
    "option_estimates",
    "plan_of",
    "plan_row",
    "sums_by_kind",
    "years_of",
]
