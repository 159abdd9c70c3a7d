"""Keep how large companies and circles were at a freeze, and when a result was withdrawn or revoked."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_2200"
down_revision = "20261122_2010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "held_companies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("region_path", sa.String(80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("headcount", sa.Integer()),
        sa.Column("output_yuan", sa.BigInteger()),
        sa.Column("circles", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["freeze_id"], ["board_freezes.id"], name="fk_held_companies_freeze_id_board_freezes"
        ),
        sa.UniqueConstraint("company_id", "freeze_id", name="uq_held_companies_company_id_freeze_id"),
    )
    op.create_index("ix_held_companies_freeze_id", "held_companies", ["freeze_id"])
    op.create_table(
        "held_circles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["freeze_id"], ["board_freezes.id"], name="fk_held_circles_freeze_id_board_freezes"
        ),
        sa.UniqueConstraint("circle_id", "freeze_id", name="uq_held_circles_circle_id_freeze_id"),
    )
    op.create_index("ix_held_circles_freeze_id", "held_circles", ["freeze_id"])
    with op.batch_alter_table("results") as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("results") as batch_op:
        batch_op.drop_column("ended_at")
    op.drop_table("held_circles")
    op.drop_table("held_companies")
