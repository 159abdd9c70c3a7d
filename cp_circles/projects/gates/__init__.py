"""Gates: pure functions that say from a project's facts what a step still lacks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from cp_circles.errors import msg
from cp_circles.projects.gates import chains, computed, counts
from cp_circles.projects.gates.facts import IndicatorFacts, Missing, ProjectFacts, text_of
from cp_circles.rulesets.schema import Method, RecordKind, Step

CHECKS: dict[str, Callable[[Any, ProjectFacts], list[Missing]]] = {
    "records_present": counts.records_present,
    "min_rows": counts.min_rows,
    "evidence_present": counts.evidence_present,
    "field_filled": counts.field_filled,
    "activity_logged": counts.activity_logged,
    "consolidation_periods": counts.consolidation_periods,
    "document_number_given": counts.document_number_given,
    "team_has_leader": counts.team_has_leader,
    "focus_chosen": counts.focus_chosen,
    "circle_and_project_registered": counts.circle_and_project_registered,
    "saving_verified": counts.saving_verified,
    "measured_cycles_or_hours": counts.measured_cycles_or_hours,
    "every_end_cause_confirmed": chains.every_end_cause_confirmed,
    "main_cause_exists": chains.main_cause_exists,
    "countermeasure_per_main_cause": chains.countermeasure_per_main_cause,
    "every_countermeasure_has_result": chains.every_countermeasure_has_result,
    "closure_error_at_most": chains.closure_error_at_most,
    "balances_close": computed.balances_close,
    "countermeasure_goals_reached": computed.countermeasure_goals_reached,
    "chosen_option_planned": chains.chosen_option_planned,
    "options_cover_aspects": chains.options_cover_aspects,
    "every_option_screened": chains.every_option_screened,
    "feasibility_order": chains.feasibility_order,
    "target_is_numeric_dated_on_baseline": chains.target_is_numeric_dated_on_baseline,
    "target_reached": chains.target_reached,
}


def check_gate(gate: Any, facts: ProjectFacts) -> tuple[Missing, ...]:
    """What this gate still lacks; empty when it holds."""
    return tuple(CHECKS[gate.kind](gate, facts))


def check_step(method: Method, step: Step, facts: ProjectFacts) -> tuple[Missing, ...]:
    """What a step still lacks: rows and fields of its records, evidence, then its gates; names filled in.

    In the values, keys of the pack (`record`, `field`, `choice`) are replaced by their Names.
    """
    found = [missing for record in step.records for missing in _record_gaps(step, record, facts)]
    found += counts.missing_evidence("step", step.key, step.evidence_min, facts)
    for gate in step.gates:
        found += check_gate(gate, facts)
    return tuple(named(method, missing) for missing in _once(found))


def named(method: Method, missing: Missing) -> Missing:
    """The same finding with pack keys in its values replaced by their Names."""
    values = dict(missing.values)
    record = method.record(str(values.get("record", "")))
    if record is None:
        return missing
    values["record"] = record.names
    field = record.field(str(values.get("field", "")))
    if field is not None:
        values["field"] = field.names
    if missing.choice_of:
        values["choice"] = _choice_names(method, missing)
    return replace(missing, values=values)


def _choice_names(method: Method, missing: Missing) -> Any:
    key = missing.values["choice"]
    record_key, field_key = missing.choice_of or ("", "")
    record = method.record(record_key)
    field = record.field(field_key) if record else None
    return next((choice.names for choice in field.choices if choice.key == key), key) if field else key


def _record_gaps(step: Step, record: RecordKind, facts: ProjectFacts) -> list[Missing]:
    rows = facts.rows(record.kind, step.key)
    found = []
    if len(rows) < record.min_rows:
        found.append(counts.missing_rows("step", step.key, record.kind, record.min_rows, len(rows)))
    for field in record.fields:
        empty = sum(1 for row in rows if field.required and not text_of(row, field.key))
        if empty:
            text = msg("%(record)s: %(field)s is empty in %(count)s rows.")
            values = {"record": record.kind, "field": field.key, "count": empty}
            found.append(Missing(text, values, "step", step.key, record.kind))
    return found


def _once(found: Sequence[Missing]) -> list[Missing]:
    """Each lack is said once: of several about the rows of one record, the one that asks for most."""
    most: dict[str, Missing] = {}
    for one in found:
        if one.msgid == counts.ROWS and one.record:
            kept = most.get(one.record)
            if kept is None or one.values["rows"] > kept.values["rows"]:
                most[one.record] = one
    said: list[Missing] = []
    heard: set[tuple[str, str, str]] = set()
    for one in found:
        if one.msgid == counts.ROWS and one.record and most[one.record] is not one:
            continue
        key = (one.msgid, one.where, str(sorted(one.values.items(), key=lambda pair: pair[0])))
        if key not in heard:
            heard.add(key)
            said.append(one)
    return said


__all__ = ["CHECKS", "IndicatorFacts", "Missing", "ProjectFacts", "check_gate", "check_step", "named"]
