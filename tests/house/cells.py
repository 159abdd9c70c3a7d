"""What each door must answer: one `Cell` for every endpoint, with the values of its address.

`may` are the readers who come in on their own side, `args` gives the values of the address for a side,
`shows` whether the planted text of the side stands on the page. Readers of side A also ask for what is side
B's: `open_` says that this is published, so that names (never secrets) may appear; `hinted` that the round
is announced, so that who may not act is told so (403) instead of nothing (404).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.house.world import COMPANY_ROLES, NAMED, OFFICIALS, READERS, SIDED, Side

Args = Callable[[Side], dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """One endpoint from one side: address values, who comes in, and what the page must show."""

    may: tuple[str, ...]
    args: Args = field(default=lambda side: {})
    shows: str = ""
    open_: bool = False
    body: Args = field(default=lambda side: {})
    query: dict[str, Any] = field(default_factory=dict)
    days: float = 0
    unscoped: bool = False
    hinted: bool = False


ADMIN = ("administrator",)
CIRCLE = ("member", "leader")
VERIFIERS = ("process_owner", "metering", "finance", "third_party")
DEPARTMENT = ("department",)
IN_COMPANY = (*CIRCLE, *COMPANY_ROLES)
ALL_OFFICIALS = (*OFFICIALS, "nation_official")
SEES_WORK = (*IN_COMPANY, *ADMIN)
COMPANY_STAFF = (*COMPANY_ROLES, *ALL_OFFICIALS, *ADMIN)
EDITS_COMPANY = (*DEPARTMENT, *ALL_OFFICIALS, *ADMIN)
KEEPS = (*DEPARTMENT, *ADMIN)
SEES_INSIDE = (*CIRCLE, "facilitator", "department", *ADMIN)
HOLDS_COMPANY = ("department", *ADMIN)
HOLDS_CITY = ("city_official", *ADMIN)
HOLDS_PROVINCE = ("province_official", *ADMIN)
ROUND_OFFICES = ("department", *ALL_OFFICIALS, *ADMIN)
NOBODY_IN: tuple[str, ...] = ()


def rows(endpoints: str, **facts: Any) -> dict[str, Cell]:
    """The same cell for several endpoints of a room: `room: one two three`."""
    room, names = endpoints.split(":")
    return {f"{room}.{name}": Cell(**facts) for name in names.split()}


def of_circle(side: Side) -> dict[str, Any]:
    """The registered circle."""
    return {"circle_id": side.circle.id}


def of_talk(side: Side) -> dict[str, Any]:
    """The comments on the circle."""
    return {"kind": "circles", "subject_id": side.circle.id}


def of_activity(side: Side) -> dict[str, Any]:
    """An entry of the circle's log that the leader wrote."""
    return {"circle_id": side.circle.id, "activity_id": side.activity.id}


def of_draft_circle(side: Side) -> dict[str, Any]:
    """The circle that is a draft."""
    return {"circle_id": side.draft_circle.id}


def of_waiting_circle(side: Side) -> dict[str, Any]:
    """The circle that waits for approval."""
    return {"circle_id": side.waiting_circle.id}


def of_member(side: Side) -> dict[str, Any]:
    """A member of the registered circle."""
    return {"circle_id": side.circle.id, "member_id": side.circle.members[1].id}


def of_company(side: Side) -> dict[str, Any]:
    """The company."""
    return {"company_id": side.company.id}


def of_department(side: Side) -> dict[str, Any]:
    """The company's department."""
    return {"company_id": side.company.id, "department_id": side.workshop.id}


def of_colleague(side: Side) -> dict[str, Any]:
    """A worker of the company."""
    return {"company_id": side.company.id, "person_id": side.colleague.id}


def of_project(side: Side) -> dict[str, Any]:
    """The project under way."""
    return {"project_id": side.project.id}


def of_draft_project(side: Side) -> dict[str, Any]:
    """The project that is a draft."""
    return {"project_id": side.draft_project.id}


def of_waiting_project(side: Side) -> dict[str, Any]:
    """The project that waits for approval."""
    return {"project_id": side.waiting_project.id}


def of_step(side: Side) -> dict[str, Any]:
    """A step of the project."""
    return {"project_id": side.project.id, "key": side.step.key}


def of_evidence(side: Side) -> dict[str, Any]:
    """A piece of evidence."""
    return {"project_id": side.project.id, "evidence_id": side.evidence.id}


def of_record(side: Side) -> dict[str, Any]:
    """A record of a step."""
    return {"project_id": side.project.id, "record_id": side.record.id}


def of_saving(side: Side) -> dict[str, Any]:
    """The claimed saving."""
    return {"saving_id": side.saving.id}


def of_draft_saving(side: Side) -> dict[str, Any]:
    """The saving that is a draft."""
    return {"saving_id": side.draft_saving.id}


def of_meter(side: Side) -> dict[str, Any]:
    """A meter without a claim on it."""
    return {"meter_id": side.loose_meter.id}


def of_reading(side: Side) -> dict[str, Any]:
    """A reading without a claim on it."""
    return {"reading_id": side.reading.id}


def of_result(side: Side) -> dict[str, Any]:
    """A frozen result that is entered nowhere."""
    return {"result_id": side.free_result.id}


def of_draft_result(side: Side) -> dict[str, Any]:
    """A result that is a draft."""
    return {"result_id": side.draft_result.id}


def of_page(side: Side) -> dict[str, Any]:
    """A page of the blind copy of the free result."""
    return {"result_id": side.free_result.id, "page_id": side.pages["free"].id}


def of_company_round(side: Side) -> dict[str, Any]:
    """The company's round, in scoring."""
    return {"round_id": side.company_round.id}


def of_city_round(side: Side) -> dict[str, Any]:
    """The city's round, in formal review."""
    return {"round_id": side.city_round.id}


def of_province_round(side: Side) -> dict[str, Any]:
    """The province's round, in publicity."""
    return {"round_id": side.province_round.id}


def of_company_entry(side: Side) -> dict[str, Any]:
    """The entry of the company round."""
    return {"entry_id": side.company_entry.id}


def of_city_entry(side: Side) -> dict[str, Any]:
    """The entry of the city round, not reviewed yet."""
    return {"entry_id": side.city_entry.id}


def of_city_page(side: Side) -> dict[str, Any]:
    """A page of its blind copy, not confirmed yet."""
    return {"entry_id": side.city_entry.id, "page_id": side.pages["city"].id}


def of_desk(side: Side) -> dict[str, Any]:
    """The judge's open sheet in the company round."""
    return {"blind_key": side.company_entry.blind_key, "stage": "on_site"}


def of_blind_desk(side: Side) -> dict[str, Any]:
    """The judge's sheet in the province round."""
    return {"blind_key": side.province_entry.blind_key, "stage": side.scored_sheet.stage}


def of_list(side: Side) -> dict[str, Any]:
    """The published list of the province round."""
    return {"public_key": side.province_round.public_key}


def of_objection(side: Side) -> dict[str, Any]:
    """The objection in the province round."""
    return {"round_id": side.province_round.id, "objection_id": side.objection.id}


def of_filed(side: Side) -> dict[str, Any]:
    """The objection as its filer opens it."""
    return {"key": side.objection.key}


def of_award(side: Side) -> dict[str, Any]:
    """The award of the season before."""
    return {"public_key": side.award.public_key}


def of_counted(side: Side) -> dict[str, Any]:
    """The project with a verified saving."""
    return {"project_id": side.counted.project.id}


def with_reason(side: Side) -> dict[str, Any]:
    """A reason, which the act asks for."""
    return {"reason": "示例理由"}


def as_metering(side: Side) -> dict[str, Any]:
    """The signature of the metering verifier, whose turn it is."""
    return {"role": "metering", "claim_sha256": side.saving.claim.sha256, "reason": "示例理由"}


def of_region(side: Side) -> dict[str, Any]:
    """The province."""
    return {"region_id": side.province.id}


SEES_CIRCLE = (*IN_COMPANY, *ALL_OFFICIALS, *ADMIN)
WEB = {
    **rows("web: health switch_language switch_theme", may=READERS),
    **rows("homes: home", may=NAMED),
    **rows("homes: write_comment", may=(*CIRCLE, "facilitator", "department"), args=of_talk),
    **rows(
        "homes: settle_comment",
        may=("leader",),
        args=lambda side: of_talk(side) | {"comment_id": side.comment.id},
    ),
    **rows("homes: welcome welcome_chart", may=READERS, open_=True),
    **rows("homes: project_overview", may=SEES_WORK, args=of_project, shows="name"),
    **rows(
        "homes: overview_chart",
        may=SEES_WORK,
        args=lambda side: of_counted(side) | {"saving_id": side.counted.id},
    ),
}
ORGANISATIONS = {
    **rows("organisations: list_companies", may=COMPANY_STAFF, shows="name"),
    **rows("organisations: show_company", may=COMPANY_STAFF, args=of_company, shows="name"),
    **rows("organisations: new_company", may=(*ALL_OFFICIALS, *ADMIN)),
    **rows(
        "organisations: register_company",
        may=(*ALL_OFFICIALS, *ADMIN),
        body=lambda side: {"region": str(side.county.id)},
    ),
    **rows("organisations: edit_company", may=EDITS_COMPANY, args=of_company, shows="name"),
    **rows(
        "organisations: save_company save_thresholds save_member_limits", may=EDITS_COMPANY, args=of_company
    ),
    **rows("organisations: add_department", may=KEEPS, args=of_company),
    **rows("organisations: rename_department close_department", may=KEEPS, args=of_department),
    **rows("organisations: browse_regions", may=NAMED),
    **rows("organisations: show_region", may=NAMED, args=of_region, open_=True),
}
PEOPLE = {
    **rows(
        "people: sign_in begin_sign_in first_sign_in use_code forgot_password request_reset sign_out",
        may=READERS,
    ),
    **rows(
        "people: invitation accept_invitation reset_password save_new_password",
        may=NOBODY_IN,
        args=lambda side: {"key": "0" * 32},
    ),
    **rows(
        "people: confirm_password save_confirmation my_account change_password revoke_other_sign_ins "
        "drop_held_form save_draft",
        may=NAMED,
    ),
    **rows("people: held_form", may=NOBODY_IN),
    **rows("people: my_company", may=KEEPS),
    **rows("people: people_of_company", may=KEEPS, args=of_company, shows="who"),
    **rows("people: invite", may=KEEPS, args=of_company, shows="secret"),
    **rows("people: send_invitation", may=KEEPS, args=of_company),
    **rows("people: edit_person", may=KEEPS, args=of_colleague, shows="who"),
    **rows("people: issue_code grant_company_role", may=KEEPS, args=of_colleague),
    **rows(
        "people: revoke_grant", may=KEEPS, args=lambda side: {"grant_id": side.grant.id}, body=with_reason
    ),
    **rows("people: list_everybody", may=ADMIN, shows="who"),
    **rows("people: show_person", may=ADMIN, args=lambda s: {"person_id": s.colleague.id}, shows="who"),
    **rows("people: revoke_sign_in", may=("leader",), args=lambda side: {"sign_in_id": side.sign_in_id}),
    **rows("people: grant_any_role deactivate", may=ADMIN, args=lambda s: {"person_id": s.colleague.id}),
}
PLATFORM = {
    **rows("editions: list_editions", may=NAMED),
    **rows(
        "editions: show_edition download_edition",
        may=NAMED,
        args=lambda side: {"edition_id": side.season.ladder_edition_id},
        unscoped=True,
    ),
    **rows("editions: new_edition publish_edition", may=ADMIN),
    **rows("notices: list_tasks", may=NAMED),
    **rows("notices: list_mails", may=NAMED),
    **rows("notices: dismiss_task", may=("leader",), args=lambda side: {"task_id": side.tasks["leader"].id}),
}
CIRCLES = {
    **rows("circles: list_circles", may=NAMED),
    **rows("circles: show_circle", may=SEES_CIRCLE, args=of_circle, shows="name"),
    **rows("circles: list_activities", may=SEES_INSIDE, args=of_circle, shows="secret"),
    **rows(
        "circles: show_photo",
        may=SEES_INSIDE,
        args=lambda side: {"circle_id": side.circle.id, "photo_id": side.photo.id},
    ),
    **rows("circles: new_circle", may=IN_COMPANY),
    **rows("circles: draft_circle", may=IN_COMPANY, body=lambda side: {"company_id": str(side.company.id)}),
    **rows("circles: edit_circle", may=("leader", "department"), args=of_circle, shows="secret"),
    **rows("circles: save_circle add_member renew_circle", may=("leader", "department"), args=of_circle),
    **rows("circles: edit_member remove_member change_leader", may=("leader", "department"), args=of_member),
    **rows("circles: delete_circle submit_circle", may=("leader", "department"), args=of_draft_circle),
    **rows("circles: new_activity", may=(*CIRCLE, "facilitator", "department"), args=of_circle),
    **rows("circles: edit_activity", may=("leader",), args=of_activity, shows="secret"),
    **rows("circles: correct_activity withdraw_activity", may=("leader",), args=of_activity),
    **rows("circles: log_activity", may=(*CIRCLE, "facilitator", "department"), args=of_circle),
    **rows("circles: return_circle approve_circle", may=DEPARTMENT, args=of_waiting_circle),
    **rows("circles: revive_circle deregister_circle", may=DEPARTMENT, args=of_circle),
}
METERING = {
    **rows("metering: list_meters", may=SEES_WORK, args=of_company, shows="secret"),
    **rows("metering: choose_file import_readings", may=SEES_WORK, args=of_company),
    **rows("metering: new_meter add_meter", may=(*KEEPS, "metering"), args=of_company),
    **rows("metering: show_meter", may=SEES_WORK, args=of_meter, shows="secret"),
    **rows("metering: record_reading", may=SEES_WORK, args=of_meter),
    **rows("metering: retire_meter", may=(*KEEPS, "metering"), args=of_meter),
    **rows("metering: edit_reading", may=SEES_WORK, args=of_reading),
    **rows("metering: correct_reading void_reading", may=SEES_WORK, args=of_reading),
}
TALKERS = (*CIRCLE, "facilitator", "department")
PROJECTS = {
    **rows("projects: list_projects", may=SEES_WORK, shows="name"),
    **rows("projects: new_project create_project", may=CIRCLE),
    **rows("projects: show_project show_history", may=SEES_WORK, args=of_project),
    **rows("projects: edit_project", may=CIRCLE, args=of_draft_project, shows="secret"),
    **rows("projects: save_project delete_project submit_project", may=CIRCLE, args=of_draft_project),
    **rows("projects: return_project approve_project", may=DEPARTMENT, args=of_waiting_project),
    **rows("projects: stop_project", may=(*CIRCLE, *DEPARTMENT), args=of_project),
    **rows("projects: complete_project record_actuals", may=CIRCLE, args=of_project),
    **rows("projects: archive_project", may=DEPARTMENT, args=of_project),
    **rows("projects: edit_plan save_plan edit_indicators save_indicators", may=CIRCLE, args=of_project),
    **rows("projects: show_step", may=SEES_WORK, args=of_step, shows="secret"),
    **rows("projects: complete_step set_steps_aside return_to_plan", may=CIRCLE, args=of_step),
    **rows("projects: sign_off_step", may=("facilitator", "department"), args=of_step),
    **rows("projects: reopen_step", may=TALKERS, args=of_step),
    **rows("projects: add_record", may=CIRCLE, args=lambda side: of_step(side) | {"kind": side.kind}),
    **rows("projects: edit_record", may=CIRCLE, args=of_record, shows="secret"),
    **rows("projects: save_record remove_record", may=CIRCLE, args=of_record),
    **rows("projects: add_evidence", may=CIRCLE, args=of_step),
    **rows("projects: add_evidence_version withdraw_evidence", may=CIRCLE, args=of_evidence),
    **rows(
        "projects: evidence_file",
        may=SEES_WORK,
        args=lambda side: {"project_id": side.project.id, "version_id": side.evidence_version.id},
    ),
    **rows("projects: add_remark", may=TALKERS, args=of_project),
    **rows(
        "projects: resolve_remark",
        may=TALKERS,
        args=lambda side: {"project_id": side.project.id, "comment_id": side.remark.id},
    ),
}
SAVINGS = {
    **rows("savings: list_savings", may=SEES_WORK, args=of_project, shows="name"),
    **rows("savings: new_saving draft_saving", may=CIRCLE, args=of_project),
    **rows("savings: show_saving", may=SEES_WORK, args=of_saving, shows="secret"),
    **rows("savings: edit_saving", may=CIRCLE, args=of_draft_saving, shows="secret"),
    **rows("savings: save_saving claim_saving withdraw_saving", may=CIRCLE, args=of_draft_saving),
    **rows("savings: reopen_claim", may=(*CIRCLE, *DEPARTMENT), args=of_saving),
    **rows("savings: to_sign", may=VERIFIERS),
    **rows("savings: sign_claim refuse_claim", may=("metering",), args=of_saving, body=as_metering),
    **rows(
        "savings: void_signature",
        may=("process_owner", "department"),
        args=lambda side: {"signature_id": side.signature.id},
        body=with_reason,
    ),
}
RESULTS = {
    **rows("results: list_results", may=SEES_WORK, shows="name"),
    **rows("results: project_results", may=SEES_WORK, args=of_project),
    **rows("results: draft_result", may=CIRCLE, args=of_project),
    **rows("results: show_result", may=SEES_WORK, args=of_result, shows="secret"),
    **rows("results: download_package", may=SEES_WORK, args=of_result, shows="secret"),
    **rows("results: show_history", may=SEES_WORK, args=of_result),
    **rows("results: saving_csv", may=SEES_WORK, args=lambda side: of_result(side) | {"place": 1}),
    **rows("results: edit_result", may=CIRCLE, args=of_draft_result, shows="secret"),
    **rows("results: save_result freeze_result", may=CIRCLE, args=of_draft_result),
    **rows("results: confirm_freeze", may=CIRCLE, args=of_draft_result),
    **rows("results: withdraw_result", may=CIRCLE, args=of_result),
    **rows("results: revoke_result", may=KEEPS, args=of_result),
    **rows("results: blind_pages", may=(*CIRCLE, *DEPARTMENT), args=of_result),
    **rows("results: blind_page_image edit_boxes", may=(*CIRCLE, *DEPARTMENT), args=of_page),
    **rows("results: paint_boxes", may=(*CIRCLE, *DEPARTMENT), args=of_page),
    **rows("results: confirm_blind_page", may=DEPARTMENT, args=of_page),
}
ROUND_OPEN = tuple(name for name in NAMED if name != "nobody")
SEES_COMPANY_ROUND = (*COMPANY_ROLES, *CIRCLE, "judge", *ALL_OFFICIALS, *ADMIN)
JUDGE = ("judge",)
JUDGING = {
    **rows("judging: list_rounds", may=NAMED),
    **rows("judging: show_round show_rule", may=NAMED, args=of_province_round, shows="name", open_=True),
    **rows(
        "judging: show_standing print_standing export_standing", may=HOLDS_PROVINCE, args=of_province_round
    ),
    **rows("judging: new_season open_season", may=("nation_official", *ADMIN)),
    **rows(
        "judging: edit_county_rounds hold_county_rounds",
        may=ALL_OFFICIALS,
        args=lambda side: {"season_id": side.season.id},
        unscoped=True,
    ),
    **rows("judging: new_round open_round", may=("department", *ALL_OFFICIALS)),
    **rows("judging: edit_round", may=HOLDS_CITY, args=of_city_round, shows="name"),
    **rows("judging: save_round", may=HOLDS_CITY, args=of_city_round),
    **rows("judging: announce_round end_phase set_quotas", may=HOLDS_CITY, args=of_city_round),
    **rows("judging: edit_quotas", may=HOLDS_CITY, args=of_city_round),
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
    **rows("judging: show_panel", may=HOLDS_CITY, args=of_city_round),
    **rows(
        "judging: invite_judge",
        may=HOLDS_CITY,
        args=of_city_round,
        body=lambda side: {"person_id": str(side.colleague.id)},
    ),
    **rows("judging: propose_panel", may=HOLDS_PROVINCE, args=of_province_round),
    **rows("judging: assign_judge assign_panel", may=HOLDS_COMPANY, args=of_company_round),
    **rows(
        "judging: unassign_judge reopen_sheet",
        may=HOLDS_COMPANY,
        args=lambda side: {"sheet_id": side.sheet.id},
    ),
    **rows(
        "judging: print_any_sheet", may=HOLDS_PROVINCE, args=lambda side: {"sheet_id": side.scored_sheet.id}
    ),
    **rows("judging: show_invitation accept_invitation decline_invitation", may=JUDGE, args=of_city_round),
    **rows("judging: my_entries", may=NAMED),
    **rows("judging: new_declaration declare_conflicts", may=JUDGE, args=of_company_round),
    **rows("judging: round_desk", may=JUDGE, args=of_company_round),
    **rows("judging: show_desk", may=JUDGE, args=of_desk, shows="secret"),
    **rows("judging: autosave_sheet save_sheet abstain recuse", may=JUDGE, args=of_desk),
    **rows("judging: print_sheet", may=JUDGE, args=of_desk),
    **rows("judging: desk_page_image", may=JUDGE, args=lambda side: of_blind_desk(side) | {"position": 9}),
    **rows(
        "judging: desk_evidence",
        may=JUDGE,
        args=lambda side: (
            of_desk(side) | {"sha256": side.company_entry.result.package["evidence"][0]["sha256"]}
        ),
    ),
    **rows(
        "judging: compute_standing publish_standing finish_round promote_reserve",
        may=HOLDS_PROVINCE,
        args=of_province_round,
    ),
    **rows("judging: public_lists", may=READERS, open_=True),
    **rows("judging: show_list", may=READERS, args=of_list, shows="name", open_=True),
    **rows("judging: print_list export_list public_rule", may=READERS, args=of_list, open_=True),
    **rows("judging: new_objection file_objection", may=NAMED, args=of_list, open_=True),
    **rows("judging: my_objections", may=NAMED),
    **rows("judging: my_objection", may=("facilitator",), args=of_filed, shows="secret"),
    **rows("judging: withdraw_objection", may=("facilitator",), args=of_filed),
    **rows(
        "judging: list_objections",
        may=("province_official", "nation_official", *ADMIN),
        args=of_province_round,
    ),
    **rows(
        "judging: show_objection",
        may=("province_official", "nation_official", *ADMIN),
        args=of_objection,
        shows="secret",
    ),
    **rows(
        "judging: admit_objection refuse_objection decide_objection",
        may=("province_official", "nation_official", *ADMIN),
        args=of_objection,
    ),
    **rows("judging: objection_evidence", may=NOBODY_IN, args=of_objection),
}
AWARDS = {
    **rows("awards: propose_awards", may=HOLDS_CITY, args=lambda side: {"round_id": side.past_round.id}),
    **rows("awards: give_awards", may=HOLDS_CITY, args=lambda side: {"round_id": side.past_round.id}),
    **rows("awards: revoke_award", may=HOLDS_CITY, args=of_award),
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
    **rows("leaderboards: show_project", may=NAMED, args=of_counted, open_=True, shows="name"),
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
IMPORTS = {
    **rows("imports: list_imports take_file", may=KEEPS),
    **rows("imports: preview start_import", may=NOBODY_IN, args=lambda side: {"token": "0" * 32}),
    **rows("imports: show_import download_findings", may=NOBODY_IN, args=lambda side: {"job_id": 1}),
}
CELLS: dict[str, Cell] = (
    WEB | IMPORTS | ORGANISATIONS | PEOPLE | PLATFORM | CIRCLES | METERING | PROJECTS | SAVINGS | RESULTS | JUDGING | AWARDS
    | BOARDS
)  # fmt: skip
__all__ = ["CELLS", "SIDED", "Cell"]
