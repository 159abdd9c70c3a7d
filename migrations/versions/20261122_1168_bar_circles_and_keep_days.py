"""Bar circles after a falsified result, and keep holidays that were entered."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1168"
down_revision = "20261122_1165"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "circle_bans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("until_year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_circle_bans_circle_id_circles")),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name=op.f("fk_circle_bans_result_id_results")),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_circle_bans_set_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_bans")),
        sa.UniqueConstraint("result_id", name=op.f("uq_circle_bans_result_id")),
    )
    op.create_index("ix_circle_bans_circle_id", "circle_bans", ["circle_id"])
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name=op.f("fk_calendar_days_added_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
        sa.UniqueConstraint("pack", "day", name=op.f("uq_calendar_days_pack_day")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("calendar_days")
    op.drop_index("ix_circle_bans_circle_id", table_name="circle_bans")
    op.drop_table("circle_bans")
