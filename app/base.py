"""What every table's class starts from. Only migrations load it: the statements of a running Spotter are plain SQL."""

from advanced_alchemy.base import orm_registry
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

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
