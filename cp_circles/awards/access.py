"""The awards room's rows of the access table."""

from cp_circles.judging.phases import since
from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, Door

ORGANISERS = (Role.DEPARTMENT, Role.OFFICIAL, Role.ADMINISTRATOR)

DOORS = (
    Door("awards.propose_awards", ORGANISERS, scope="round", phases=since("deliberation")),
    Door("awards.give_awards", ORGANISERS, scope="round", phases=("finished",)),
    Door("awards.revoke_award", ORGANISERS, scope="round", phases=("awarded",)),
    Door("awards.new_annulment", ORGANISERS, scope="round", phases=since("entry")),
    Door("awards.annul_result", ORGANISERS, scope="round", phases=since("entry")),
    Door("awards.check", PUBLIC, scope="published"),
    Door("awards.show_certificate", PUBLIC, scope="published", phases=("awarded",)),
    Door("awards.qr_code", PUBLIC, scope="published", phases=("awarded",)),
)
