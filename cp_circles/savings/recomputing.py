"""Computing every stored claim again, and judging claims that came without readings."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings import rules, versions
from cp_circles.savings.models import Claim, Saving
from cp_circles.savings.versions import Difference

BATCH = 500
DONE = frozenset({ProjectState.COMPLETED, ProjectState.ARCHIVED})
VERDICTS = ("complete", "no_cost", "no_money", "no_quantity", "not_done", "below_zero")


@dataclass
class Recomputed:
    """How many claims were computed again, by version, and which numbers differ."""

    checked: int = 0
    by_version: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def recompute_claims(session: Session) -> Recomputed:
    """Compute every claim made here again from its frozen inputs; imported ones have no method."""
    found, counts = Recomputed(), Counter[str]()
    claims = session.scalars(
        sa.select(Claim)
        .join(Saving, Claim.saving_id == Saving.id)
        .where(Saving.method != rules.IMPORTED)
        .order_by(Claim.id)
        .execution_options(yield_per=BATCH)
    )
    for claim in claims:
        counts[claim.method_version] += 1
        found.differences += versions.differences(claim)
    found.checked, found.by_version = sum(counts.values()), dict(sorted(counts.items()))
    return found


@dataclass(frozen=True)
class Judged:
    """What a claim without readings can be judged on: the verdict and the sentences behind it."""

    verdict: str
    reasons: tuple[Reason, ...]


def judge(inputs: Mapping[str, Any], unit: str, *, cost: str | None, done: bool) -> Judged:
    """Judge a claim from a file on its quantity, unit, money, cost and status.

    `cost` is the project's investment in the file, `done` whether the file says it was carried out. Complete
    still means: stated, not measured; without a baseline and readings no saving is ever verified.
    """
    checks = (
        (
            "below_zero",
            (inputs.get("quantity") or "").startswith("-") or (inputs.get("money") or "").startswith("-"),
            msg("A quantity or an amount is below zero, so that the claim is an extra use or a loss."),
        ),
        (
            "no_quantity",
            inputs.get("quantity") is None or not unit,
            msg("No quantity with a unit is stated, so that nothing could be measured."),
        ),
        (
            "no_money",
            inputs.get("money") is None,
            msg("No money saved is stated."),
        ),
        (
            "not_done",
            not done,
            msg("The file does not say that it was carried out, so that it is a forecast."),
        ),
        (
            "no_cost",
            not cost,
            msg("No cost is stated, so that payback cannot be told."),
        ),
    )
    wrong = [(verdict, Reason(text)) for verdict, holds, text in checks if holds]
    return Judged(wrong[0][0] if wrong else "complete", tuple(reason for _, reason in wrong))


def judge_imported(session: Session) -> dict[str, int]:
    """Imported claims by verdict; the counts add up to all of them."""
    counts = Counter[str]()
    claims = session.scalars(
        sa.select(Claim)
        .join(Saving, Claim.saving_id == Saving.id)
        .join(Project, Saving.project_id == Project.id)
        .where(Saving.method == rules.IMPORTED, Claim.voided_at.is_(None))
        .options(joinedload(Claim.saving).joinedload(Saving.project))
        .execution_options(yield_per=BATCH)
    )
    for claim in claims:
        project = claim.saving.project
        cost, done = (project.import_facts or {}).get("investment"), project.state in DONE
        counts[judge(claim.inputs, claim.unit, cost=cost, done=done).verdict] += 1
    return {verdict: counts[verdict] for verdict in VERDICTS}
