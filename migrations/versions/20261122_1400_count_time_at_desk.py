"""Count how long a judge works on a sheet."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1400"
down_revision = "20261122_1170"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("score_sheets") as batch_op:
        batch_op.add_column(sa.Column("spent_seconds", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("score_sheets") as batch_op:
        batch_op.drop_column("spent_seconds")
