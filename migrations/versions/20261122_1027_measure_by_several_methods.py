"""Let a saving name drivers, flows, adjustments and a steam state, meters an accuracy, companies indicators."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1027"
down_revision = "20261122_1026"
branch_labels = None
depends_on = None

MOVED = sa.text(
    "INSERT INTO saving_adjustments (saving_id, quantity, starts_on, ends_on, note) "
    "SELECT id, adjustment, reporting_from, reporting_to, adjustment_note FROM savings WHERE adjustment <> 0"
)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("meters", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("accuracy", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("savings", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("method_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("steam_mpa", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("steam_celsius", sa.BigInteger(), nullable=True))
    op.create_table(
        "own_indicators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("higher_is_better", sa.Boolean(), nullable=False),
        sa.Column("kgce_key", sa.String(length=60), nullable=True),
        sa.Column("kgco2_key", sa.String(length=60), nullable=True),
        sa.Column("yuan_per_unit", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_own_indicators_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_indicators")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_own_indicators_company_id_name")),
    )
    op.create_table(
        "saving_meters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["saving_id"], ["savings.id"], name=op.f("fk_saving_meters_saving_id_savings")
        ),
        sa.ForeignKeyConstraint(["meter_id"], ["meters.id"], name=op.f("fk_saving_meters_meter_id_meters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saving_meters")),
        sa.UniqueConstraint(
            "saving_id", "meter_id", "use", name=op.f("uq_saving_meters_saving_id_meter_id_use")
        ),
    )
    op.create_index(op.f("ix_saving_meters_meter_id"), "saving_meters", ["meter_id"], unique=False)
    op.create_table(
        "saving_adjustments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["saving_id"], ["savings.id"], name=op.f("fk_saving_adjustments_saving_id_savings")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_saving_adjustments_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saving_adjustments")),
    )
    for name in ("saving_id", "evidence_id"):
        op.create_index(op.f(f"ix_saving_adjustments_{name}"), "saving_adjustments", [name], unique=False)
    op.execute(MOVED)


def downgrade() -> None:
    """Take back."""
    for table in ("saving_adjustments", "saving_meters", "own_indicators"):
        op.drop_table(table)
    with op.batch_alter_table("savings", recreate="never") as batch_op:
        for name in ("method_reason", "steam_mpa", "steam_celsius"):
            batch_op.drop_column(name)
    with op.batch_alter_table("meters", recreate="never") as batch_op:
        batch_op.drop_column("accuracy")
