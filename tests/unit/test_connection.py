"""Addresses of endpoints."""

from __future__ import annotations

import pytest

from interviewer.endpoint.connection import is_loopback, split_query


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.10", "localhost", "LocalHost.", "models.localhost", "::1", "[::1]", "0.0.0.0", "::"]
)
def test_this_machine_is_known_under_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "localhost.example.org", "", "128.0.0.1", "::2"])
def test_other_hosts_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("https://host/v1", ("https://host/v1", {})),
        (" https://host:8443/v1/?a=1&empty=\n", ("https://host:8443/v1/", {"a": "1", "empty": ""})),
        ("https://user:pass@host/openai?api-version=2024-10-21#x", ("https://user:pass@host/openai", {"api-version": "2024-10-21"})),
    ],
)
def test_an_address_and_its_query_are_told_apart(address: str, parts: tuple[str, dict[str, str]]) -> None:
    assert split_query(address) == parts
