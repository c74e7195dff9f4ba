"""The page's events over one kept connection, as the page's script sends them, and what each of them took."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from tests.faults.page import EVENTS, body_of, config_in


class EventClient:
    """An open page of a Gradio app: sends its events as the page's script would, over one kept connection.

    `like`: a page of the same app whose description of itself is good for this one as well.
    """

    def __init__(self, port: int, like: EventClient | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        self._session = secrets.token_hex(6)
        self.config = like.config if like else config_in(self._get("/").decode())
        self.events = {each["api_name"]: each for each in self.config["dependencies"] if each.get("api_name")}

    def send(self, name: str, data: list[str]) -> list[Any]:
        """Send one event; what its outputs are to show."""
        self._connection.request("POST", EVENTS, body_of(self.events[name], data, self._session), {"Content-Type": "application/json"})
        drawn: list[Any] = json.loads(self._answer())["data"]
        return drawn

    def await_index(self) -> None:
        """Wait until the server has loaded all that it loads in the background."""
        while json.loads(self._get("/readyz"))["index"] != "ok":
            time.sleep(0.1)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _get(self, path: str) -> bytes:
        self._connection.request("GET", path)
        return self._answer()

    def _answer(self) -> bytes:
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the server answered {answer.status} {said[:300]!r}")
        return said


class BareClient:
    """A client of the bare server, over one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)

    def turn(self, body: dict[str, Any]) -> float:
        """Milliseconds of a turn that asks the model this."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        began = time.perf_counter()
        self._connection.request("POST", "/turn", raw, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the bare server answered {answer.status}")
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Followed:
    """An answer that was followed to its grade. Milliseconds: from the click until the page said so, and until it showed all that came of it.

    `pulses`: how often the page asked for news; `place`: where it stands then.
    """

    acknowledged: float
    done: float
    pulses: int
    place: str


class PageClient(EventClient):
    """The practice page: submits answers, and asks for news as long as the page would."""

    def __init__(self, port: int, like: EventClient | None = None) -> None:
        super().__init__(port, like)
        ids = {each["props"].get("elem_id"): each["id"] for each in self.config["components"]}
        outputs = self.events["on_submit"]["outputs"]
        self._pulse: int = outputs.index(ids["pulse"])
        self._place: int = outputs.index(ids["place"])

    def submit(self, place: str, text: str) -> Followed:
        """From the click to the last update of the page."""
        began = time.perf_counter()
        drawn, pulses = self.send("on_submit", [place, text]), 0
        acknowledged = time.perf_counter() - began
        while True:
            place = drawn[self._place] if isinstance(drawn[self._place], str) else place
            pulse = drawn[self._pulse]
            if not isinstance(pulse, str) or not pulse:
                return Followed(acknowledged * 1000, (time.perf_counter() - began) * 1000, pulses, place)
            drawn = json.loads(self.send("on_pulse", [place, pulse])[0])["drawn"]  # drawn as what a click leads to
            pulses += 1

    def go_on(self, place: str) -> str:
        """Press "next"; where the page stands then."""
        return str(self.send("on_next", [place])[self._place])
