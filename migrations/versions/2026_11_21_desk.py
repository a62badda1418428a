"""desk: tables."""

revision = "2026_11_21_desk"
down_revision = "2026_11_21_money"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
