"""Projects, their indicators and plan, the steps of their method, records and evidence."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.circles.models import Circle
from cp_circles.db.base import MONEY, QUANTITY, Base, Exact
from cp_circles.db.triples import searched_by
from cp_circles.organisations.models import Company, Industry
from cp_circles.people.models import Person


class ProjectState(enum.Enum):
    """The life of a project (decisions 23)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REGISTERED = "registered"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    ARCHIVED = "archived"
    STOPPED = "stopped"


@searched_by(2, "title", "number")
class Project(Base):
    """One piece of work of a circle, bound to the edition of its method at registration.

    Imported projects (`import_key`) come from an outside file and have no circle of ours.
    """

    __tablename__ = "projects"
    __table_args__ = (sa.Index("ix_projects_company_state", "company_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(sa.String(48), unique=True)
    circle_id: Mapped[int | None] = mapped_column(sa.ForeignKey("circles.id"), index=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    focus_area: Mapped[str] = mapped_column(sa.String(40))
    domain: Mapped[str] = mapped_column(sa.String(40))
    method_edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editions.id"))
    factors_edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editions.id"))
    industry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("industries.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.String(40), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    investment_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    state: Mapped[ProjectState] = mapped_column(default=ProjectState.DRAFT)
    state_reason: Mapped[str] = mapped_column(sa.Text, default="")
    loop: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    grew_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    import_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    import_facts: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)

    circle: Mapped[Circle | None] = relationship()
    company: Mapped[Company] = relationship()
    industry: Mapped[Industry | None] = relationship()
    indicators: Mapped[list["Indicator"]] = relationship(back_populates="project", order_by="Indicator.id")
    plan_items: Mapped[list["PlanItem"]] = relationship(order_by="PlanItem.starts_on")
    steps: Mapped[list["ProjectStep"]] = relationship(
        back_populates="project", order_by="ProjectStep.position"
    )


class CarryOver(Base):
    """Why an unfinished project goes on in a new year, as its circle explains it to the department."""

    __tablename__ = "project_carry_overs"
    __table_args__ = (sa.UniqueConstraint("project_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    year: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class Indicator(Base):
    """What a project wants to change: from a baseline to a target by a date."""

    __tablename__ = "indicators"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    unit: Mapped[str] = mapped_column(sa.String(30))
    lower_is_better: Mapped[bool] = mapped_column(default=True)
    baseline: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    target: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    actual: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    due_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(sa.Text, default="")

    project: Mapped[Project] = relationship(back_populates="indicators")


class PlanItem(Base):
    """One bar of the plan: a step or phase, from when to when, and whose it is."""

    __tablename__ = "plan_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    step_key: Mapped[str] = mapped_column(sa.String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    owner: Mapped[str] = mapped_column(sa.String(80), default="")


class StepState(enum.Enum):
    """Where one step of a project stands."""

    LOCKED = "locked"
    OPEN = "open"
    COMPLETED = "completed"
    SIGNED_OFF = "signed_off"
    NOT_APPLICABLE = "not_applicable"


class ProjectStep(Base):
    """One step of a project's method; `loop` counts how often the project came back to it."""

    __tablename__ = "project_steps"
    __table_args__ = (sa.UniqueConstraint("project_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    key: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int]
    state: Mapped[StepState] = mapped_column(default=StepState.LOCKED)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    completed_at: Mapped[datetime | None]
    completed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    signed_off_at: Mapped[datetime | None]
    signed_off_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    project: Mapped[Project] = relationship(back_populates="steps")


class StepRecord(Base):
    """One row of a typed record of a step; a change writes a new version and supersedes the old.

    `position` is the row's place in its table and stays with all its versions.
    """

    __tablename__ = "step_records"
    __table_args__ = (sa.Index("ix_step_records_step", "project_id", "step_key", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    step_key: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int] = mapped_column(default=0)
    loop: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("step_records.id"))


class Evidence(Base):
    """A file that proves something at one step; it keeps all its versions."""

    __tablename__ = "evidence"
    __table_args__ = (sa.Index("ix_evidence_step", "project_id", "step_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    step_key: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")

    versions: Mapped[list["EvidenceVersion"]] = relationship(
        back_populates="evidence", order_by="EvidenceVersion.number"
    )

    @property
    def latest(self) -> "EvidenceVersion":
        """The version that counts."""
        return self.versions[-1]


class EvidenceVersion(Base):
    """One content of a piece of evidence, by hash, with the date from which it holds."""

    __tablename__ = "evidence_versions"
    __table_args__ = (sa.UniqueConstraint("evidence_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"), index=True)
    filename: Mapped[str] = mapped_column(sa.String(160))
    effective_on: Mapped[date]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    uploaded_at: Mapped[datetime]

    evidence: Mapped[Evidence] = relationship(back_populates="versions")
    uploaded_by: Mapped[Person | None] = relationship()
