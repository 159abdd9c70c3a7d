"""Let a salted mark stand for the actor in what a chain of events hashes."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1165"
down_revision = "20261122_1160"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("actor_mark", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_column("actor_mark")
