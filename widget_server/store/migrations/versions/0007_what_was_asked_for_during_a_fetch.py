"""What was asked for during a fetch"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("targets", sa.Column("asked_again", sa.Boolean(), nullable=False, server_default=sa.false()))
