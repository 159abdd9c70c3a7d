"""Keep findings of readings, and how a company's files of readings are laid out."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1026"
down_revision = "20261122_1024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reading_layouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("headings_hash", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_reading_layouts_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["people.id"], name=op.f("fk_reading_layouts_kept_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_layouts")),
        sa.UniqueConstraint(
            "company_id", "headings_hash", name=op.f("uq_reading_layouts_company_id_headings_hash")
        ),
    )
    op.create_table(
        "reading_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolution", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meter_id"], ["meters.id"], name=op.f("fk_reading_findings_meter_id_meters")
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["readings.id"], name=op.f("fk_reading_findings_reading_id_readings")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["people.id"], name=op.f("fk_reading_findings_resolved_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_findings")),
        sa.UniqueConstraint("reading_id", "kind", name=op.f("uq_reading_findings_reading_id_kind")),
    )
    with op.batch_alter_table("reading_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_findings_meter_id"), ["meter_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("reading_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_findings_meter_id"))

    op.drop_table("reading_findings")
    op.drop_table("reading_layouts")
