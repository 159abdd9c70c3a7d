"""Gates that ask what a panel computes: balances that close, goals that are reached."""

from cp_circles.errors import msg
from cp_circles.projects.gates.counts import missing_rows
from cp_circles.projects.gates.facts import Missing, ProjectFacts
from cp_circles.projects.panels.balances import open_sheets
from cp_circles.projects.panels.results import missed_goals
from cp_circles.rulesets.schema import gates


def balances_close(gate: gates.BalancesClose, facts: ProjectFacts) -> list[Missing]:
    """Each balance closes by unit operation and as a whole; each that does not says where and how much."""
    record = gate.sheets.record
    if not facts.rows(record):
        return [missing_rows(gate.kind, gate.step, record, 1, 0)]
    text = msg("%(record)s “%(name)s”: %(why)s")
    return [
        Missing(text, {"record": record, "name": name, "why": why}, gate.kind, gate.step, gate.flows.record)
        for name, why in open_sheets(gate.sheets, gate.flows, gate.stocks, gate.limit, facts)
    ]


def countermeasure_goals_reached(
    gate: gates.CountermeasureGoalsReached, facts: ProjectFacts
) -> list[Missing]:
    """The last result of each countermeasure reaches its own goal."""
    text = msg(
        "%(record)s: “%(name)s” reached %(value)s instead of %(goal)s; change the measure and redo it."
    )
    record = gate.results.record
    return [
        Missing(
            text, {"record": record, "name": name, "goal": goal, "value": value}, gate.kind, gate.step, record
        )
        for name, goal, value in missed_goals(gate.goals, gate.results, gate.lower_choice, facts)
    ]
