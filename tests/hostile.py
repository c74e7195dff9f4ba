"""What people type or paste to break a page, a file or a spreadsheet; each sample must be shown as the text that it is."""

from __future__ import annotations

SAMPLES = {
    "markup": "</textarea></title></script><h1 id=broken>题</h1><b>粗</b> & &amp; &lt; <!-- <a href=//evil.example>x</a>",
    "script": "\"><img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script><svg onload=alert(1)> ' onmouseover='alert(1)' javascript:alert(1)",
    "formula": "=cmd|'/c calc'!A1",
    "full-width formula": '＝HYPERLINK("http://evil.example","x") \t@SUM(1+1)',
    "minus": "-2+3+cmd|' /C calc'!A0",
    "table": 'a | b\n|---|---:|\n";"x",y;z\t\'w\'\r\n---\n```\n# 标题\n> 引用',
    "braces": "{{ 7*7 }} {% raw %}{% include 'x' %} ${7*7} {0} {name.__class__} %s %(x)d #{7*7} <%= 7*7 %>",
    "control": "a\x00b\x07\x1b[31mc\x7f\x08d\x85e",
    "hidden": "a\u202eb\u200bc\u2066d\u2069\ufeffe\u00adf\U000e0041末",
    "surrogate": "前\ud83d后",
    "long": ('线上埋点走 Kafka <b>& "，再做清洗和去重。' * 800)[:20_000],
    "emoji": "😀👩\u200d💻🏳️\u200d🌈",
}
