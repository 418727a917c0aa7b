"""others of a result"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.add_column("result_version", sa.Column("others", sa.JSON(), nullable=False, server_default="{}"))
