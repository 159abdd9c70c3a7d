"""Everything that writes what is one's own: consents, exports, the erasure, the calendar's address."""

from cp_circles.personal.services.calendar import end_calendar_key, make_calendar_key
from cp_circles.personal.services.consents import agree, record_paper_consent, withdraw_consent
from cp_circles.personal.services.erasure import erase_person, erase_worker
from cp_circles.personal.services.exports import (
    ask_export,
    drop_expired_exports,
    export_for,
    exports_of,
    keep_export,
)

__all__ = [
    "agree",
    "ask_export",
    "drop_expired_exports",
    "end_calendar_key",
    "erase_person",
    "erase_worker",
    "export_for",
    "exports_of",
    "keep_export",
    "make_calendar_key",
    "record_paper_consent",
    "withdraw_consent",
]
