"""Who somebody is and how they prove it: passwords, sessions, one-time links, throttling, limits. No page, no route."""
