"""Keep claims that wait, days of the season and industries of the upper regions ready for boards.

What boards keep is emptied: the upgrade fills it again from the ledger.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_2215"
down_revision = "20261122_2200"
branch_labels = None
depends_on = None

KEPT = ("board_months", "board_counts", "board_totals", "board_keys")


def upgrade() -> None:
    """Apply."""
    _create("board_days", "day", sa.Column("savings", sa.Integer(), nullable=False))
    _create(
        "board_industries",
        "industry_id",
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
    )
    _empty()


def downgrade() -> None:
    """Take back."""
    op.drop_table("board_industries")
    op.drop_table("board_days")
    _empty()


def _create(name: str, column: str, *more: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column(column, sa.Integer(), autoincrement=False, nullable=False),
        *more,
        sa.ForeignKeyConstraint(["board_id"], ["board_keys.id"], name=op.f(f"fk_{name}_board_id_board_keys")),
        sa.PrimaryKeyConstraint("board_id", "region_id", column, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _empty() -> None:
    for kept in KEPT:
        op.execute(sa.delete(sa.table(kept)))
