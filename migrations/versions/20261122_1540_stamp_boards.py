"""Keep one number for all that public boards show, so that a page drawn before can be told from a stale one."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1540"
down_revision = "20261122_1520"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the row is written by the first change."""
    op.create_table(
        "board_stamps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_stamps")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("board_stamps")
