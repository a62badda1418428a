"""accounts: tables."""

revision = "2026_11_21_accounts"
down_revision = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
