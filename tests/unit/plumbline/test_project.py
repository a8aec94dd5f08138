"""A foreign compose project is made safe to run beside others: no fixed name, no fixed port, a label on all of it."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.errors import StackError
from fixtures.project import Project, isolated, secrets_of

LABELS = {"io.plumbline.run": "0a1b2c3d"}
CONFIG: dict[str, Any] = {
    "name": "orders",
    "services": {
        "desk": {
            "image": "desk:1",
            "container_name": "the-desk",
            "labels": {"team": "sales"},
            "environment": {
                "DESK_PASSWORD": "hunter2",
                "TOKEN_FILE": "/run/secrets/token",
                "LOG": "info",
                "API_TOKEN": "",
            },
            "ports": [
                {"mode": "ingress", "target": 8000, "published": "8000", "protocol": "tcp"},
                {"mode": "ingress", "target": 53, "host_ip": "192.0.2.1", "published": "53", "protocol": "udp"},
            ],
        },
        "quiet": {"image": "quiet:1"},
    },
    "networks": {"default": {"name": "orders_default", "ipam": {}}, "shared": {"name": "shared", "external": True}},
    "volumes": {"data": None},
    "secrets": {"token": {"file": "/srv/token"}},
}


def test_ports_are_the_system_s_choice_on_this_machine_alone() -> None:
    assert isolated(CONFIG, LABELS)["services"]["desk"]["ports"] == [
        {"target": 8000, "host_ip": "127.0.0.1", "protocol": "tcp"},
        {"target": 53, "host_ip": "127.0.0.1", "protocol": "udp"},
    ]


def test_nothing_has_a_fixed_name() -> None:
    copy = isolated(CONFIG, LABELS)

    assert "name" not in copy
    assert "container_name" not in copy["services"]["desk"]
    assert "name" not in copy["networks"]["default"]


def test_everything_carries_the_run_s_label() -> None:
    copy = isolated(CONFIG, LABELS)

    made = [*copy["services"].values(), copy["networks"]["default"], copy["volumes"]["data"]]
    assert [each for each in made if not LABELS.items() <= each["labels"].items()] == []
    assert copy["services"]["desk"]["labels"]["team"] == "sales"


def test_what_is_somebody_else_s_stays_as_it_is() -> None:
    copy = isolated(CONFIG, LABELS)

    assert copy["networks"]["shared"] == {"name": "shared", "external": True}
    assert copy["secrets"] == CONFIG["secrets"]
    assert CONFIG["services"]["desk"]["container_name"] == "the-desk", "the caller's own was changed"


def test_values_named_like_secrets_are_secrets() -> None:
    assert secrets_of(CONFIG) == {"desk.DESK_PASSWORD": "hunter2"}


def test_images_of_this_repository_are_known_by_their_variables(tmp_path: Path) -> None:
    file = tmp_path / "compose.yml"
    file.write_text("image: ${PYTHON_IMAGE:-python:3}\nimage: $CONFIG_SERVICE_IMAGE\nimage: ${OTHER_IMAGE}\n")

    assert Project(file, {}).ours == ["python", "config-service"]


def test_compose_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="cannot read the compose file "):
        _ = Project(tmp_path / "nowhere.yml", {}).ours
