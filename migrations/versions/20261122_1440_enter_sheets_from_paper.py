"""Keep who entered a score sheet from paper, its scan, and that the judge agreed."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1440"
down_revision = "20261122_1430"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("score_sheets") as batch_op:
        batch_op.add_column(sa.Column("entered_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("scan_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("scan_name", sa.String(length=160), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_score_sheets_entered_by_id_people"), "people", ["entered_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_score_sheets_scan_sha256_blobs"), "blobs", ["scan_sha256"], ["sha256"]
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("score_sheets") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_score_sheets_scan_sha256_blobs"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_score_sheets_entered_by_id_people"), type_="foreignkey")
        batch_op.drop_column("agreed_at")
        batch_op.drop_column("scan_name")
        batch_op.drop_column("scan_sha256")
        batch_op.drop_column("entered_by_id")
