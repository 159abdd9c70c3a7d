"""Keep the partners of joint circles and merged companies, and let a saving count to several companies."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1120"
down_revision = "20261122_1105"
branch_labels = None
depends_on = None

ROLLUP = ("season", "metric", "currency", "basis", "domain", "focus_area")
LIVING = ("season", "metric", "currency")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_companies_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_companies_merged_into_id_companies"), "companies", ["merged_into_id"], ["id"]
        )
    op.create_table(
        "circle_partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_circle_partners_{column}_{table}")
            )
            for column, table in (
                ("answered_by_id", "people"),
                ("asked_by_id", "people"),
                ("circle_id", "circles"),
                ("company_id", "companies"),
                ("department_id", "departments"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_partners")),
    )
    with op.batch_alter_table("circle_partners", schema=None) as batch_op:
        for column in ("answered_by_id", "asked_by_id", "circle_id", "department_id"):
            batch_op.create_index(batch_op.f(f"ix_circle_partners_{column}"), [column], unique=False)
        batch_op.create_index("ix_circle_partners_company_state", ["company_id", "state"], unique=False)
    _rebuild_keys(more=True)


def downgrade() -> None:
    """Take back; only possible while no saving counts to several companies."""
    _rebuild_keys(more=False)
    op.drop_table("circle_partners")
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_companies_merged_into_id_companies"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_companies_merged_into_id"))
        batch_op.drop_column("merged_into_id")


def _rebuild_keys(*, more: bool) -> None:
    """The keys of what counts, with the company and the place above, or without."""
    company = ["company_id"] if more else []
    above = ["parent_id"] if more else []
    rows = (
        ("ledger_rows", ["saving_id", "metric", "basis"]),
        ("living_rows", ["saving_id", "season", "metric"]),
    )
    for table, columns in rows:
        short = f"uq_{table}_{'_'.join(columns)}"
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(short if more else f"{short}_company_id"), type_="unique")
            batch_op.create_unique_constraint(
                op.f(f"{short}_company_id" if more else short), [*columns, *company]
            )
    for table, tail, variant in (("rollups", ROLLUP, ["variant"]), ("living_totals", LIVING, [])):
        name = f"uq_{table}_key"
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(name), type_="unique")
            batch_op.create_unique_constraint(op.f(name), [*variant, "scope_kind", "scope_id", *above, *tail])
