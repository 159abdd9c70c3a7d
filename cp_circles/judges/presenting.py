"""The register in words."""

from typing import Any

from flask_babel import gettext as _

from cp_circles.judges.models import Qualification
from cp_circles.web.i18n import locale_name


def level_words() -> dict[str, str]:
    """The levels of qualification in the reader's language."""
    return {"junior": _("Junior"), "intermediate": _("Intermediate"), "senior": _("Senior")}


def level_word(level: Qualification | None) -> str:
    """A level in words; a dash where there is none."""
    return level_words()[level.value] if level else "–"


def words_of(vocabulary: Any, key: str) -> dict[str, str]:
    """The terms of one list of the vocabulary in the reader's language."""
    found = next((one for one in vocabulary.lists if one.key == key), None)
    return {term.key: term.names.in_(locale_name()) for term in found.terms} if found else {}
