"""insights: tables."""

revision = "2026_11_21_insights"
down_revision = "2026_11_21_progress"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
