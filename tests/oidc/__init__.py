"""A real OpenID provider (the npm package oidc-provider, which is certified) on loopback."""
