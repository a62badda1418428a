"""training: how long a distance took, and the fastest as a record."""

from alembic import op

revision = "2026_11_21_took"
down_revision = "2026_11_21_long_imports"

KINDS = "'weight', 'reps', 'e1rm', 'volume', 'time', 'distance'"


def upgrade() -> None:
    op.execute(f"""
        alter table workout_set
            add column took_seconds integer,
            add constraint ck_workout_set_took
                check (took_seconds is null or (metres is not null and took_seconds between 1 and 86400));
        alter table record
            drop constraint ck_record_kind,
            add constraint ck_record_kind check (kind in ({KINDS}, 'pace'));
    """)


def downgrade() -> None:
    op.execute(f"""
        delete from record where kind = 'pace';
        alter table record
            drop constraint ck_record_kind,
            add constraint ck_record_kind check (kind in ({KINDS}));
        alter table workout_set drop column took_seconds;
    """)
