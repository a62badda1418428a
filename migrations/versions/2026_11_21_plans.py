"""plans: tables."""

revision = "2026_11_21_plans"
down_revision = "2026_11_21_desk"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
