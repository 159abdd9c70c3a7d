"""The room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

VERIFYING = (Role.DEPARTMENT, Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.ADMINISTRATOR)
STAFF = (Role.DEPARTMENT, Role.ADMINISTRATOR)
ADMINISTRATORS = (Role.ADMINISTRATOR,)

DOORS = (
    Door("people.sign_in", PUBLIC, "own"),
    Door("people.begin_sign_in", PUBLIC, "own"),
    Door("people.first_sign_in", PUBLIC, "own"),
    Door("people.use_code", PUBLIC, "own"),
    Door("people.invitation", PUBLIC, "key"),
    Door("people.accept_invitation", PUBLIC, "key"),
    Door("people.forgot_password", PUBLIC, "own"),
    Door("people.request_reset", PUBLIC, "own"),
    Door("people.reset_password", PUBLIC, "key"),
    Door("people.save_new_password", PUBLIC, "key"),
    Door("people.sign_out", PUBLIC, "own"),
    Door("people.confirm_password", SIGNED_IN, "own", private=True),
    Door("people.save_confirmation", SIGNED_IN, "own", private=True),
    Door("people.my_account", SIGNED_IN, "own", private=True),
    Door("people.change_password", SIGNED_IN, "own", private=True),
    Door("people.revoke_sign_in", SIGNED_IN, "own", private=True),
    Door("people.revoke_other_sign_ins", SIGNED_IN, "own", private=True),
    Door("people.held_form", SIGNED_IN, "own", private=True, before_consent=True),
    Door("people.drop_held_form", SIGNED_IN, "own", private=True, before_consent=True),
    Door("people.save_draft", SIGNED_IN, "own", private=True),
    Door("people.my_company", STAFF, "company"),
    Door("people.people_of_company", STAFF, "company"),
    Door("people.invite", STAFF, "company"),
    Door("people.send_invitation", STAFF, "company"),
    Door("people.edit_person", STAFF, "company"),
    Door("people.issue_code", STAFF, "company"),
    Door("people.grant_company_role", STAFF, "company"),
    Door("people.revoke_grant", STAFF, "company"),
    Door("people.stand_ins", VERIFYING, "company"),
    Door("people.name_stand_in", VERIFYING, "company"),
    Door("people.confirm_stand_in", (Role.DEPARTMENT,), "company"),
    Door("people.end_stand_in", VERIFYING, "company"),
    Door("people.list_everybody", ADMINISTRATORS, "platform"),
    Door("people.show_person", ADMINISTRATORS, "platform"),
    Door("people.grant_any_role", ADMINISTRATORS, "platform"),
    Door("people.deactivate", ADMINISTRATORS, "platform"),
    Door("people.choose_seeing", ADMINISTRATORS, "platform"),
    Door("people.begin_seeing", ADMINISTRATORS, "platform"),
    Door("people.end_seeing", SIGNED_IN, "own"),
)
