"""The express lane reads simple addresses itself; what it cannot read takes the framework's way, with the same answer."""

ADDRESSES = {
    "/desk?q=": 200,
    "/desk?q=%C4%8Ceda+%26+Co": 200,
    "/desk?q=a&q=b": 200,
    "/desk?tap=": 404,
    "/desk?tap=nonsense": 404,
    "/desk?tap=01a1fe25-7bfc-7676-bffe-be3031b9586c": 200,
    "/desk?nobody=asks": 200,
}


async def test_an_address_says_what_it_says(as_) -> None:
    dee = await as_("dee")
    assert {address: (await dee.get(address)).status_code for address in ADDRESSES} == ADDRESSES


async def test_what_is_looked_for_stands_in_the_box_again(as_) -> None:
    page = (await (await as_("dee")).get("/desk?q=%C4%8Ceda+%26+Co")).text
    assert 'value="Čeda &amp; Co"' in page


async def test_to_be_told_that_the_house_is_alive_nobody_is_looked_up(as_, statements) -> None:
    dee = await as_("dee")
    with statements() as asked:
        answer = await dee.get("/health/live")
    assert (answer.status_code, answer.text, len(answer.headers["x-request-id"])) == (200, "alive\n", 16)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not asked
