"""Every feature's tables in one metadata: what Alembic compares the database with."""

from importlib import import_module

from app.base import Base
from app.places import APP

for path in sorted(APP.glob("*/models.py")):
    import_module(f"app.{path.parent.name}.models")

metadata = Base.metadata
