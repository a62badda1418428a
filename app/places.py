"""Where templates, assets and migrations are: beside `app/` in a checkout, inside it in an installed wheel."""

from pathlib import Path

APP = Path(__file__).parent
BUNDLED = APP / "_bundled"
HOME = BUNDLED if BUNDLED.is_dir() else APP.parent

TEMPLATES = HOME / "templates"
ASSETS = HOME / "assets"
MIGRATIONS = HOME / "migrations"
