"""Circles, activities and rates, as they are asked for."""

from cp_circles.circles.queries.activities import (
    activities_of,
    activity_of,
    has_project,
    is_settled,
    latest_activity_on,
    photo_of,
    revived_at,
    settled_among,
)
from cp_circles.circles.queries.circles import (
    circle_by_id,
    circle_by_number,
    circle_for,
    circles_listed,
    circles_of_person,
    circles_visible_to,
    companies_to_start_in,
    dormant_candidates,
    staff_names,
    states_counted,
    unrenewed_circles,
)
from cp_circles.circles.queries.rates import CircleRates, company_rates, region_rates

__all__ = [
    "CircleRates",
    "activities_of",
    "activity_of",
    "circle_by_id",
    "circle_by_number",
    "circle_for",
    "circles_listed",
    "circles_of_person",
    "circles_visible_to",
    "companies_to_start_in",
    "company_rates",
    "dormant_candidates",
    "has_project",
    "is_settled",
    "latest_activity_on",
    "photo_of",
    "region_rates",
    "revived_at",
    "settled_among",
    "staff_names",
    "states_counted",
    "unrenewed_circles",
]
