"""Keep stand-ins, third parties, bills, prices, rows of money, effects without money, and each claim's chain."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1040"
down_revision = "20261122_1030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _people_and_accounts()
    _bills_and_money()
    _people_outside_and_effects()
    with op.batch_alter_table("claims", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("required_roles", sa.JSON(), nullable=True))
    with op.batch_alter_table("signatures", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("void_reason", sa.Text(), server_default="", nullable=False))
    _point_at_people("signatures", "for_person_id")


def _point_at_people(table: str, column: str) -> None:
    """Add a column that names a person; SQLite takes the reference with the column, PostgreSQL by name."""
    name = op.f(f"fk_{table}_{column}_people")
    if op.get_bind().dialect.name == "sqlite":
        clause = f"{column} INTEGER CONSTRAINT {name} REFERENCES people (id)"
        op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {clause}"))
    else:
        op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
        op.create_foreign_key(name, table, "people", [column], ["id"])
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _people_and_accounts() -> None:
    """Stand-ins, chains, cost accounts and prices."""
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope_kind", sa.String(length=32), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["people.id"], name=op.f("fk_stand_ins_confirmed_by_id_people")
        ),
        sa.ForeignKeyConstraint(["named_by_id"], ["people.id"], name=op.f("fk_stand_ins_named_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_stand_ins_person_id_people")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["people.id"], name=op.f("fk_stand_ins_stand_in_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_ins")),
    )
    op.create_index(op.f("ix_stand_ins_confirmed_by_id"), "stand_ins", ["confirmed_by_id"])
    op.create_index(op.f("ix_stand_ins_named_by_id"), "stand_ins", ["named_by_id"])
    op.create_index("ix_stand_ins_person_until", "stand_ins", ["person_id", "until"])
    op.create_index("ix_stand_ins_scope", "stand_ins", ["scope_kind", "scope_id"])
    op.create_index("ix_stand_ins_stand_in_until", "stand_ins", ["stand_in_id", "until"])
    op.create_table(
        "verification_chains",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("days_to_sign", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_verification_chains_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_verification_chains")),
    )
    op.create_table(
        "cost_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_cost_accounts_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_accounts")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_cost_accounts_company_id_code")),
    )
    op.create_table(
        "unit_prices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name=op.f("fk_unit_prices_added_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_unit_prices_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_prices")),
    )
    op.create_index(op.f("ix_unit_prices_added_by_id"), "unit_prices", ["added_by_id"])
    op.create_index("ix_unit_prices_company_indicator", "unit_prices", ["company_id", "indicator_code"])


def _bills_and_money() -> None:
    """Bills, and the money beside a saving."""
    op.create_table(
        "bills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("supplier", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["cost_accounts.id"], name=op.f("fk_bills_account_id_cost_accounts")
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_bills_added_by_id_people")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_bills_company_id_companies")),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_bills_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
    )
    op.create_index(op.f("ix_bills_account_id"), "bills", ["account_id"])
    op.create_index(op.f("ix_bills_added_by_id"), "bills", ["added_by_id"])
    op.create_index("ix_bills_company_indicator", "bills", ["company_id", "indicator_code", "period_to"])
    op.create_index(op.f("ix_bills_sha256"), "bills", ["sha256"])
    op.create_table(
        "money_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("workings", sa.JSON(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["cost_accounts.id"], name=op.f("fk_money_rows_account_id_cost_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name=op.f("fk_money_rows_added_by_id_people")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_money_rows_bill_id_bills")),
        sa.ForeignKeyConstraint(["saving_id"], ["savings.id"], name=op.f("fk_money_rows_saving_id_savings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_rows")),
    )
    op.create_index(op.f("ix_money_rows_account_id"), "money_rows", ["account_id"])
    op.create_index(op.f("ix_money_rows_added_by_id"), "money_rows", ["added_by_id"])
    op.create_index(op.f("ix_money_rows_bill_id"), "money_rows", ["bill_id"])
    op.create_index(op.f("ix_money_rows_saving_id"), "money_rows", ["saving_id"])


def _people_outside_and_effects() -> None:
    """Third parties and effects without money."""
    op.create_table(
        "third_parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("saving_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_third_parties_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_third_parties_grant_id_grants")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["people.id"], name=op.f("fk_third_parties_invited_by_id_people")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_third_parties_person_id_people")),
        sa.ForeignKeyConstraint(
            ["saving_id"], ["savings.id"], name=op.f("fk_third_parties_saving_id_savings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_parties")),
    )
    op.create_index(op.f("ix_third_parties_company_id"), "third_parties", ["company_id"])
    op.create_index(op.f("ix_third_parties_grant_id"), "third_parties", ["grant_id"])
    op.create_index(op.f("ix_third_parties_invited_by_id"), "third_parties", ["invited_by_id"])
    op.create_index(op.f("ix_third_parties_person_id"), "third_parties", ["person_id"])
    op.create_index(op.f("ix_third_parties_saving_id"), "third_parties", ["saving_id"])
    op.create_table(
        "intangible_effects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shown_by", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("stated_by_id", sa.Integer(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_intangible_effects_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_intangible_effects_project_id_projects")
        ),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["people.id"], name=op.f("fk_intangible_effects_stated_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intangible_effects")),
    )
    op.create_index(op.f("ix_intangible_effects_decided_by_id"), "intangible_effects", ["decided_by_id"])
    op.create_index(op.f("ix_intangible_effects_project_id"), "intangible_effects", ["project_id"])
    op.create_index(op.f("ix_intangible_effects_stated_by_id"), "intangible_effects", ["stated_by_id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("signatures") as batch_op:
        batch_op.drop_index(batch_op.f("ix_signatures_for_person_id"))
        batch_op.drop_column("for_person_id")
        batch_op.drop_column("void_reason")
    with op.batch_alter_table("claims", recreate="never") as batch_op:
        batch_op.drop_column("required_roles")
    for table in (
        "third_parties",
        "intangible_effects",
        "money_rows",
        "bills",
        "unit_prices",
        "cost_accounts",
        "verification_chains",
        "stand_ins",
    ):
        op.drop_table(table)
