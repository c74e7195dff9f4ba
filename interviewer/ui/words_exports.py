"""The words of the export of many interviews. Joined in `labels`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "exports": ("批量导出", "Export many"),
    "exports_lead": (
        "一个分组所有已结束的面试，打成一个 ZIP：每位候选人一个文件夹。在后台生成，可以离开这一页。",
        "All finished interviews of a group as one ZIP with a folder for each candidate. It is made in the background; you may leave this page.",
    ),
    "exports_formats": ("文件格式", "As"),
    "exports_format_html": ("报告（可打印网页）", "Report (a page to print)"),
    "exports_format_md": ("报告（Markdown）", "Report (Markdown)"),
    "exports_format_json": ("完整记录（JSON）", "Whole record (JSON)"),
    "exports_format_csv": ("逐要点表格（CSV）", "A row per point (CSV)"),
    "exports_begin": ("开始导出", "Export"),
    "exports_replaces": ("新的导出会替换现在这一份。", "A new export takes the place of this one."),
    "exports_under_way": ("正在生成：{percent}%", "Being made: {percent}%"),
    "exports_waits": ("排队中，很快开始。", "Waiting; it begins in a moment."),
    "exports_give_up": ("取消", "Give up"),
    "exports_ready": ("好了：{n} 场面试，{size}", "Ready: {n} interview(s), {size}"),
    "exports_until": ("只有你能下载，保留到 {at}；其中任何人的记录被删除，文件也一起删除。",
                      "Only you can download it, until {at}. If the records of anybody in it are deleted, it goes with them."),
    "exports_download": ("下载 ZIP", "Download the ZIP"),
    "exports_delete": ("现在删除", "Delete it now"),
    "exports_failed": ("没有做成：{why}", "It failed: {why}"),
    "exports_lost": ("没有做成：记录里已经没有这个任务 → 重新导出一次", "It failed: nothing is known of this job any more → export once more"),
    "exports_busy": ("已经有一份在生成：等它好，或者先取消。", "One of yours is being made already: wait for it, or give it up first."),
    "exports_no_format": ("至少选一种格式。", "Choose at least one format."),
    "exports_gone": ("这份文件已经没有了。", "That file is gone."),
    "exports_blind": (
        "盲评打开时不导出：文件里有评分。先关掉盲评。",
        "Nothing is exported while you review blind: the files hold the grades. Switch it off first.",
    ),
}  # fmt: skip
