"""The background worker: waits for jobs and does the chores of the night. A placeholder until the queue's tables land."""

import asyncio
import signal

from app import log, settings
from app.supervisor.child import die_with_parent


async def live() -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await stopping.wait()


if __name__ == "__main__":
    die_with_parent()
    log.configure(settings.load())
    asyncio.run(live())
