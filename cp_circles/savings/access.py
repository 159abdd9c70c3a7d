"""The savings room's rows of the access table."""

from cp_circles.people.models import Role
from cp_circles.web.doors import Door

CIRCLE = (Role.MEMBER, Role.LEADER)
VERIFIERS = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY)
READERS = (*CIRCLE, Role.FACILITATOR, Role.DEPARTMENT, *VERIFIERS, Role.ADMINISTRATOR)
STAFF = (Role.FACILITATOR, Role.DEPARTMENT, *VERIFIERS, Role.ADMINISTRATOR)

DOORS = (
    Door("savings.list_savings", READERS, scope="circle"),
    Door("savings.new_saving", CIRCLE, scope="circle"),
    Door("savings.draft_saving", CIRCLE, scope="circle"),
    Door("savings.show_saving", READERS, scope="circle"),
    Door("savings.edit_saving", CIRCLE, scope="circle"),
    Door("savings.save_saving", CIRCLE, scope="circle"),
    Door("savings.claim_saving", CIRCLE, scope="circle"),
    Door("savings.reopen_claim", (*CIRCLE, Role.DEPARTMENT), scope="circle"),
    Door("savings.withdraw_saving", CIRCLE, scope="circle"),
    *(
        Door(f"savings.{act}", CIRCLE, scope="circle")
        for act in (
            "choose_method",
            "name_meter",
            "remove_meter",
            "add_adjustment",
            "remove_adjustment",
            "state_steam",
            "state_factors",
            "add_side_effect",
            "remove_side_effect",
        )
    ),
    Door("savings.explain_claim", READERS, scope="circle"),
    Door("savings.list_indicators", READERS, scope="company"),
    Door("savings.add_indicator", (Role.DEPARTMENT,), scope="company"),
    Door("savings.to_sign", VERIFIERS, scope="company"),
    Door("savings.sign_claim", VERIFIERS, scope="company"),
    Door("savings.refuse_claim", VERIFIERS, scope="company"),
    Door("savings.void_signature", (*VERIFIERS, Role.DEPARTMENT), scope="company"),
    *(
        Door(f"savings.{act}", STAFF, scope="company")
        for act in ("list_overlaps", "show_overlap", "new_split", "show_ceiling", "list_follow_ups")
    ),
    *(
        Door(f"savings.{act}", (Role.DEPARTMENT,), scope="company")
        for act in (
            "decide_overlap",
            "propose_split",
            "end_split",
            "name_source",
            "remove_source",
            "answer_follow_up",
            "take_back_answer",
        )
    ),
    Door("savings.show_split", READERS, scope="circle"),
    Door("savings.agree_split", CIRCLE, scope="circle"),
    Door("savings.decline_split", CIRCLE, scope="circle"),
    Door("savings.show_follow_up", READERS, scope="circle"),
)
