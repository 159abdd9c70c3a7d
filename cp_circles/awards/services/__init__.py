"""Everything that writes awards: giving them, revoking one, and what follows from a falsified result."""

from cp_circles.awards.services.falsified import Consequences, annul_result, foresee_annulment
from cp_circles.awards.services.giving import (
    ProposedAward,
    RoundNotFinished,
    give_awards,
    propose_awards,
    revoke_award,
)
from cp_circles.awards.services.rewards import (
    NoRewardRule,
    Payment,
    adopt_reward_rule,
    grant_reward,
    payments_of,
)
from cp_circles.awards.services.schemes import AwardsGiven, NoScheme, printed_hash, scheme_of
from cp_circles.awards.services.special import Candidate, candidates, choose_special, drop_special

__all__ = [
    "AwardsGiven",
    "Candidate",
    "Consequences",
    "NoRewardRule",
    "NoScheme",
    "Payment",
    "ProposedAward",
    "RoundNotFinished",
    "adopt_reward_rule",
    "annul_result",
    "candidates",
    "choose_special",
    "drop_special",
    "foresee_annulment",
    "give_awards",
    "grant_reward",
    "payments_of",
    "printed_hash",
    "propose_awards",
    "revoke_award",
    "scheme_of",
]
