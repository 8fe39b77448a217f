"""The host of an alert, where OSSEC and where Wazuh write it."""

from __future__ import annotations

import pytest

from siemlib.sources.ossec_agent import agent


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"agent": {"name": "web-1", "ip": "10.0.2.21", "id": "002"}, "location": "x"}, ("web-1", "10.0.2.21")),
        ({"agent": {"name": "manager", "id": "000"}}, ("manager", None)),
        ({"location": "(web-2) 10.0.2.22->/var/log/auth.log", "hostname": "other"}, ("web-2", "10.0.2.22")),
        ({"location": "ossec-1->/var/log/auth.log"}, ("ossec-1", None)),
        ({"location": "/var/log/auth.log", "predecoder": {"hostname": "web-3"}}, ("web-3", None)),
        ({"location": ["no", "text"]}, (None, None)),
    ],
)
def test_the_host_of_an_alert(event: dict[str, object], expected: tuple[str | None, str | None]) -> None:
    assert agent(event) == expected
