"""Let projects grow from others and go on over years, comments say who settled them, findings name a step."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1100"
down_revision = "20261122_1058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "project_carry_overs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_project_carry_overs_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_carry_overs_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_carry_overs")),
        sa.UniqueConstraint("project_id", "year", name=op.f("uq_project_carry_overs_project_id_year")),
    )
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grew_from_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_projects_grew_from_id"), ["grew_from_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_projects_grew_from_id_projects"), "projects", ["grew_from_id"], ["id"]
        )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resolved_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_comments_resolved_by_id_people"), "people", ["resolved_by_id"], ["id"]
        )
    with op.batch_alter_table("guidance_findings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step_key", sa.String(length=40), server_default="", nullable=False))
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrected_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_column("corrected_reason")
    with op.batch_alter_table("guidance_findings", schema=None) as batch_op:
        batch_op.drop_column("step_key")
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_comments_resolved_by_id_people"), type_="foreignkey")
        batch_op.drop_column("resolved_by_id")
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_projects_grew_from_id_projects"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_projects_grew_from_id"))
        batch_op.drop_column("grew_from_id")
    op.drop_table("project_carry_overs")
