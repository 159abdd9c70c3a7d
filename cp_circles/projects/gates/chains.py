"""Gates that follow one record to the next: causes, countermeasures, options, balances, targets."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from cp_circles.errors import msg
from cp_circles.projects.gates.counts import missing_rows
from cp_circles.projects.gates.facts import (
    IndicatorFacts,
    Missing,
    ProjectFacts,
    Row,
    is_decided,
    is_yes,
    number_of,
    same,
    text_of,
)
from cp_circles.rulesets.schema import gates


def every_end_cause_confirmed(gate: gates.EveryEndCauseConfirmed, facts: ProjectFacts) -> list[Missing]:
    """Each end cause has a complete confirmation."""
    causes = _end_causes(gate, facts)
    if not causes:
        return [missing_rows(gate.kind, gate.step, gate.causes, 1, 0)]
    complete = {
        same(text_of(row, gate.confirmation_field))
        for row in facts.rows(gate.confirmations)
        if is_decided(row, gate.decision_field) and all(text_of(row, key) for key in gate.required_fields)
    }
    text = msg("%(record)s: the end cause “%(name)s” has no complete confirmation.")
    return [
        Missing(text, {"record": gate.confirmations, "name": name}, gate.kind, gate.step, gate.confirmations)
        for key, name in causes.items()
        if key not in complete
    ]


def _end_causes(gate: gates.EveryEndCauseConfirmed, facts: ProjectFacts) -> dict[str, str]:
    rows = facts.rows(gate.causes)
    if gate.parent_field is None:
        return _texts(rows, gate.cause_field)
    parents = {
        same(text_of(row, gate.parent_field))
        for row in rows
        if same(text_of(row, gate.parent_field)) != same(text_of(row, gate.cause_field))
    }
    found = _texts(rows, gate.cause_field)
    return {key: name for key, name in found.items() if key not in parents}


def main_cause_exists(gate: gates.MainCauseExists, facts: ProjectFacts) -> list[Missing]:
    """One row at least is decided with yes."""
    if any(is_yes(row, gate.decision_field) for row in facts.rows(gate.confirmations)):
        return []
    text = msg("%(record)s: no row says yes to %(field)s.")
    values = {"record": gate.confirmations, "field": gate.decision_field}
    return [Missing(text, values, gate.kind, gate.step, gate.confirmations)]


def countermeasure_per_main_cause(
    gate: gates.CountermeasurePerMainCause, facts: ProjectFacts
) -> list[Missing]:
    """Each main cause has a countermeasure with every asked field."""
    confirmed = [row for row in facts.rows(gate.confirmations) if is_yes(row, gate.decision_field)]
    complete = {
        same(text_of(row, gate.cause_field))
        for row in facts.rows(gate.countermeasures)
        if all(text_of(row, key) for key in gate.required_fields)
    }
    text = msg("%(record)s: the main cause “%(name)s” has no complete countermeasure.")
    record = gate.countermeasures
    return [
        Missing(text, {"record": record, "name": name}, gate.kind, gate.step, record)
        for key, name in _texts(confirmed, gate.confirmation_field).items()
        if key not in complete
    ]


def chosen_option_planned(gate: gates.ChosenOptionPlanned, facts: ProjectFacts) -> list[Missing]:
    """Each chosen option has a complete row in the plan."""
    chosen = [row for row in facts.rows(gate.choices.record) if is_yes(row, gate.choices.chosen)]
    record = gate.plans.record
    complete = {
        same(text_of(row, gate.plans.name))
        for row in facts.rows(record)
        if all(text_of(row, key) for key in gate.required_fields)
    }
    text = msg("%(record)s: the chosen option “%(name)s” has no complete countermeasure.")
    return [
        Missing(text, {"record": record, "name": name}, gate.kind, gate.step, record)
        for key, name in _texts(chosen, gate.choices.name).items()
        if key not in complete
    ]


def every_countermeasure_has_result(
    gate: gates.EveryCountermeasureHasResult, facts: ProjectFacts
) -> list[Missing]:
    """Each countermeasure has a row with its result."""
    done = {
        same(text_of(row, gate.result_link_field))
        for row in facts.rows(gate.results)
        if text_of(row, gate.result_field)
    }
    text = msg("%(record)s: the countermeasure “%(name)s” has no result.")
    return [
        Missing(text, {"record": gate.results, "name": name}, gate.kind, gate.step, gate.results)
        for key, name in _texts(facts.rows(gate.countermeasures), gate.countermeasure_field).items()
        if key not in done
    ]


def closure_error_at_most(gate: gates.ClosureErrorAtMost, facts: ProjectFacts) -> list[Missing]:
    """Each balance closes within the limit."""
    sums: dict[str, dict[bool, Decimal]] = defaultdict(lambda: {True: Decimal(0), False: Decimal(0)})
    for row in facts.rows(gate.record, gate.step):
        is_input = text_of(row, gate.side_field) == gate.input_choice
        sums[text_of(row, gate.balance_field)][is_input] += number_of(row, gate.amount_field) or Decimal(0)
    if not sums:
        return [missing_rows(gate.kind, gate.step, gate.record, 2, 0)]
    return [problem for name, sides in sums.items() for problem in _open_balance(gate, name, sides)]


def _open_balance(gate: gates.ClosureErrorAtMost, name: str, sides: dict[bool, Decimal]) -> list[Missing]:
    values: dict[str, Any] = {"record": gate.record, "name": name}
    if sides[True] <= 0:
        text = msg("%(record)s: the balance “%(name)s” has no input.")
        return [Missing(text, values, gate.kind, gate.step, gate.record)]
    difference = abs(sides[True] - sides[False])
    if difference <= gate.limit * sides[True]:
        return []
    values["error"] = f"{difference / sides[True] * 100:.2f}"
    values["limit"] = f"{(gate.limit * 100).normalize():f}"
    text = msg("%(record)s: the balance “%(name)s” closes to %(error)s %%; at most %(limit)s %% is allowed.")
    return [Missing(text, values, gate.kind, gate.step, gate.record)]


def options_cover_aspects(gate: gates.OptionsCoverAspects, facts: ProjectFacts) -> list[Missing]:
    """Each aspect has an option or is marked as empty."""
    covered = {text_of(row, gate.aspect_field) for row in facts.rows(gate.options)}
    covered |= {text_of(row, gate.empty_field) for row in facts.rows(gate.empty_record)}
    text = msg("%(record)s: no option for %(choice)s, and it is not marked as having none.")
    of = (gate.options, gate.aspect_field)
    return [
        Missing(text, {"record": gate.options, "choice": aspect}, gate.kind, gate.step, gate.options, of)
        for aspect in gate.aspects
        if aspect not in covered
    ]


def every_option_screened(gate: gates.EveryOptionScreened, facts: ProjectFacts) -> list[Missing]:
    """Each option stands in a bin."""
    screened = {
        same(text_of(row, gate.screening_field))
        for row in facts.rows(gate.screenings)
        if text_of(row, gate.bin_field)
    }
    text = msg("%(record)s: the option “%(name)s” is not screened.")
    return [
        Missing(text, {"record": gate.screenings, "name": name}, gate.kind, gate.step, gate.screenings)
        for key, name in _texts(facts.rows(gate.options), gate.option_field).items()
        if key not in screened
    ]


def feasibility_order(gate: gates.FeasibilityOrder, facts: ProjectFacts) -> list[Missing]:
    """Each option has its studies one after the other, up to the first that it does not pass."""
    chosen = [row for row in facts.rows(gate.options) if text_of(row, gate.bin_field) in gate.bins]
    found: list[Missing] = []
    for key, name in _texts(chosen, gate.option_field).items():
        found += _study_out_of_order(gate, facts, key, name)
    return found


def _study_out_of_order(
    gate: gates.FeasibilityOrder, facts: ProjectFacts, key: str, name: str
) -> list[Missing]:
    open_so_far = True
    for study in gate.studies:
        rows = [row for row in facts.rows(study) if same(text_of(row, gate.study_option_field)) == key]
        values = {"record": study, "name": name}
        if rows and not open_so_far:
            text = msg("%(record)s: “%(name)s” was studied although the study before it was not passed.")
            return [Missing(text, values, gate.kind, gate.step, study)]
        if not rows and open_so_far:
            text = msg("%(record)s: the option “%(name)s” is not studied yet.")
            return [Missing(text, values, gate.kind, gate.step, study)]
        open_so_far = open_so_far and is_yes(rows[-1], gate.passed_field)
    return []


def target_is_numeric_dated_on_baseline(
    gate: gates.TargetIsNumericDatedOnBaseline, facts: ProjectFacts
) -> list[Missing]:
    """Each indicator has a baseline, a better target in the same unit, and a date."""
    if not facts.indicators:
        text = msg("Give the project an indicator with baseline, target and date.")
        return [Missing(text, {}, gate.kind, gate.step)]
    found = []
    for indicator in facts.indicators:
        weakness = _weakness(indicator)
        if weakness:
            found.append(Missing(weakness, {"name": indicator.name}, gate.kind, gate.step))
    return found


def _weakness(indicator: IndicatorFacts) -> str | None:
    if indicator.baseline is None:
        return msg("Indicator %(name)s has no baseline value.")
    if indicator.target is None:
        return msg("Indicator %(name)s has no target value.")
    if indicator.due_on is None:
        return msg("Indicator %(name)s has no date for its target.")
    if indicator.baseline_unit not in (None, indicator.unit):
        return msg("Indicator %(name)s: baseline and target are in different units.")
    if indicator.target == indicator.baseline or not indicator.reaches(indicator.target, indicator.baseline):
        return msg("Indicator %(name)s: the target is not better than the baseline.")
    return None


def target_reached(gate: gates.TargetReached, facts: ProjectFacts) -> list[Missing]:
    """Each indicator reaches its target."""
    if not facts.indicators:
        text = msg("Give the project an indicator with baseline, target and date.")
        return [Missing(text, {}, gate.kind, gate.step)]
    found = []
    for one in facts.indicators:
        values = {
            "name": one.name,
            "unit": one.unit,
            "target": _plain(one.target),
            "actual": _plain(one.actual),
        }
        if one.target is None or one.actual is None:
            text = msg("Indicator %(name)s has no actual value to compare with its target.")
            found.append(Missing(text, values, gate.kind, gate.step))
        elif not one.reaches(one.actual, one.target):
            text = msg("Indicator %(name)s: %(actual)s %(unit)s misses the target of %(target)s %(unit)s.")
            found.append(Missing(text, values, gate.kind, gate.step))
    return found


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _texts(rows: list[Row], key: str) -> dict[str, str]:
    """Distinct texts of a field, by their compared form, in the order of the rows."""
    texts: dict[str, str] = {}
    for row in rows:
        if text_of(row, key):
            texts.setdefault(same(text_of(row, key)), text_of(row, key))
    return texts
