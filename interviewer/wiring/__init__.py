"""The parts of the application, a module for each floor; each floor builds on the one below. `bootstrap` puts the roof on."""
