"""Keep every version of a score sheet that was handed in and given back."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1850"
down_revision = "20261122_1600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("score_sheets") as batch_op:
        batch_op.add_column(sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("score_sheets") as batch_op:
        batch_op.drop_column("earlier")
