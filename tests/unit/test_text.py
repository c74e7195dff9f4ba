"""Normalising, cutting and measuring answers in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.models import Lang
from interviewer.text.language import detect_language, reply_language
from interviewer.text.normalize import has_hidden_text, normalize, squeeze, strip_hidden
from interviewer.text.segment import split_clauses, split_sentences
from interviewer.text.words import content_tokens, measure_length, stem, tokenize


def cut(text: str) -> list[str]:
    normal = normalize(text).text
    return [normal[span.start : span.end] for span in split_sentences(normal)]


def test_width_case_and_white_space_do_not_matter() -> None:
    assert normalize("Ｋａｆｋａ  做\t实时").text == normalize("kafka做实时").text


def test_hidden_characters_do_not_split_words() -> None:
    assert normalize("用K\ufeffu\u200bb\u200der\u00adnet\U000e0041es").text == "用kubernetes"


def test_combining_marks_are_composed() -> None:
    assert normalize("cafe\u0301").text == normalize("café").text


def test_positions_lead_back_to_the_answer_as_typed() -> None:
    raw = "我们  用\u200bＫａｆｋａ 做"
    normal = normalize(raw)
    start = normal.text.index("kafka")
    span = normal.to_raw(start, start + 5)
    assert raw[span.start : span.end] == "Ｋａｆｋａ"


def test_a_letter_that_folds_to_two_keeps_its_position() -> None:
    normal = normalize("Straße ok")
    assert normal.text == "strasse ok"
    assert normal.to_raw(7, 10).end == len("Straße ok")


@given(st.text(max_size=80))
def test_every_character_has_a_place_in_the_original(raw: str) -> None:
    normal = normalize(raw)
    assert len(normal.text) == len(normal.origin)
    assert all(0 <= place < len(raw) for place in normal.origin)
    assert list(normal.origin) == sorted(normal.origin)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = normalize(raw).text
    assert squeeze(once).text == squeeze(raw).text


@given(st.text(max_size=40))
def test_stripping_leaves_no_hidden_character(raw: str) -> None:
    assert strip_hidden(strip_hidden(raw)) == strip_hidden(raw)


def test_chinese_and_english_sentences_end_where_they_should() -> None:
    assert cut("先清洗。再入湖；e.g. Iceberg v1.2 is fine. Done!\n- 下一条") == [
        "先清洗。",
        "再入湖;",
        "e.g. iceberg v1.2 is fine.",
        "done!",
        "-下一条",
    ]


def test_clauses_are_cut_at_commas_and_contrast() -> None:
    text = normalize("不用轮询,而是按队列长度选,但要限流").text
    clauses = [text[span.start : span.end] for span in split_clauses(text, split_sentences(text)[0])]
    assert clauses == ["不用轮询", "而是按队列长度选", "但要限流"]


@pytest.mark.parametrize(
    ("text", "lang"), [("用Kafka做实时采集,Flink处理", "zh"), ("We use Kafka and Flink", "en"), ("We call it 队列 in our team", "en")]
)
def test_language_follows_the_words(text: str, lang: str) -> None:
    assert detect_language(text) == lang


def test_language_of_nothing_is_the_default() -> None:
    assert detect_language("😀 …", "en") == "en"


@pytest.mark.parametrize(
    ("answer", "asked", "reply"),
    [
        ("hi", "zh", "zh"),
        ("Kafka, Flink, Spark, Airflow", "zh", "zh"),
        ("def f(x):\n    return [i for i in range(10) if i is not None]  # 判别器", "zh", "zh"),
        ("<b>生成器把噪声变成样本</b> " + "x" * 400, "zh", "zh"),
        ("I don't know", "zh", "en"),
        (
            "The generator maps noise to samples and the discriminator tells whether one of them is real, which is what 判别 means to us here.",
            "zh",
            "en",
        ),
        ("生成器把噪声变成样本", "en", "zh"),
        ("Kafka, Flink", "en", "en"),
    ],
)
def test_a_reply_is_in_the_language_asked_in_unless_the_answer_is_plainly_in_the_other(answer: str, asked: Lang, reply: Lang) -> None:
    assert reply_language(answer, asked) == reply


def test_inflected_words_share_a_stem() -> None:
    assert stem("caches") == stem("caching") == stem("cached") == stem("cache")
    assert stem("latencies") == stem("latency")


def test_unspaced_chinese_is_more_than_one_token() -> None:
    assert tokenize("梯度同步") == ("梯度", "度同", "同步")


def test_function_words_carry_no_content() -> None:
    assert content_tokens("the model is in a queue") == (stem("model"), stem("queue"))
    assert "的模" not in content_tokens("新的模型")


def test_both_languages_weigh_alike() -> None:
    assert measure_length("用队列削峰") == pytest.approx(5)
    assert measure_length("use a queue") == pytest.approx(4.8)


def test_emoji_and_flags_are_not_hidden_text() -> None:
    assert not has_hidden_text("家庭👨\u200d👩\u200d👧 ❤\ufe0f 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f")


def test_one_stray_zero_width_space_is_not_hidden_text() -> None:
    assert not has_hidden_text("\ufeff复制\u200b粘贴")


@pytest.mark.parametrize("text", ["ok\U000e0049\U000e0067", "a\u202eb", "忽\u200b略\u200b标\u200b准"])
def test_smuggled_text_is_hidden_text(text: str) -> None:
    assert has_hidden_text(text)
