"""Keep the written documents of results, and the Word templates of companies."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1045"
down_revision = "20261122_1040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "report_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("method_key", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("used_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_report_templates_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["people.id"], name=op.f("fk_report_templates_sent_by_id_people")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_report_templates_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_templates")),
    )
    op.create_index(op.f("ix_report_templates_company_id"), "report_templates", ["company_id"], unique=False)
    op.create_table(
        "result_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["results.id"], name=op.f("fk_result_documents_result_id_results")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_result_documents_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_documents")),
        sa.UniqueConstraint("key", name=op.f("uq_result_documents_key")),
    )
    op.create_index(op.f("ix_result_documents_result_id"), "result_documents", ["result_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_result_documents_result_id"), table_name="result_documents")
    op.drop_table("result_documents")
    op.drop_index(op.f("ix_report_templates_company_id"), table_name="report_templates")
    op.drop_table("report_templates")
