"""The scheme of a round, and an award as it is written down: number, holder as printed, fingerprint."""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, msg
from cp_circles.judging.models import Round, StandingRow
from cp_circles.people.rules import Actor
from cp_circles.results.models import Result, ResultState
from cp_circles.rulesets.schema import AwardScheme, AwardTier, SpecialAward

LETTER = {"company": "E", "county": "D", "city": "C", "province": "P", "nation": "N"}


class AwardsGiven(DomainError):
    """The awards of a round are given once."""

    msgid = msg("The awards of this round have been given already.")


class NoScheme(DomainError):
    """The round was opened without an award scheme."""

    msgid = msg("This round has no award scheme.")


def scheme_of(session: Session, round_: Round) -> AwardScheme:
    """The award scheme that the round published."""
    if round_.award_edition_id is None:
        raise NoScheme
    return editions.pack(session, round_.award_edition_id, AwardScheme)


def may_win(row: StandingRow) -> bool:
    """False for an entry that was disqualified, or whose result was revoked since."""
    return row.entry.disqualified_at is None and row.entry.result.state is ResultState.FROZEN


def blank_award(
    round_: Round,
    given: AwardTier | SpecialAward,
    number: int,
    holder: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Award:
    """An award with its number and the hash of what its certificate prints; whose it is, the caller says."""
    award = Award(
        round_id=round_.id,
        award_key=given.key,
        label=given.names.zh,
        label_en=given.names.en,
        number=f"CP-{round_.season.year}-{LETTER[round_.level.value]}{round_.id}-{number:04d}",
        public_key=secrets.token_hex(16),
        holder=holder,
        honorary=given.honorary.zh,
        reward_yuan=given.material.value or None,
        sha256="",
        given_at=now,
        given_by_id=actor.person_id,
    )
    award.sha256 = printed_hash(award)
    return award


def holder_of(result: Result, round_: Round) -> dict[str, Any]:
    """What a certificate prints of a result: as its frozen package names them, ten members at the most."""
    package = result.package or {}
    return {
        "title": package.get("title", result.title),
        "circle": package.get("circle", {}).get("name", ""),
        "company": package.get("company", {}).get("name", ""),
        "members": package.get("circle", {}).get("members", [])[:10],
        "round": round_.name,
        "year": round_.season.year,
        "result_sha256": result.sha256,
    }


def printed_hash(award: Award) -> str:
    """SHA-256 of what the certificate prints: number, label and holder."""
    facts = {"number": award.number, "label": award.label, "holder": award.holder}
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
