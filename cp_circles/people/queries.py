"""People, their grants and sign-ins, as they are asked for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from cp_circles.db.models import Event
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company
from cp_circles.people.identifiers import read_identifier
from cp_circles.people.models import (
    Draft,
    Employment,
    Grant,
    Invitation,
    OneTimeCode,
    Person,
    Role,
    ScopeKind,
    SignIn,
    StandIn,
)
from cp_circles.people.rules import NOBODY, Actor, GrantFact
from cp_circles.people.secrets import token_hash


def is_live(now: "datetime | sa.BindParameter[Any]") -> sa.ColumnElement[bool]:
    """The condition under which a grant holds at this moment."""
    return sa.and_(Grant.since <= now, sa.or_(Grant.until.is_(None), Grant.until > now))


def stands_in(now: "datetime | sa.BindParameter[Any]") -> sa.ColumnElement[bool]:
    """The condition under which someone stands in at this moment: confirmed, begun and not over."""
    return sa.and_(
        StandIn.confirmed_at.is_not(None),
        StandIn.ended_at.is_(None),
        StandIn.since <= now,
        StandIn.until > now,
    )


def _covers(grant: Any) -> sa.ColumnElement[bool]:
    """The condition that a stand-in is for exactly this grant's person, role and scope."""
    return sa.and_(
        StandIn.person_id == grant.person_id,
        StandIn.role == grant.role,
        StandIn.scope_kind == grant.scope_kind,
        StandIn.scope_id == grant.scope_id,
    )


def grants_held(asked: sa.CTE) -> sa.Subquery:
    """The live grants of the people whose ids `asked` names, and those lent to them, at the time `now`.

    Two branches, each by an index: asked for at once with OR, PostgreSQL reads every grant that there is.
    """
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    facts = (Grant.id, Grant.role, Grant.scope_kind, Grant.scope_id, Grant.region_path)
    away = sa.exists().where(_covers(Grant), stands_in(now))
    own = (
        sa.select(*facts, sa.cast(sa.null(), sa.Integer).label("lender_id"), away.label("away"))
        .join(asked, asked.c.id == Grant.person_id)
        .where(is_live(now))
    )
    lent = (
        sa.select(*facts, Grant.person_id, sa.false())
        .join(StandIn, _covers(Grant))
        .join(asked, asked.c.id == StandIn.stand_in_id)
        .where(Grant.person_id != asked.c.id, stands_in(now), is_live(now))
    )
    return sa.union(own, lent).subquery("held")


def facts_of(held: sa.Subquery) -> list[sa.ColumnElement[Any]]:
    """The columns of `grants_held` as a `GrantFact` takes them."""
    return [held.c[name] for name in ("role", "scope_kind", "scope_id", "region_path", "lender_id", "away")]


def _holding() -> sa.Select[Any]:
    asked = sa.select(Person.id).where(Person.id == sa.bindparam("person_id")).cte("asked")
    held = grants_held(asked)
    return (
        sa.select(Person.name, *facts_of(held))
        .select_from(asked)
        .join(Person, sa.and_(Person.id == asked.c.id, Person.active))
        .outerjoin(held, sa.true())
        .order_by(held.c.id)
    )


HOLDING = _holding()
"""Written once: most acts on somebody else's rights ask it."""


def actor_for(session: Session, person_id: int, now: datetime) -> Actor:
    """The person with their live grants and those lent to them, in one statement; NOBODY if unknown.

    A grant is lent while its holder is away and the person stands in for them.
    """
    rows = session.execute(HOLDING, {"person_id": person_id, "now": now}).all()
    return Actor(person_id, rows[0][0], grants_in(row[1:] for row in rows)) if rows else NOBODY


def grants_in(rows: Iterable[Sequence[Any]]) -> tuple[GrantFact, ...]:
    """The grants of rows of `facts_of`; somebody without any has one row of nothing."""
    return tuple(GrantFact(*row) for row in rows if row[0] is not None)


def person_by_id(session: Session, person_id: int) -> Person:
    """The person of that id; NotFound if there is none."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def names_by_id(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people, for histories and lists."""
    wanted = {id_ for id_ in ids if id_ is not None}
    rows = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {id_: name for id_, name in rows}


def find_account(session: Session, text: str) -> Person | None:
    """The active person named by an e-mail, a mobile number, or a company code and employee number.

    The short code of a company that was merged into another still opens the way in.
    """
    given = read_identifier(text)
    wanted = sa.select(Person).where(Person.active)
    if given.email:
        return session.scalar(wanted.where(Person.email == given.email))
    if given.mobile:
        return session.scalar(wanted.where(Person.mobile == given.mobile))
    if not given.company_code:
        return None
    alias = aliased(Company)
    return session.scalar(
        wanted.join(Employment, Employment.person_id == Person.id)
        .join(Company, Company.id == Employment.company_id)
        .where(
            sa.or_(
                sa.func.upper(Company.short_code) == given.company_code,
                Company.id.in_(
                    sa.select(alias.merged_into_id).where(
                        alias.merged_into_id.is_not(None),
                        sa.func.upper(alias.short_code) == given.company_code,
                    )
                ),
            ),
            Employment.employee_number == given.employee_number,
            Employment.ended_on.is_(None),
        )
    )


def sign_ins_of(session: Session, person_id: int, limit: int = 20) -> Sequence[SignIn]:
    """The devices on which the person is signed in, last seen first."""
    return session.scalars(
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
        .limit(limit)
    ).all()


def sign_in_of(session: Session, person_id: int, sign_in_id: int) -> SignIn:
    """One of the person's own sign-ins; NotFound if it is another's."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


def grants_of(session: Session, person_id: int, now: datetime) -> Sequence[Grant]:
    """The live grants of a person, in the order given."""
    wanted = sa.select(Grant).where(Grant.person_id == person_id, is_live(now)).order_by(Grant.id)
    return session.scalars(wanted).all()


def live_grant(
    session: Session, *, person_id: int, role: Role, scope_kind: ScopeKind, scope_id: int, now: datetime
) -> Grant | None:
    """The person's live grant of exactly this role in exactly this scope."""
    return session.scalar(
        sa.select(Grant).where(
            Grant.person_id == person_id,
            Grant.role == role,
            Grant.scope_kind == scope_kind,
            Grant.scope_id == scope_id,
            is_live(now),
        )
    )


def holders(
    session: Session, *, role: Role, scope_kind: ScopeKind, scope_id: int, now: datetime
) -> Sequence[Person]:
    """The active people who hold a role in exactly this scope, by name."""
    held = sa.select(Grant.person_id).where(
        Grant.role == role, Grant.scope_kind == scope_kind, Grant.scope_id == scope_id, is_live(now)
    )
    wanted = sa.select(Person).where(Person.active, Person.id.in_(held)).order_by(Person.name, Person.id)
    return session.scalars(wanted).all()


def holders_of_roles(
    session: Session, *, roles: Iterable[Role], scopes: Iterable[tuple[ScopeKind, int]], now: datetime
) -> Sequence[Person]:
    """The active people who hold any of the roles in any of these scopes, by name."""
    places = [sa.and_(Grant.scope_kind == kind, Grant.scope_id == id_) for kind, id_ in scopes]
    held = sa.select(Grant.person_id).where(Grant.role.in_(list(roles)), sa.or_(*places), is_live(now))
    wanted = sa.select(Person).where(Person.active, Person.id.in_(held)).order_by(Person.name, Person.id)
    return session.scalars(wanted).all()


def employment_at(session: Session, person_id: int, company_id: int) -> Employment | None:
    """The person's present employment at a company."""
    return session.scalar(
        sa.select(Employment).where(
            Employment.person_id == person_id,
            Employment.company_id == company_id,
            Employment.ended_on.is_(None),
        )
    )


def people_of_company(
    session: Session, company_id: int, *, text: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[Employment]:
    """A page of the people who work at a company, with each person's grants."""
    wanted = (
        sa.select(Employment)
        .join(Employment.person)
        .where(Employment.company_id == company_id, Employment.ended_on.is_(None))
        .options(joinedload(Employment.person).selectinload(Person.grants))
        .order_by(Person.name, Person.id)
    )
    if text:
        wanted = wanted.where(
            sa.or_(Person.name.contains(text, autoescape=True), Employment.employee_number == text)
        )
    return page_of(session, wanted, number=number, size=size)


def everybody(session: Session, *, text: str = "", number: int = 1, size: int = PAGE_SIZE) -> Page[Person]:
    """A page of all people with their grants and companies, for the administrator."""
    wanted = (
        sa.select(Person)
        .options(selectinload(Person.grants), selectinload(Person.employments).joinedload(Employment.company))
        .order_by(Person.name, Person.id)
    )
    if text:
        like = (Person.name, Person.email, Person.mobile)
        wanted = wanted.where(sa.or_(*(column.contains(text, autoescape=True) for column in like)))
    return page_of(session, wanted, number=number, size=size)


def keys_still_open(session: Session, keys: Iterable[str], now: datetime) -> set[str]:
    """Those of the keys that still open an invitation or a password's renewal: two statements."""
    hashes = {token_hash(key): key for key in keys}
    invited = sa.select(Invitation.key_hash).where(
        Invitation.key_hash.in_(hashes), Invitation.accepted_at.is_(None), Invitation.expires_at > now
    )
    mailed = sa.select(OneTimeCode.code_hash).where(
        OneTimeCode.code_hash.in_(hashes),
        OneTimeCode.purpose == "mail_reset",
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )
    return {hashes[found] for wanted in (invited, mailed) for found in session.scalars(wanted)}


def open_invitation(session: Session, key: str, now: datetime) -> Invitation:
    """The invitation behind a link, unless it was used or has run out: NotFound."""
    found = session.scalar(
        sa.select(Invitation)
        .where(
            Invitation.key_hash == token_hash(key),
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now,
        )
        .options(joinedload(Invitation.person))
    )
    if found is None or not found.person.active:
        raise NotFound
    return found


def open_codes(session: Session, person_id: int, now: datetime) -> Sequence[OneTimeCode]:
    """The unused codes of a person that have not run out, newest first."""
    wanted = sa.select(OneTimeCode).where(
        OneTimeCode.person_id == person_id, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now
    )
    return session.scalars(wanted.order_by(OneTimeCode.id.desc())).all()


def open_reset(session: Session, key: str, now: datetime) -> OneTimeCode:
    """The reset behind a mailed link, unless it was used or has run out: NotFound."""
    found = session.scalar(
        sa.select(OneTimeCode)
        .where(
            OneTimeCode.code_hash == token_hash(key),
            OneTimeCode.purpose == "mail_reset",
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .options(joinedload(OneTimeCode.person))
    )
    if found is None or not found.person.active:
        raise NotFound
    return found


def draft_of(session: Session, *, person_id: int, form: str, subject: str) -> Draft | None:
    """What the person has typed into this form and not yet sent."""
    return session.scalar(
        sa.select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.subject == subject)
    )


def stand_ins_of(session: Session, company_id: int, *, person_id: int | None = None) -> Sequence[StandIn]:
    """The stand-ins of a company, newest first; of one person only (on either side) if asked."""
    wanted = (
        sa.select(StandIn)
        .where(StandIn.scope_kind == ScopeKind.COMPANY, StandIn.scope_id == company_id)
        .options(joinedload(StandIn.person), joinedload(StandIn.stand_in))
        .order_by(StandIn.since.desc(), StandIn.id.desc())
    )
    if person_id is not None:
        wanted = wanted.where(sa.or_(StandIn.person_id == person_id, StandIn.stand_in_id == person_id))
    return session.scalars(wanted).all()


def colleagues(session: Session, company_id: int) -> Sequence[Person]:
    """The active people with an account who work at a company, by name."""
    return session.scalars(
        sa.select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .where(
            Employment.company_id == company_id,
            Employment.ended_on.is_(None),
            Person.active,
            Person.password_hash.is_not(None),
        )
        .order_by(Person.name, Person.id)
    ).all()


def awaits_consent(session: Session, person_id: int) -> bool:
    """True if the newest notice on personal data was not agreed to: one statement on later rooms' tables."""
    notices = sa.table("editions", sa.column("id"), sa.column("kind"), sa.column("published_at"))
    given = sa.table("consents", *map(sa.column, ("person_id", "edition_id", "withdrawn_at"))).c
    newest = (
        sa.select(notices.c.id)
        .where(notices.c.kind == "consent")
        .order_by(notices.c.published_at.desc(), notices.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    agreed = sa.exists().where(
        given.person_id == person_id, given.edition_id == newest, given.withdrawn_at.is_(None)
    )
    return bool(session.scalar(sa.select(sa.and_(newest.is_not(None), ~agreed))))


def looks_at(session: Session, person_id: int, limit: int = 10) -> Sequence[Event]:
    """When administrators read the pages as this person, newest first: the events, who and why."""
    return session.scalars(
        sa.select(Event)
        .where(
            Event.subject_kind == Person.__tablename__,
            Event.subject_id == person_id,
            Event.verb == "people.begin_seeing",
        )
        .order_by(Event.id.desc())
        .limit(limit)
    ).all()
