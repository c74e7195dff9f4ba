"""Why a file was not read, in words for people: what is wrong and what to do. For the pages and the command line."""

from __future__ import annotations

from interviewer.drafting.unreadable import Why
from interviewer.models import Bilingual

_WORDS: dict[Why, Bilingual] = {
    Why.EMPTY: Bilingual("文件里没有文字。请检查选的是不是这个文件，或者直接粘贴文字。", "There is no text in the file. Check that it is the right one, or paste the text."),
    Why.LARGE: Bilingual("文件超过 {count} MB。请去掉图片，或者分成几个文件。", "The file is larger than {count} MB. Take the pictures out, or divide it into several files."),
    Why.LONG: Bilingual("文字超过 {count} 个字符。请分成几个文件。", "There are more than {count} characters of text. Divide it into several files."),
    Why.PAGES: Bilingual("这个 PDF 超过 {count} 页。请只导出需要的那几页。", "The PDF has more than {count} pages. Export only the pages that are needed."),
    Why.UNKNOWN: Bilingual("认不出这种文件。请用 Markdown、HTML、DOCX、PDF 或纯文本，或者直接粘贴文字。", "This kind of file is not known. Use Markdown, HTML, DOCX, PDF or plain text, or paste the text."),
    Why.OLD_WORD: Bilingual("这是旧的 Word 或 RTF 格式。请在 Word 或 WPS 里另存为 DOCX。", "This is an old Word or RTF file. Save it as DOCX in Word or LibreOffice."),
    Why.ENCRYPTED: Bilingual("文件有密码保护。请去掉密码另存一份。", "The file is protected by a password. Save a copy without it."),
    Why.SCAN: Bilingual("这个 PDF 里没有读得出的文字，多半是扫描件。请先做文字识别（OCR）并导出为文字，或者直接粘贴文字。", "There is no text in the PDF that could be read; it is probably a scan. Have its text recognised (OCR) and exported as text, or paste the text."),
    Why.HIDDEN: Bilingual("文件里的文字都是看不见的（白色、极小、页面之外或隐藏），所以没有采用。请把文字设成看得见的，或者直接粘贴。", "All text in the file is invisible (white, tiny, outside the page or hidden) and is not used. Make it visible, or paste the text."),
    Why.DAMAGED: Bilingual("文件坏了或不完整，读不出来。请重新保存或下载，或者直接粘贴文字。", "The file is damaged or incomplete and cannot be read. Save or download it again, or paste the text."),
    Why.BOMB: Bilingual("文件解压后大得不正常（上限 {count} MB），没有读。请在 Word 里另存一份，或者直接粘贴文字。", "The file unpacks to far more than it should (at most {count} MB) and was not read. Save it anew in Word, or paste the text."),
    Why.HANG: Bilingual("读这个文件用时太久，已经停止。请分成几个文件，或者直接粘贴文字。", "Reading the file took too long and was stopped. Divide it into several files, or paste the text."),
    Why.MEMORY: Bilingual("读这个文件需要的内存太多，已经停止。请分成几个文件，或者直接粘贴文字。", "Reading the file took too much memory and was stopped. Divide it into several files, or paste the text."),
    Why.CRASH: Bilingual("读这个文件时读取程序崩溃了，其他不受影响。请换一种格式另存，或者直接粘贴文字。", "The reader crashed on this file; nothing else was harmed. Save it in another format, or paste the text."),
    Why.BUSY: Bilingual("正在读的文件太多了。请过一分钟再试。", "Too many files are being read at the moment. Try again in a minute."),
}  # fmt: skip


def refusal(why: Why, count: int = 0) -> Bilingual:
    """The sentence about it. `count`: the number in it, such as the most pages."""
    words = _WORDS[why]
    return Bilingual(words.zh.format(count=f"{count:,}"), words.en.format(count=f"{count:,}"))
