"""Imported first by a web process. Litestar loads advanced-alchemy and with it SQLAlchemy when it finds them, to serve types that
our pages never return; a web process without them is twenty megabytes smaller. Migrations have a process of their own.
"""

import sys

sys.modules.setdefault("advanced_alchemy", None)  # type: ignore[arg-type]
