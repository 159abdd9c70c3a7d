"""Judging in words: names, rules, the desk and standings as finished values for the templates."""

from cp_circles.judging.presenting.amended import Amendment, amendments
from cp_circles.judging.presenting.desk import CriterionField, criterion_fields, entry_label, tick
from cp_circles.judging.presenting.lists import (
    EntryWorking,
    StageWorking,
    calendar,
    decision_badge,
    fixed_score,
    row_working,
    why_text,
)
from cp_circles.judging.presenting.names import (
    PhaseLine,
    company_named,
    deadline_text,
    level_name,
    office_hours,
    organiser_name,
    phase_lines,
    phase_name,
    stage_name,
    track_name,
)
from cp_circles.judging.presenting.outcome import WayStep, own_figures, way_of
from cp_circles.judging.presenting.published import (
    RuleLine,
    criterion_names,
    rule_lines,
    tie_key_text,
    tie_sentence,
)

__all__ = [
    "Amendment",
    "CriterionField",
    "EntryWorking",
    "PhaseLine",
    "RuleLine",
    "StageWorking",
    "WayStep",
    "amendments",
    "calendar",
    "company_named",
    "criterion_fields",
    "criterion_names",
    "deadline_text",
    "decision_badge",
    "entry_label",
    "fixed_score",
    "level_name",
    "office_hours",
    "organiser_name",
    "own_figures",
    "phase_lines",
    "phase_name",
    "row_working",
    "rule_lines",
    "stage_name",
    "tick",
    "tie_key_text",
    "tie_sentence",
    "track_name",
    "way_of",
    "why_text",
]
