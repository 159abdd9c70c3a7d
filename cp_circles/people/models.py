"""People, where they work, what they may do, and how they sign in."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.organisations.models import Company

NAMELESS = "（已注销 erased）"
"""The name of a person row that was emptied, in both languages, since pages read names as they are."""


class Person(Base):
    """Someone who takes part; a member without an account has no password; an erased one no name."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    email: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    mobile: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    locale: Mapped[str] = mapped_column(sa.String(10), default="zh_Hans")
    salt: Mapped[str] = mapped_column(sa.String(64))
    active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    employments: Mapped[list["Employment"]] = relationship(back_populates="person", order_by="Employment.id")
    grants: Mapped[list["Grant"]] = relationship(
        back_populates="person", foreign_keys="Grant.person_id", order_by="Grant.id"
    )


class Employment(Base):
    """A person works, or worked, at a company; kept after leaving, because it is a ground for recusal."""

    __tablename__ = "employments"
    __table_args__ = (sa.UniqueConstraint("company_id", "employee_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"), index=True)
    employee_number: Mapped[str | None] = mapped_column(sa.String(40))
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="employments")
    company: Mapped[Company] = relationship()


class Role(enum.Enum):
    """What a grant lets a person do within its scope."""

    MEMBER = "member"
    LEADER = "leader"
    FACILITATOR = "facilitator"
    DEPARTMENT = "department"
    PROCESS_OWNER = "process_owner"
    METERING = "metering"
    FINANCE = "finance"
    THIRD_PARTY = "third_party"
    JUDGE = "judge"
    OFFICIAL = "official"
    ADMINISTRATOR = "administrator"


class ScopeKind(enum.Enum):
    """What a grant is tied to."""

    PLATFORM = "platform"
    REGION = "region"
    COMPANY = "company"
    DEPARTMENT = "department"
    CIRCLE = "circle"
    ROUND = "round"
    SAVING = "saving"


class Grant(Base):
    """One role of one person in one scope, for a time; `scope_id` is 0 for the platform.

    `region_path` is kept for region grants, so that descendants are covered without a query.
    """

    __tablename__ = "grants"
    __table_args__ = (
        sa.Index("ix_grants_scope", "scope_kind", "scope_id", "role"),
        sa.Index("ix_grants_person_until", "person_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    role: Mapped[Role]
    scope_kind: Mapped[ScopeKind]
    scope_id: Mapped[int] = mapped_column(default=0)
    region_path: Mapped[str | None] = mapped_column(sa.String(80))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])


class SignIn(Base):
    """One signed-in device: the cookie carries the token, the row its hash; it can be revoked.

    `awaits_consent`: only what is one's own opens until the person agrees to the use of their data.
    `seeing_id`, `seeing_until`: an administrator reads as this person until then, and acts on nothing.
    """

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    password_confirmed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    awaits_consent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    seeing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    seeing_until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class SignInAttempt(Base):
    """One wrong try; written even when the request is refused."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        sa.Index("ix_sign_in_attempts_account_at", "account", "at"),
        sa.Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(45))
    at: Mapped[datetime]


class Invitation(Base):
    """An invitation to take up an account and a grant; its random key is the address."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class OneTimeCode(Base):
    """A code for a first sign-in or a reset: handed out by the department, or sent by mail."""

    __tablename__ = "one_time_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Draft(Base):
    """What a person has typed into a form and not yet sent."""

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("person_id", "form", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    form: Mapped[str] = mapped_column(sa.String(80))
    subject: Mapped[str] = mapped_column(sa.String(80))
    base_version: Mapped[int] = mapped_column(default=0)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    saved_at: Mapped[datetime]


class HeldForm(Base):
    """A form sent after the sign-in had expired, kept 24 hours for the same person."""

    __tablename__ = "held_forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(300))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    had_files: Mapped[bool] = mapped_column(default=False)
    held_at: Mapped[datetime]


class StandIn(Base):
    """Who signs for a verifier in one role of one company while they are away.

    It holds from `since` to `until` once the department has confirmed it, unless it was ended before.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (
        sa.Index("ix_stand_ins_stand_in_until", "stand_in_id", "until"),
        sa.Index("ix_stand_ins_person_until", "person_id", "until"),
        sa.Index("ix_stand_ins_scope", "scope_kind", "scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    stand_in_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    role: Mapped[Role]
    scope_kind: Mapped[ScopeKind]
    scope_id: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    named_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    named_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stand_in: Mapped[Person] = relationship(foreign_keys=[stand_in_id])
