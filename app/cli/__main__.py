"""`python -m app.cli` is `spotter`."""

from app.cli import main

main(prog_name="spotter")
