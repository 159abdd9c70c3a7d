"""Everything that writes in this room: seasons, rounds, entries, their reviews, and bans."""

from cp_circles.judging.services.completions import ask_about_late_entries
from cp_circles.judging.services.entries import (
    complete_entry,
    enter_result,
    give_blind_numbers,
    withdraw_entry,
)
from cp_circles.judging.services.reviewing import review_entry
from cp_circles.judging.services.roll_over import copy_rounds, is_in_publicity, roll_over, rounds_to_copy
from cp_circles.judging.services.round_settings import (
    PhaseTimes,
    RoundSettings,
    TrackPlan,
    default_phases,
    default_tracks,
)
from cp_circles.judging.services.rounds import (
    announce_round,
    edit_round,
    end_phase_now,
    move_phase,
    open_round,
)
from cp_circles.judging.services.seasons import close_season, hold_county_rounds, open_season

__all__ = [
    "PhaseTimes",
    "RoundSettings",
    "TrackPlan",
    "announce_round",
    "ask_about_late_entries",
    "close_season",
    "complete_entry",
    "copy_rounds",
    "default_phases",
    "default_tracks",
    "edit_round",
    "end_phase_now",
    "enter_result",
    "give_blind_numbers",
    "hold_county_rounds",
    "is_in_publicity",
    "move_phase",
    "open_round",
    "open_season",
    "review_entry",
    "roll_over",
    "rounds_to_copy",
    "withdraw_entry",
]
