"""Imported first by a web process. Litestar loads advanced-alchemy and with it SQLAlchemy when it finds them, and pydantic, to serve
types that our pages never return, and structlog loads rich, to colour what nobody reads there: a web process without them starts in
half the time and is thirty megabytes smaller. Migrations have a process of their own, and so has the queue.
"""

import sys

UNWANTED = ("advanced_alchemy", "pydantic", "rich")
for name in UNWANTED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def allow_all() -> None:
    """For a worker that comes from the same nursery: its queue needs them."""
    for unwanted in UNWANTED:
        if sys.modules.get(unwanted) is None:
            sys.modules.pop(unwanted, None)
