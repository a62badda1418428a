"""progress: tables."""

revision = "2026_11_21_progress"
down_revision = "2026_11_21_training"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
