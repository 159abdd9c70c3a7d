"""The room's rows of the access table: what is one's own is shown to nobody else."""

from cp_circles.people.models import Role
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

STAFF = (Role.DEPARTMENT, Role.ADMINISTRATOR)
OWN = (
    "consent",
    "agree",
    "withdraw_consent",
    "data",
    "ask_export",
    "download_export",
    "erasure",
    "erase",
)
OF_STAFF = ("consents_of_company", "paper_consent", "record_consent", "erase_worker", "consent_scan")

DOORS = (
    *(Door(f"personal.{name}", SIGNED_IN, "own", private=True, before_consent=True) for name in OWN),
    *(
        Door(f"personal.{name}", SIGNED_IN, "own", private=True)
        for name in ("calendar", "make_key", "end_key")
    ),
    Door("personal.own_paper", SIGNED_IN, "own", private=True, before_consent=True),
    Door("personal.calendar_file", PUBLIC, "key"),
    *(Door(f"personal.{name}", STAFF, "company") for name in OF_STAFF),
)
