"""Passwords, tokens and codes: made, hashed and compared."""

import hashlib
import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from cp_circles.errors import Invalid, msg

PASSWORD_LEAST = 8
PASSWORD_MOST = 128
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
COMMON = frozenset(
    {
        *("12345678", "123456789", "1234567890", "87654321", "5201314520", "password", "passw0rd"),
        *("qwertyui", "qwerty123", "abcd1234", "a1234567", "1q2w3e4r", "iloveyou", "woaini1314"),
    }
)
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(_plain(password))


def is_password(password: str, stored: str | None) -> bool:
    """True if the password is the stored one; takes as long for an account that has none."""
    try:
        _hasher.verify(stored or _NOBODY, _plain(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def check_new_password(password: str, *, names: tuple[str, ...] = ()) -> None:
    """Raise Invalid with what would be right, if the password is short, common or the person's own name."""
    plain = _plain(password)
    if len(plain) < PASSWORD_LEAST:
        raise Invalid(
            msg("The password needs at least %(least)s characters."), field="password", least=PASSWORD_LEAST
        )
    if len(plain) > PASSWORD_MOST:
        raise Invalid(
            msg("The password may have at most %(most)s characters."), field="password", most=PASSWORD_MOST
        )
    lower = plain.lower()
    if lower in COMMON or len(set(lower)) < 3 or any(name and lower == name.lower() for name in names):
        raise Invalid(
            msg("This password is easy to guess. Please take another, for example four words."),
            field="password",
        )


def new_token() -> str:
    """A random token of 192 bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A one-time code that can be read aloud and typed on a phone."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def plain_code(text: str) -> str:
    """What was typed as a code, without spaces and dashes, in capitals."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def new_salt() -> str:
    """The salt of the hashes that stand for a person in the history."""
    return secrets.token_hex(16)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
