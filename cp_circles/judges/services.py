"""Keeping the register: the judge's own data, and the qualification that officials keep."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.judges import queries, rules
from cp_circles.judges.models import JudgeProfile, JudgeTie, Qualification, TieKind
from cp_circles.organisations.models import Region
from cp_circles.people.rules import Actor

LANGUAGES = ("zh", "en")


def save_profile(
    session: Session,
    *,
    actor: Actor,
    version: int,
    home_region: Region | None,
    industries: Collection[int] = (),
    domains: Collection[str] = (),
    methods: Collection[str] = (),
    languages: Collection[str] = (),
    employers: Sequence[str] = (),
    mentored: Sequence[str] = (),
    workload_limit: int | None = None,
    away_from: date | None = None,
    away_until: date | None = None,
    now: datetime,
) -> JudgeProfile:
    """Put oneself into the register, or save one's own data; `version` is 0 for a new place.

    `employers` and `mentored` are names or codes of companies; one that is unknown is refused by name.
    """
    if actor.person_id is None:
        raise NotFound
    _check(languages, workload_limit, away_from, away_until)
    ties = {
        TieKind.EMPLOYER: _companies(session, employers, "employers"),
        TieKind.MENTORED: _companies(session, mentored, "mentored"),
    }
    profile = queries.profile_of(session, actor.person_id)
    if (profile.version if profile else 0) != version:
        raise Stale
    if profile is None:
        profile = JudgeProfile(person_id=actor.person_id, version=0, saved_at=now)
        session.add(profile)
    profile.home_region_id = home_region.id if home_region else None
    profile.industries, profile.domains = sorted(set(industries)), sorted(set(domains))
    profile.methods, profile.languages = sorted(set(methods)), sorted(set(languages))
    profile.workload_limit, profile.away_from, profile.away_until = workload_limit, away_from, away_until
    profile.version, profile.saved_at = version + 1, now
    session.execute(sa.delete(JudgeTie).where(JudgeTie.person_id == actor.person_id))
    for kind, ids in ties.items():
        session.add_all(JudgeTie(person_id=actor.person_id, company_id=one, kind=kind) for one in sorted(ids))
    session.flush()
    after = {kind.value: sorted(ids) for kind, ids in ties.items()}
    record_event(session, actor=actor, verb="judges.save_profile", subject=profile, at=now, after=after)
    return profile


def keep_qualification(
    session: Session,
    *,
    actor: Actor,
    profile: JudgeProfile,
    version: int,
    qualification: Qualification | None,
    certificate_number: str = "",
    valid_until: date | None = None,
    now: datetime,
) -> JudgeProfile:
    """Write a judge's level, certificate and last day; by the officials of the judge's home only."""
    if not rules.can_see_profile(actor, profile):
        raise NotFound
    if not rules.can_keep_qualification(actor, profile):
        raise NotAllowed(msg("The officials of the judge's home region keep the qualification."))
    if qualification is not None and valid_until is None:
        raise Invalid(msg("Say until when the qualification is valid."), field="valid_until")
    if profile.version != version:
        raise Stale
    before = {
        "qualification": profile.qualification.value if profile.qualification else None,
        "valid_until": profile.valid_until.isoformat() if profile.valid_until else None,
    }
    profile.qualification = qualification
    profile.certificate_number = certificate_number.strip() if qualification else ""
    profile.valid_until = valid_until if qualification else None
    profile.version, profile.saved_at = version + 1, now
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="judges.keep_qualification",
        subject=profile,
        at=now,
        before=before,
        after={
            "qualification": qualification.value if qualification else None,
            "valid_until": profile.valid_until.isoformat() if profile.valid_until else None,
        },
    )
    return profile


def _check(
    languages: Collection[str], limit: int | None, away_from: date | None, away_until: date | None
) -> None:
    if not set(languages) <= set(LANGUAGES):
        raise Invalid(msg("Tick only what stands in the list."), field="languages")
    if limit is not None and not 1 <= limit <= 999:
        raise Invalid(msg("The workload is between 1 and 999 entries."), field="workload_limit")
    if (away_from is None) != (away_until is None):
        raise Invalid(msg("Give both days of the absence, or none."), field="away_until")
    if away_from is not None and away_until is not None and away_until < away_from:
        raise Invalid(msg("The absence ends before it begins."), field="away_until")


def _companies(session: Session, lines: Sequence[str], field: str) -> set[int]:
    wanted = [line.strip() for line in lines if line.strip()]
    found = queries.companies_named(session, wanted)
    unknown = [line for line in wanted if line not in found]
    if unknown:
        raise Invalid(
            msg("%(line)s is no company of the platform; write its full name, short code or credit code."),
            field=field,
            line=unknown[0],
        )
    return set(found.values())
