"""The results room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

CIRCLE = (Role.MEMBER, Role.LEADER)
VERIFIERS = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
READERS = (*CIRCLE, Role.FACILITATOR, Role.DEPARTMENT, *VERIFIERS, Role.ADMINISTRATOR)
KEEPERS = (Role.DEPARTMENT, Role.ADMINISTRATOR)

DOORS = (
    Door("results.list_results", READERS, scope="circle"),
    Door("results.project_results", READERS, scope="circle"),
    Door("results.draft_result", CIRCLE, scope="circle"),
    Door("results.show_result", READERS, scope="circle"),
    Door("results.download_package", READERS, scope="circle"),
    Door("results.saving_csv", READERS, scope="circle"),
    Door("results.edit_result", CIRCLE, scope="circle"),
    Door("results.save_result", CIRCLE, scope="circle"),
    Door("results.confirm_freeze", CIRCLE, scope="circle"),
    Door("results.freeze_result", CIRCLE, scope="circle"),
    Door("results.withdraw_result", CIRCLE, scope="circle"),
    Door("results.revoke_result", (Role.DEPARTMENT, Role.ADMINISTRATOR), scope="company"),
    Door("results.blind_pages", (*CIRCLE, Role.DEPARTMENT), scope="circle"),
    Door("results.blind_page_image", (*CIRCLE, Role.DEPARTMENT), scope="circle"),
    Door("results.edit_boxes", (*CIRCLE, Role.DEPARTMENT), scope="circle"),
    Door("results.paint_boxes", (*CIRCLE, Role.DEPARTMENT), scope="circle"),
    Door("results.confirm_blind_page", (Role.DEPARTMENT,), scope="company"),
    Door("results.show_history", READERS, scope="circle"),
    Door("results.show_documents", READERS, scope="circle"),
    Door("results.order_document", READERS, scope="circle"),
    Door("results.download_document", READERS, scope="circle"),
    Door("results.list_templates", KEEPERS, scope="company"),
    Door("results.send_template", (Role.DEPARTMENT,), scope="company"),
    Door("results.standard_template_file", KEEPERS, scope="company"),
    Door("results.preview_template", KEEPERS, scope="company"),
    Door("results.use_template", (Role.DEPARTMENT,), scope="company"),
    Door("results.end_template", (Role.DEPARTMENT,), scope="company"),
    Door("results.show_pack", KEEPERS, scope="company"),
    Door("results.download_pack", KEEPERS, scope="company"),
)
