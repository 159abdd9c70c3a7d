"""The awards that were given, newest first, as an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as xml

from flask import url_for
from flask_babel import gettext as _

from cp_circles.awards.models import Award
from cp_circles.awards.presenting import award_label
from cp_circles.web.i18n import is_chinese, locale_name
from cp_circles.web.mail import full_address

ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def awards_feed(awards: Sequence[Award]) -> bytes:
    """The feed's document in the reader's language; an entry's id is the address of its certificate."""
    own = full_address(url_for("displays.awards_feed", lang=locale_name()))
    root = xml.Element("feed", {"xmlns": ATOM, "xml:lang": "zh-Hans" if is_chinese() else "en"})
    _text(root, "id", own)
    _text(root, "title", _("CP Circles: new awards"))
    _text(root, "updated", _time(max((award.given_at for award in awards), default=NEVER)))
    xml.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": own})
    page = full_address(url_for("leaderboards.public_awards"))
    xml.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(xml.SubElement(root, "author"), "name", _("CP Circles"))
    for award in awards:
        _entry(root, award)
    return xml.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: xml.Element, award: Award) -> None:
    held = award.holder
    address = full_address(url_for("awards.show_certificate", public_key=award.public_key))
    whose = " · ".join(name for name in (held["company"], held["circle"]) if name)
    entry = xml.SubElement(root, "entry")
    _text(entry, "id", address)
    _text(entry, "title", f"{award_label(award)}{'：' if is_chinese() else ': '}{held['title']}")
    _text(entry, "updated", _time(award.given_at))
    _text(entry, "published", _time(award.given_at))
    xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _text(entry, "summary", " · ".join(part for part in (held["round"], whose, award.number) if part))


def _text(parent: xml.Element, name: str, text: str) -> None:
    xml.SubElement(parent, name).text = text


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
