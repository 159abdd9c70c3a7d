"""Tie rows of money to bills, prices and contracts, say whether tax is included, and freeze living savings."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1140"
down_revision = "20261122_1130"
branch_labels = None
depends_on = None

TIES = (
    ("bill_id", "bills"),
    ("money_row_id", "money_rows"),
    ("price_id", "unit_prices"),
    ("saving_id", "savings"),
    ("tied_by_id", "people"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "money_proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("money_row_id", sa.Integer(), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("price_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=True),
        sa.Column("tied_by_id", sa.Integer(), nullable=True),
        sa.Column("tied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("untied_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_money_proofs_{column}_{table}"))
            for column, table in TIES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_proofs")),
    )
    with op.batch_alter_table("money_proofs", schema=None) as batch_op:
        for column, _table in TIES:
            batch_op.create_index(batch_op.f(f"ix_money_proofs_{column}"), [column], unique=False)
    with op.batch_alter_table("bills", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dated_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("tax_included", sa.Boolean(), nullable=True))
    with op.batch_alter_table("unit_prices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tax_included", sa.Boolean(), nullable=True))
    with op.batch_alter_table("living_rows", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("public_amount", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        )
    op.execute(sa.text("UPDATE living_rows SET public_amount = amount"))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("living_rows", schema=None) as batch_op:
        batch_op.drop_column("public_amount")
    with op.batch_alter_table("unit_prices", schema=None) as batch_op:
        batch_op.drop_column("tax_included")
    with op.batch_alter_table("bills", schema=None) as batch_op:
        batch_op.drop_column("tax_included")
        batch_op.drop_column("dated_on")
    with op.batch_alter_table("money_proofs", schema=None) as batch_op:
        for column, _table in TIES:
            batch_op.drop_index(batch_op.f(f"ix_money_proofs_{column}"))
    op.drop_table("money_proofs")
