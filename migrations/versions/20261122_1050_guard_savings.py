"""Keep agreed shares of meters, decisions about overlaps, sources of media, follow-ups and living savings."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1050"
down_revision = "20261122_1045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "living_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("region_path", sa.String(length=80), nullable=False),
        sa.Column("industry_id", sa.Integer(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.Column("focus_area", sa.String(length=40), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_living_rows")),
        sa.UniqueConstraint(
            "saving_id", "season", "metric", name=op.f("uq_living_rows_saving_id_season_metric")
        ),
    )
    with op.batch_alter_table("living_rows", schema=None) as batch_op:
        batch_op.create_index(
            "ix_living_rows_board", ["metric", "currency", "season", "region_path"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_living_rows_circle_id"), ["circle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_living_rows_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_living_rows_industry_id"), ["industry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_living_rows_project_id"), ["project_id"], unique=False)

    op.create_table(
        "living_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope_kind", sa.String(length=12), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_living_totals")),
        sa.UniqueConstraint(
            "scope_kind", "scope_id", "season", "metric", "currency", name="uq_living_totals_key"
        ),
    )
    with op.batch_alter_table("living_totals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_living_totals_board",
            ["metric", "currency", "season", "scope_kind", "parent_id"],
            unique=False,
        )

    op.create_table(
        "overlap_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_overlap_decisions_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_overlap_decisions_decided_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap_decisions")),
        sa.UniqueConstraint("key", name=op.f("uq_overlap_decisions_key")),
    )
    with op.batch_alter_table("overlap_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_overlap_decisions_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_overlap_decisions_decided_by_id"), ["decided_by_id"], unique=False
        )

    op.create_table(
        "media_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_media_sources_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["meter_id"], ["meters.id"], name=op.f("fk_media_sources_meter_id_meters")),
        sa.ForeignKeyConstraint(["source_id"], ["meters.id"], name=op.f("fk_media_sources_source_id_meters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_sources")),
        sa.UniqueConstraint("meter_id", "source_id", name=op.f("uq_media_sources_meter_id_source_id")),
    )
    with op.batch_alter_table("media_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_sources_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_sources_source_id"), ["source_id"], unique=False)

    op.create_table(
        "splits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_splits_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["meter_id"], ["meters.id"], name=op.f("fk_splits_meter_id_meters")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["people.id"], name=op.f("fk_splits_proposed_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_splits")),
    )
    with op.batch_alter_table("splits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_splits_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_splits_meter_id"), ["meter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_splits_proposed_by_id"), ["proposed_by_id"], unique=False)

    op.create_table(
        "split_shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("split_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name=op.f("fk_split_shares_answered_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_split_shares_project_id_projects")
        ),
        sa.ForeignKeyConstraint(["split_id"], ["splits.id"], name=op.f("fk_split_shares_split_id_splits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split_shares")),
        sa.UniqueConstraint("split_id", "project_id", name=op.f("uq_split_shares_split_id_project_id")),
    )
    with op.batch_alter_table("split_shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_split_shares_answered_by_id"), ["answered_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_split_shares_project_id"), ["project_id"], unique=False)

    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=32), nullable=True),
        sa.Column("share", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("measured_share", sa.BigInteger(), nullable=True),
        sa.Column("workings", sa.JSON(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name=op.f("fk_follow_ups_answered_by_id_people")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_follow_ups_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_follow_ups_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["saving_id"], ["savings.id"], name=op.f("fk_follow_ups_saving_id_savings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("claim_id", "months", name=op.f("uq_follow_ups_claim_id_months")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_answered_by_id"), ["answered_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_saving_id"), ["saving_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_saving_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_company_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_answered_by_id"))

    op.drop_table("follow_ups")
    with op.batch_alter_table("split_shares", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_split_shares_project_id"))
        batch_op.drop_index(batch_op.f("ix_split_shares_answered_by_id"))

    op.drop_table("split_shares")
    with op.batch_alter_table("splits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_splits_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_splits_meter_id"))
        batch_op.drop_index(batch_op.f("ix_splits_company_id"))

    op.drop_table("splits")
    with op.batch_alter_table("media_sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_sources_source_id"))
        batch_op.drop_index(batch_op.f("ix_media_sources_company_id"))

    op.drop_table("media_sources")
    with op.batch_alter_table("overlap_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_overlap_decisions_decided_by_id"))
        batch_op.drop_index(batch_op.f("ix_overlap_decisions_company_id"))

    op.drop_table("overlap_decisions")
    with op.batch_alter_table("living_totals", schema=None) as batch_op:
        batch_op.drop_index("ix_living_totals_board")

    op.drop_table("living_totals")
    with op.batch_alter_table("living_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_living_rows_project_id"))
        batch_op.drop_index(batch_op.f("ix_living_rows_industry_id"))
        batch_op.drop_index(batch_op.f("ix_living_rows_company_id"))
        batch_op.drop_index(batch_op.f("ix_living_rows_circle_id"))
        batch_op.drop_index("ix_living_rows_board")

    op.drop_table("living_rows")
