"""Keep the register of judges, groups of companies, terms of assignment and plans of panels."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1170"
down_revision = "20261122_1168"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "judge_profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_region_id", sa.Integer(), nullable=True),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("workload_limit", sa.Integer(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("qualification", sa.String(length=32), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["home_region_id"], ["regions.id"], name=op.f("fk_judge_profiles_home_region_id_regions")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_judge_profiles_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_profiles")),
        sa.UniqueConstraint("person_id", name=op.f("uq_judge_profiles_person_id")),
    )
    op.create_index("ix_judge_profiles_home_region_id", "judge_profiles", ["home_region_id"])
    op.create_table(
        "judge_ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_judge_ties_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_judge_ties_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_ties")),
    )
    op.create_index("ix_judge_ties_company_id", "judge_ties", ["company_id"])
    op.create_index("ix_judge_ties_person_id", "judge_ties", ["person_id"])
    op.create_table(
        "panel_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("anchors", sa.JSON(), nullable=False),
        sa.Column("other_city", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_panel_terms_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_terms")),
        sa.UniqueConstraint("round_id", name=op.f("uq_panel_terms_round_id")),
    )
    op.create_table(
        "panel_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("costs_edition_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["costs_edition_id"], ["editions.id"], name=op.f("fk_panel_plans_costs_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_panel_plans_made_by_id_people")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_panel_plans_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_plans")),
    )
    op.create_index("ix_panel_plans_round_stage", "panel_plans", ["round_id", "stage"])
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_name", sa.String(length=120), server_default="", nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_column("group_name")
    op.drop_table("panel_plans")
    op.drop_table("panel_terms")
    op.drop_table("judge_ties")
    op.drop_table("judge_profiles")
