"""Regions, industries, companies and their departments."""

import enum
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import MONEY, Base, Exact
from cp_circles.db.triples import searched_by


class RegionLevel(enum.Enum):
    """The levels of the region tree."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class Region(Base):
    """A nation, province, city or county; `path` is '/1/12/130/' of ids from the nation down to itself."""

    __tablename__ = "regions"
    __table_args__ = (sa.UniqueConstraint("pack", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(sa.String(20), default="china")
    code: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    level: Mapped[RegionLevel]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("regions.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(80), index=True)
    is_municipality: Mapped[bool] = mapped_column(default=False)
    is_direct_county: Mapped[bool] = mapped_column(default=False)

    parent: Mapped["Region | None"] = relationship(remote_side=[id])

    @property
    def path_ids(self) -> list[int]:
        """The ids from the nation down to this region."""
        return [int(part) for part in self.path.strip("/").split("/")]

    def label(self, locale: str) -> str:
        """The name in the reader's language; Chinese where no English name is kept."""
        return self.name_en if locale.startswith("en") and self.name_en else self.name


class Industry(Base):
    """A section (A..T) or division (two digits) of GB/T 4754."""

    __tablename__ = "industries"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    level: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("industries.id"), index=True)

    parent: Mapped["Industry | None"] = relationship(remote_side=[id])

    def label(self, locale: str) -> str:
        """The name in the reader's language."""
        return self.name_en if locale.startswith("en") and self.name_en else self.name


class Park(Base):
    """An industrial park; it is known by its name within the city (or municipality) that holds it."""

    __tablename__ = "parks"
    __table_args__ = (sa.UniqueConstraint("region_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("regions.id"))
    name: Mapped[str] = mapped_column(sa.String(80))

    region: Mapped[Region] = relationship()


class Disclosure(enum.Enum):
    """What public pages may name of a company; totals hold what it counts at every level."""

    WORK = "work"
    NAME = "name"
    NOTHING = "nothing"


@searched_by(3, "name", "name_en", "aliases", "short_code", "code")
class Company(Base):
    """A company: its code, place, industry, size and the thresholds of its cost classes.

    `group_name` is the group of companies it belongs to.
    `merged_into_id` is set on a doubled row that became an alias of another company.
    """

    __tablename__ = "companies"
    __table_args__ = (sa.UniqueConstraint("code_scheme", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_scheme: Mapped[str] = mapped_column(sa.String(10), default="USCC")
    code: Mapped[str] = mapped_column(sa.String(40))
    short_code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    aliases: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    group_name: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("regions.id"), index=True)
    industry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("industries.id"), index=True)
    park_id: Mapped[int | None] = mapped_column(sa.ForeignKey("parks.id"), index=True)
    headcount: Mapped[int | None]
    output_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    low_cost_max_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY), default=Decimal("100000"))
    mid_cost_max_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY), default=Decimal("500000"))
    members_min: Mapped[int] = mapped_column(default=3)
    members_max: Mapped[int] = mapped_column(default=10)
    disclosure: Mapped[Disclosure] = mapped_column(default=Disclosure.WORK, server_default="work")
    is_demo: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    region: Mapped[Region] = relationship()
    industry: Mapped[Industry | None] = relationship()
    park: Mapped[Park | None] = relationship()

    def label(self, locale: str) -> str:
        """The name in the reader's language."""
        return self.name_en if locale.startswith("en") and self.name_en else self.name

    @hybrid_property
    def is_named(self) -> bool:
        """True where public pages may name the company."""
        return self.disclosure != Disclosure.NOTHING

    @hybrid_property
    def shows_work(self) -> bool:
        """True where they may name its circles and projects as well."""
        return self.disclosure == Disclosure.WORK


class Department(Base):
    """A department or workshop of a company."""

    __tablename__ = "departments"
    __table_args__ = (sa.UniqueConstraint("company_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    active: Mapped[bool] = mapped_column(default=True)

    company: Mapped[Company] = relationship()
