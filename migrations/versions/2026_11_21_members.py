"""members: tables."""

revision = "2026_11_21_members"
down_revision = "2026_11_21_exercises"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
