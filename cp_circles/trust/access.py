"""The trust room's rows of the access table."""

from cp_circles.judging.access import ORGANISERS, PUBLISHED
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door

DOORS = (
    Door("trust.list_heads", PUBLIC, scope="published"),
    Door("trust.check_receipt", PUBLIC, scope="published"),
    Door("trust.verifier", PUBLIC, scope="published"),
    Door("trust.my_receipts", SIGNED_IN, scope="own", private=True),
    Door("trust.download_audit", ORGANISERS, scope="round", phases=PUBLISHED),
)
