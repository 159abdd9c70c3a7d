"""Let meters count up, phones send once, and a plant's own system send readings by a token."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0930"
down_revision = "20261122_0920"
branch_labels = None
depends_on = None

METER = (
    ("key", sa.String(length=40)),
    ("digits", sa.Integer()),
    ("first_shown", sa.BigInteger()),
    ("first_read_on", sa.Date()),
    ("parent_id", sa.Integer()),
)
READING = (
    ("shown", sa.BigInteger()),
    ("shown_before", sa.BigInteger()),
    ("old_final", sa.BigInteger()),
    ("new_start", sa.BigInteger()),
    ("replaces_id", sa.Integer()),
    ("token_id", sa.Integer()),
)
ONE = str(10**10)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("meters", recreate="never") as batch_op:
        for name, kind in METER:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=32), nullable=False, server_default="period"))
        batch_op.add_column(sa.Column("multiplier", sa.BigInteger(), nullable=False, server_default=ONE))
        batch_op.create_index("uq_meters_company_key", ["company_id", "key"], unique=True)
        batch_op.create_index(batch_op.f("ix_meters_parent_id"), ["parent_id"], unique=False)
    with op.batch_alter_table("readings", recreate="never") as batch_op:
        for name, kind in READING:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("turned_over", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("estimated_how", sa.Text(), nullable=False, server_default=""))
        for name in ("replaces_id", "token_id"):
            batch_op.create_index(batch_op.f(f"ix_readings_{name}"), [name], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_count", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_api_tokens_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_api_tokens_made_by_id_people")),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["people.id"], name=op.f("fk_api_tokens_revoked_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index(op.f("ix_api_tokens_company_id"), "api_tokens", ["company_id"], unique=False)
    op.create_table(
        "sendings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sendings")),
    )
    for name in ("person_id", "sent_at"):
        op.create_index(op.f(f"ix_sendings_{name}"), "sendings", [name], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("sendings")
    op.drop_table("api_tokens")
    with op.batch_alter_table("readings", recreate="never") as batch_op:
        for name in ("replaces_id", "token_id"):
            batch_op.drop_index(batch_op.f(f"ix_readings_{name}"))
        for name in ("estimated_how", "turned_over", *(name for name, _ in READING)):
            batch_op.drop_column(name)
    with op.batch_alter_table("meters", recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_meters_parent_id"))
        batch_op.drop_index("uq_meters_company_key")
        for name in ("multiplier", "kind", *(name for name, _ in METER)):
            batch_op.drop_column(name)
