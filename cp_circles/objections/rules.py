"""Who filed an objection."""

from cp_circles.judging.models import Objection
from cp_circles.people.rules import Actor


def is_filer(actor: Actor, objection: Objection) -> bool:
    """True for the person who filed the objection."""
    return actor.person_id is not None and objection.filer_id == actor.person_id
