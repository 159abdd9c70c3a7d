"""Everything that writes awards: giving them, revoking one, and what follows from a falsified result."""

from cp_circles.awards.services.falsified import Consequences, annul_result, foresee_annulment
from cp_circles.awards.services.giving import (
    AwardsGiven,
    NoScheme,
    ProposedAward,
    RoundNotFinished,
    give_awards,
    printed_hash,
    propose_awards,
    revoke_award,
    scheme_of,
)

__all__ = [
    "AwardsGiven",
    "Consequences",
    "NoScheme",
    "ProposedAward",
    "RoundNotFinished",
    "annul_result",
    "foresee_annulment",
    "give_awards",
    "printed_hash",
    "propose_awards",
    "revoke_award",
    "scheme_of",
]
