"""Everything that writes projects: registration, records, evidence, steps, course."""

from cp_circles.projects.services.carrying import explain_carry_over
from cp_circles.projects.services.course import (
    archive_project,
    complete_project,
    record_actuals,
    set_indicators,
    stop_project,
)
from cp_circles.projects.services.evidence import (
    add_evidence,
    add_evidence_version,
    require_workable,
    withdraw_evidence,
)
from cp_circles.projects.services.records import add_record, change_record, remove_record
from cp_circles.projects.services.registration import (
    approve_project,
    create_project,
    delete_project,
    edit_project,
    return_project,
    set_plan,
    submit_project,
)
from cp_circles.projects.services.remarks import comment_on_project, resolve_remark
from cp_circles.projects.services.steps import (
    StepIncomplete,
    complete_step,
    mark_not_applicable,
    reopen_step,
    return_to_plan,
    sign_off_step,
)
from cp_circles.projects.services.succession import newest_method, plan_keys_of, start_next

__all__ = [
    "StepIncomplete",
    "add_evidence",
    "add_evidence_version",
    "add_record",
    "approve_project",
    "archive_project",
    "change_record",
    "comment_on_project",
    "complete_project",
    "complete_step",
    "create_project",
    "delete_project",
    "edit_project",
    "explain_carry_over",
    "mark_not_applicable",
    "newest_method",
    "plan_keys_of",
    "record_actuals",
    "remove_record",
    "reopen_step",
    "require_workable",
    "resolve_remark",
    "return_project",
    "return_to_plan",
    "set_indicators",
    "set_plan",
    "sign_off_step",
    "start_next",
    "stop_project",
    "submit_project",
    "withdraw_evidence",
]
