"""Let a saving name its side effects, the dryness of its steam and the batches of its reporting period."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1150"
down_revision = "20261122_1140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("savings", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("steam_dryness", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("batch_cycles", sa.Integer(), nullable=True))
    op.create_table(
        "side_effects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("cost_yuan", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["saving_id"], ["savings.id"], name=op.f("fk_side_effects_saving_id_savings")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_side_effects_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name=op.f("fk_side_effects_added_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_side_effects")),
    )
    for name in ("saving_id", "evidence_id", "added_by_id"):
        op.create_index(op.f(f"ix_side_effects_{name}"), "side_effects", [name], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("side_effects")
    with op.batch_alter_table("savings", recreate="never") as batch_op:
        batch_op.drop_column("batch_cycles")
        batch_op.drop_column("steam_dryness")
