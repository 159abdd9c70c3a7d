"""Keep exercises, talks, and deliberations with their minutes."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1410"
down_revision = "20261122_1400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "exercises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("rubric_edition_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.Column("reference_note", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_exercises_created_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["blobs.sha256"], name=op.f("fk_exercises_file_sha256_blobs")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_exercises_round_id_rounds")),
        sa.ForeignKeyConstraint(
            ["rubric_edition_id"], ["editions.id"], name=op.f("fk_exercises_rubric_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercises")),
    )
    with op.batch_alter_table("exercises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exercises_round_id"), ["round_id"], unique=False)

    op.create_table(
        "exercise_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("judge_number", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercises.id"], name=op.f("fk_exercise_answers_exercise_id_exercises")
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["people.id"], name=op.f("fk_exercise_answers_judge_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_answers")),
        sa.UniqueConstraint("exercise_id", "judge_id", name=op.f("uq_exercise_answers_exercise_id_judge_id")),
    )
    with op.batch_alter_table("exercise_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exercise_answers_judge_id"), ["judge_id"], unique=False)

    op.create_table(
        "deliberations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("spread", sa.String(length=20), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=True),
        sa.Column("decision_text", sa.Text(), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_deliberations_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_deliberations_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_deliberations_opened_by_id_people")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_deliberations_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliberations")),
    )
    with op.batch_alter_table("deliberations", schema=None) as batch_op:
        batch_op.create_index("ix_deliberations_round_entry", ["round_id", "entry_id"], unique=False)

    op.create_table(
        "talks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("questions_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_talks_entry_id_entries")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_talks_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_talks_round_id_entry_id")),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "deliberation_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deliberation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("judge_number", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_deliberation_notes_author_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["deliberation_id"],
            ["deliberations.id"],
            name=op.f("fk_deliberation_notes_deliberation_id_deliberations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliberation_notes")),
    )
    with op.batch_alter_table("deliberation_notes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deliberation_notes_deliberation_id"), ["deliberation_id"], unique=False
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("deliberation_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliberation_notes_deliberation_id"))

    op.drop_table("deliberation_notes")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talks_entry_id"))

    op.drop_table("talks")
    with op.batch_alter_table("deliberations", schema=None) as batch_op:
        batch_op.drop_index("ix_deliberations_round_entry")

    op.drop_table("deliberations")
    with op.batch_alter_table("exercise_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exercise_answers_judge_id"))

    op.drop_table("exercise_answers")
    with op.batch_alter_table("exercises", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exercises_round_id"))

    op.drop_table("exercises")
