"""The parent of database, web and worker: starts them, restarts them, stops the database last."""

from app.supervisor.house import run as run
from app.supervisor.words import StartError as StartError
