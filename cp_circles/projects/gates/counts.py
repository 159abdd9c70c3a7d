"""Gates that count: rows, filled fields, evidence, activities, periods, team."""

from decimal import Decimal

from cp_circles.errors import msg
from cp_circles.projects.gates.facts import Missing, ProjectFacts, is_yes, number_of, same, text_of
from cp_circles.rulesets.schema import gates

ROWS = msg("%(record)s: %(have)s of at least %(rows)s rows.")


def records_present(gate: gates.RecordsPresent, facts: ProjectFacts) -> list[Missing]:
    """Each record kind has a row."""
    return [
        missing_rows(gate.kind, gate.step, record, 1, 0)
        for record in gate.records
        if not facts.rows(record, gate.step)
    ]


def min_rows(gate: gates.MinRows, facts: ProjectFacts) -> list[Missing]:
    """A record kind has enough rows."""
    have = len(facts.rows(gate.record, gate.step))
    return [] if have >= gate.rows else [missing_rows(gate.kind, gate.step, gate.record, gate.rows, have)]


def missing_rows(gate: str, step: str, record: str, rows: int, have: int) -> Missing:
    """What is said when rows are missing."""
    return Missing(ROWS, {"record": record, "rows": rows, "have": have}, gate, step, record)


def evidence_present(gate: gates.EvidencePresent, facts: ProjectFacts) -> list[Missing]:
    """Enough evidence is attached to the step."""
    return missing_evidence(gate.kind, gate.step, gate.files, facts)


def missing_evidence(gate: str, step: str, files: int, facts: ProjectFacts) -> list[Missing]:
    """What is said when evidence is missing."""
    have = facts.evidence.get(step, 0)
    if have >= files:
        return []
    text = msg("Evidence: %(have)s of at least %(files)s files attached.")
    return [Missing(text, {"files": files, "have": have}, gate, step)]


def field_filled(gate: gates.FieldFilled, facts: ProjectFacts) -> list[Missing]:
    """A field is filled in every row, or in one."""
    rows = facts.rows(gate.record, gate.step)
    empty = sum(1 for row in rows if not text_of(row, gate.field))
    values = {"record": gate.record, "field": gate.field, "count": empty}
    if gate.rows == "any" and empty == len(rows):
        text = msg("%(record)s: fill in %(field)s in at least one row.")
        return [Missing(text, values, gate.kind, gate.step, gate.record)]
    if gate.rows == "all" and empty:
        text = msg("%(record)s: %(field)s is empty in %(count)s rows.")
        return [Missing(text, values, gate.kind, gate.step, gate.record)]
    return []


def activity_logged(gate: gates.ActivityLogged, facts: ProjectFacts) -> list[Missing]:
    """Enough activities are logged on the step."""
    have = facts.activities.get(gate.step, 0)
    if have >= gate.activities:
        return []
    text = msg("Activities logged on this step: %(have)s of at least %(activities)s.")
    return [Missing(text, {"have": have, "activities": gate.activities}, gate.kind, gate.step)]


def consolidation_periods(gate: gates.ConsolidationPeriods, facts: ProjectFacts) -> list[Missing]:
    """Follow-up data of enough different periods."""
    rows = facts.rows(gate.record, gate.step)
    have = len({same(text_of(row, gate.period_field)) for row in rows if text_of(row, gate.period_field)})
    if have >= gate.periods:
        return []
    text = msg("%(record)s: %(have)s of at least %(periods)s different periods.")
    values = {"record": gate.record, "have": have, "periods": gate.periods}
    return [Missing(text, values, gate.kind, gate.step, gate.record)]


def document_number_given(gate: gates.DocumentNumberGiven, facts: ProjectFacts) -> list[Missing]:
    """Each measure names its document."""
    rows = facts.rows(gate.record, gate.step)
    if not rows:
        return [missing_rows(gate.kind, gate.step, gate.record, 1, 0)]
    empty = sum(1 for row in rows if not text_of(row, gate.number_field))
    if not empty:
        return []
    text = msg("%(record)s: %(count)s rows have no document number.")
    return [Missing(text, {"record": gate.record, "count": empty}, gate.kind, gate.step, gate.record)]


def team_has_leader(gate: gates.TeamHasLeader, facts: ProjectFacts) -> list[Missing]:
    """One leader, enough members, each duty with a person."""
    found = []
    if facts.leader_count != 1:
        found.append(Missing(msg("The circle needs exactly one leader."), {}, gate.kind, gate.step))
    if facts.member_count < gate.members:
        text = msg("Members: %(have)s of at least %(members)s.")
        values = {"have": facts.member_count, "members": gate.members}
        found.append(Missing(text, values, gate.kind, gate.step))
    return found + _duties_untaken(gate, facts)


def _duties_untaken(gate: gates.TeamHasLeader, facts: ProjectFacts) -> list[Missing]:
    if gate.record is None or gate.duty_field is None:
        return []
    taken = {
        text_of(row, gate.duty_field)
        for row in facts.rows(gate.record, gate.step)
        if not gate.person_fields or any(text_of(row, key) for key in gate.person_fields)
    }
    text = msg("%(record)s: nobody is named for %(choice)s.")
    return [
        Missing(
            text,
            {"record": gate.record, "choice": duty},
            gate.kind,
            gate.step,
            gate.record,
            (gate.record, gate.duty_field),
        )
        for duty in gate.duties
        if duty not in taken
    ]


def focus_chosen(gate: gates.FocusChosen, facts: ProjectFacts) -> list[Missing]:
    """Exactly one candidate is chosen, and how."""
    chosen = [row for row in facts.rows(gate.record, gate.step) if is_yes(row, gate.chosen_field)]
    values = {"record": gate.record, "have": len(chosen)}
    if len(chosen) != 1:
        text = msg("%(record)s: exactly one must be chosen, %(have)s are.")
        return [Missing(text, values, gate.kind, gate.step, gate.record)]
    if not text_of(chosen[0], gate.method_field):
        text = msg("%(record)s: say how the choice was made.")
        return [Missing(text, values, gate.kind, gate.step, gate.record)]
    return []


def circle_and_project_registered(
    gate: gates.CircleAndProjectRegistered, facts: ProjectFacts
) -> list[Missing]:
    """Circle and project are registered."""
    found = []
    if not facts.circle_registered:
        found.append(Missing(msg("The circle is not registered."), {}, gate.kind, gate.step))
    if not facts.project_registered:
        found.append(Missing(msg("The project is not registered."), {}, gate.kind, gate.step))
    return found


def saving_verified(gate: gates.SavingVerified, facts: ProjectFacts) -> list[Missing]:
    """Enough savings are verified."""
    if facts.savings_verified >= gate.savings:
        return []
    text = msg("Verified savings: %(have)s of at least %(savings)s.")
    values = {"have": facts.savings_verified, "savings": gate.savings}
    return [Missing(text, values, gate.kind, gate.step)]


def measured_cycles_or_hours(gate: gates.MeasuredCyclesOrHours, facts: ProjectFacts) -> list[Missing]:
    """Each run is long enough for its kind of operation."""
    rows = facts.rows(gate.record, gate.step)
    if not rows:
        return [missing_rows(gate.kind, gate.step, gate.record, 1, 0)]
    found = []
    for place, row in enumerate(rows, start=1):
        batch = text_of(row, gate.operation_field) == gate.batch_choice
        least = gate.cycles if batch else gate.hours
        have = number_of(row, gate.amount_field) or Decimal(0)
        if have < least:
            text = (
                msg("%(record)s, row %(row)s: %(have)s of at least %(least)s cycles.")
                if batch
                else msg("%(record)s, row %(row)s: %(have)s of at least %(least)s hours.")
            )
            values = {"record": gate.record, "row": place, "have": have, "least": least}
            found.append(Missing(text, values, gate.kind, gate.step, gate.record))
    return found
