"""The awards room's rows of the access table."""

from cp_circles.judging.phases import since
from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

ORGANISERS = (Role.DEPARTMENT, Role.OFFICIAL, Role.ADMINISTRATOR)
PAYERS = (Role.DEPARTMENT, Role.FINANCE, Role.ADMINISTRATOR)
UNGIVEN = since("deliberation")[:-1]

DOORS = (
    Door("awards.propose_awards", ORGANISERS, scope="round", phases=since("deliberation")),
    Door("awards.give_awards", ORGANISERS, scope="round", phases=("finished",)),
    Door("awards.choose_special", ORGANISERS, scope="round", phases=UNGIVEN),
    Door("awards.save_special", ORGANISERS, scope="round", phases=UNGIVEN),
    Door("awards.drop_special", ORGANISERS, scope="round", phases=UNGIVEN),
    Door("awards.print_certificates", ORGANISERS, scope="round", phases=("awarded",)),
    Door("awards.show_ceremony", ORGANISERS, scope="round", phases=("awarded",)),
    Door("awards.revoke_award", ORGANISERS, scope="round", phases=("awarded",)),
    Door("awards.new_annulment", ORGANISERS, scope="round", phases=since("entry")),
    Door("awards.annul_result", ORGANISERS, scope="round", phases=since("entry")),
    Door("awards.list_bans", ORGANISERS, scope="region"),
    Door("awards.lift_circle_ban", ORGANISERS, scope="region"),
    Door("awards.list_rewards", PAYERS, scope="company"),
    Door("awards.adopt_reward_rule", (Role.DEPARTMENT,), scope="company"),
    Door("awards.show_reward", SIGNED_IN, scope="circle", phases=("awarded",)),
    Door("awards.grant_reward", (Role.DEPARTMENT,), scope="company", phases=("awarded",)),
    Door("awards.check", PUBLIC, scope="published"),
    Door("awards.show_certificate", PUBLIC, scope="published", phases=("awarded",)),
    Door("awards.qr_code", PUBLIC, scope="published", phases=("awarded",)),
    Door("awards.certificate_file", PUBLIC, scope="published", phases=("awarded",)),
)
