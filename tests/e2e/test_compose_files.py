"""The compose files: as docker-compose reads them, and what every service in them must have."""

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from infra.settings import Settings
from tests.servers.compose_file import (
    BASE,
    PORTS,
    RABBITMQ,
    ROOT,
    SECRETS,
    Service,
    services,
)
from tests.servers.dockerfile import images
from tests.servers.process import ServerFailed

TOKEN = "42:e2e-token"
PASSWORDS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "FLOWER_PASSWORD", "GRAFANA_PASSWORD")
MUST_BE_SET = ("BOT_TOKEN", *PASSWORDS)
VARIABLES = {name: f"secret-of-{name}" for name in (*MUST_BE_SET, "RABBITMQ_PASSWORD")}
VARIABLES["BOT_TOKEN"] = TOKEN
# Each takes docker-compose half a second; the one with everything in it shows most.
COMBINATIONS = [
    (BASE, RABBITMQ, SECRETS, PORTS),
    *(
        pytest.param(files, marks=pytest.mark.slow)
        for files in ((BASE,), (BASE, RABBITMQ), (BASE, SECRETS), (BASE, PORTS))
    ),
]

EVERYTHING = {"db", "redis", "migrate", "api", "bot", "worker", "worker-messages", "beat"}
EVERYTHING |= {"flower", "prometheus", "grafana"}
FULL_ONLY = {"worker-messages", "flower", "prometheus", "grafana"}
# What `make run` alone reads, or what the image says for every container.
NOT_PASSED_ON = {"BOT_ENABLED", "API_ENABLED", "VALKEY_PORT", "SANDBOX_PORT", "WORKER_CONCURRENCY"}
NOT_PASSED_ON |= {"API_HOST", "API_PORT", "BOT_WEBHOOK_PORT"}

docker_compose = pytest.mark.skipif(
    shutil.which("docker-compose") is None,
    reason="no docker-compose here: apt install docker-compose",
)


@cache
def house(*files: str) -> dict[str, Service]:
    return services(files or (BASE,), VARIABLES)


def every_service() -> Iterator[tuple[str, Service]]:
    yield from house(BASE, RABBITMQ).items()


def configured(files: tuple[str, ...], variables: Mapping[str, str], folder: Path) -> Any:
    """What `docker-compose config` prints with these variables in .env, or its complaint."""
    chosen = [word for file in files for word in ("-f", file)]
    env = folder / ".env"
    env.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    done = subprocess.run(
        ["docker-compose", "--env-file", str(env), *chosen, "config"],
        cwd=ROOT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else yaml.safe_load(done.stdout)["services"]


@docker_compose
@pytest.mark.parametrize("files", COMBINATIONS, ids=" ".join)
def test_docker_compose_takes_them_and_reads_them_as_the_tests_do(
    files: tuple[str, ...], tmp_path: Path
) -> None:
    found = configured(files, VARIABLES, tmp_path)
    assert found.keys() == house(*files).keys()
    for name, service in house(*files).items():
        told = found[name]
        passed = {k: str(v) for k, v in told.get("environment", {}).items() if v is not None}
        assert passed == service["environment"]
        assert command_of(told) == service.get("command")
        assert told.get("depends_on") == service.get("depends_on")
        secrets = [each["source"] for each in told.get("secrets", [])]
        assert sorted(secrets) == sorted(service.get("secrets", []))


def command_of(told: Service) -> list[str] | None:
    """As a container gets it: what is printed has each $ twice, to be read again."""
    words = told.get("command")
    return [word.replace("$$", "$") for word in words] if words else None


@pytest.mark.slow
@docker_compose
def test_docker_compose_names_the_password_that_is_missing_and_the_remedy(tmp_path: Path) -> None:
    told = configured((BASE,), {**VARIABLES, "REDIS_PASSWORD": ""}, tmp_path)
    assert "REDIS_PASSWORD is not set; sh infra/docker/new-env.sh" in told


@pytest.mark.parametrize("name", MUST_BE_SET)
def test_no_password_has_a_default(name: str) -> None:
    with pytest.raises(ServerFailed, match=f"^{name} is not set; sh infra/docker/new-env.sh"):
        services([BASE], {**VARIABLES, name: ""})


def test_rabbitmq_has_no_default_password_either() -> None:
    with pytest.raises(ServerFailed, match="RABBITMQ_PASSWORD is not set"):
        services([BASE, RABBITMQ], {**VARIABLES, "RABBITMQ_PASSWORD": ""})


def test_full_is_everything_and_without_it_there_is_what_sends() -> None:
    assert house().keys() == EVERYTHING
    assert {name for name, each in house().items() if each.get("profiles")} == FULL_ONLY
    assert all(house()[name]["profiles"] == ["full"] for name in FULL_ONLY)


def test_whatever_is_named_alone_finds_what_it_needs() -> None:
    """Naming a service turns its own profiles on, and nobody else's."""
    for name, service in every_service():
        for needed in service.get("depends_on", {}):
            theirs = set(house(BASE, RABBITMQ)[needed].get("profiles", []))
            assert theirs <= set(service.get("profiles", [])), (name, needed)


def test_nothing_starts_before_what_it_needs_is_healthy() -> None:
    for name, service in every_service():
        waits = {each["condition"] for each in service.get("depends_on", {}).values()}
        assert waits <= {"service_healthy", "service_completed_successfully"}, name
    for name in ("api", "bot", "worker", "worker-messages", "beat"):
        waits_for = house()[name]["depends_on"]
        assert waits_for.keys() == {"db", "redis", "migrate"}
        assert waits_for["migrate"]["condition"] == "service_completed_successfully"
        assert "rabbitmq" in house(BASE, RABBITMQ)[name]["depends_on"]


def test_every_service_is_bounded_watched_and_started_again() -> None:
    for name, service in every_service():
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert health_of(service), name


def health_of(service: Service) -> list[str]:
    """Its own, else its image's."""
    own: list[str] = service.get("healthcheck", {}).get("test", [])
    target = service.get("build", {}).get("target")
    return own or images()[target].healthcheck


def test_no_container_can_do_more_than_it_must() -> None:
    for name, service in every_service():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        assert service.get("read_only") or name == "rabbitmq", name
        assert "privileged" not in service, name


def test_ports_are_on_this_machine_alone_unless_asked() -> None:
    shown = [port for _, service in every_service() for port in service.get("ports", [])]
    assert len(shown) == 5
    assert all(port.startswith("127.0.0.1:") for port in shown)
    asked = services([BASE], {**VARIABLES, "BIND": "0.0.0.0"})
    assert asked["api"]["ports"] == ["0.0.0.0:8000:8000"]
    assert asked["prometheus"]["ports"] == ["127.0.0.1:9090:9090"], "it has no password"


def test_ledger_broker_and_metrics_are_on_the_inner_network_alone() -> None:
    for name in ("db", "redis", "rabbitmq"):
        service = house(BASE, RABBITMQ)[name]
        assert service["networks"] == ["inner"]
        assert "ports" not in service
    published = [port for _, service in every_service() for port in service.get("ports", [])]
    assert not any(port.endswith((":9808", ":5432", ":6379")) for port in published)


def test_workers_can_be_scaled_and_beat_cannot() -> None:
    for name in ("worker", "worker-messages"):
        assert not {"container_name", "ports"} & house()[name].keys()
    assert house()["beat"]["container_name"] == "analyticbot-beat"
    second = services([BASE], {**VARIABLES, "COMPOSE_PROJECT_NAME": "second"})
    assert second["beat"]["container_name"] == "second-beat"


def test_how_many_workers_there_are_stands_in_env_so_that_each_up_starts_as_many() -> None:
    chosen = services([BASE], {**VARIABLES, "WORKERS": "4"})
    told = {name: each["deploy"].get("replicas") for name, each in chosen.items()}
    assert (told.pop("worker"), told.pop("worker-messages")) == ("4", "1")
    assert set(told.values()) == {None}


def test_the_second_worker_takes_messages_alone() -> None:
    command = house()["worker-messages"]["command"]
    assert command == [*images()["worker"].command, "-Q", "messages"]


def test_every_setting_reaches_the_containers() -> None:
    wanted = {name.upper() for name in Settings.model_fields} - NOT_PASSED_ON
    chosen = {name: "1" for name in wanted if name not in VARIABLES}
    for role in ("worker", "api", "bot", "beat"):
        passed = services([BASE], {**VARIABLES, **chosen})[role]["environment"].keys()
        missing = wanted - passed - images()["worker"].environment.keys()
        assert missing == set(), f"{role}: add them to x-settings in docker-compose.yml"


def test_each_sees_only_the_passwords_that_it_needs() -> None:
    seen = {
        name: {password for password in VARIABLES if VARIABLES[password] in str(service)}
        for name, service in every_service()
    }
    servers = {"BOT_TOKEN", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert seen["db"] == {"POSTGRES_PASSWORD"}
    assert seen["redis"] == {"REDIS_PASSWORD"}
    assert seen["migrate"] == servers
    assert seen["grafana"] == {"GRAFANA_PASSWORD"}
    assert seen["prometheus"] == set()
    assert seen["flower"] == servers | {"RABBITMQ_PASSWORD", "FLOWER_PASSWORD"}
    assert seen["worker"] == seen["api"] == seen["bot"] == servers | {"RABBITMQ_PASSWORD"}


def test_with_secrets_from_files_no_container_is_told_one() -> None:
    told = str(house(BASE, SECRETS))
    assert [name for name, value in VARIABLES.items() if value in told] == []


def test_redis_is_told_its_password_by_no_argument() -> None:
    redis = house()["redis"]
    assert VARIABLES["REDIS_PASSWORD"] not in str(redis["command"])
    [_, _, script] = redis["command"]
    server = script.partition("exec ")[2].partition("<<")[0]
    assert "password" not in server
    assert "--appendonly yes" in server
    assert "--maxmemory-policy noeviction" in server


# The command that makes .env


def made(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a copy: it writes beside the compose files."""
    script = folder / "infra" / "docker" / "new-env.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "infra" / "docker" / "new-env.sh", script)
    return subprocess.run(
        ["sh", str(script), *words],
        env={"PATH": "/usr/bin:/bin", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def values_of(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"\w+=", line))


def test_one_command_writes_an_env_that_compose_takes(tmp_path: Path) -> None:
    done = made(tmp_path, BOT_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    env = tmp_path / ".env"
    found = values_of(env.read_text())
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    passwords = [found[name] for name in VARIABLES if name != "BOT_TOKEN"]
    assert len(set(passwords)) == len(passwords)
    assert all(re.fullmatch(r"[A-Za-z0-9]{40}", each) for each in passwords)
    assert not any(each in done.stdout + done.stderr for each in passwords)
    assert services([BASE, RABBITMQ], found)["api"]["environment"]["BOT_TOKEN"] == TOKEN


@pytest.mark.parametrize("words", [(), ("--files",)])
def test_it_never_overwrites(tmp_path: Path, words: tuple[str, ...]) -> None:
    made(tmp_path, *words, BOT_TOKEN=TOKEN)
    before = (tmp_path / ".env").read_text()
    done = made(tmp_path, *words, BOT_TOKEN=TOKEN)
    assert done.returncode == 1
    assert ".env is there already" in done.stderr
    assert (tmp_path / ".env").read_text() == before


def test_it_refuses_what_is_no_token_and_writes_nothing(tmp_path: Path) -> None:
    for token in ("", "secret", "42:", "42:a b"):
        done = made(tmp_path, BOT_TOKEN=token)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("new-env: BOT_TOKEN is not")
    assert not (tmp_path / ".env").exists()


def test_secrets_in_files_are_one_set_and_the_env_holds_none_of_them(tmp_path: Path) -> None:
    made(tmp_path, "--files", BOT_TOKEN=TOKEN)
    folder = tmp_path / "secrets"
    secrets = {file.name: file.read_text() for file in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    told = yaml.safe_load((ROOT / SECRETS).read_text())["secrets"]
    assert {each["file"] for each in told.values()} == {f"./secrets/{name}" for name in secrets}
    settings = Settings(_env_file=None, _secrets_dir=folder)
    assert settings.token == TOKEN
    password = secrets["postgres_password"]
    assert settings.ledger_url == f"postgresql://analyticbot:{password}@db:5432/analyticbot"
    assert settings.governor_url == f"redis://:{secrets['redis_password']}@redis:6379/0"
    env = (tmp_path / ".env").read_text()
    assert not any(value in env for value in secrets.values())
    assert values_of(env)["COMPOSE_FILE"] == f"{BASE}:{SECRETS}"
    services([BASE, SECRETS, RABBITMQ], values_of(env))
