"""The words of a document as the formats of the pages write them, in the language of its reader."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cp_circles.results.canonical import sha256_of
from cp_circles.results.documenting import PDF
from cp_circles.results.documents.blocks import Content
from cp_circles.results.documents.content import content_of
from cp_circles.results.documents.pdf import pdf_of
from cp_circles.results.documents.photos import NO_PHOTOS, Photo
from cp_circles.results.documents.templates import standard_template
from cp_circles.results.documents.word import word_of
from cp_circles.results.models import Result, ResultState
from cp_circles.web import formats, i18n

ENDED = frozenset({ResultState.WITHDRAWN, ResultState.REVOKED})


class PageWords:
    """Writes a document in the language that is chosen when it is written; see `documents.words.Words`."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def say(self, msgid: str, **values: Any) -> str:
        """A message in the language."""
        return i18n.translate(msgid, values)

    def number(self, value: Any) -> str:
        """A number with its own digits."""
        return formats.number(value)

    def quantity(self, value: Any, unit: str) -> str:
        """An amount with its unit."""
        return formats.quantity(value, unit)

    def yuan(self, value: Any) -> str:
        """An amount of money."""
        return formats.yuan(value)

    def unit(self, unit: str) -> str:
        """A unit."""
        return formats.unit_label(unit)

    def date(self, value: Any) -> str:
        """A date."""
        return formats.date_text(value)

    def moment(self, value: Any) -> str:
        """A stored moment (ISO text), to the minute."""
        return formats.datetime_text(datetime.fromisoformat(value)) if value else formats.NOTHING

    def label(self, value: str) -> str:
        """A stored state or role in words."""
        return i18n.enum_label(value)


def composed(result: Result, package: Mapping[str, Any], words: PageWords) -> Content:
    """The content of a result's document; anything but a frozen result carries its state across the pages."""
    sha256 = result.sha256 or sha256_of(package)
    content = content_of(package, words, sha256=sha256, is_draft=result.package is None)
    if result.state in ENDED:
        return replace(content, watermark=i18n.enum_label(result.state), notice=result.state_reason)
    return content


def written(
    kind: str,
    content: Content,
    package: Mapping[str, Any],
    template: bytes | None,
    photos: Mapping[str, Photo] = NO_PHOTOS,
) -> bytes:
    """The document as Word, by the company's template or the standard one of its method, or as PDF."""
    if kind == PDF:
        return pdf_of(content, photos)
    phases = list(dict.fromkeys(step["phase"]["key"] for step in package["steps"]))
    return word_of(content, template or standard_template(phases), photos)
