"""Say how an effect without money was shown, and by which record."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1130"
down_revision = "20261122_1120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("intangible_effects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(length=32), server_default="observed", nullable=False))
        batch_op.add_column(sa.Column("evidence_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sheet_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_intangible_effects_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intangible_effects_sheet_id"), ["sheet_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_intangible_effects_evidence_id_evidence"), "evidence", ["evidence_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_intangible_effects_sheet_id_tool_sheets"), "tool_sheets", ["sheet_id"], ["id"]
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("intangible_effects", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_intangible_effects_sheet_id_tool_sheets"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_intangible_effects_evidence_id_evidence"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_intangible_effects_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_intangible_effects_evidence_id"))
        batch_op.drop_column("sheet_id")
        batch_op.drop_column("evidence_id")
        batch_op.drop_column("way")
