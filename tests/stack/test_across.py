"""Several web processes are one house: sessions, sign-outs and live regions hold across them, through the edge too."""

import asyncio

from app.db import new_id
from tests.stack.house import House, tap


def test_a_session_holds_on_every_process_and_its_end_too(stack: House) -> None:
    async def run() -> None:
        first = await stack.signed_in("dee")
        wires = [stack.wire(dict(first.headers)) for _ in range(12)]
        assert {(await wire.get("/desk")).status for wire in wires} == {200}
        await first.post("/sign-out", {})
        assert {(await wire.get("/desk")).status for wire in wires} == {303}

    stack.run(run())


def test_the_edge_passes_the_request_id_on_and_compresses(stack: House) -> None:
    async def run() -> None:
        wire = await stack.signed_in("dee", stack.edge)
        answer = await wire.get("/desk", **{"Accept-Encoding": "gzip"})
        assert answer.status == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert len(answer.headers["x-request-id"]) == 36

    stack.run(run())


def test_what_a_client_claims_about_itself_is_not_believed(stack: House) -> None:
    async def run() -> None:
        wire = await stack.signed_in("ana", stack.edge)
        assert (await wire.get("/metrics", **{"X-Forwarded-For": "127.0.0.1"})).status == 404

    stack.run(run())


def test_a_tap_at_one_desk_is_seen_at_the_other_whichever_process_it_asks(stack: House) -> None:
    async def run() -> None:
        watching = await stack.signed_in("dee")
        await watching._connect()
        assert watching.writer is not None
        assert watching.reader is not None
        lines = "".join(f"{name}: {value}\r\n" for name, value in watching.headers.items())
        watching.writer.write(f"GET /desk/live HTTP/1.1\r\nHost: gym.test\r\n{lines}\r\n".encode())
        async with asyncio.timeout(20):
            await watching.reader.readuntil(b"</hx-partial>")  # the picture it starts with
            for number in range(4):
                wire = await stack.signed_in("dee")
                assert await tap(wire, stack.members[number], new_id()) == 200
                wire.close()
                name = f"Member {number}".encode()
                seen = b""
                while name not in seen:
                    seen += await watching.reader.read(65536)

    stack.run(run())
