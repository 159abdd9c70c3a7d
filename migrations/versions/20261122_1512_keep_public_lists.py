"""Keep what everybody reads of a round apart from what its organiser works on."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1512"
down_revision = "20261122_1450"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the lists that are public now are written as they stand."""
    op.create_table(
        "public_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("standing_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck", sa.JSON(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_public_lists_round_id_rounds")),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["standings.id"], name=op.f("fk_public_lists_standing_id_standings")
        ),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["people.id"], name=op.f("fk_public_lists_held_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_lists")),
        sa.UniqueConstraint("round_id", name=op.f("uq_public_lists_round_id")),
    )
    _write_present_lists()


def _write_present_lists() -> None:
    bind = op.get_bind()
    rounds = sa.table("rounds", *map(sa.column, ("id", "standing_id", *DATES)))
    entries = sa.table("entries", *map(sa.column, ("id", "round_id", "disqualified_at")))
    lists = sa.table(
        "public_lists",
        *map(sa.column, ("round_id", "standing_id", *DATES, "hold_reason")),
        sa.column("struck", sa.JSON()),
    )
    shown = rounds.c.published_at.is_not(None) & rounds.c.standing_id.is_not(None)
    for row in bind.execute(sa.select(rounds).where(shown)).mappings().all():
        struck = sa.select(entries.c.id).where(
            entries.c.round_id == row["id"], entries.c.disqualified_at.is_not(None)
        )
        values = {key: row[key] for key in ("standing_id", *DATES)}
        values |= {"round_id": row["id"], "hold_reason": ""}
        values["struck"] = list(bind.scalars(struck.order_by(entries.c.id)))
        bind.execute(sa.insert(lists).values(values))


DATES = ("published_at", "publicity_ends_at", "finished_at")


def downgrade() -> None:
    """Take back."""
    op.drop_table("public_lists")
