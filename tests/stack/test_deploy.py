"""docker-compose.yaml says what the other tests of this folder run. Read as data: no Docker is needed to see a promise broken.

`docker-compose config` and hadolint say the same from their side: see "The stack" in docs/operators.md.
"""

import re
from typing import Any

import pytest
import yaml

from tests.stack.house import DEPLOY, REPOSITORY

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ALWAYS = {"postgres", "pgbouncer", "valkey", "migrate", "web", "worker", "edge"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_part_is_kept_small(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]
    assert not service.get("privileged")


def test_who_starts_without_being_asked() -> None:
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == ALWAYS
    assert {profile for service in SERVICES.values() for profile in service.get("profiles", ())} == {"mail", "store"}


@pytest.mark.parametrize(("name", "image"), [("postgres", "postgres:18"), ("valkey", "valkey/valkey:8"), ("edge", "caddy:2")])
def test_the_versions(name: str, image: str) -> None:
    assert SERVICES[name]["image"].startswith(image)


@pytest.mark.parametrize("name", sorted(ALWAYS - {"migrate", "worker"}))
def test_whoever_answers_is_asked_how_it_is(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_everybody_but_the_edge_is_reached_by_a_socket_alone() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service and "profiles" not in service] == ["edge"]
    assert sorted(SERVICES["edge"]["ports"]) == ["443:443", "443:443/udp", "80:80"]  # udp is HTTP/3
    environment = SERVICES["web"]["environment"]
    assert environment["SPOTTER_SOCKET"].startswith("/run/")
    assert environment["VALKEY_URL"].startswith("unix://")
    assert int(environment["SPOTTER_WORKERS"]) > 1


@pytest.mark.parametrize("name", ["pgbouncer", "valkey", "migrate", "web", "worker"])
def test_nobody_is_root(name: str) -> None:
    assert SERVICES[name]["user"] == "10001:10001"


def test_secrets_are_files_and_never_in_the_environment() -> None:
    for service in SERVICES.values():
        for variable, value in (service.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|DATABASE_URL", variable):
                assert variable.endswith("_FILE"), variable
                assert value.startswith("/run/secrets/")
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    assert all(secret["file"].startswith("deploy/secrets/") for secret in COMPOSE["secrets"].values())
    assert "deploy/secrets" in (REPOSITORY / ".gitignore").read_text()


def test_everything_named_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (REPOSITORY / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source
        if "build" in service:
            context = REPOSITORY / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).exists()


def test_tables_first_then_the_web() -> None:
    assert SERVICES["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["environment"]["DIRECT_DATABASE_URL_FILE"]


def settings(text: str, mark: str) -> dict[str, str]:
    lines = (line.split(mark)[0].strip() for line in text.splitlines())
    return {name.strip(): value.strip() for name, sign, value in (line.partition("=") for line in lines) if sign}


@pytest.mark.parametrize(
    ("name", "value"),
    [("pool_mode", "transaction"), ("max_prepared_statements", "200"), ("auth_type", "scram-sha-256"), ("server_login_retry", "1"),
     ("query_wait_timeout", "5")],
)  # fmt: skip
def test_the_pooler_keeps_prepared_statements_and_waits_briefly(name: str, value: str) -> None:
    assert settings((DEPLOY / "pgbouncer.ini").read_text(), ";")[name] == value


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_the_database_keeps_what_it_confirms(name: str) -> None:
    assert settings((DEPLOY / "postgresql.conf").read_text(), "#")[name] == "on"


@pytest.mark.parametrize("path", ["Dockerfile", "pgbouncer.Dockerfile"])
def test_an_image_ends_as_somebody_without_rights(path: str) -> None:
    lines = (DEPLOY / path).read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER 10001:10001"


def test_the_image_is_built_in_two_steps_with_uv_and_ends_without_it() -> None:
    build, final = re.split(r"(?m)^FROM ", (DEPLOY / "Dockerfile").read_text())[1:]
    assert "uv sync --frozen --no-dev" in build
    assert "uv" not in re.findall(r"COPY --from=\S+uv\S*", final)
    assert final.startswith("python:3.13-slim")
    assert not re.search(r"apt-get|gcc|build-essential", final)


def test_limits_fit_a_small_box() -> None:
    sizes = {"m": 1, "g": 1024}
    whole = sum(int(SERVICES[name]["mem_limit"][:-1]) * sizes[SERVICES[name]["mem_limit"][-1]] for name in ALWAYS - {"migrate"})
    assert whole <= 2304  # MB: a box of 4 GB keeps room for its files
