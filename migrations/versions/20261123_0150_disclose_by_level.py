"""Let a company choose what public pages name of it: its work, its name only, or nothing."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0150"
down_revision = "20261122_2215"
branch_labels = None
depends_on = None

COMPANIES = sa.table("companies", sa.column("is_public", sa.Boolean), sa.column("disclosure", sa.String))


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "companies",
        sa.Column("disclosure", sa.String(32), nullable=False, server_default="work"),
    )
    op.execute(COMPANIES.update().where(sa.not_(COMPANIES.c.is_public)).values(disclosure="nothing"))
    op.drop_column("companies", "is_public")


def downgrade() -> None:
    """Take back; a company that is named without its work is not named at all."""
    op.add_column("companies", sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(COMPANIES.update().where(COMPANIES.c.disclosure != "work").values(is_public=False))
    op.drop_column("companies", "disclosure")
