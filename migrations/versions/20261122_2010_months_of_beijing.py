"""Empty what boards keep ready, for months now run as in Beijing: the upgrade fills it again from the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_2010"
down_revision = "20261122_1850"
branch_labels = None
depends_on = None

KEPT = ("board_months", "board_counts", "board_totals", "board_keys")


def upgrade() -> None:
    """Apply."""
    _empty()


def downgrade() -> None:
    """Take back: months of UTC are filled in by the first act that counts."""
    _empty()


def _empty() -> None:
    for name in KEPT:
        op.execute(sa.delete(sa.table(name)))
