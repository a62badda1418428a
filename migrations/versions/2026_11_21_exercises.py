"""exercises: tables."""

revision = "2026_11_21_exercises"
down_revision = "2026_11_21_accounts"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
