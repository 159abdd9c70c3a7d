"""Results: the frozen, hashed package of a project, and its blind pages."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.people.models import Person
from cp_circles.projects.models import Project


class ResultState(enum.Enum):
    """The life of a result (decisions 23)."""

    DRAFT = "draft"
    FROZEN = "frozen"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Result(Base):
    """What is judged: report, figures, evidence list and verified savings, frozen and hashed.

    `blind_ready_at` is set once every page of the blind copy is drawn; until then it is being made by a job.
    `ended_at` is when it was withdrawn or revoked.
    """

    __tablename__ = "results"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    state: Mapped[ResultState] = mapped_column(default=ResultState.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    intangible: Mapped[str] = mapped_column(sa.Text, default="")
    package: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    blind_package: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    blind_ready_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    frozen_at: Mapped[datetime | None]
    frozen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    state_reason: Mapped[str] = mapped_column(sa.Text, default="")
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    project: Mapped[Project] = relationship()
    frozen_by: Mapped[Person | None] = relationship()
    blind_pages: Mapped[list["BlindPage"]] = relationship(
        back_populates="result", order_by="BlindPage.position"
    )


class BlindPage(Base):
    """One re-encoded page image of the evidence, with painted boxes; shown only once confirmed.

    `boxes` are [x, y, width, height] in thousandths of the page; `shown_sha256` is the painted image.
    """

    __tablename__ = "blind_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("results.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(80))
    source_sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"))
    page_number: Mapped[int]
    boxes: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    shown_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    result: Mapped[Result] = relationship(back_populates="blind_pages")


class ReportTemplate(Base):
    """A company's own Word template for the reports of one method; in use from `used_from` to `ended_at`."""

    __tablename__ = "report_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    method_key: Mapped[str] = mapped_column(sa.String(40))
    filename: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"))
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    used_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ResultDocument(Base):
    """A Word or PDF file that was written once for one package, language and template; `key` tells them."""

    __tablename__ = "result_documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("results.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    locale: Mapped[str] = mapped_column(sa.String(8))
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"))
    made_at: Mapped[datetime]
