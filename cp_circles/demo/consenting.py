"""Consents of the demo: whoever has an account agreed half a year ago, so that no visitor is asked."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from cp_circles.demo.world import World
from cp_circles.people.models import Person
from cp_circles.people.rules import Actor
from cp_circles.personal.queries.consents import current_notice
from cp_circles.personal.services import agree


def fill(world: World, now: datetime) -> None:
    """Agree for everybody with an account, half a year ago."""
    edition, _ = current_notice(world.session)
    moment = now - timedelta(days=180)
    people = world.session.scalars(
        sa.select(Person).where(Person.password_hash.is_not(None), Person.active).order_by(Person.id)
    )
    for person in people.all():
        actor = Actor(person_id=person.id, name=person.name)
        agree(world.session, actor=actor, edition_id=edition.id, now=moment)
