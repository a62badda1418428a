"""Settings: what may be said, and the sentence that names what may not."""

import stat
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, load

NOWHERE = Path("/nonexistent/.env")


def loaded(tmp_path: Path, **given: str) -> Settings:
    return load({"SPOTTER_DATA": str(tmp_path / "gym"), **given}, NOWHERE)


def test_a_new_hub_needs_no_setting_at_all(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert (settings.host, settings.port, settings.hub, settings.database_url) == ("127.0.0.1", 8000, True, None)
    assert settings.address == "http://localhost:8000"


def test_a_hub_makes_its_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first = loaded(tmp_path).secret
    assert len(first) == 64
    assert loaded(tmp_path).secret == first
    assert stat.S_IMODE((tmp_path / "gym" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPOTTER_PORT", "eighty"), ("SPOTTER_PORT", "0"), ("SPOTTER_PORT", "65536"), ("SPOTTER_PORT", "９"),
        ("SPOTTER_WORKERS", "0"),
        ("SPOTTER_DEMO", "perhaps"), ("SPOTTER_ORIGIN", "gym.example"), ("SPOTTER_ORIGIN", "https://gym.example/desk"),
        ("SPOTTER_LOG_LEVEL", "loud"), ("SPOTTER_SECRET", "short"), ("SPOTTER_PROT", "8000"), ("DATABASE_URL", "mysql://gym"),
        ("VALKEY_URL", "localhost"), ("SPOTTER_MAIL_URL", "mail.example"), ("SPOTTER_KEY", "/key.pem"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_the_name_of_the_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        loaded(tmp_path, **{name: value})


def test_many_servers_must_share_a_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SPOTTER_SECRET"):
        loaded(tmp_path, DATABASE_URL="postgresql://gym@db/gym")
    assert not loaded(tmp_path, DATABASE_URL="postgresql://gym@db/gym", SPOTTER_SECRET="s" * 32).hub


def test_a_secret_may_come_from_a_file_and_is_not_in_the_repr(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("k" * 40 + "\n")
    settings = loaded(tmp_path, SPOTTER_SECRET_FILE=str(tmp_path / "secret"))
    assert settings.secret == b"k" * 40
    assert "kkkk" not in repr(settings)


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SPOTTER_SECRET_FILE"):
        loaded(tmp_path, SPOTTER_SECRET_FILE=str(tmp_path / "nothing"))


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("# the gym\nexport SPOTTER_PORT=9000\nSPOTTER_HOST='0.0.0.0'\nOTHER=1\n")
    settings = load({"SPOTTER_DATA": str(tmp_path), "SPOTTER_PORT": "9001"}, env)
    assert (settings.port, settings.host) == (9001, "0.0.0.0")


def test_an_unusable_data_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "gym").write_text("a file, not a folder")
    with pytest.raises(SettingsError, match="SPOTTER_DATA"):
        loaded(tmp_path)
