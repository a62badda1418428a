"""jobs: tables."""

from alembic import op

revision = "2026_11_21_jobs"
down_revision = "2026_11_21_insights"


def upgrade() -> None:
    op.execute("""
        create table job (
            id uuid not null,
            kind text not null,
            args jsonb not null,
            made_at timestamptz not null,
            due_at timestamptz not null,
            tries integer not null default 0,
            parked_at timestamptz,
            reason text not null default '',
            constraint pk_job primary key (id),
            constraint ck_job_tries check (tries >= 0)
        );
        create index ix_job_due on job (due_at) where parked_at is null;
        create table chore (
            name text not null,
            next_at timestamptz not null,
            holder text not null default '',
            held_until timestamptz,
            done_at timestamptz,
            failed_at timestamptz,
            reason text not null default '',
            constraint pk_chore primary key (name)
        );
    """)


def downgrade() -> None:
    op.execute("drop table chore")
    op.execute("drop table job")
