"""Let the circle withdraw and correct effects without money."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1430"
down_revision = "20261122_1420"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("intangible_effects") as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdraw_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_intangible_effects_corrects_id"), ["corrects_id"])
        batch_op.create_index(batch_op.f("ix_intangible_effects_withdrawn_by_id"), ["withdrawn_by_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_intangible_effects_corrects_id_intangible_effects"),
            "intangible_effects",
            ["corrects_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_intangible_effects_withdrawn_by_id_people"), "people", ["withdrawn_by_id"], ["id"]
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("intangible_effects") as batch_op:
        batch_op.drop_constraint("fk_intangible_effects_withdrawn_by_id_people", type_="foreignkey")
        batch_op.drop_constraint("fk_intangible_effects_corrects_id_intangible_effects", type_="foreignkey")
        batch_op.drop_index("ix_intangible_effects_withdrawn_by_id")
        batch_op.drop_index("ix_intangible_effects_corrects_id")
        for name in ("withdraw_reason", "withdrawn_at", "withdrawn_by_id", "corrects_id"):
            batch_op.drop_column(name)
