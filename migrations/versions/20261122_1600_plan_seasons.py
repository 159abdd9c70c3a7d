"""Keep what a region plans to save in a season."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1600"
down_revision = "20261122_1550"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "season_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_season_plans_region_id_regions")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_season_plans_set_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_plans")),
        sa.UniqueConstraint(
            "region_id",
            "season",
            "metric",
            "currency",
            name=op.f("uq_season_plans_region_id_season_metric_currency"),
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("season_plans")
