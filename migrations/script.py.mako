<%!
def plain(body):
    lines = [line for line in (body or "pass").splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines).strip()
%>\
"""${message}"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Apply."""
    ${plain(upgrades)}


def downgrade() -> None:
    """Take back."""
    ${plain(downgrades)}
