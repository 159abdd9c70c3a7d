"""Keep when a running counter was replaced or reset, and where the counter of that time turned over."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1105"
down_revision = "20261122_1100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("full_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.drop_column("full_at")
        batch_op.drop_column("changed_at")
