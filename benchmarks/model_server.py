"""The tests' scripted endpoint as a process that takes orders on its standard input, a line each, until that is closed.

`latency SECONDS` changes how long it waits before each reply, `pace SECONDS` between its pieces (24 characters each; 0: in one burst); `bodies` prints the requests since the last time as JSON.
"""

from __future__ import annotations

import json
import sys

from tests.endpoint import Reply, Request, ScriptedEndpoint, faithful, faithful_reply


def main() -> None:
    """Serve, and do as told."""
    with ScriptedEndpoint() as endpoint:
        print(endpoint.base_url, flush=True)
        for line in sys.stdin:
            order, _, value = line.strip().partition(" ")
            if order == "latency":
                endpoint.latency = float(value)
                print("done", flush=True)
            elif order == "pace":
                endpoint.drip = float(value)
                endpoint.replace(_paced if endpoint.drip else faithful)
                print("done", flush=True)
            elif order == "bodies":
                heard, endpoint.requests[:] = list(endpoint.requests), []
                print(json.dumps([request.body for request in heard]), flush=True)


def _paced(request: Request) -> Reply:
    return Reply(faithful_reply(request), fault="drip")


if __name__ == "__main__":
    main()
