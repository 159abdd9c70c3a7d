"""Keep formal reviews, special awards, rewards, and the end of a ban."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1420"
down_revision = "20261122_1410"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "company_reward_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_reward_rules_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_company_reward_rules_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_company_reward_rules_set_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_reward_rules")),
    )
    with op.batch_alter_table("company_reward_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_reward_rules_company_id"), ["company_id"], unique=False)

    op.create_table(
        "award_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("award_key", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["people.id"], name=op.f("fk_award_choices_chosen_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_award_choices_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_award_choices_entry_id_entries")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_award_choices_person_id_people")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_award_choices_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_choices")),
    )
    with op.batch_alter_table("award_choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_choices_round_id"), ["round_id"], unique=False)

    op.create_table(
        "entry_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_reviews_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["people.id"], name=op.f("fk_entry_reviews_reviewed_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_reviews")),
    )
    with op.batch_alter_table("entry_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_reviews_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "reward_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("working", sa.JSON(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_reward_grants_award_id_awards")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_reward_grants_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_reward_grants_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["people.id"], name=op.f("fk_reward_grants_granted_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_grants")),
        sa.UniqueConstraint("award_id", name=op.f("uq_reward_grants_award_id")),
    )
    with op.batch_alter_table("reward_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_grants_company_id"), ["company_id"], unique=False)

    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("company_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.alter_column("entry_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_awards_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_awards_person_id"), ["person_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_awards_person_id_people"), "people", ["person_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_awards_company_id_companies"), "companies", ["company_id"], ["id"]
        )

    with op.batch_alter_table("circle_bans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lifted_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lift_reason", sa.Text(), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_circle_bans_lifted_by_id_people"), "people", ["lifted_by_id"], ["id"]
        )

    with op.batch_alter_table("panel_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wanted_anchors", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take back; special awards of companies and people have no place in the older table."""
    with op.batch_alter_table("panel_terms", schema=None) as batch_op:
        batch_op.drop_column("wanted_anchors")

    with op.batch_alter_table("circle_bans", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_circle_bans_lifted_by_id_people"), type_="foreignkey")
        batch_op.drop_column("lift_reason")
        batch_op.drop_column("lifted_by_id")
        batch_op.drop_column("lifted_at")

    op.execute("DELETE FROM awards WHERE entry_id IS NULL")
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_awards_company_id_companies"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_awards_person_id_people"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_awards_person_id"))
        batch_op.drop_index(batch_op.f("ix_awards_company_id"))
        batch_op.alter_column("entry_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("reason")
        batch_op.drop_column("person_id")
        batch_op.drop_column("company_id")

    with op.batch_alter_table("reward_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_grants_company_id"))

    op.drop_table("reward_grants")
    with op.batch_alter_table("entry_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_reviews_entry_id"))

    op.drop_table("entry_reviews")
    with op.batch_alter_table("award_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_choices_round_id"))

    op.drop_table("award_choices")
    with op.batch_alter_table("company_reward_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_reward_rules_company_id"))

    op.drop_table("company_reward_rules")
