"""The one text of a package, and its hash: what is frozen is exactly what was shown."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def canonical_json(package: Mapping[str, Any]) -> str:
    """The package as JSON with sorted keys and no blanks; raises TypeError on anything but plain values."""
    return json.dumps(package, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(package: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical text in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical_json(package).encode("utf-8")).hexdigest()


def plain(value: Any) -> Any:
    """A value as it stands in a package: exact numbers and dates as text, never a float."""
    if isinstance(value, float):
        raise TypeError("a float cannot stand in a package")
    if isinstance(value, Decimal):
        return exact_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def exact_text(value: Decimal) -> str:
    """A decimal without exponent or superfluous zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
