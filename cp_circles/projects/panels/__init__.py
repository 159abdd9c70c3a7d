"""Panels: pure functions that compute from a project's records what a step page shows beside them."""

from collections.abc import Callable
from typing import Any

from cp_circles.projects.gates.facts import ProjectFacts
from cp_circles.projects.panels import balances, choosing, results, studies
from cp_circles.projects.panels.shapes import Block, Computed
from cp_circles.rulesets.schema import Method, Step

PANELS: dict[str, Callable[[Any, ProjectFacts, Method], tuple[Block, ...]]] = {
    "balance": balances.balance,
    "mfca": balances.mfca,
    "pareto_of_losses": balances.pareto_of_losses,
    "focus_ranking": choosing.focus_ranking,
    "target_table": results.target_table,
    "cost_classes": choosing.cost_classes,
    "aspect_coverage": choosing.aspect_coverage,
    "screening": choosing.screening,
    "checklist": studies.checklist,
    "feasibility": studies.feasibility,
    "countermeasure_results": results.countermeasure_results,
    "planned_actual": results.planned_actual,
    "cause_tree": results.cause_tree,
}


def panels_of(method: Method, step: Step, facts: ProjectFacts) -> tuple[Computed, ...]:
    """Every panel of a step, computed from the facts; nothing is stored."""
    return tuple(
        Computed(panel.kind, panel.names, PANELS[panel.kind](panel, facts, method), panel.provisional)
        for panel in step.panels
    )


__all__ = ["PANELS", "Computed", "panels_of"]
