/* The coach's desk: keys, the link between a point and its words, and places in an answer. Everything it does can be done without it. */
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const go = (address) => { if (address) location.assign(address); };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const show = (part) => part?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });

  const start = () => {
    const room = $("[data-interview]");
    const keys = $("#keys");
    all("[data-keys]").forEach((button) => { button.hidden = !keys; button.addEventListener("click", () => keys.showModal()); });

    /* ---- the list: a changed filter is asked for at once */
    const filters = $("form[data-auto]");
    filters?.addEventListener("change", (event) => { if (!event.target.matches("[type=search], [type=number], [type=date]")) filters.requestSubmit(); });
    filters?.addEventListener("submit", () => all("input, select", filters).forEach((field) => { if (field.value === "") field.disabled = true; }));
    addEventListener("pageshow", () => filters && all("input, select", filters).forEach((field) => { field.disabled = false; }));

    const step = (list, by) => {
      const at = list.findIndex((part) => part === document.activeElement || part.contains(document.activeElement));
      const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
      next?.focus({ preventScroll: true });
      show(next);
    };

    /* ---- a point, its words and its comments light up together, by pointing (page.js) and by focus */
    const light = (part, on) => {
      const { point, comment } = part?.dataset || {};
      if (point) all(`[data-point="${CSS.escape(point)}"]`).forEach((other) => other.classList.toggle("lit", on));
      if (comment) all(`[data-comment="${CSS.escape(comment)}"]`).forEach((other) => other.classList.toggle("lit", on));
    };
    const lightable = (event) => event.target.closest?.("[data-point], [data-comment]");
    addEventListener("focusin", (event) => light(lightable(event), true));
    addEventListener("focusout", (event) => light(lightable(event), false));
    addEventListener("mouseover", (event) => { const part = event.target.closest?.("[data-comment]:not([data-point])"); light(part, true); });
    addEventListener("mouseout", (event) => { const part = event.target.closest?.("[data-comment]:not([data-point])"); light(part, false); });
    const jump = (part) => {
      const target = part.dataset.point ? $(`li[data-point="${CSS.escape(part.dataset.point)}"]`) : $(`.remark[data-comment="${CSS.escape(part.dataset.comment || "")}"]`);
      target?.focus({ preventScroll: true });
      show(target);
    };
    addEventListener("click", (event) => {
      const part = event.target.closest?.(".text [data-point], .text [data-comment]");
      if (part && getSelection().isCollapsed) jump(part);
    });
    const beside = matchMedia("(min-width: 901px)");
    addEventListener("focusin", (event) => { if (beside.matches && event.target.matches?.("li.point[data-point]")) show($(`.text [data-point="${CSS.escape(event.target.dataset.point)}"]`)); });

    /* ---- places in an answer, counted in code points of the answer as it was typed */
    const place = (node, offset) => {
      if (node.nodeType === 1) {
        /* the border of an element: the start of the piece that follows, else the end of the last one */
        const next = node.childNodes[offset];
        const inside = next && (next.nodeType === 3 ? next.parentElement : next.matches?.("[data-start]") ? next : $("[data-start]", next));
        if (inside?.dataset?.start !== undefined && node.closest("[data-answer]")) return Number(inside.dataset.start);
        const pieces = all("[data-start]", node.matches("[data-start]") ? node.parentElement : node).filter((piece) => !next || piece.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING);
        const last = node.matches("[data-start]") ? node : pieces.pop();
        return last ? Number(last.dataset.start) + [...last.textContent].length : null;
      }
      const piece = node.parentElement.closest("[data-start]");
      return piece ? Number(piece.dataset.start) + [...node.data.slice(0, offset)].length : null;
    };
    const selected = () => {
      const selection = getSelection();
      if (!selection.rangeCount || selection.isCollapsed) return null;
      const range = selection.getRangeAt(0).cloneRange();
      const answer = (range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement)?.closest("[data-answer]");
      if (!answer) return null;
      if (!answer.contains(range.endContainer)) range.setEnd(answer, answer.childNodes.length);
      const from = place(range.startContainer, range.startOffset);
      const to = place(range.endContainer, range.endOffset);
      const text = range.toString();
      return from !== null && to !== null && from < to && text.trim() ? { seq: answer.dataset.answer, from, to, text, range } : null;
    };
    let chosen = null;
    const annotate = $("#annotate");
    document.addEventListener("selectionchange", () => {
      if (!annotate) return;
      const now = selected();
      const at = getSelection().anchorNode;
      if (now) chosen = now;
      else if ((at?.nodeType === 1 ? at : at?.parentElement)?.closest("[data-answer]")) chosen = null;
      annotate.hidden = !now;
      if (now) {
        const box = now.range.getBoundingClientRect();
        annotate.style.left = `${Math.max(8, Math.min(scrollX + box.left, scrollX + innerWidth - 190))}px`;
        annotate.style.top = `${scrollY + box.bottom + 8}px`;
      }
    });
    annotate?.addEventListener("mousedown", (event) => event.preventDefault());
    annotate?.addEventListener("click", () => comment());

    const commenting = $("#commenting");
    const home = commenting?.parentElement;
    const comment = () => {
      if (!commenting) return;
      const now = selected() || (document.activeElement === annotate ? chosen : null);
      const form = $("form", commenting);
      const about = $("[data-about]", form);
      form.elements.seq.value = now?.seq ?? "";
      form.elements.start.value = now?.from ?? "";
      form.elements.end.value = now?.to ?? "";
      about.textContent = now ? `${about.dataset.span} “${now.text}”` : about.dataset.whole;
      if (now) $(`#answer-${now.seq}`).after(commenting);
      else home.insertBefore(commenting, annotate);
      commenting.open = true;
      annotate.hidden = true;
      form.elements.text.focus();
      show(form);
    };
    const cancel = commenting && $("[data-cancel]", commenting);
    if (cancel) { cancel.hidden = false; cancel.addEventListener("click", () => { commenting.open = false; $("summary", commenting).focus(); }); }

    /* ---- saved comments: a click, or its number while one of them has the focus, puts the words where the caret is */
    const saved = commenting ? all("[data-saved]", commenting) : [];
    const insert = (button) => {
      const field = $("form", commenting).elements.text;
      const [from, to] = [field.selectionStart, field.selectionEnd];
      const before = field.value.slice(0, from);
      const words = (before && !/\s$/.test(before) ? "\n" : "") + button.dataset.text;
      if (field.value.length - (to - from) + words.length > field.maxLength) { field.focus(); return; }
      field.setRangeText(words, from, to, "end");
      field.focus();
    };
    saved.forEach((button) => button.addEventListener("click", (event) => { event.preventDefault(); insert(button); }));
    const note = () => {
      const notes = $("#notes");
      if (!notes) return;
      notes.open = true;
      $("[data-note]", notes).focus();
      show(notes);
    };

    /* ---- a verdict: the form opens with it chosen, the words selected are its evidence, Enter saves */
    const judge = (number) => {
      const point = document.activeElement?.closest?.("li.point");
      if (!point) return false;
      const pick = all("input[type=radio]", point)[number - 1];
      if (!pick) return false;
      const change = $(".change", point);
      if (!change) { pick.checked = true; const points = all("li.point[data-choice]"); const next = points[points.indexOf(point) + 1]; (next || $(".judging .btn.go"))?.focus(); show(next); return true; }
      const now = selected() || chosen;
      change.open = true;
      pick.checked = true;
      evidence(point, now);
      $("[name=reason]", point).focus();
      return true;
    };
    const evidence = (point, now) => {
      const form = $("form", point);
      const line = $("[data-evidence]", point);
      const seq = form.elements.seq;
      const fits = now && [...(seq.options || [seq])].some((option) => option.value === now.seq);
      if (fits) seq.value = now.seq;
      form.elements.start.value = fits ? now.from : "";
      form.elements.end.value = fits ? now.to : "";
      line.hidden = !fits;
      line.textContent = fits ? line.dataset.evidence.replace("{text}", now.text) : "";
      chosen = null;
    };
    all("li.point .change").forEach((change) => change.addEventListener("toggle", () => { if (change.open && chosen) evidence(change.closest("li"), chosen); }));

    /* ---- after a change: back to where it was made */
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && room) { const fold = target.closest("details"); if (fold) fold.open = true; target.focus({ preventScroll: true }); show(target); }
    show($(".tab[aria-current]"));

    /* ---- a grade is on its way: look again, but never while something is being written */
    if ($("[data-waiting]")) {
      const look = setInterval(() => {
        const busy = document.activeElement?.matches("input, textarea, select") || all("details.change[open], #commenting[open]").length;
        if (!busy && document.visibilityState === "visible") { clearInterval(look); location.reload(); }
      }, 2500);
    }

    /* ---- keys: never while something is typed, composed or asked */
    addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = event.target.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select");
      if (event.key === "Escape") {
        const open = event.target.closest?.("details.change[open], #commenting[open]");
        if (open) { open.open = false; (open.closest("li.point") || $("summary", open)).focus(); event.preventDefault(); }
        else if (typing) event.target.blur();
        return;
      }
      if (typing || keys?.open) return;
      const done = act(event.key, event);
      if (done) event.preventDefault();
    });
    const act = (key, event) => {
      if (event.target.matches?.("[data-saved]") && /^[1-9]$/.test(key)) { if (saved[key - 1]) insert(saved[key - 1]); return true; }
      if (key === "?") { keys?.showModal(); return true; }
      if (key === "/" && $("[data-search]")) { $("[data-search]").focus(); $("[data-search]").select(); return true; }
      if (key === "b" && $("[data-key=b]")) { $("[data-key=b]").click(); return true; }
      if (key === "i") { go(room ? room.dataset.list : "/coach"); return true; }
      const rows = all("a.open");
      const radio = event.target.matches?.("[type=radio]");
      if (rows.length && (key === "j" || (key === "ArrowDown" && !radio))) { step(rows, 1); return true; }
      if (rows.length && (key === "k" || (key === "ArrowUp" && !radio))) { step(rows, -1); return true; }
      if (!room) return false;
      const tabs = all(".tab");
      const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
      switch (key) {
        case "n": go(room.dataset.after); return true;
        case "p": go(room.dataset.before); return true;
        case "[": go(tabs[at - 1]?.href); return true;
        case "]": go(tabs[at + 1]?.href); return true;
        case "j": step(all("li.point"), 1); return true;
        case "k": step(all("li.point"), -1); return true;
        case "c": comment(); return true;
        case "r": $("[data-reviewed]")?.click(); return true;
        case "m": comment(); (saved[0] || commenting && $("form", commenting).elements.text)?.focus(); return true;
        case "w": note(); return true;
        case "s": go($("[data-same]")?.href); return true;
        case "Enter": { const part = event.target.closest?.(".text [data-point], .text [data-comment]"); if (part) jump(part); return Boolean(part); }
        default: return /^[1-5]$/.test(key) && judge(Number(key));
      }
    };
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
