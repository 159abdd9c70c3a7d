"""Everything that writes in this room: seasons, rounds, entries, panels, sheets, standings, objections."""

from cp_circles.judging.services.assignments import (
    assign_judge,
    unassign_judge,
)
from cp_circles.judging.services.calendars import add_calendar_day, remove_calendar_day
from cp_circles.judging.services.completions import ask_about_late_entries
from cp_circles.judging.services.entries import (
    complete_entry,
    enter_result,
    give_blind_numbers,
    withdraw_entry,
)
from cp_circles.judging.services.handing_in import hand_in
from cp_circles.judging.services.objections import (
    admit_objection,
    decide_objection,
    file_objection,
    refuse_objection,
    withdraw_objection,
)
from cp_circles.judging.services.outlooks import (
    Foreseen,
    compute_again,
    foresee_decision,
    foresee_standing,
    judges_who_scored,
)
from cp_circles.judging.services.panels import (
    accept_invitation,
    declare_conflicts,
    decline_invitation,
    invite_judge,
    release_judge,
)
from cp_circles.judging.services.plans import assign_panel, change_panel, draft_panel, set_panel_terms
from cp_circles.judging.services.promotion import finish_round, promote_reserve
from cp_circles.judging.services.public_lists import hold_list, lift_hold
from cp_circles.judging.services.publicity import publish_standing
from cp_circles.judging.services.quotas import hand_on_places, return_places, set_quota, set_quotas
from cp_circles.judging.services.reminding import remind_judges
from cp_circles.judging.services.reopening import reopen_sheet
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
from cp_circles.judging.services.sheets import (
    abstain,
    can_recuse,
    recuse,
    save_draft,
)
from cp_circles.judging.services.standings import compute_standing

__all__ = [
    "Foreseen",
    "PhaseTimes",
    "RoundSettings",
    "TrackPlan",
    "abstain",
    "accept_invitation",
    "add_calendar_day",
    "admit_objection",
    "announce_round",
    "ask_about_late_entries",
    "assign_judge",
    "assign_panel",
    "can_recuse",
    "change_panel",
    "close_season",
    "complete_entry",
    "compute_again",
    "compute_standing",
    "copy_rounds",
    "decide_objection",
    "declare_conflicts",
    "decline_invitation",
    "default_phases",
    "default_tracks",
    "draft_panel",
    "edit_round",
    "end_phase_now",
    "enter_result",
    "file_objection",
    "finish_round",
    "foresee_decision",
    "foresee_standing",
    "give_blind_numbers",
    "hand_in",
    "hand_on_places",
    "hold_county_rounds",
    "hold_list",
    "invite_judge",
    "is_in_publicity",
    "judges_who_scored",
    "lift_hold",
    "move_phase",
    "open_round",
    "open_season",
    "promote_reserve",
    "publish_standing",
    "recuse",
    "refuse_objection",
    "release_judge",
    "remind_judges",
    "remove_calendar_day",
    "reopen_sheet",
    "return_places",
    "review_entry",
    "roll_over",
    "rounds_to_copy",
    "save_draft",
    "set_panel_terms",
    "set_quota",
    "set_quotas",
    "unassign_judge",
    "withdraw_entry",
    "withdraw_objection",
]
