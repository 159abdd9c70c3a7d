"""Who sees which messages."""

from cp_circles.people.rules import Actor


def can_see_all_mail(actor: Actor) -> bool:
    """Only an administrator reads the whole outbox."""
    return actor.is_administrator
