"""Files that people bring: lists from elsewhere, and the old front desk's database."""

import sqlite3

MEMBERS = """Nombre;Apellidos;Correo;Teléfono;Fecha de nacimiento;Tarjeta;Membresía;Inicio;Vence;Saldo;Notas
Rosa;Núñez;rosa@example.org;+34 600 111 222;04/03/1990;A-100;Monthly;01/11/2026;30/11/2026;12,50;
Iván;Paz;ivan@example.org;;31/12/1985;A-101;Gold;01/10/2026;30/09/2027;;'=cmd()
Mo;Haddad;mo@demo.spotter;;;A-102;;;;-5,00;
;;nobody@example.org;;;;;;;;
Pía;Sol;not an address;;;;;;;;
Ana;Luz;;600 333 444;31/02/1990;;;;;;
Leo;Mar;;;;10000001;;;;;
Eva;Rey;eva@example.org;;;A-103;Unknown;;;;
Rosa;Núñez;rosa@example.org;;;;Monthly;15/11/2026;14/12/2026;;
"""

VISITS = """Card,Date and time
A-100,2026-11-10 18:05
A-100,2026-11-11 07:30:20
A-100,2026-11-11 07:30:55
NOBODY,2026-11-10 10:00
A-100,2099-01-01 10:00
A-100,yesterday
"""


def desk(*, wal: bool = False, damaged: bool = False, rows: int = 3) -> bytes:
    """A database as the old front desk leaves it: members with cards, two types, memberships and the entry log."""
    base = sqlite3.connect(":memory:")
    base.executescript(
        """
        create table members (id integer primary key, first_name text, last_name text, card_id text, short_card_id text, email text,
                              phone text, date_of_birth text, is_deleted integer default 0, created_at text);
        create table membership_types (id integer primary key, name text, duration_days integer, visit_limit integer, price real,
                                       enter_by integer, is_active integer, is_deleted integer default 0);
        create table memberships (id integer primary key, member_id integer, membership_type_id integer, start_date text, end_date text,
                                  remaining_visits integer, status text, purchase_date text, is_deleted integer default 0);
        create table entry_logs (id integer primary key, member_id integer, card_id text, entry_time text, status text, notes text);
        create table users (id integer primary key, username text, password_hash text);
        insert into membership_types values (1, 'Full', 30, 0, 35, null, 1, 0), (2, 'Twelve', 30, 12, 25.5, 14, 1, 0), (3, 'Old', 30, 0, 1, null, 0, 1);
        """
    )
    for n in range(rows):
        base.execute(
            "insert into members values (?, ?, ?, ?, ?, ?, ?, ?, 0, '2026-01-05 10:00:00')",
            (n, f"Name{n}", "Đorđević", f"9000{n:04}", "9000", f"n{n}@example.org", "", "1990-02-03"),
        )
        base.execute(
            "insert into memberships values (?, ?, 1, '2026-09-01', '2026-09-30', 30, 'expired', '2026-09-01', 0)", (2 * n, n)
        )
        base.execute(
            "insert into memberships values (?, ?, 2, '2026-11-01', '2026-11-30', 5, 'active', '2026-11-01', 0)", (2 * n + 1, n)
        )
        base.execute("insert into entry_logs values (?, ?, '', '2026-11-10 17:05:00', 'allowed', '')", (2 * n, n))
        base.execute(
            "insert into entry_logs values (?, ?, '', '2026-11-10 18:05:00', 'denied_already_checked_in', '')", (2 * n + 1, n)
        )
    base.execute("insert into members values (900, 'Gone', 'Person', '99999999', '9999', null, null, null, 1, null)")
    base.commit()
    data = bytearray(base.serialize())
    if wal:
        data[18] = data[19] = 2
    if damaged:
        data[4096 : 4096 + 12] = b"\xff" * 12
    return bytes(data)


def hostile() -> bytes:
    """The right tables, as views that would never end."""
    base = sqlite3.connect(":memory:")
    base.executescript(
        """
        create table types_of (name text, duration_days integer, id integer);
        create table sold (member_id integer, start_date text, end_date text);
        create view members as with recursive n(first_name) as (select 1 union all select first_name + 1 from n)
          select first_name, first_name as last_name, first_name as card_id from n;
        """
    )
    return bytes(base.serialize())
