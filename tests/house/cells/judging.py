"""Cells of rounds, awards and boards."""

from tests.house.cells.addresses import (
    of_award,
    of_blind_desk,
    of_city_entry,
    of_city_page,
    of_city_round,
    of_company_round,
    of_counted,
    of_desk,
    of_filed,
    of_list,
    of_objection,
    of_province_round,
    of_region,
    of_row,
)
from tests.house.cells.cell import rows
from tests.house.cells.readers import (
    ADMIN,
    ALL_OFFICIALS,
    CIRCLE,
    HOLDS_CITY,
    HOLDS_COMPANY,
    HOLDS_PROVINCE,
    JUDGE,
    NOBODY_IN,
    ROUND_OFFICES,
)
from tests.house.world import NAMED, READERS

JUDGING = {
    **rows("judging: list_rounds", may=NAMED),
    **rows("judging: show_round show_rule", may=NAMED, args=of_province_round, shows="name", open_=True),
    **rows(
        "standings: show_standing print_standing export_standing show_fairness",
        may=HOLDS_PROVINCE,
        args=of_province_round,
    ),
    **rows("judging: new_season open_season", may=("nation_official", *ADMIN)),
    **rows(
        "judging: show_new_year roll_over copy_rounds",
        may=("nation_official", *ADMIN),
        args=lambda side: {"season_id": side.season.id},
        unscoped=True,
    ),
    **rows("standings: show_calendar add_calendar_day", may=ADMIN),
    **rows(
        "standings: remove_calendar_day",
        may=ADMIN,
        args=lambda side: {"day_id": side.calendar_day.id},
        unscoped=True,
    ),
    **rows(
        "judging: edit_county_rounds hold_county_rounds",
        may=ALL_OFFICIALS,
        args=lambda side: {"season_id": side.season.id},
        unscoped=True,
    ),
    **rows("judging: new_round open_round", may=("department", *ALL_OFFICIALS)),
    **rows("judging: edit_round", may=HOLDS_CITY, args=of_city_round, shows="name"),
    **rows("judging: save_round", may=HOLDS_CITY, args=of_city_round),
    **rows("judging: announce_round end_phase", may=HOLDS_CITY, args=of_city_round),
    **rows("quotas: edit_quotas set_quotas", may=HOLDS_CITY, args=of_city_round),
    **rows("quotas: hand_on_places new_return return_places", may=HOLDS_CITY, args=of_city_round),
    **rows(
        "judging: edit_phase move_phase",
        may=HOLDS_CITY,
        args=lambda side: of_city_round(side) | {"key": "scoring"},
    ),
    **rows("judging: list_entries", may=HOLDS_CITY, args=of_city_round, shows="name"),
    **rows("judging: show_report", may=HOLDS_CITY, args=of_city_entry, shows="name"),
    **rows("judging: blind_pages", may=HOLDS_CITY, args=of_city_entry),
    **rows("judging: blind_page_image", may=HOLDS_CITY, args=of_city_page),
    **rows("judging: confirm_blind_page", may=("city_official",), args=of_city_page),
    **rows("judging: review_entry", may=HOLDS_CITY, args=of_city_entry),
    **rows("judging: give_blind_numbers", may=HOLDS_CITY, args=of_city_round),
    **rows("judging: new_entry enter_result", may=("leader", "department"), args=of_company_round, days=-10),
    **rows("judging: show_entry", may=(*CIRCLE, "department", *HOLDS_CITY), args=of_city_entry, shows="name"),
    **rows("judging: complete_entry withdraw_entry", may=("leader", "department"), args=of_city_entry),
    **rows("panels: show_panel", may=HOLDS_CITY, args=of_city_round),
    **rows(
        "panels: invite_judge",
        may=HOLDS_CITY,
        args=of_city_round,
        body=lambda side: {"person_id": str(side.colleague.id)},
    ),
    **rows("panels: remind_judges", may=HOLDS_CITY, args=of_city_round),
    **rows("panels: propose_panel", may=HOLDS_PROVINCE, args=of_province_round),
    **rows("panels: assign_judge draft_panel save_panel_terms", may=HOLDS_COMPANY, args=of_company_round),
    **rows(
        "panels: assign_panel change_panel",
        may=HOLDS_COMPANY,
        args=of_company_round,
        body=lambda side: {"plan_id": str(side.plan.id), "entry_id": str(side.company_entry.id)},
    ),
    **rows(
        "panels: release_judge",
        may=HOLDS_COMPANY,
        args=lambda side: of_company_round(side) | {"judge_id": side.company_judge.id},
    ),
    **rows("panels: unassign_judge", may=HOLDS_COMPANY, args=lambda side: {"sheet_id": side.sheet.id}),
    **rows("scoring: reopen_sheet", may=HOLDS_COMPANY, args=lambda side: {"sheet_id": side.sheet.id}),
    **rows(
        "scoring: print_any_sheet show_versions",
        may=HOLDS_PROVINCE,
        args=lambda side: {"sheet_id": side.scored_sheet.id},
    ),
    **rows("panels: show_invitation accept_invitation decline_invitation", may=JUDGE, args=of_city_round),
    **rows("scoring: my_entries", may=NAMED),
    **rows("panels: new_declaration declare_conflicts", may=JUDGE, args=of_company_round),
    **rows("scoring: round_desk", may=JUDGE, args=of_company_round),
    **rows("scoring: show_desk", may=JUDGE, args=of_desk, shows="secret"),
    **rows("scoring: autosave_sheet save_sheet abstain recuse", may=JUDGE, args=of_desk),
    **rows("scoring: print_sheet", may=JUDGE, args=of_desk),
    **rows("scoring: desk_page_image", may=JUDGE, args=lambda side: of_blind_desk(side) | {"position": 9}),
    **rows(
        "scoring: desk_evidence",
        may=JUDGE,
        args=lambda side: (
            of_desk(side) | {"sha256": side.company_entry.result.package["evidence"][0]["sha256"]}
        ),
    ),
    **rows(
        "standings: compute_standing publish_standing hold_list lift_hold finish_round promote_reserve",
        may=HOLDS_PROVINCE,
        args=of_province_round,
    ),
    **rows("standings: foresee_standing", may=HOLDS_PROVINCE, args=of_province_round),
    **rows("standings: public_lists", may=READERS, open_=True),
    **rows("standings: show_list", may=READERS, args=of_list, shows="name", open_=True),
    **rows("judging: public_rule", may=READERS, args=of_list, open_=True),
    **rows("standings: print_list export_list public_fairness", may=READERS, args=of_list, open_=True),
    **rows("objections: new_objection file_objection", may=NAMED, args=of_list, open_=True),
    **rows("objections: my_objections", may=NAMED),
    **rows("objections: my_objection", may=("facilitator",), args=of_filed, shows="secret"),
    **rows("objections: withdraw_objection", may=("facilitator",), args=of_filed),
    **rows(
        "objections: list_objections",
        may=("province_official", "nation_official", *ADMIN),
        args=of_province_round,
    ),
    **rows(
        "objections: show_objection",
        may=("province_official", "nation_official", *ADMIN),
        args=of_objection,
        shows="secret",
    ),
    **rows(
        "objections: admit_objection refuse_objection decide_objection",
        may=("province_official", "nation_official", *ADMIN),
        args=of_objection,
    ),
    **rows("objections: objection_evidence", may=NOBODY_IN, args=of_objection),
}

AWARDS = {
    **rows("awards: propose_awards", may=HOLDS_CITY, args=lambda side: {"round_id": side.past_round.id}),
    **rows("awards: give_awards", may=HOLDS_CITY, args=lambda side: {"round_id": side.past_round.id}),
    **rows("awards: revoke_award", may=HOLDS_CITY, args=of_award),
    **rows(
        "awards: new_annulment annul_result",
        may=(*HOLDS_CITY, "province_official", "nation_official"),
        args=lambda side: {"result_id": side.city_entry.result_id},
    ),
    **rows(
        "awards: print_certificates show_ceremony",
        may=HOLDS_CITY,
        args=lambda side: {"round_id": side.past_round.id},
    ),
    **rows(
        "awards: choose_special save_special",
        may=HOLDS_CITY,
        args=lambda side: {"round_id": side.past_round.id, "award_key": "best_presentation"},
    ),
    **rows(
        "awards: drop_special",
        may=HOLDS_CITY,
        args=lambda side: {"round_id": side.past_round.id, "choice_id": side.choice.id},
    ),
    **rows("awards: list_bans", may=ROUND_OFFICES),
    **rows(
        "awards: lift_circle_ban",
        may=(*HOLDS_CITY, "province_official", "nation_official"),
        args=lambda side: {"ban_id": side.ban.id},
        unscoped=True,
    ),
    **rows(
        "awards: list_rewards",
        may=("department", "finance", *ADMIN),
        args=lambda side: {"company_id": side.company.id},
    ),
    **rows(
        "awards: adopt_reward_rule", may=("department",), args=lambda side: {"company_id": side.company.id}
    ),
    **rows(
        "awards: show_reward", may=("department", "finance", *CIRCLE, *ADMIN), args=of_award, shows="name"
    ),
    **rows("awards: grant_reward", may=("department",), args=of_award),
    **rows("awards: certificate_file", may=READERS, args=of_award, open_=True),
    **rows("awards: check", may=READERS),
    **rows("awards: show_certificate", may=READERS, args=of_award, shows="name", open_=True),
    **rows("awards: qr_code", may=READERS, args=of_award, open_=True),
}

BOARDS = {
    **rows("leaderboards: boards", may=READERS, open_=True),
    **rows("leaderboards: public_boards method public_awards", may=READERS, open_=True),
    **rows(
        "leaderboards: export_board", may=NAMED, args=lambda side: {"kind": "csv"}, unscoped=True, open_=True
    ),
    **rows(
        "leaderboards: export_public_board",
        may=READERS,
        args=lambda side: {"kind": "csv"},
        unscoped=True,
        open_=True,
    ),
    **rows(
        "leaderboards: board_chart", may=NAMED, args=lambda side: {"key": "bars"}, unscoped=True, open_=True
    ),
    **rows(
        "leaderboards: public_board_chart",
        may=READERS,
        args=lambda side: {"key": "bars"},
        unscoped=True,
        open_=True,
    ),
    **rows("leaderboards: show_savings", may=READERS, args=of_row, open_=True),
    **rows("leaderboards: public_savings", may=READERS, args=of_row, open_=True, shows="name"),
    **rows("leaderboards: show_project", may=NAMED, args=of_counted, open_=True, shows="name"),
    **rows("leaderboards: start_from_case", may=CIRCLE, args=of_counted, open_=True),
    **rows("leaderboards: public_project", may=READERS, args=of_counted, open_=True, shows="name"),
    **rows(
        "leaderboards: list_freezes freeze_boards",
        may=("province_official", "nation_official", *ADMIN),
        args=of_region,
    ),
    **rows(
        "leaderboards: lift_freeze",
        may=("province_official", "nation_official", *ADMIN),
        args=lambda side: {"freeze_id": side.freeze.id},
    ),
}
CHARTS = {
    **rows("chartbook: charts public_charts", may=READERS, open_=True),
    **rows("chartbook: chart_table", may=NAMED, args=lambda side: {"key": "plan"}, unscoped=True, open_=True),
    **rows(
        "chartbook: public_chart_table",
        may=READERS,
        args=lambda side: {"key": "plan"},
        unscoped=True,
        open_=True,
    ),
    **rows(
        "chartbook: show_plan set_plan",
        may=("province_official", "nation_official", *ADMIN),
        args=lambda side: of_region(side) | {"season": 2026, "metric": "energy_kgce"},
    ),
}
ROWS = JUDGING | AWARDS | BOARDS | CHARTS
