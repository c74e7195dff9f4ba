"""What a webhook is sent and where it may lead: the specification's own example, and addresses that only this machine reaches."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from interviewer.addresses import check_webhook, read_webhook_secret
from interviewer.records.webhooks import Event
from interviewer.telling.sending import REFUSED, UNREACHABLE, Sender, may_reach
from interviewer.telling.signing import sign, write_body

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_a_message_is_signed_as_the_specification_has_it() -> None:
    """The example of the reference libraries (standard-webhooks, libraries/python/tests)."""
    headers = sign(
        read_webhook_secret(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")


def test_the_body_holds_kind_time_and_ids() -> None:
    assert json.loads(write_body("review.done", AT, {"person": "p", "interview": "i"})) == {
        "type": "review.done", "timestamp": "2026-03-01T09:00:00Z", "data": {"interview": "i", "person": "p"},
    }  # fmt: skip


def test_the_id_is_made_of_what_happened() -> None:
    one = Event("review.done", "a", AT, {})
    assert one.id == Event("review.done", "a", datetime.now(UTC), {"x": "y"}).id
    assert len({one.id, Event("review.done", "b", AT, {}).id, Event("interview.ended", "a", AT, {}).id}) == 3


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "A" * 100, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa S"],
)
def test_a_secret_that_is_none_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(ValueError, match="openssl") as refused:
        read_webhook_secret(secret)
    assert len(secret) < 8 or secret not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://example.org/hook", "ftp://example.org", "https://u:p@example.org", "https://", "//example.org", "http://10.0.0.1/"]
)
def test_an_address_that_others_can_read_on_the_way_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="→"):
        check_webhook(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/hook?a=b", "http://127.0.0.1:8000/", "http://localhost/x", "http://[::1]:9/", "https://10.0.0.1/"]
)
def test_https_and_this_machine_are_taken(url: str) -> None:
    check_webhook(url)


PRIVATE = ("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::")
LOOPBACK = ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")
NEVER = ("169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "240.0.0.1", "::ffff:169.254.169.254")
PUBLIC = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")


def reached(addresses: tuple[str, ...], **how: bool) -> list[str]:
    return [each for each in addresses if may_reach(each, **how)]


def test_a_name_must_not_lead_where_only_this_machine_reaches() -> None:
    assert reached((*PRIVATE, *LOOPBACK, *NEVER), loopback=False, private=False) == []
    assert reached(PUBLIC, loopback=False, private=False) == list(PUBLIC)


def test_networks_of_ones_own_are_a_setting_and_loopback_must_be_named() -> None:
    assert reached((*PRIVATE, *PUBLIC), loopback=False, private=True) == [*PRIVATE, *PUBLIC]
    assert reached((*LOOPBACK, *NEVER), loopback=False, private=True) == []
    assert reached((*PRIVATE, *PUBLIC, *LOOPBACK, *NEVER), loopback=True, private=False) == list(LOOPBACK)


def test_a_name_with_one_bad_address_among_good_ones_is_not_connected_to() -> None:
    for addresses in (["93.184.216.34", "10.0.0.1"], ["127.0.0.1"], []):
        sender = Sender("https://hook.example.org/", look_up=lambda _host, _port, found=addresses: found)  # type: ignore[misc]
        assert sender.send({}, b"").result == REFUSED


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    assert Sender("https://hook.example.org/", look_up=unknown).send({}, b"").result == UNREACHABLE
