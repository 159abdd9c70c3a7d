"""The blueprint of awards, and what its pages share: the round an actor holds, the award behind a key."""

from flask import Blueprint

from cp_circles.awards import queries
from cp_circles.awards.models import Award
from cp_circles.errors import NotFound
from cp_circles.judging import rules
from cp_circles.judging.models import Round
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session

bp = Blueprint("awards", __name__)


def held_round(round_id: int) -> Round:
    """The round, if the actor holds it."""
    round_ = db_session().get(Round, round_id)
    if round_ is None or not rules.can_organise(current_actor(), round_):
        raise NotFound
    return round_


def award_behind(public_key: str) -> Award:
    """The award behind a certificate's address."""
    award = queries.award_by_key(db_session(), public_key)
    if award is None:
        raise NotFound
    return award
