"""Keep the industrial parks that companies belong to."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1520"
down_revision = "20261122_1512"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "parks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_parks_region_id_regions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parks")),
        sa.UniqueConstraint("region_id", "name", name=op.f("uq_parks_region_id_name")),
    )
    with op.batch_alter_table("companies") as batch_op:
        batch_op.add_column(sa.Column("park_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_companies_park_id"), ["park_id"])
        batch_op.create_foreign_key(batch_op.f("fk_companies_park_id_parks"), "parks", ["park_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("companies") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_companies_park_id_parks"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_companies_park_id"))
        batch_op.drop_column("park_id")
    op.drop_table("parks")
