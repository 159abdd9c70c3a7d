"""The room's blueprint, and the way every page finds its circle."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from cp_circles.circles import queries
from cp_circles.circles.models import Circle
from cp_circles.web.access import current_actor
from cp_circles.web.session import clock, db_session, in_turn, now

bp = Blueprint("circles", __name__, url_prefix="/circles")


def circle_of(circle_id: int) -> Circle:
    """The circle, if the actor may see it; acts on one circle follow one another."""
    in_turn("circle", circle_id)
    return queries.circle_for(db_session(), actor=current_actor(), circle_id=circle_id)


def acting() -> dict[str, Any]:
    """What every service is told: who acts, and when."""
    return {"actor": current_actor(), "now": now()}


def dated() -> dict[str, Any]:
    """The same for services that write local dates."""
    return acting() | {"zone": clock().zone}


def done(circle: Circle, message: str, back_to: str | None = None) -> Response:
    """Say what has happened and show the circle, or the page from which the reader came."""
    flash(message, "success")
    return redirect(back_to or url_for("circles.show_circle", circle_id=circle.id), 303)
