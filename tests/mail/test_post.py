"""Letters: written with the act they tell about, posted once it is committed, and readable by nobody in between."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app import certificates, clock, doctor
from app.db import Db, new_id
from app.jobs import actions, queries
from app.mail import actions as mail
from app.mail import post
from app.mail.letters import Letter, envelope, html, plain
from app.settings import Settings, SettingsError, load
from app.worker import Worker
from tests.conftest import Committed
from tests.jobs.queue import DUE
from tests.mail.smtp import Office, office

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LETTER = Letter(
    to="nina@example.org", subject="Willkommen & bienvenue, Ñina", sender="Gvozdeni dom", locale="sr",
    lines=["Zdravo, Nina <b>.", "Dobro došla u Gvozdeni dom."], link="https://gym.test/welcome#k3y-of-nina", label="Uđi", small=["Do petka."],
)  # fmt: skip


def by(config: Settings, place: Office, user: str = "") -> Settings:
    return replace(config, mail_url=f"smtp://{user}127.0.0.1:{place.port}", mail_from="House <desk@gym.test>")


def worker(committed: Committed, config: Settings) -> Worker:
    async def send(database: Any, args: Any) -> None:
        await mail.send(database, args, config)

    return Worker(committed.database, (), {"mail.send": send})


async def test_a_letter_goes_out_once_what_it_tells_about_is_true(committed: Committed, settings: Settings) -> None:
    async with office() as place:
        config, id = by(settings, place, "desk%40gym:s3cret@"), new_id()
        gone = committed.database.unit()
        await mail.write(gone, config, LETTER, id=new_id(), now=clock.now())
        await gone.rollback()
        for _twice in range(2):
            async with committed.database.work() as db:
                assert await mail.write(db, config, LETTER, id=id, now=clock.now())
        await worker(committed, config).round()
    assert len(place.letters) == 1, "the act that was taken back told nobody; the same act twice told them once"
    letter = place.letters[0]
    assert (letter["To"], letter["From"]) == ("nina@example.org", "Gvozdeni dom <desk@gym.test>")
    assert (letter["Subject"], letter["Message-ID"]) == (LETTER.subject, f"<{id}@gym.test>")
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        assert "https://gym.test/welcome#k3y-of-nina" in body
        assert "došla" in body
    assert place.signed_in == ["desk@gym s3cret"]
    assert (await queries.queue(committed.db)).waiting == 0


async def test_nobody_reads_a_letter_that_waits(db: Db, settings: Settings) -> None:
    config = replace(settings, mail_url="smtp://127.0.0.1:9")
    await mail.write(db, config, LETTER, id=new_id(), now=NOW)
    waiting = await db.value("select args::text from job where kind = 'mail.send'")
    assert waiting
    assert not any(word in waiting for word in ("nina", "k3y", "Nina", "welcome"))


async def test_without_mail_nothing_is_put_down(db: Db, settings: Settings) -> None:
    assert not await mail.write(db, settings, LETTER, id=new_id(), now=NOW)
    assert await db.value("select count(*) from job where kind = 'mail.send'") == 0


@pytest.mark.parametrize(
    ("verb", "said", "parked", "reason"),
    [
        ("RCPT", "550 no such person", 1, "the mail server refuses the address (550)"),
        ("RCPT", "451 come back later", 0, "SMTPRecipientsRefused"),
        ("MAIL", "550 not from you", 1, "the mail server refuses the sender's address (550)"),
        ("AUTH", "535 who are you", 1, "the mail server refuses the user name or password (535)"),
        ("DATA", "452 disk full", 0, "SMTPDataError"),
    ],
)
async def test_what_the_mail_server_refuses(
    committed: Committed, settings: Settings, verb: str, said: str, parked: int, reason: str
) -> None:
    """For good: set aside with a reason that names nobody. For now: it waits and goes later."""
    async with office(answers={verb: said}) as place:
        config = by(settings, place, "desk:s3cret@")
        id = new_id()
        await mail.write(committed.db, config, LETTER, id=id, now=clock.now())
        await worker(committed, config).round()
        assert place.letters == []
        assert await committed.db.value("select count(parked_at) from job") == parked
        assert await committed.db.value("select reason from job") == reason
        place.answers.clear()
        if parked:
            assert await actions.retry(committed.db, id)
        await committed.db.run(DUE)
        await worker(committed, config).round()
        assert len(place.letters) == 1


async def test_a_password_never_crosses_the_wire_in_the_clear(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine must encrypt, with a certificate that fits its name."""
    certificates.ensure(tmp_path, ["localhost", "127.0.0.1"], clock.now())
    context = post.ssl.SSLContext(post.ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    monkeypatch.setattr(post, "is_here", lambda _host: False)
    message = envelope(LETTER, "desk@gym.test", id=new_id(), now=NOW)
    async with office() as plain_one:
        with pytest.raises(post.RefusedError, match="does not offer encryption"):
            await post.deliver(by(settings, plain_one, "desk:s3cret@"), message)
        assert plain_one.signed_in == []
    async with office(tls=context) as place:
        config = by(settings, place, "desk:s3cret@")
        with pytest.raises(post.ssl.SSLError):
            await post.deliver(config, message)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.crt"))
        await post.deliver(config, message)
        assert (place.signed_in, len(place.letters)) == (["desk s3cret"], 1)


def test_a_letter_says_the_same_in_both_forms_and_keeps_its_headers() -> None:
    assert "Zdravo, Nina &lt;b&gt;." in html(LETTER)
    assert "Uđi:\nhttps://gym.test/welcome#k3y-of-nina" in plain(LETTER)
    nasty = Letter(to="a@b.test", subject="Hello\r\nBcc: x@y.test", lines=["."], sender="Gym\nEvil: 1")
    message = envelope(nasty, "desk@gym.test", id=new_id(), now=NOW)
    assert (message["Bcc"], message["Evil"]) == (None, None)


async def test_doctor_asks_the_mail_server(settings: Settings) -> None:
    async def findings(config: Settings) -> list[tuple[str, str]]:
        found = await post.asyncio.to_thread(lambda: list(doctor.mail(config)))
        return [(one.state, one.what) for one in found]

    assert (await findings(settings))[0][1].startswith("No mail is set up")
    async with office() as place:
        assert (await findings(by(settings, place)))[0][0] == "good"
        place.answers["AUTH"] = "535 no"
        assert await findings(by(settings, place, "a:s3cret@")) == [
            ("bad", "Letters cannot leave by 127.0.0.1: the mail server refuses the user name or password.")
        ]
    assert (await findings(by(settings, place)))[0][1].endswith("the mail server does not answer.")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p%40@mail.example", ("mail.example", 587, "u", "p@", "start")),
        ("smtps://mail.example", ("mail.example", 465, "", "kept apart", "whole")),
        ("smtp://mail:1025?tls=no", ("mail", 1025, "", "kept apart", "no")),
        ("smtp://localhost", ("localhost", 25, "", "kept apart", "no")),
    ],
)
def test_the_address_of_the_mail_server(url: str, expected: tuple[Any, ...]) -> None:
    found = post.server(Settings(mail_url=url, mail_password="kept apart"))
    assert (found.host, found.port, found.user, found.password, found.tls) == expected


@pytest.mark.parametrize(
    "given", [{"SPOTTER_MAIL_URL": "smtp://"}, {"SPOTTER_MAIL_URL": "smtp://h:99999"}, {"SPOTTER_MAIL_FROM": "us"}]
)
def test_nonsense_about_mail_keeps_the_house_shut(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(given))):
        load({"SPOTTER_DATA": str(tmp_path), **given}, Path("/nonexistent/.env"))


def test_the_password_of_the_mail_server_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    given = {"SPOTTER_DATA": str(tmp_path), "SPOTTER_MAIL_PASSWORD_FILE": str(tmp_path / "secret")}
    assert load(given, Path("/nonexistent/.env")).mail_password == "from a file"


async def test_for_trying_out_letters_are_files(tmp_path: Path, settings: Settings) -> None:
    config, id = replace(settings, mail_url=f"file://{tmp_path}/letters"), new_id()
    for _twice in range(2):
        await post.deliver(config, envelope(LETTER, "desk@gym.test", id=id, now=NOW))
    assert [path.name for path in (tmp_path / "letters").iterdir()] == [f"{id}.eml"]
