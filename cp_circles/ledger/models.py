"""The ledger of what counts, and the roll-ups that every board reads."""

import enum
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import MONEY, QUANTITY, SHARE, Base, Exact


class Basis(enum.Enum):
    """Whether an amount was verified, or only claimed; the two are never added up."""

    VERIFIED = "verified"
    CLAIMED = "claimed"


class LedgerRow(Base):
    """One company's amount of one saving in one metric, with everything a board may group or filter by.

    `amount` is in the metric's base unit; `season` is the year of the reporting period's last day.
    `public_amount` is what the public roll-ups hold of it, behind `amount` only while a freeze covers it.
    """

    __tablename__ = "ledger_rows"
    __table_args__ = (
        sa.UniqueConstraint("saving_id", "metric", "basis", "company_id"),
        sa.Index("ix_ledger_rows_project_metric", "project_id", "metric", "basis"),
        sa.Index("ix_ledger_rows_board", "basis", "metric", "currency", "season", "region_path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int]
    project_id: Mapped[int]
    circle_id: Mapped[int | None] = mapped_column(index=True)
    company_id: Mapped[int] = mapped_column(index=True)
    region_path: Mapped[str] = mapped_column(sa.String(80))
    industry_id: Mapped[int | None] = mapped_column(index=True)
    season: Mapped[int]
    metric: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    basis: Mapped[Basis]
    domain: Mapped[str] = mapped_column(sa.String(40))
    focus_area: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    public_amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY), default=Decimal(0))
    counted_at: Mapped[datetime]


class Rollup(Base):
    """The total of one scope (a region, company, circle, project or industry) in one metric and season.

    Kept in the transaction that counts or uncounts a saving; split by domain and focus area, so that a
    filtered board adds up few rows. `variant` is `restricted` (always fresh) or `public` (may be frozen).
    `parent_id` is the scope one level up in the region tree (for a company: its region). A joint circle has a
    row under each of its companies, and a company that has moved one under each region where it counted.
    """

    __tablename__ = "rollups"
    __table_args__ = (
        sa.UniqueConstraint(
            "variant",
            "scope_kind",
            "scope_id",
            "parent_id",
            "season",
            "metric",
            "currency",
            "basis",
            "domain",
            "focus_area",
            name="uq_rollups_key",
        ),
        sa.Index(
            "ix_rollups_board", "variant", "basis", "metric", "currency", "season", "scope_kind", "parent_id"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant: Mapped[str] = mapped_column(sa.String(12))
    scope_kind: Mapped[str] = mapped_column(sa.String(12))
    scope_id: Mapped[int]
    parent_id: Mapped[int] = mapped_column(default=0)
    season: Mapped[int]
    metric: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    basis: Mapped[Basis]
    domain: Mapped[str] = mapped_column(sa.String(40))
    focus_area: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))


class BoardFreeze(Base):
    """While it stands, the public copy of a region's boards does not move."""

    __tablename__ = "board_freezes"

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("regions.id"), index=True)
    region_path: Mapped[str] = mapped_column(sa.String(80))
    season: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None]


class HeldCompany(Base):
    """How large a company was when a freeze began: what public boards show of it while the freeze stands."""

    __tablename__ = "held_companies"
    __table_args__ = (sa.UniqueConstraint("company_id", "freeze_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    freeze_id: Mapped[int] = mapped_column(sa.ForeignKey("board_freezes.id"), index=True)
    company_id: Mapped[int]
    region_path: Mapped[str] = mapped_column(sa.String(80))
    active: Mapped[bool]
    headcount: Mapped[int | None]
    output_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    circles: Mapped[int]
    people: Mapped[int]


class HeldCircle(Base):
    """How many were in a circle when a freeze began: what public boards show while the freeze stands."""

    __tablename__ = "held_circles"
    __table_args__ = (sa.UniqueConstraint("circle_id", "freeze_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    freeze_id: Mapped[int] = mapped_column(sa.ForeignKey("board_freezes.id"), index=True)
    circle_id: Mapped[int]
    members: Mapped[int]


class LivingRow(Base):
    """What still works of a verified saving in a later season, in one metric; the season of its own stays.

    `share` is the part that the last follow-up of that season found working, already applied to `amount`.
    `public_amount` is what public boards show of it, behind `amount` only while a freeze covers it.
    """

    __tablename__ = "living_rows"
    __table_args__ = (
        sa.UniqueConstraint("saving_id", "season", "metric", "company_id"),
        sa.Index("ix_living_rows_board", "metric", "currency", "season", "region_path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int]
    project_id: Mapped[int] = mapped_column(index=True)
    circle_id: Mapped[int | None] = mapped_column(index=True)
    company_id: Mapped[int] = mapped_column(index=True)
    region_path: Mapped[str] = mapped_column(sa.String(80))
    industry_id: Mapped[int | None] = mapped_column(index=True)
    season: Mapped[int]
    metric: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    domain: Mapped[str] = mapped_column(sa.String(40))
    focus_area: Mapped[str] = mapped_column(sa.String(40))
    share: Mapped[Decimal] = mapped_column(Exact(SHARE))
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    public_amount: Mapped[Decimal] = mapped_column(
        Exact(QUANTITY), default=Decimal(0), server_default=sa.text("0")
    )
    counted_at: Mapped[datetime]


class LivingTotal(Base):
    """The living savings of one scope in one metric and season, kept in the transaction that moves a row."""

    __tablename__ = "living_totals"
    __table_args__ = (
        sa.UniqueConstraint(
            "scope_kind", "scope_id", "parent_id", "season", "metric", "currency", name="uq_living_totals_key"
        ),
        sa.Index("ix_living_totals_board", "metric", "currency", "season", "scope_kind", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope_kind: Mapped[str] = mapped_column(sa.String(12))
    scope_id: Mapped[int]
    parent_id: Mapped[int] = mapped_column(default=0)
    season: Mapped[int]
    metric: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))


class BoardKey(Base):
    """One board that is kept ready: a variant, basis, metric, currency and season of one kind of entity.

    `kind` is `project`, `circle` or `company`; `month` for what came to count month by month, `waiting` for
    claims that wait by the month of the claim, `lowered` for what verification took off them, below zero.
    """

    __tablename__ = "board_keys"
    __table_args__ = (
        sa.UniqueConstraint(
            "kind", "variant", "basis", "metric", "currency", "season", name="uq_board_keys_key"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    variant: Mapped[str] = mapped_column(sa.String(12))
    basis: Mapped[Basis]
    metric: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    season: Mapped[int]


class BoardTotal(Base):
    """What one entity counts on a board, in every scope that has an id here; never zero.

    Regions stand by their depth in the tree: `top_id` is the nation's. An entity that counts in one place has
    one row; one that counts in several has a row for each set of scopes with the same amount, so that it
    stands once in each scope. `standing` is the amount with its sign turned: places ascend with it.
    """

    __tablename__ = "board_totals"
    __table_args__ = (
        sa.Index("ix_board_totals_entity", "board_id", "entity_id"),
        sa.Index("ix_board_totals_top", "board_id", "top_id", "standing", "entity_id"),
        sa.Index("ix_board_totals_second", "board_id", "second_id", "standing", "entity_id"),
        sa.Index("ix_board_totals_third", "board_id", "third_id", "standing", "entity_id"),
        sa.Index("ix_board_totals_fourth", "board_id", "fourth_id", "standing", "entity_id"),
        sa.Index("ix_board_totals_company", "board_id", "company_id", "standing", "entity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board_keys.id"))
    entity_id: Mapped[int]
    top_id: Mapped[int | None]
    second_id: Mapped[int | None]
    third_id: Mapped[int | None]
    fourth_id: Mapped[int | None]
    company_id: Mapped[int | None]
    standing: Mapped[Decimal] = mapped_column(Exact(QUANTITY))


class BoardCount(Base):
    """How many entities of a board lie in a bucket of amounts in a region of the two upper levels.

    A bucket holds the amounts with the same number of digits and the same first three digits.
    """

    __tablename__ = "board_counts"
    __table_args__ = {"sqlite_with_rowid": False}

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board_keys.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entities: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))


class BoardMonth(Base):
    """What came to count on a board in one month in a region; `month` is that of `ledger.months`."""

    __tablename__ = "board_months"
    __table_args__ = {"sqlite_with_rowid": False}

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board_keys.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))


class BoardDay(Base):
    """How many verified savings came to count on one day in an upper region, on a board of months.

    `day` is that of `ledger.months`.
    """

    __tablename__ = "board_days"
    __table_args__ = {"sqlite_with_rowid": False}

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board_keys.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    savings: Mapped[int]


class BoardIndustry(Base):
    """What rows of one industry, 0 for none, count in an upper region on a board of months."""

    __tablename__ = "board_industries"
    __table_args__ = {"sqlite_with_rowid": False}

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board_keys.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(primary_key=True)
    industry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projects: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Exact(QUANTITY))


class BoardStamp(Base):
    """One row whose value is another after every change that public boards can show (`ledger.stamps`)."""

    __tablename__ = "board_stamps"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(sa.BigInteger)
