"""While an administrator reads as somebody else: nothing is changed, and nothing private is shown."""

from flask import request

from cp_circles.errors import NotAllowed, msg
from cp_circles.people.models import Role
from cp_circles.web.access import is_signed_in, signed_in
from cp_circles.web.session import SAFE_METHODS, keep_nothing

ENDS = frozenset({"people.end_seeing", "people.sign_out"})


class OnlyLooking(NotAllowed):
    """An act was tried while looking as somebody else."""

    msgid = msg("You only look as somebody else: nothing can be changed. End it first.")


class Private(NotAllowed):
    """A page was asked for that is the person's alone: accounts, messages, scores that are not open yet."""

    msgid = msg("This page belongs to the person alone and is not shown to anybody else.")


def is_seeing() -> bool:
    """True while an administrator reads as somebody else."""
    return is_signed_in() and signed_in().is_seeing


def keep_to_looking(endpoint: str, roles: str | tuple[Role, ...], private: bool) -> None:
    """Refuse every act and what is private; what a page may write by the way is forgotten.

    A judge's pages hold scores before their time and blind entries, so none of them is shown.
    """
    if not is_seeing() or endpoint in ENDS:
        return
    if request.method not in SAFE_METHODS:
        raise OnlyLooking
    if private or (isinstance(roles, tuple) and Role.JUDGE in roles):
        raise Private
    keep_nothing()
