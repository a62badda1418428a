"""desk: the weeks in which somebody came are read from the index alone, not from a page of visits for each."""

from alembic import op

revision = "2026_11_21_weeks"
down_revision = "2026_11_21_pgqueuer"


def upgrade() -> None:
    op.execute("drop index ix_visit_member")
    op.execute("create index ix_visit_member on visit (member_id, at, nth) include (day) where not is_undone")


def downgrade() -> None:
    op.execute("drop index ix_visit_member")
    op.execute("create index ix_visit_member on visit (member_id, at, nth) where not is_undone")
