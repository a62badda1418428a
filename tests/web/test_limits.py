"""A slow, greedy or broken client costs nobody but itself."""

import asyncio
from typing import Any

import pytest

from app.web.limits import CSV_BYTES, FORM_BYTES, PHOTO_BYTES, PLAN_BYTES, Limits, TooLarge, TooSlow, width

pytestmark = pytest.mark.anyio


def scope(method: str = "POST", path: str = "/desk/check-ins", address: str = "10.0.0.7", **headers: str) -> dict[str, Any]:
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "client": (address, 1), "headers": lines}


class App:
    """Reads everything, then answers; waits for `gate` first when there is one."""

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        self.gate, self.read = gate, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.gate is not None:
            await self.gate.wait()
        more = scope["method"] == "POST"
        while more:
            message = await receive()
            self.read += len(message["body"])
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})


class Client:
    def __init__(self, *parts: bytes, then: str = "end") -> None:
        self.parts, self.then, self.status = list(parts), then, 0

    async def receive(self) -> dict[str, Any]:
        if not self.parts:
            await asyncio.Event().wait()  # silence
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts) or self.then == "silence"}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)


async def test_a_body_that_never_ends_is_given_up_and_its_place_is_free_again() -> None:
    limits = Limits(App(), seconds=0.05)
    client = Client(b"half", then="silence")
    with pytest.raises(TooSlow):
        await limits(scope(), client.receive, client.send)
    assert not limits.inside
    assert not limits.arriving


async def test_a_body_may_take_its_time_once_it_is_complete() -> None:
    gate = asyncio.Event()
    limits, client = Limits(App(gate), seconds=0.01), Client(b"all of it")
    answering = asyncio.create_task(limits(scope(), client.receive, client.send))
    await asyncio.sleep(0)
    gate.set()
    await answering
    assert client.status == 200


async def test_a_form_of_more_than_its_width_is_refused_while_it_arrives() -> None:
    app = App()
    client = Client(*[b"x" * 65536] * 10)
    with pytest.raises(TooLarge) as refused:
        await Limits(app)(scope(), client.receive, client.send)
    assert app.read <= FORM_BYTES
    assert "256 KB" in refused.value.detail


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/desk/check-ins", FORM_BYTES),
        ("/members/7/photo", PHOTO_BYTES),
        ("/me/photos/9", PHOTO_BYTES),
        ("/progress/files", CSV_BYTES),
        ("/api/v1/plan-check", PLAN_BYTES),
    ],
)
def test_doors_are_as_wide_as_what_goes_through(path: str, least: int) -> None:
    assert least <= width(path) <= least + FORM_BYTES


async def test_one_address_cannot_take_every_place() -> None:
    gate = asyncio.Event()
    limits = Limits(App(gate), per_address=3)
    clients = [Client() for _ in range(5)]
    waiting = [asyncio.create_task(limits(scope("GET"), client.receive, client.send)) for client in clients]
    await asyncio.sleep(0)
    other = Client()
    elsewhere = asyncio.create_task(limits(scope("GET", address="10.0.0.8"), other.receive, other.send))
    await asyncio.sleep(0)
    assert [client.status for client in clients] == [0, 0, 0, 429, 429]
    gate.set()
    await asyncio.gather(*waiting, elsewhere)
    assert other.status == 200
    assert not limits.inside


async def test_half_bodies_of_one_address_leave_room_for_its_pages() -> None:
    limits = Limits(App(), uploads=2, seconds=60)
    silent = [Client(b"half", then="silence") for _ in range(3)]
    hanging = [asyncio.create_task(limits(scope(), client.receive, client.send)) for client in silent]
    await asyncio.sleep(0)
    page = Client()
    await limits(scope("GET"), page.receive, page.send)
    assert (silent[2].status, page.status) == (429, 200)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    assert not limits.arriving


async def test_behind_our_proxy_the_last_address_counts_and_elsewhere_it_is_not_believed() -> None:
    gate = asyncio.Event()
    trusting, careful = Limits(App(gate), trusted_proxy=True), Limits(App(gate))
    tasks = []
    for limits in (trusting, careful):
        client = Client()
        asked = scope("GET", address="127.0.0.1", x_forwarded_for="1.2.3.4, 10.0.0.9")
        tasks.append(asyncio.create_task(limits(asked, client.receive, client.send)))
    await asyncio.sleep(0)
    assert list(trusting.inside) == ["10.0.0.9"]
    assert list(careful.inside) == ["127.0.0.1"]
    gate.set()
    await asyncio.gather(*tasks)
