"""Imported first by a web process. Litestar loads advanced-alchemy and with it SQLAlchemy when it finds them, and pydantic, to serve
types that our pages never return, and structlog loads rich, to colour what nobody reads there: a web process without them starts in
half the time and is thirty megabytes smaller. Migrations have a process of their own, and so has the queue.
"""

import sys

for name in ("advanced_alchemy", "pydantic", "rich"):
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]
