"""money: tables."""

revision = "2026_11_21_money"
down_revision = "2026_11_21_members"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
