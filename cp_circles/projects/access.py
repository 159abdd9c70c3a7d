"""The projects room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

CIRCLE = (Role.MEMBER, Role.LEADER)
VERIFIERS = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
TALKERS = (*CIRCLE, Role.FACILITATOR, Role.DEPARTMENT)
READERS = (*TALKERS, *VERIFIERS, Role.ADMINISTRATOR)

DOORS = (
    Door("projects.list_projects", READERS, scope="circle"),
    Door("projects.new_project", CIRCLE, scope="circle"),
    Door("projects.create_project", CIRCLE, scope="circle"),
    Door("projects.show_project", READERS, scope="circle"),
    Door("projects.edit_project", CIRCLE, scope="circle"),
    Door("projects.save_project", CIRCLE, scope="circle"),
    Door("projects.delete_project", CIRCLE, scope="circle"),
    Door("projects.submit_project", CIRCLE, scope="circle"),
    Door("projects.return_project", (Role.DEPARTMENT,), scope="company"),
    Door("projects.approve_project", (Role.DEPARTMENT,), scope="company"),
    Door("projects.stop_project", (*CIRCLE, Role.DEPARTMENT), scope="circle"),
    Door("projects.complete_project", CIRCLE, scope="circle"),
    Door("projects.archive_project", (Role.DEPARTMENT,), scope="company"),
    Door("projects.edit_plan", CIRCLE, scope="circle"),
    Door("projects.save_plan", CIRCLE, scope="circle"),
    Door("projects.edit_indicators", CIRCLE, scope="circle"),
    Door("projects.save_indicators", CIRCLE, scope="circle"),
    Door("projects.record_actuals", CIRCLE, scope="circle"),
    Door("projects.show_step", READERS, scope="circle"),
    Door("projects.complete_step", CIRCLE, scope="circle"),
    Door("projects.sign_off_step", (Role.FACILITATOR, Role.DEPARTMENT), scope="company"),
    Door("projects.set_steps_aside", CIRCLE, scope="circle"),
    Door("projects.reopen_step", TALKERS, scope="circle"),
    Door("projects.return_to_plan", CIRCLE, scope="circle"),
    Door("projects.add_record", CIRCLE, scope="circle"),
    Door("projects.edit_record", CIRCLE, scope="circle"),
    Door("projects.save_record", CIRCLE, scope="circle"),
    Door("projects.remove_record", CIRCLE, scope="circle"),
    Door("projects.add_evidence", CIRCLE, scope="circle"),
    Door("projects.add_evidence_version", CIRCLE, scope="circle"),
    Door("projects.withdraw_evidence", CIRCLE, scope="circle"),
    Door("projects.evidence_file", READERS, scope="circle"),
    Door("projects.add_remark", (*TALKERS, *VERIFIERS), scope="circle"),
    Door("projects.resolve_remark", (*TALKERS, *VERIFIERS), scope="circle"),
    Door("projects.start_next", CIRCLE, scope="circle"),
    Door("projects.explain_carry_over", CIRCLE, scope="circle"),
    Door("projects.show_history", READERS, scope="circle"),
)
