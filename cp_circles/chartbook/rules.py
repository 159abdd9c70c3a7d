"""Who may plan a season, and which charts a reader may open."""

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.organisations.models import Region
from cp_circles.people.rules import Actor


def can_plan_season(actor: Actor, region: Region) -> bool:
    """Officials of the region or above, and administrators."""
    return actor.is_administrator or actor.oversees(region.path)


def sees_inside(asked: Asked) -> bool:
    """True where charts of work may be drawn: what no public copy and no freeze holds stays restricted."""
    return asked.variant != PUBLIC
