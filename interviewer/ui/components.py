"""What is on the practice page: Gradio's components, laid out and named. The events are wired in `practice`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from interviewer.models import Lang
from interviewer.ui.labels import words
from interviewer.ui.render import render
from interviewer.ui.setup_form import Catalogue

# Buttons inside drawn HTML carry data-act; the page's script has them confirmed where the label asks for it.
ACTIONS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (!button) return;
  if (button.dataset.confirm && !window.confirm(button.dataset.confirm)) return;
  trigger('click', {act: button.dataset.act, arg: button.dataset.arg || ''});
});
"""


def _html(value: str = "", *, id: str | None = None, acts: bool = False) -> gr.HTML:
    return gr.HTML(value, elem_id=id, js_on_load=ACTIONS if acts else None, apply_default_css=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The components by name. `form`: the set-up's inputs in the order of `setup_form.read_setup`.

    `place`: where the page stands, "interview/turn". `pulse`: not empty while a grade is being made; each change asks for `news`,
    see `news`.
    """

    bar: gr.HTML
    place: gr.Textbox
    pulse: gr.Textbox
    news: gr.Textbox
    notice: gr.HTML
    today: gr.HTML
    form: list[Any]
    begin: gr.Button
    history: gr.HTML
    stage: gr.HTML
    answer: gr.Textbox
    draft_status: gr.HTML
    hint: gr.Button
    unknown: gr.Button
    skip: gr.Button
    submit: gr.Button
    next: gr.Button
    go_on: gr.Button
    reference: gr.Button
    side: gr.HTML
    term: gr.Textbox
    search: gr.Button
    found: gr.HTML
    report: gr.HTML
    time_up: gr.Button
    refresh: gr.Button

    @property
    def chosen_from(self) -> list[Any]:
        """Of the form, what holds more for one person than for another: set, topics and number of questions."""
        return [self.form[2], self.form[3], self.form[6]]

    @property
    def drawn(self) -> list[Any]:
        """Whatever a change of the interview redraws; beside it there is only the box that is typed into."""
        return [
            self.bar,
            self.place,
            self.pulse,
            self.notice,
            self.today,
            self.history,
            self.stage,
            self.hint,
            self.next,
            self.side,
            self.report,
        ]


def build_page(catalogue: Catalogue, lang: Lang) -> Page:
    """Lay the whole page out; only the style sheet decides which of its views is seen."""
    t = words(lang)
    parts: dict[str, Any] = {}
    parts["bar"] = _html('<div class="bar" data-view="boot"></div>', id="bar", acts=True)
    for hidden in ("place", "pulse", "news"):
        parts[hidden] = gr.Textbox(visible="hidden", elem_id=hidden, label=hidden)
    parts["notice"] = _html(id="notice")
    with gr.Column(elem_id="home"):
        _html(render("home", lang, examiner=catalogue.default_examiner.value, stays_here=catalogue.stays_here))
        parts["today"] = _html(id="today", acts=True)
        with gr.Column(elem_id="setup", elem_classes="panel"):
            _html(f"<h2>{t['setup']}</h2>")
            parts["form"] = _build_form(catalogue, lang)
            parts["begin"] = gr.Button(t["begin"], variant="primary", elem_id="begin")
        parts["history"] = _html(id="history", acts=True)
    with gr.Row(elem_id="room"):
        with gr.Column(elem_id="main"):
            parts["stage"] = _html(id="stage", acts=True)
            parts.update(_build_composer(lang))
        with gr.Column(elem_id="side"):
            parts["side"] = _html(id="side-progress")
            with gr.Column(elem_id="look-up"):
                _html(f"<h2>{t['look_up']}</h2>")
                parts["term"] = gr.Textbox(
                    label=t["look_up_label"], placeholder=t["look_up_label"], show_label=False, elem_id="term", max_length=200
                )
                parts["search"] = gr.Button(t["look_up"], elem_id="search", size="sm")
                parts["found"] = _html(id="found")
    parts["report"] = _html(id="report", acts=True)
    with gr.Row(elem_id="machinery"):
        parts["time_up"] = gr.Button("time up", elem_id="time-up")
        parts["refresh"] = gr.Button("refresh", elem_id="refresh")
    return Page(**parts)


def _build_composer(lang: Lang) -> dict[str, Any]:
    t = words(lang)
    parts: dict[str, Any] = {}
    with gr.Column(elem_id="compose"):
        parts["answer"] = gr.Textbox(
            label=t["answer_label"],
            placeholder=t["answer_placeholder"],
            show_label=False,
            lines=3,
            max_lines=14,
            elem_id="answer",
            container=False,
        )
        with gr.Row(elem_id="compose-row"):
            parts["hint"] = gr.Button(t["hint"], elem_id="hint", size="sm")
            parts["unknown"] = gr.Button(t["unknown_button"], elem_id="unknown", size="sm")
            parts["skip"] = gr.Button(t["skip_button"], elem_id="skip", size="sm")
            parts["draft_status"] = _html(id="draft")
            _html(f"<kbd>Ctrl</kbd> + <kbd>Enter</kbd> {t['keys_submit']}", id="keys")
            parts["submit"] = gr.Button(t["submit"], variant="primary", elem_id="submit")
    with gr.Row(elem_id="onward"):
        parts["reference"] = gr.Button(t["show_reference"], elem_id="reference")
        parts["go_on"] = gr.Button(t["do_not_wait"], elem_id="go-on")
        parts["next"] = gr.Button(t["next_question"], variant="primary", elem_id="next")
    return parts


def _build_form(catalogue: Catalogue, lang: Lang) -> list[Any]:
    t = words(lang)
    count = len(catalogue.bank.files.questions)
    with gr.Row():
        language = gr.Radio([("中文", "zh"), ("English", "en")], value=lang, label=t["interview_language"])
        mode = gr.Radio(
            [(t["mode_coaching"], "coaching"), (t["mode_exam"], "exam")], value="coaching", label=t["mode"],
            info=f"{t['mode_coaching_info']} {t['mode_exam_info']}",
        )  # fmt: skip
    # What a person may choose from beyond the question files is filled in once it is known who they are (`practice.on_form`).
    chosen_set = gr.Dropdown(
        [(t["question_set_none"], "")], value="", label=t["question_set"], info=t["question_set_info"], visible=False, elem_id="question-set",
    )  # fmt: skip
    with gr.Row():
        follow_ups = gr.Radio([0, 1, 2, 3], value=1, label=t["follow_ups"])
        examiner = gr.Radio(
            [(t[f"examiner_{name}"] + (f" · {catalogue.model}" if name == "llm" else ""), name.value) for name in catalogue.examiners],
            value=catalogue.default_examiner.value, label=t["examiner"],
        )  # fmt: skip
    stand_in = gr.Checkbox(
        label=t["stand_in"], info=t["stand_in_info"], value=catalogue.stand_in, visible=catalogue.model is not None, elem_id="stand-in",
    )  # fmt: skip
    with gr.Accordion(t["more_settings"], open=False, elem_id="more"):
        topics = gr.CheckboxGroup(catalogue.topic_choices(lang), label=t["topics"], info=t["all_questions"])
        competencies = gr.CheckboxGroup([(name, id) for id, name in catalogue.competencies(lang).items()], label=t["by_competency"])
        difficulty = gr.CheckboxGroup([(t[f"difficulty_{n}"], n) for n in (1, 2, 3)], label=t["by_difficulty"])
        with gr.Row():
            how_many = gr.Slider(1, count, value=count, step=1, label=t["how_many"])
            minutes = gr.Dropdown(catalogue.minute_choices(lang), value=0, label=t["minutes"])
        shuffle = gr.Checkbox(label=t["shuffle"], value=False)
        weak = gr.Checkbox(label=t["weak_points"], info=t["weak_points_info"], value=False, elem_id="weak")
    return [language, mode, chosen_set, topics, competencies, difficulty, how_many, shuffle, follow_ups, minutes, examiner, stand_in, weak]
