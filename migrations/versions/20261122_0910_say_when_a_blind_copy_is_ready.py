"""Say when a blind copy is ready, and drop a column of signatures that nothing ever read."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0910"
down_revision = "20261122_0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the copies of results frozen so far were made at their freeze."""
    with op.batch_alter_table("results", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("blind_ready_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE results SET blind_ready_at = frozen_at")
    with op.batch_alter_table("signatures", recreate="never") as batch_op:
        batch_op.drop_column("accepted")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("signatures", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("accepted", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("results", recreate="never") as batch_op:
        batch_op.drop_column("blind_ready_at")
