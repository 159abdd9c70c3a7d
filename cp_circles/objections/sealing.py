"""What the chain of a round keeps of an objection in the place of its words and of who filed it."""

from cp_circles.judging.chain import sha256_of
from cp_circles.judging.models import Objection


def filer_sealed(objection: Objection) -> str:
    """Who filed it: a hash with their salt, which means nothing once the salt is gone."""
    return sha256_of([objection.filer.salt, objection.filer_id])


def words_sealed(objection: Objection) -> str:
    """What was filed: a hash with the objection's secret key, so that nobody finds the words by trying."""
    return sha256_of([objection.key, objection.text])
