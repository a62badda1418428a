"""The database: tables' base class, ids, and `Db`, one connection inside one unit of work."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from advanced_alchemy.base import orm_registry
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

T = TypeVar("T")

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Tables; advanced-alchemy's type map (aware instants, uuid, jsonb), our constraint names."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = orm_registry.type_annotation_map


def new_id() -> UUID:
    """A UUIDv7: sorts by the moment it was made, so that new rows land at the end of an index."""
    millis = time.time_ns() // 1_000_000
    value = (millis & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class Db:
    """Plain SQL in, dataclasses out. Counts its statements, because every screen states its cost."""

    __slots__ = ("connection", "statements")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.statements = 0

    async def all(self, shape: type[T], sql: str, *args: Any) -> list[T]:
        self.statements += 1
        rows = await self.connection.fetch(sql, *args)
        return [msgspec.convert(dict(row), shape) for row in rows]

    async def one(self, shape: type[T], sql: str, *args: Any) -> T | None:
        self.statements += 1
        row = await self.connection.fetchrow(sql, *args)
        return None if row is None else msgspec.convert(dict(row), shape)

    async def value(self, sql: str, *args: Any) -> Any:
        self.statements += 1
        return await self.connection.fetchval(sql, *args)

    async def column(self, sql: str, *args: Any) -> list[Any]:
        self.statements += 1
        return [row[0] for row in await self.connection.fetch(sql, *args)]

    async def run(self, sql: str, *args: Any) -> int:
        """How many rows it touched."""
        self.statements += 1
        tag = await self.connection.execute(sql, *args)
        last = tag.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self.statements += 1
        await self.connection.executemany(sql, rows)

    async def copy(self, table: str, columns: list[str], rows: Iterable[Sequence[Any]]) -> None:
        self.statements += 1
        await self.connection.copy_records_to_table(table, columns=columns, records=rows)


def as_row(value: Any) -> Mapping[str, Any]:
    """A dataclass's fields by name, for statements that take many of them."""
    return msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else vars(value)
