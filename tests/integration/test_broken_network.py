"""Proxies and certificates of the environment that cannot be used: of no matter offline, one sentence where a model is to be asked."""

from __future__ import annotations

import re
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from interviewer.network import find_network_problems, proxies_in_use, unbracket_bypassed, unread
from tests.endpoint import ScriptedEndpoint
from tests.integration.test_command_line import run
from tests.serving import Served

BROKEN = [
    ("ALL_PROXY", "socks5://127.0.0.1:9"),
    ("https_proxy", "socks5h://127.0.0.1:9"),
    ("HTTPS_PROXY", "socks4://secret-host"),
    ("HTTP_PROXY", "http://secret-host:port"),
    ("HTTP_PROXY", "http://"),
    ("SSL_CERT_FILE", "/secret-host/none.pem"),
    ("SSL_CERT_FILE", "{folder}/empty.pem"),
    ("SSL_CERT_FILE", "{folder}"),
    ("SSL_CERT_DIR", "/secret-host/none"),
    ("SSLKEYLOGFILE", "/secret-host/none/keys"),
]
USABLE = [
    ("HTTP_PROXY", "http://user:pass@127.0.0.1:3128"),
    ("ALL_PROXY", "127.0.0.1:3128"),
    ("HTTPS_PROXY", ""),
    ("NO_PROXY", "[::1],a:b:c,,*.example.org"),
    ("SSL_CERT_DIR", "{folder}"),
    ("SSLKEYLOGFILE", "{folder}/keys"),
]


def placed(folder: Path, value: str) -> str:
    (folder / "empty.pem").write_text("no certificate")
    return value.format(folder=folder)


@pytest.mark.parametrize(("name", "value"), BROKEN)
def test_what_cannot_be_used_is_told_by_its_name_in_both_languages_and_without_its_value(name: str, value: str, tmp_path: Path) -> None:
    (problem,) = find_network_problems({name: placed(tmp_path, value)})
    assert problem.name == name
    told = [problem.wrong.zh, problem.wrong.en, problem.remedy.zh, problem.remedy.en]
    assert all(told)
    assert not any("secret-host" in each for each in told)


@pytest.mark.parametrize(("name", "value"), USABLE)
def test_what_can_be_used_is_let_by(name: str, value: str, tmp_path: Path) -> None:
    assert find_network_problems({name: placed(tmp_path, value)}) == ()


@pytest.mark.parametrize(("name", "value"), BROKEN)
def test_with_a_model_one_sentence_names_the_variable(name: str, value: str, tmp_path: Path) -> None:
    with ScriptedEndpoint() as server:
        model = {"INTERVIEWER_MODEL": "scripted", "OPENAI_BASE_URL": server.base_url, name: placed(tmp_path, value)}
        done = run(tmp_path, "grade", "1", "--examiner", "llm", "--answer-file", "-", stdin="GAN", **model)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert re.search(rf"^interviewer: {name}: .* → ", done.stderr)


def test_serving_with_a_model_is_refused_before_anything_is_promised(tmp_path: Path) -> None:
    model = {"INTERVIEWER_MODEL": "scripted", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "ALL_PROXY": "socks5://127.0.0.1:9"}
    done = run(tmp_path, "serve", **model)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"interviewer: ALL_PROXY: .* → .*\n", done.stderr)


def test_without_a_model_nothing_of_it_is_read(tmp_path: Path) -> None:
    broken = {name: placed(tmp_path, value) for name, value in BROKEN} | {"NO_PROXY": "[::1],a:b:c"}
    with Served(tmp_path, **broken) as served:
        served.await_index()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{served.url}/") as page:
            assert page.status == 200
    assert "Traceback" not in served.log.read_text()


def test_a_bracketed_address_is_written_so_that_every_library_reads_it() -> None:
    environ = {"NO_PROXY": "localhost, [::1],[fe80::]/10,[::1]:80", "no_proxy": "a"}
    unbracket_bypassed(environ)
    assert environ == {"NO_PROXY": "localhost,::1,fe80::/10,[::1]:80", "no_proxy": "a"}


def test_hidden_variables_come_back_whatever_happens() -> None:
    environ = {"http_proxy": "a", "SSL_CERT_FILE": "b", "PATH": "c"}
    with suppress(KeyError), unread(environ):
        assert environ == {"PATH": "c"}
        raise KeyError
    assert environ == {"http_proxy": "a", "SSL_CERT_FILE": "b", "PATH": "c"}


def test_a_proxy_is_shown_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pa@ss@127.0.0.1:3128")
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert proxies_in_use()["https"] == "http://127.0.0.1:3128"


def test_no_proxy_is_in_use_where_all_hosts_go_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", "localhost, *")
    assert proxies_in_use() == {}
