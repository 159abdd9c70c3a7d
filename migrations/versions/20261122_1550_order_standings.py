"""Keep the lines of standings in the order in which lists show them."""

from alembic import op

revision = "20261122_1550"
down_revision = "20261122_1540"
branch_labels = None
depends_on = None

NAME = "ix_standing_rows_order"


def upgrade() -> None:
    """Apply."""
    op.create_index(NAME, "standing_rows", ["standing_id", "track_key", "place", "id", "decision"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(NAME, table_name="standing_rows")
