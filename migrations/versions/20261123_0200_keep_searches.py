"""Keep the triples of characters that a search asks before it reads names; the upgrade fills them."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0200"
down_revision = "20261123_0150"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "search_triples",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("triple", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "triple", "row_id", name=op.f("pk_search_triples")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("search_triples")
