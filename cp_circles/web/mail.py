"""The outbox and the absolute addresses in mails, for views of rooms that stand before the outbox."""

from cp_circles.notices.services import send_mail
from cp_circles.web.session import settings

__all__ = ["full_address", "send_mail"]


def full_address(path: str) -> str:
    """The address of a page as a mail writes it."""
    return str(settings().public_url).rstrip("/") + path
