"""Who comes in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.errors import ConfigError
from interviewer.wiring.records import RecordsParts

if TYPE_CHECKING:
    from interviewer.access.login import Entrance
    from interviewer.access.openid import OpenIdProvider
    from interviewer.access.passwords import Passwords
    from interviewer.access.people_admin import PeopleAdmin
    from interviewer.records.groups import GroupStore


class AccessParts(RecordsParts):
    """Who comes in."""

    @cached_property
    def people_admin(self) -> PeopleAdmin:
        """The use cases of looking after people."""
        from interviewer.access.people_admin import PeopleAdmin
        from interviewer.records.store import utc_now

        return PeopleAdmin(self.people, self.accounts, self.groups, utc_now)

    @cached_property
    def groups(self) -> GroupStore:
        """The groups that people are in."""
        from interviewer.records.groups import GroupStore

        return GroupStore(self.database)

    @cached_property
    def passwords(self) -> Passwords:
        """Makes and checks password hashes."""
        from interviewer.access.passwords import Passwords

        return Passwords()

    @cached_property
    def entrance(self) -> Entrance:
        """Lets people in by password."""
        from interviewer.access.login import Entrance

        return Entrance(self.people, self.passwords)

    @cached_property
    def openid(self) -> OpenIdProvider | None:
        """The identity provider, None without one; ConfigError if it is set by halves or its address is not protected."""
        settings = self.settings
        secret = settings.openid_client_secret
        if not (settings.openid_issuer or settings.openid_client_id or secret):
            return None
        if not (settings.openid_issuer and settings.openid_client_id and secret and secret.get_secret_value()):
            raise ConfigError(
                "an identity provider is set by halves → set INTERVIEWER_OIDC_ISSUER, …_CLIENT_ID and …_CLIENT_SECRET, or none"
            )
        from interviewer.access.openid import OpenIdProvider, is_protected

        if not is_protected(settings.openid_issuer):
            raise ConfigError("INTERVIEWER_OIDC_ISSUER is no https address → set the issuer as the provider gives it")
        return OpenIdProvider(settings.openid_issuer, client_id=settings.openid_client_id, client_secret=secret)
