"""What stands beside a saving's number: side effects, money, taxable pollutants, a year's figure."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.savings import queries
from cp_circles.savings.models import Claim, Saving
from cp_circles.savings.presenting.annual import annual_part
from cp_circles.savings.presenting.effects import effect_lines
from cp_circles.savings.presenting.money import money_lines, taxable
from cp_circles.savings.queries import VerifiedAmounts
from cp_circles.savings.versions.v2026_3 import Computed


def beside_parts(
    session: Session,
    saving: Saving,
    computed: Computed,
    verified: VerifiedAmounts | None,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """The parts by name, for the standing claim or for the draft as it is computed now."""
    claim: Claim | None = saving.claim
    pack = queries.factor_pack(session, saving.project)
    return {
        "effects": effect_lines(saving, computed, claim, names),
        "annual": annual_part(saving, computed, claim, verified),
        "money_lines": money_lines(saving, pack),
        "taxable": taxable(saving, computed, claim, queries.catalogue(session), pack),
    }
