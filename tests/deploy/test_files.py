"""What deployment files promise: no secrets, nobody is root, nothing but the proxy is reachable, settings that Dagster
knows. They are read, not run: no container is started here."""

import copy
import importlib
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import dagster as dg
import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config

ROOT: Final = Path(__file__).resolve().parents[2]
DEPLOY: Final = ROOT / "deploy"
OURS: Final = "compact-exchange:"
PUBLIC: Final = {"dashboard": ["80:80", "443:443"]}
SECRET: Final = re.compile(r"password|secret|token|key", re.IGNORECASE)


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


# compose.yaml


def compose_faults(compose: dict[str, Any]) -> list[str]:
    """What is wrong with services, one line each."""
    return [f"{name} {fault}" for name, service in compose["services"].items() for fault in faults_of(name, service)]


def faults_of(name: str, service: dict[str, Any]) -> list[str]:
    ours = service["image"].startswith(OURS)
    environment = {key: str(value) for key, value in service.get("environment", {}).items()}
    open_ports = [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
    judged = {
        "has no fixed version": ":" not in service["image"] or service["image"].endswith(":latest"),
        "may gain privileges": "no-new-privileges:true" not in service.get("security_opt", []),
        "is privileged": bool(service.get("privileged")),
        "can be written to": name != "postgres" and not service.get("read_only"),
        "runs as root": ours and str(service.get("user", "0")).split(":")[0] == "0",
        "keeps capabilities": name != "postgres" and service.get("cap_drop") != ["ALL"],
        "is reachable from outside": open_ports != PUBLIC.get(name, []),
        "knows publishers' keys": bool(service.get("env_file")) and name != "code",
        "has a secret in it": any(
            SECRET.search(key) and not re.fullmatch(r"\$\{\w+:\?[^}]+\}", value) for key, value in environment.items()
        ),
    }
    return [fault for fault, is_so in judged.items() if is_so]


def test_no_service_is_root_open_or_holds_a_secret() -> None:
    compose = read("compose.yaml")
    assert {"postgres", "code", "webserver", "daemon", "dashboard", "proxy"} == set(compose["services"])
    assert compose_faults(compose) == []


@pytest.mark.parametrize(
    ("service", "change", "fault"),
    [
        ("code", {"image": "compact-exchange:latest"}, "has no fixed version"),
        ("code", {"security_opt": []}, "may gain privileges"),
        ("daemon", {"privileged": True}, "is privileged"),
        ("daemon", {"read_only": False}, "can be written to"),
        ("code", {"user": "0:0"}, "runs as root"),
        ("proxy", {"cap_drop": []}, "keeps capabilities"),
        ("webserver", {"ports": ["3000:3000"]}, "is reachable from outside"),
        ("postgres", {"ports": ["5432:5432"]}, "is reachable from outside"),
        ("webserver", {"env_file": ["settings.env"]}, "knows publishers' keys"),
        ("postgres", {"environment": {"POSTGRES_PASSWORD": "compact"}}, "has a secret in it"),
        ("code", {"environment": {"CENSUS_API_KEY": "made-up"}}, "has a secret in it"),
    ],
)
def test_a_careless_service_is_found(service: str, change: dict[str, Any], fault: str) -> None:
    compose = copy.deepcopy(read("compose.yaml"))
    compose["services"][service] |= change
    assert compose_faults(compose) == [f"{service} {fault}"]


def test_services_wait_for_services_and_mount_what_is_there() -> None:
    compose = read("compose.yaml")
    for name, service in compose["services"].items():
        assert set(service.get("depends_on", [])) <= set(compose["services"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith("./") else source in compose["volumes"], volume
    [location] = read("workspace.yaml")["load_from"]
    assert location["grpc_server"]["host"] in compose["services"]
    command = compose["services"]["code"]["command"]
    assert str(location["grpc_server"]["port"]) in command
    assert find_spec(command[-1]) is not None


# Containerfile


def container_faults(text: str) -> list[str]:
    """What is wrong with an image, one line each."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    steps = [tuple(line.split(None, 1)) for line in lines if line.strip() and not line.startswith("#")]
    users = [rest for step, rest in steps if step == "USER"]
    copied = [name for step, rest in steps if step == "COPY" for name in rest.split()[:-1]]
    installs = [part for step, rest in steps if step == "RUN" for part in re.findall(r"pip install[^&]*", rest)]
    judged = {
        "no fixed base": any(step == "FROM" and not re.search(r":\d", rest) for step, rest in steps),
        "root": not users or users[-1].split(":")[0] in {"root", "0"},
        "secret": any(step in {"ENV", "ARG"} and SECRET.search(rest) for step, rest in steps),
        "unhashed packages": not all("--require-hashes" in part or "--no-deps" in part for part in installs),
        "an index of packages": bool(re.search(r"index-url|trusted-host", text)),
        "copies what is not there": any(not (ROOT / name).exists() for name in copied),
        "copies everything": "." in copied,
    }
    return [fault for fault, is_so in judged.items() if is_so]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("python:3.11-slim", "python", "no fixed base"),
        ("USER 10001:10001", "", "root"),
        ("USER 10001:10001", "USER root", "root"),
        ("ENV HOME=/tmp", "ENV CENSUS_API_KEY=made-up", "secret"),
        ("--require-hashes ", "", "unhashed packages"),
        ("--require-hashes", "--require-hashes --index-url=x", "an index of packages"),
        ("COPY schemas", "COPY nowhere", "copies what is not there"),
        ("COPY schemas", "COPY .", "copies everything"),
    ],
)
def test_the_image_is_nobodys_root_and_holds_no_secret(old: str, new: str, fault: str) -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert container_faults(text) == []
    assert old in text
    assert container_faults(text.replace(old, new)) == [fault]


# dagster.yaml


def test_dagster_knows_every_setting_and_no_secret_is_among_them(tmp_path: Path) -> None:
    text = (DEPLOY / "dagster.yaml").read_text(encoding="utf-8")
    (tmp_path / "dagster.yaml").write_text(text, encoding="utf-8")
    settings, _ = dagster_instance_config(str(tmp_path))
    assert settings["telemetry"]["enabled"] is False
    assert settings["concurrency"]["pools"] == {"default_limit": 1, "granularity": "run"}
    database = settings["storage"]["postgres"]["postgres_db"]
    assert all(set(value) == {"env"} for value in database.values())
    (tmp_path / "dagster.yaml").write_text(f"{text}\ntelemetri: {{enabled: false}}\n", encoding="utf-8")
    with pytest.raises(dg.DagsterInvalidConfigError, match="telemetri"):
        dagster_instance_config(str(tmp_path))


# Helm


def test_the_values_for_helm_name_what_there_is() -> None:
    values = read("helm-values.yaml")
    [code] = values["dagster-user-deployments"]["deployments"]
    assert find_spec(code["dagsterApiGrpcArgs"][1]) is not None
    assert code["podSecurityContext"]["runAsNonRoot"] is True
    assert code["podSecurityContext"]["runAsUser"] > 0
    assert code["securityContext"]["allowPrivilegeEscalation"] is False
    assert code["image"]["tag"] not in {"", "latest"}
    mounts = {mount["name"] for mount in code["volumeMounts"]}
    assert mounts == {volume["name"] for volume in code["volumes"]}
    launcher = values["runLauncher"]["config"]["customRunLauncher"]
    assert hasattr(importlib.import_module(launcher["module"]), launcher["class"])
    assert values["telemetry"]["enabled"] is values["ingress"]["enabled"] is False
    assert values["postgresql"]["enabled"] is False
    assert "postgresqlPassword" not in values["postgresql"]


# The proxy, and what the operator fills in


def test_the_proxy_leads_to_the_dashboard_and_nowhere_else() -> None:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert re.findall(r"reverse_proxy (\S+)", text) == ["localhost:8501"]
    assert text.count("{") == text.count("}")
    compose = read("compose.yaml")
    assert compose["services"]["proxy"]["network_mode"] == "service:dashboard"
    assert compose["services"]["dashboard"]["command"][:2] == ["compact", "app"]


def test_the_example_of_settings_is_blank_and_the_filled_one_is_never_committed() -> None:
    lines = (DEPLOY / "settings.env.example").read_text(encoding="utf-8").splitlines()
    settings = [line for line in lines if line and not line.startswith("#")]
    assert len(settings) >= 3
    assert [line for line in settings if not re.fullmatch(r"[A-Z_]+=", line)] == []
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+)", compose))
    assert needed <= {line[:-1] for line in settings}
    ignored = ["git", "check-ignore", "--quiet", "deploy/settings.env"]
    assert subprocess.run(ignored, cwd=ROOT, check=False).returncode == 0  # noqa: S603
