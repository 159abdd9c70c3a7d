"""Awards as finished words: certificates, the places of a ceremony, candidates, and steps of a reward."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.awards.models import Award
from cp_circles.awards.printing import Certificate
from cp_circles.awards.services import Candidate
from cp_circles.awards.services.schemes import scheme_of
from cp_circles.calc.reasons import Reason
from cp_circles.judging.presenting import organiser_name
from cp_circles.rulesets.schema import AwardScheme
from cp_circles.rulesets.schema.rewards import SpecialAward
from cp_circles.rulesets.schema.rounds import AwardTier
from cp_circles.web.formats import date_text, number
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.session import db_session


@dataclass(frozen=True)
class Honour:
    """One award as it is called out."""

    number: str
    label: str
    title: str
    sub: str
    reason: str


def in_chinese() -> bool:
    """True for a reader of Chinese."""
    return not str(locale_name()).startswith("en")


def award_label(award: Award) -> str:
    """The name of an award in the reader's language."""
    return award.label if in_chinese() else award.label_en


def honour_text(award: Award) -> str:
    """What the organiser gives with an award: Chinese as it was given, English as in the round’s scheme."""
    if in_chinese():
        return award.honorary
    scheme = scheme_of(db_session(), award.round_)
    known: list[AwardTier | SpecialAward] = [*scheme.awards, *scheme.special]
    return next((given.honorary.en for given in known if given.key == award.award_key), award.honorary)


def certificate_of(award: Award) -> Certificate:
    """The texts of an award's certificate in the reader's language."""
    held = award.holder
    names = [name for name in (held["company"], held["circle"]) if name]
    if award.person_id is not None:
        names = [held["title"], *([f"（{held['company']}）" if in_chinese() else held["company"]])]
    says = (
        _("For the result “%(title)s” in %(round)s you are awarded", title=held["title"], round=held["round"])
        if held.get("result_sha256")
        else _("For your work in %(round)s you are awarded", round=held["round"])
    )
    members = ("、" if in_chinese() else ", ").join(held["members"])
    return Certificate(
        heading=_("Certificate of honour"),
        to=(" " if in_chinese() else ", ").join(names) + ("：" if in_chinese() else ":"),
        says=says,
        label=award_label(award),
        members=_("Members: %(names)s", names=members) if members else "",
        closing=_("This certificate is given in recognition of it."),
        issuer=_("%(office)s, organiser of the evaluation", office=organiser_name(award.round_)),
        seal=_("(seal)"),
        day=date_text(award.given_at),
        number=_("Certificate no. %(number)s", number=award.number),
        check=_("Scan to check, or enter the number on the check page."),
        fingerprint=_("Fingerprint %(hash)s", hash=award.sha256[:16]),
        address=url_for("awards.show_certificate", public_key=award.public_key, _external=True),
    )


def called_out(awards: Sequence[Award], scheme: AwardScheme, places: dict[int, int]) -> list[Award]:
    """Awards that stand in the order of a ceremony: special ones first, then from the lowest to the highest.

    Within an award the last place comes first; `places` is the place by entry.
    """
    ranks = {tier.key: tier.rank for tier in scheme.awards}
    standing = [award for award in awards if award.revoked_at is None]
    special = [award for award in standing if award.award_key not in ranks]
    tiers = sorted(
        (award for award in standing if award.award_key in ranks),
        key=lambda award: (-ranks[award.award_key], -places.get(award.entry_id or 0, 0), -award.id),
    )
    return [*special, *tiers]


def honour_of(award: Award) -> Honour:
    """An award as it is called out."""
    held = award.holder
    parts = [held["company"], held["circle"]] if held["title"] != held["company"] else [held["circle"]]
    return Honour(
        number=award.number,
        label=award_label(award),
        title=held["title"],
        sub=" · ".join(part for part in parts if part),
        reason=award.reason,
    )


def candidate_text(one: Candidate) -> str:
    """A candidate with what the numbers say."""
    notes = [one.note] if one.note else []
    if one.mean is not None:
        notes.append(_("stage mean %(points)s", points=number(one.mean, 2)))
    if one.entries:
        notes.append(_("entries: %(count)s", count=one.entries))
    return " · ".join([one.name, *notes])


def step_text(step: Reason) -> str:
    """One step of a reward in words; sums that were stored as text read as numbers again."""
    return translate(step.msgid, {name: _amount(value) for name, value in step.values.items()})


def _amount(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value
