"""The database, who can reach the application, and who could log in. Creates and migrates nothing."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.addresses import is_loopback
from interviewer.config import Settings
from interviewer.doctor.checks import Check, State, same
from interviewer.errors import InterviewerError
from interviewer.models import Bilingual
from interviewer.records.database import SCHEMA
from interviewer.records.looking import DatabaseStatus, Look, look_at
from interviewer.records.store import utc_now


@dataclass(frozen=True, slots=True)
class _Said:
    state: State
    found: Bilingual
    remedy: Bilingual | None = None


_RESTORE = Bilingual("换上备份：interviewer restore 文件", "put a backup back: interviewer restore FILE")
_SAID = {
    DatabaseStatus.NONE: _Said(State.GOOD, Bilingual("还没有，启动时会建好", "none yet; it is made at the first start")),
    DatabaseStatus.CURRENT: _Said(
        State.GOOD, Bilingual("{interviews} 场面试，{accounts} 个账号，结构 {schema}", "{interviews} interviews, {accounts} accounts, schema {schema}")
    ),
    DatabaseStatus.OLDER: _Said(
        State.NOTE,
        Bilingual("结构是 {schema}，下次启动时升级到 " + SCHEMA, "at schema {schema}; the next start brings it to " + SCHEMA),
        Bilingual("先备份，见 docs/runbook.md", "make a backup first, see docs/runbook.md"),
    ),
    DatabaseStatus.NEWER: _Said(
        State.BAD,
        Bilingual("结构 {schema} 是更新的版本写的，这个版本只认得 " + SCHEMA, "at schema {schema}, which a newer version wrote; this one knows " + SCHEMA),
        Bilingual("装回那个版本，或换上旧备份", "install that version again, or put an older backup back"),
    ),
    DatabaseStatus.MOVED: _Said(
        State.BAD,
        Bilingual("记录已经搬到另一个数据库", "the records were moved to another database"),
        Bilingual("把 DATABASE_URL 设为新地址", "set DATABASE_URL to the new address"),
    ),
    DatabaseStatus.LOCKED: _Said(
        State.BAD,
        Bilingual("被另一个进程锁住了", "another process has locked it"),
        Bilingual("结束那个进程后再试", "end that process, then try again"),
    ),
    DatabaseStatus.DAMAGED: _Said(State.BAD, Bilingual("打不开，文件可能坏了", "it cannot be opened, and may be damaged"), _RESTORE),
    DatabaseStatus.UNREACHABLE: _Said(
        State.BAD,
        Bilingual("连不上", "it cannot be reached"),
        Bilingual("检查 DATABASE_URL，服务器是否在运行、是否让我们进去", "check DATABASE_URL, that the server runs and lets us in"),
    ),
}  # fmt: skip


def check_records(settings: Settings) -> list[Check]:
    """The database, and who can reach what is in it."""
    name = Bilingual("数据库", "Database")
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        look = look_at(settings.data, url, utc_now())
    except InterviewerError as error:
        return [Check(name, State.BAD, same(str(error)))]
    kind, said = "PostgreSQL" if url else "SQLite", _SAID[look.status]
    told = {"interviews": f"{look.interviews:,}", "accounts": look.accounts, "schema": look.schema}
    found = Bilingual(f"{kind}：{said.found.zh.format(**told)}", f"{kind}: {said.found.en.format(**told)}")
    checks = [Check(name, said.state, found, said.remedy)]
    if look.status in (DatabaseStatus.NONE, DatabaseStatus.CURRENT):
        checks.append(_check_access(settings, look))
    return checks


def _check_access(settings: Settings, look: Look) -> Check:
    name = Bilingual("访问", "Access")
    if not settings.is_open:
        who = (
            Bilingual(f"，{look.accounts} 个账号", f", {look.accounts} accounts")
            if look.accounts
            else Bilingual("，不用登录", ", nobody logs in")
        )
        return Check(name, State.GOOD, Bilingual(f"只有这台机器{who.zh}", f"only this machine{who.en}"))
    if not look.can_log_in:
        found = Bilingual("对别人开放，但没有人有账号", "open to others, but nobody has an account")
        remedy = Bilingual(
            "先运行 interviewer user add 名字 --role admin，或去掉 INTERVIEWER_HOSTS 并设 HOST=127.0.0.1",
            "run `interviewer user add NAME --role admin` first, or unset INTERVIEWER_HOSTS and set HOST=127.0.0.1",
        )
        return Check(name, State.BAD, found, remedy)
    if not settings.host_names:
        found = Bilingual(
            f"HOST={settings.host} 对别人开放，但不知道自己的域名", f"HOST={settings.host} is open to others, but no name is set"
        )
        return Check(name, State.BAD, found, Bilingual("设置 INTERVIEWER_HOSTS", "set INTERVIEWER_HOSTS"))
    names = ", ".join(settings.host_names)
    found = Bilingual(f"{names}，{look.accounts} 个账号", f"{names}, {look.accounts} accounts")
    if not settings.url:
        remedy = Bilingual(
            "命令行要打印邀请链接，还得设 INTERVIEWER_URL，例如 https://",
            "for the links that the command line prints set INTERVIEWER_URL too, such as https://",
        )
        return Check(name, State.NOTE, found, Bilingual(remedy.zh + settings.host_names[0], remedy.en + settings.host_names[0]))
    if settings.url.startswith("http://") and not is_loopback(settings.url.removeprefix("http://").partition(":")[0]):
        remedy = Bilingual("前面加一层 HTTPS：密码和回答正在明文传输", "put HTTPS in front: passwords and answers travel in the clear")
        return Check(name, State.NOTE, found, remedy)
    return Check(name, State.GOOD, found)
