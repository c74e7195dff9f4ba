"""What is checked before anything is served: set-ups that cannot work are refused with the names of the settings."""

from __future__ import annotations

from interviewer.addresses import is_loopback
from interviewer.bootstrap import Application
from interviewer.contradictions import refuse_contradictions
from interviewer.errors import ConfigError
from interviewer.network import refuse_broken_network
from interviewer.records.store import utc_now


def check_start(application: Application) -> None:
    """ConfigError or StoreError if the application cannot serve as it is set up. Loads nothing that takes long."""
    settings = application.settings
    refuse_contradictions(settings)
    if settings.asks_elsewhere:
        refuse_broken_network()
    if settings.openid_issuer:
        _ = application.openid
    check_binding(application)


def check_binding(application: Application) -> None:
    """ConfigError if others than this machine could reach the application and nobody could log in, or no name is set for it."""
    settings = application.settings
    if not settings.is_open:
        return
    opened = f"HOST={settings.host}" if not is_loopback(settings.host) else "INTERVIEWER_HOSTS"
    if not application.people.can_log_in(utc_now()):
        raise ConfigError(
            f"{opened} would open the application to others, but nobody has an account → run `interviewer user add NAME --role admin` "
            "first, or unset INTERVIEWER_HOSTS and bind to HOST=127.0.0.1"
        )
    if not settings.host_names:
        raise ConfigError(
            f"HOST={settings.host} opens the application to others, but it does not know its own name → "
            "set INTERVIEWER_HOSTS to the names under which people reach it, such as interview.example.org"
        )
