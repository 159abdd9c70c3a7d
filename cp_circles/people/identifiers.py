"""The three ways to name an account: e-mail, mobile number, company short code and employee number."""

import re
import unicodedata
from dataclasses import dataclass

from cp_circles.errors import Invalid, msg


@dataclass(frozen=True)
class Identifier:
    """What was typed, read as one of the three; the others are empty."""

    email: str = ""
    mobile: str = ""
    company_code: str = ""
    employee_number: str = ""


def read_identifier(text: str) -> Identifier:
    """Read what was typed; `T001 12345`, `T001/12345` and `T001-12345` name an employee."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if "@" in plain:
        return Identifier(email=plain.lower())
    mobile = _digits(plain)
    if mobile is not None:
        return Identifier(mobile=mobile)
    company, *rest = re.split(r"[\s/:-]+", plain, maxsplit=1)
    if rest and rest[0]:
        return Identifier(company_code=company.upper(), employee_number=rest[0].strip())
    return Identifier()


def clean_email(text: str | None) -> str | None:
    """The address in small letters; None for nothing; raises Invalid."""
    plain = unicodedata.normalize("NFKC", text or "").strip().lower()
    if not plain:
        return None
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+", plain) or len(plain) > 160:
        raise Invalid(msg("This is not an e-mail address. Write it like name@example.com."), field="email")
    return plain


def clean_mobile(text: str | None) -> str | None:
    """The number without signs, the country code only where it is foreign; None for nothing."""
    plain = unicodedata.normalize("NFKC", text or "").strip()
    if not plain:
        return None
    digits = _digits(plain)
    if digits is None:
        raise Invalid(msg("This is not a mobile number. Write it like 13800138000."), field="mobile")
    return digits


def _digits(text: str) -> str | None:
    if not re.fullmatch(r"\+?[\d\s()-]+", text):
        return None
    signs = re.sub(r"[\s()-]", "", text)
    if re.fullmatch(r"(\+?86)?1\d{10}", signs):
        return signs[-11:]
    return signs if re.fullmatch(r"\+\d{8,15}", signs) else None
