"""The page's events over HTTP, as the page's own script sends them: begin, answer, draft, go on. Without a browser."""

from __future__ import annotations

import http.client
import json
import re
import secrets
from typing import Any

_PULSE = re.compile(r"^\d+ \d+$")
_PLACE = re.compile(r"^[\w-]{16,32}/\d+$")
PATIENCE = 90
EVENTS = "/gradio_api/run/predict"


class Page:
    """One open page. `path`: "" for the Chinese one, "/en" for the English. Remembers its place, "interview/turn"."""

    def __init__(self, port: int, path: str = "") -> None:
        self._port, self._path, self._session = port, path, secrets.token_hex(6)
        self.place = ""
        self._config = self._read_config()
        self._events = {each["api_name"]: each for each in self._config["dependencies"] if each.get("api_name")}
        self._values = {each["id"]: (each.get("props") or {}).get("value") for each in self._config["components"]}

    def begin(self) -> str:
        """Start an interview as the form stands; what the page then shows."""
        return self._send("on_begin", [self._values.get(id) for id in self._events["on_begin"]["inputs"]])

    def answer(self, text: str) -> str:
        """Send an answer and wait for all that comes of it; what the page then shows."""
        return self._send("on_submit", [self.place, text])

    def draft(self, text: str) -> str:
        """What typing does; what the page says about the draft."""
        return self._send("on_draft", [self.place, text])

    def go_on(self) -> str:
        """Press "next"."""
        return self._send("on_next", [self.place])

    def skip(self) -> str:
        """Press "skip"."""
        return self._send("on_skip", [self.place, ""])

    def export(self, ending: str = "json") -> str:
        """The interview of this place, as the export route gives it; "" where that fails."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        connection.request("GET", f"/export/{self.place.split('/')[0]}.{ending}")
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return text if answer.status == 200 else ""

    def _send(self, name: str, data: list[Any]) -> str:
        body = body_of(self._events[name], data, self._session)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("POST", self._path + EVENTS, body, {"Content-Type": "application/json"})
            joined = connection.getresponse()
            said = joined.read()
            if joined.status != 200:
                raise RuntimeError(f"{name} was not taken: {joined.status} {said[:200]!r}")
        finally:
            connection.close()
        told = json.loads(said)
        heard = _strings(json.loads(told["data"][0] or "[]") if name == "on_pulse" else told)
        found = [value for value in heard if _PLACE.match(value)]
        self.place = found[-1] if found else self.place
        pulse = next((value for value in heard if _PULSE.match(value)), "")
        return "\n".join(heard) + (self._send("on_pulse", [self.place, pulse]) if pulse else "")

    def _read_config(self) -> dict[str, Any]:
        """What is on the page, from the page itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        connection.request("GET", f"{self._path}/")
        html = connection.getresponse().read().decode()
        connection.close()
        return config_in(html)


def body_of(event: dict[str, Any], data: list[Any], session: str) -> bytes:
    """What the page's script sends for an event. `event`: as `config_in` has it."""
    sent = {"data": data, "fn_index": event["id"], "trigger_id": event["targets"][0][0], "session_hash": session, "event_data": None}
    return json.dumps(sent).encode()


def config_in(html: str) -> dict[str, Any]:
    """What a page carries about its components and events; the gate lets nobody ask for it apart."""
    found: dict[str, Any] = json.JSONDecoder().raw_decode(html, html.index("{", html.index("gradio_config = ")))[0]
    return found


def _strings(found: Any) -> list[str]:
    """Every string in what was sent, in order."""
    if isinstance(found, str):
        return [found]
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [text for part in parts for text in _strings(part)]
