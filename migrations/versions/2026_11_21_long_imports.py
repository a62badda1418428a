"""progress: files that are read, applied and taken back in the background, with their progress."""

from alembic import op

revision = "2026_11_21_long_imports"
down_revision = "2026_11_21_office"

STATES = "('previewed', 'applied', 'undone', 'discarded')"
MORE = "('looking', 'refused', 'previewed', 'applying', 'applied', 'undoing', 'undone', 'discarded')"


def upgrade() -> None:
    op.execute(f"""
        alter table import_run
            add column done bigint not null default 0,
            add column parts bigint not null default 0,
            add column wrong jsonb,
            add column days_back integer not null default 0,
            add column days_left integer not null default 0,
            drop constraint ck_import_run_state,
            add constraint ck_import_run_state check (state in {MORE});
        create table import_piece (
            run_id uuid not null,
            position integer not null,
            content bytea not null,
            constraint pk_import_piece primary key (run_id, position),
            constraint fk_import_piece_run_id_import_run foreign key (run_id) references import_run (id) on delete cascade
        );
    """)


def downgrade() -> None:
    op.execute(f"""
        drop table import_piece;
        delete from import_run where state not in {STATES};
        alter table import_run
            drop column done,
            drop column parts,
            drop column wrong,
            drop column days_back,
            drop column days_left,
            drop constraint ck_import_run_state,
            add constraint ck_import_run_state check (state in {STATES});
    """)
