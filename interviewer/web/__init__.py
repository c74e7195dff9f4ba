"""The pages besides the practice room: plain HTML over FastAPI routes, each with an address of its own and no state in the page."""
