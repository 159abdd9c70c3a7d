"""Keep the duties of departments: visits, training, inspections, appraisals, the calendar, signals."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1024"
down_revision = "20261122_0930"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "guidance_picture_prints",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dhash", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blobs.sha256"], name=op.f("fk_guidance_picture_prints_sha256_blobs")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_guidance_picture_prints")),
    )
    op.create_table(
        "guidance_occasions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_guidance_occasions_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_occasions")),
    )
    with op.batch_alter_table("guidance_occasions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_guidance_occasions_company_starts", ["company_id", "starts_on"], unique=False
        )

    op.create_table(
        "guidance_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("quiet_days", sa.Integer(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("returned_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_guidance_settings_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_settings")),
        sa.UniqueConstraint("company_id", name=op.f("uq_guidance_settings_company_id")),
    )
    op.create_table(
        "guidance_trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=120), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("trainer", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_guidance_trainings_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_trainings")),
    )
    with op.batch_alter_table("guidance_trainings", schema=None) as batch_op:
        batch_op.create_index("ix_guidance_trainings_company_held", ["company_id", "held_on"], unique=False)

    op.create_table(
        "guidance_attendees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_guidance_attendees_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["guidance_trainings.id"],
            name=op.f("fk_guidance_attendees_training_id_guidance_trainings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_attendees")),
        sa.UniqueConstraint(
            "training_id", "person_id", name=op.f("uq_guidance_attendees_training_id_person_id")
        ),
    )
    with op.batch_alter_table("guidance_attendees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guidance_attendees_person_id"), ["person_id"], unique=False)

    op.create_table(
        "guidance_appraisals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("fk_guidance_appraisals_circle_id_circles")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_guidance_appraisals_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_guidance_appraisals_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_appraisals")),
        sa.UniqueConstraint("circle_id", "month", name=op.f("uq_guidance_appraisals_circle_id_month")),
    )
    with op.batch_alter_table("guidance_appraisals", schema=None) as batch_op:
        batch_op.create_index("ix_guidance_appraisals_company_month", ["company_id", "month"], unique=False)

    op.create_table(
        "guidance_inspections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("fk_guidance_inspections_circle_id_circles")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_guidance_inspections_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_guidance_inspections_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["people.id"], name=op.f("fk_guidance_inspections_inspector_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_guidance_inspections_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_inspections")),
    )
    with op.batch_alter_table("guidance_inspections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guidance_inspections_circle_id"), ["circle_id"], unique=False)
        batch_op.create_index("ix_guidance_inspections_company_held", ["company_id", "held_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guidance_inspections_inspector_id"), ["inspector_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_guidance_inspections_project_id"), ["project_id"], unique=False)

    op.create_table(
        "guidance_signal_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("signal", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_guidance_signal_looks_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_guidance_signal_looks_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_signal_looks")),
        sa.UniqueConstraint(
            "project_id",
            "signal",
            "fingerprint",
            name=op.f("uq_guidance_signal_looks_project_id_signal_fingerprint"),
        ),
    )
    op.create_table(
        "guidance_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("step_key", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("facilitator_id", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("fk_guidance_visits_circle_id_circles")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_guidance_visits_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["people.id"], name=op.f("fk_guidance_visits_facilitator_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_guidance_visits_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_visits")),
    )
    with op.batch_alter_table("guidance_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guidance_visits_circle_id"), ["circle_id"], unique=False)
        batch_op.create_index("ix_guidance_visits_company_held", ["company_id", "held_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guidance_visits_facilitator_id"), ["facilitator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_guidance_visits_project_id"), ["project_id"], unique=False)

    op.create_table(
        "guidance_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["people.id"], name=op.f("fk_guidance_findings_closed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["guidance_inspections.id"],
            name=op.f("fk_guidance_findings_inspection_id_guidance_inspections"),
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_guidance_findings_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_findings")),
    )
    with op.batch_alter_table("guidance_findings", schema=None) as batch_op:
        batch_op.create_index("ix_guidance_findings_inspection", ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guidance_findings_sha256"), ["sha256"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("guidance_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guidance_findings_sha256"))
        batch_op.drop_index("ix_guidance_findings_inspection")

    op.drop_table("guidance_findings")
    with op.batch_alter_table("guidance_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guidance_visits_project_id"))
        batch_op.drop_index(batch_op.f("ix_guidance_visits_facilitator_id"))
        batch_op.drop_index("ix_guidance_visits_company_held")
        batch_op.drop_index(batch_op.f("ix_guidance_visits_circle_id"))

    op.drop_table("guidance_visits")
    op.drop_table("guidance_signal_looks")
    with op.batch_alter_table("guidance_inspections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guidance_inspections_project_id"))
        batch_op.drop_index(batch_op.f("ix_guidance_inspections_inspector_id"))
        batch_op.drop_index("ix_guidance_inspections_company_held")
        batch_op.drop_index(batch_op.f("ix_guidance_inspections_circle_id"))

    op.drop_table("guidance_inspections")
    with op.batch_alter_table("guidance_appraisals", schema=None) as batch_op:
        batch_op.drop_index("ix_guidance_appraisals_company_month")

    op.drop_table("guidance_appraisals")
    with op.batch_alter_table("guidance_attendees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guidance_attendees_person_id"))

    op.drop_table("guidance_attendees")
    with op.batch_alter_table("guidance_trainings", schema=None) as batch_op:
        batch_op.drop_index("ix_guidance_trainings_company_held")

    op.drop_table("guidance_trainings")
    op.drop_table("guidance_settings")
    with op.batch_alter_table("guidance_occasions", schema=None) as batch_op:
        batch_op.drop_index("ix_guidance_occasions_company_starts")

    op.drop_table("guidance_occasions")
    op.drop_table("guidance_picture_prints")
