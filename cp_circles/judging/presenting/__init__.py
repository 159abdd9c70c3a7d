"""Judging in words: names, phases, rules and what an entry reached, as finished values for the templates."""

from cp_circles.judging.presenting.amended import Amendment, amendments
from cp_circles.judging.presenting.criteria import CriterionField, criterion_fields
from cp_circles.judging.presenting.lists import (
    EntryWorking,
    StageWorking,
    decision_badge,
    fixed_score,
    row_working,
    why_text,
)
from cp_circles.judging.presenting.names import (
    PhaseLine,
    company_named,
    deadline_text,
    ended_text,
    level_name,
    office_hours,
    organiser_name,
    phase_lines,
    phase_name,
    stage_name,
    track_name,
)
from cp_circles.judging.presenting.outcome import WayStep, own_figures, state_read, state_shown, way_of
from cp_circles.judging.presenting.published import (
    RuleLine,
    award_lines,
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
    "award_lines",
    "company_named",
    "criterion_fields",
    "criterion_names",
    "deadline_text",
    "decision_badge",
    "ended_text",
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
    "state_read",
    "state_shown",
    "tie_key_text",
    "tie_sentence",
    "track_name",
    "way_of",
    "why_text",
]
