"""The owner's part of the demo: the year, summed up."""

from app.demo.year import Year
from app.insights import chores


async def live(year: Year) -> None:
    await chores.sum_up(year.db, year.now)
