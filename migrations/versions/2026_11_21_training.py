"""training: tables."""

revision = "2026_11_21_training"
down_revision = "2026_11_21_plans"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
