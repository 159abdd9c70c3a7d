"""Everything that writes about people: accounts, sign-ins, grants, drafts."""

from cp_circles.people.services.accounts import (
    add_person,
    change_password,
    choose_language,
    deactivate_person,
    reset_password,
    set_password,
)
from cp_circles.people.services.drafts import drop_draft, load_draft, save_draft
from cp_circles.people.services.grants import give_role, grant_role, revoke_grant, take_role
from cp_circles.people.services.invitations import (
    accept_invitation,
    invite_person,
    issue_one_time_code,
    request_password_reset,
    use_one_time_code,
)
from cp_circles.people.services.seeing import begin_seeing, end_seeing
from cp_circles.people.services.sign_ins import (
    TooManyTries,
    WrongPassword,
    account_key,
    confirm_password,
    forget_attempt,
    forget_expired,
    note_attempt,
    revoke_other_sign_ins,
    revoke_sign_in,
    sign_in,
    sign_out,
)
from cp_circles.people.services.stand_ins import confirm_stand_in, end_stand_in, name_stand_in

__all__ = [
    "TooManyTries",
    "WrongPassword",
    "accept_invitation",
    "account_key",
    "add_person",
    "begin_seeing",
    "change_password",
    "choose_language",
    "confirm_password",
    "confirm_stand_in",
    "deactivate_person",
    "drop_draft",
    "end_seeing",
    "end_stand_in",
    "forget_attempt",
    "forget_expired",
    "give_role",
    "grant_role",
    "invite_person",
    "issue_one_time_code",
    "load_draft",
    "name_stand_in",
    "note_attempt",
    "request_password_reset",
    "reset_password",
    "revoke_grant",
    "revoke_other_sign_ins",
    "revoke_sign_in",
    "save_draft",
    "set_password",
    "sign_in",
    "sign_out",
    "take_role",
    "use_one_time_code",
]
