"""Keep boards ready: totals by place, counts by bucket and months, filled by the first act that counts."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1450"
down_revision = "20261122_1440"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_board_totals_entity": ["board_id", "entity_id"],
    "ix_board_totals_top": ["board_id", "top_id", "standing", "entity_id"],
    "ix_board_totals_second": ["board_id", "second_id", "standing", "entity_id"],
    "ix_board_totals_third": ["board_id", "third_id", "standing", "entity_id"],
    "ix_board_totals_fourth": ["board_id", "fourth_id", "standing", "entity_id"],
    "ix_board_totals_company": ["board_id", "company_id", "standing", "entity_id"],
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "board_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("variant", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_keys")),
        sa.UniqueConstraint(
            "kind", "variant", "basis", "metric", "currency", "season", name="uq_board_keys_key"
        ),
    )
    op.create_table(
        "board_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("top_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("third_id", sa.Integer(), nullable=True),
        sa.Column("fourth_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board_keys.id"], name=op.f("fk_board_totals_board_id_board_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_totals")),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "board_totals", columns)
    _create_sums("board_counts", "bucket", sa.Column("entities", sa.Integer(), nullable=False))
    _create_sums("board_months", "month")


def _create_sums(table: str, by: str, *more: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column(by, sa.Integer(), autoincrement=False, nullable=False),
        *more,
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board_keys.id"], name=op.f(f"fk_{table}_board_id_board_keys")
        ),
        sa.PrimaryKeyConstraint("board_id", "region_id", by, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("board_months")
    op.drop_table("board_counts")
    for name in INDEXES:
        op.drop_index(name, table_name="board_totals")
    op.drop_table("board_totals")
    op.drop_table("board_keys")
