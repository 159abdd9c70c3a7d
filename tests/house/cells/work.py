"""Cells of the work inside a company: circles, meters, projects, savings, results."""

from tests.house.cells.addresses import (
    as_metering,
    of_activity,
    of_circle,
    of_company,
    of_draft_circle,
    of_draft_project,
    of_draft_result,
    of_draft_saving,
    of_evidence,
    of_member,
    of_meter,
    of_page,
    of_project,
    of_reading,
    of_record,
    of_result,
    of_saving,
    of_step,
    of_waiting_circle,
    of_waiting_project,
    with_reason,
)
from tests.house.cells.cell import rows
from tests.house.cells.readers import (
    CIRCLE,
    DEPARTMENT,
    IN_COMPANY,
    KEEPS,
    SEES_CIRCLE,
    SEES_INSIDE,
    SEES_WORK,
    TALKERS,
    VERIFIERS,
)
from tests.house.world import NAMED

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
ROWS = CIRCLES | METERING | PROJECTS | SAVINGS | RESULTS
