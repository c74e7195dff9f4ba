/* What only the browser can do: the place in the URL, the keyboard, the clock, the theme, and asking again after a lost connection. */
(() => {
  "use strict";
  /* Gradio's page takes the browser's language for its own, at a moment of its choice; our own pages know theirs, and say nothing here */
  const language = document.querySelector("script[data-lang]"), root = document.documentElement;
  const keepLanguage = () => { if (root.lang !== language.dataset.lang) root.lang = language.dataset.lang; };
  if (language) { keepLanguage(); new MutationObserver(keepLanguage).observe(root, { attributes: true, attributeFilter: ["lang"] }); }
  const $ = (selector) => document.querySelector(selector);
  const press = (id) => { const button = document.getElementById(id); if (button && !button.disabled) button.click(); };
  const store = { get: (k) => { try { return localStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* private window */ } } };

  /* theme: the system's, until the person chooses */
  const applyTheme = () => {
    const chosen = store.get("interviewer-theme");
    const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.classList.toggle("dark", dark);
    if (document.body) document.body.classList.toggle("dark", dark);
  };
  applyTheme();
  document.addEventListener("DOMContentLoaded", applyTheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) {
      store.set("interviewer-theme", document.documentElement.classList.contains("dark") ? "light" : "dark");
      applyTheme();
    }
    const jump = event.target.closest("[data-jump]");
    if (jump) { event.preventDefault(); const part = document.getElementById(jump.dataset.jump); if (part) { part.open = true; part.scrollIntoView({ behavior: "smooth" }); } }
  });

  /* Ctrl or Command + Enter sends; Enter alone is a new line, also while an input method composes */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.target.closest("#answer") && (event.ctrlKey || event.metaKey)) { event.preventDefault(); press("submit"); }
  });

  /* the second half of a double click finds an empty box: it is no attempt to send nothing */
  let sentAt = 0;
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#submit")) return;
    const empty = !($("#answer textarea")?.value || "").trim();
    if (empty && Date.now() - sentAt < 1500) { event.stopImmediatePropagation(); event.preventDefault(); }
    if (!empty) sentAt = Date.now();
  }, true);

  /* times are shown in the reader's zone */
  try {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone) document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  } catch { /* an old browser: the server's zone, which is named beside the times */ }

  /* logged out meanwhile, here or elsewhere: to the login page, and back to this place */
  const ask = window.fetch;
  let askedAt = 0;
  window.fetch = async (...request) => {
    if (String(request[0]?.url ?? request[0]).includes("/run/predict")) askedAt = Date.now();
    const answer = await ask(...request).catch((error) => { if (error.name !== "AbortError") sign(true); throw error; });
    if (answer.status === 401 && new URL(answer.url).origin === location.origin) {
      if (answering()) remember(answering().value, 0, "login");
      location.assign("/login?ended=yes&next=" + encodeURIComponent(location.pathname + location.search));
    }
    if (answer.status === 503 && new URL(answer.url).origin === location.origin) { sign(true); say(answer.clone()); }
    return answer;
  };

  /* "I said that": the question's form goes below the point whose button was pressed; what is sent is turn, point and the marked stretch */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-claim]"), form = opener?.closest(".stage-inner, .question")?.querySelector(".claim-form");
    if (!form) return;
    const row = opener.closest("li"), opens = form.hidden || form.parentElement !== row;
    opener.closest(".stage-inner, .question").querySelectorAll("[data-claim]").forEach((button) => button.setAttribute("aria-expanded", opens && button === opener));
    row.append(form);
    form.hidden = !opens;
    form.dataset.about = opener.dataset.claim;
    if (opens) form.querySelector("input").focus();
  });
  document.addEventListener("click", (event) => {
    const send = event.target.closest('[data-act="contest"]');
    if (!send) return;
    const form = send.closest(".claim-form"), marked = [...form.querySelectorAll("input:checked")];
    const [first] = marked, last = marked.filter((mark) => mark.dataset.seq === first.dataset.seq).pop();
    form.querySelector("[data-unmarked]").hidden = !!first;
    if (first) send.dataset.arg = [first.dataset.seq, form.dataset.about, first.dataset.start, last.dataset.end].join("/");
    else { event.stopImmediatePropagation(); event.preventDefault(); }
  }, true);

  /* who is logged in, in the corner of the bar, which is drawn anew with every event */
  let account = null;
  const showAccount = () => {
    const corner = $("#bar [data-account]");
    if (corner && account === null) {
      account = "";
      fetch("/account?lang=" + document.documentElement.lang.slice(0, 2), { headers: { accept: "text/html" } }).then((answer) => (answer.ok ? answer.text() : "")).then((html) => { account = html.trim(); showAccount(); }).catch(() => { account = null; });
    }
    if (corner && account && !corner.childElementCount) corner.innerHTML = account;
  };

  /* nothing came of a click: its answer was lost on the way, but the server has perhaps done it. What costs marks is taken once for a
     double click, and not again while its answer is on the way. */
  const LOST_AFTER = 4000, COSTLY = "#hint, #unknown, #skip, [data-act=practise], [data-act^=drill]";
  const standing = () => [bar()?.dataset.view, bar()?.dataset.place, $(".stage-inner")?.outerHTML, $("#notice .note")?.textContent].join(" ");
  let clicked = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest(`#submit, #next, #go-on, #reference, [data-act^=settle], [data-act=improve], [data-act=sum_up], ${COSTLY}`);
    if (!button) return;
    const costly = button.matches(COSTLY);
    if (costly && (event.detail > 1 || (clicked?.costly && clicked.standing === standing()))) { event.stopImmediatePropagation(); event.preventDefault(); }
    else clicked = { at: Date.now(), standing: standing(), costly };
    if (button.matches("[data-act^=drill]")) button.setAttribute("aria-busy", "true");
  }, true);
  setInterval(() => {
    if (!clicked) return;
    if (clicked.standing !== standing()) clicked = null;
    else if (Date.now() - clicked.at > LOST_AFTER && !$(".offline:not([hidden])")) { clicked = null; press("refresh"); }
  }, 250);

  /* "draft saved" speaks of what stands in the box, not of what stood there before */
  let savedAt;
  document.addEventListener("input", (event) => { if (event.target.closest("#answer")) $("#draft")?.classList.add("stale"); });

  /* paste events and time away, where the assignment says that they are noted: counts and seconds, never what was pasted */
  const noting = () => (bar()?.dataset.noted === undefined ? "" : bar().dataset.place || "");
  const note = (place, seen) => {
    const [interview, seq] = place.split("/");
    navigator.sendBeacon("/conduct", new Blob([JSON.stringify({ interview, seq: Number(seq), ...seen })], { type: "application/json" }));
  };
  document.addEventListener("paste", (event) => {
    if (noting() && event.target.closest("#answer")) note(noting(), { pastes: 1, pasted: (event.clipboardData?.getData("text/plain") || "").length });
  }, true);
  let left = null;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = noting() ? { place: noting(), at: Date.now() } : null;
    else if (left) { const away = Math.round((Date.now() - left.at) / 1000); if (away > 0) note(left.place, { absences: 1, away }); left = null; }
  });

  /* the place in the URL, so that a refresh or a bookmark comes back to it */
  const bar = () => $("#bar .bar");
  let shown = null;
  let lastChange = Date.now();
  const onDrawn = () => {
    lastChange = Date.now();
    const now = bar();
    if (!now || now.dataset.view === "boot") return;
    showAccount();
    const hint = $("#hint");
    if (hint) hint.disabled = !!$("[data-no-hint]");
    const id = (now.dataset.place || "").split("/")[0];
    const url = new URL(location.href);
    if (id && url.searchParams.get("interview") !== id) { url.searchParams.set("interview", id); history.pushState(null, "", url); }
    if (!id && url.searchParams.has("interview")) { url.searchParams.delete("interview"); history.replaceState(null, "", url); }
    const key = now.dataset.view + " " + now.dataset.place;
    if (key !== shown) {
      $("#draft")?.classList.add("stale");
      if (shown !== null) arrive(now.dataset.view);
      shown = key;
    }
    seek();
    if (now.dataset.view === "room") { reopen(); watchGrowth(); follow(); }
    tick();
  };
  addEventListener("popstate", () => location.reload());

  /* an address that names a turn opens on it, once */
  let sought = /^#t\d+$/.test(location.hash) ? location.hash.slice(1) : "";
  const seek = () => {
    const part = sought && (document.getElementById(sought) || $(`[data-turn="${sought}"]`));
    if (!part) return;
    sought = "";
    const whole = part.closest("details");
    if (whole) whole.open = true;
    part.scrollIntoView();
  };

  /* what was opened stays open when the thread is drawn anew */
  const opened = new Set();
  const nameOf = (part) => part.className + " " + (part.closest("[data-msg]")?.dataset.msg || "").replace("-open", "");
  document.addEventListener("toggle", (event) => { const part = event.target; if (part.matches?.("#stage details")) opened[part.open ? "add" : "delete"](nameOf(part)); }, true);
  const reopen = () => document.querySelectorAll("#stage details:not([open])").forEach((part) => { if (opened.has(nameOf(part))) part.open = true; });

  /* after a move: the cursor where the next word goes */
  const arrive = (view) => {
    if (view !== "room") scrollTo({ top: 0 });
    else if (!matchMedia("(pointer: coarse)").matches) $("#answer textarea")?.focus({ preventScroll: true });
  };

  /* what is new in the thread comes into view above the composer; what is larger than the space is shown from its top */
  const GAP = 12;
  let known = null;
  const follow = () => {
    const messages = [...document.querySelectorAll("#stage [data-msg]")];
    const fresh = messages.filter((message) => !known?.has(message.dataset.msg));
    const first = known === null;
    if (!fresh.length) return;
    known = new Set(messages.map((message) => message.dataset.msg));
    if (fresh.some((message) => message.matches(".ask")) && !(first && messages.length > 1)) { scrollTo({ top: 0 }); return; }
    const newest = fresh.pop().dataset.msg;
    /* the composer takes its height with the next frames */
    requestAnimationFrame(() => requestAnimationFrame(() => bring($(`#stage [data-msg="${CSS.escape(newest)}"]`), first ? "instant" : "smooth")));
  };
  const bring = (message, behavior) => {
    if (!message) return;
    const composer = [$("#compose"), $("#onward")].find((part) => part?.offsetParent), box = message.getBoundingClientRect();
    const top = ($("#bar")?.offsetHeight || 0) + GAP, bottom = innerHeight - (composer?.offsetHeight || 0) - GAP;
    const large = box.height > bottom - top, by = large ? box.top - top : box.bottom - bottom;
    if (large || by > 0) scrollBy({ top: by, behavior });
  };

  /* what could be read above the composer still can when that grows with what is typed */
  let composed = 0, grows = null;
  const onGrowth = () => {
    const height = $("#compose")?.offsetHeight || 0, by = height - composed, before = innerHeight - composed;
    const last = [...document.querySelectorAll("#stage [data-msg]")].pop();
    if (composed && by > 0 && last && last.getBoundingClientRect().bottom <= before) scrollBy({ top: by });
    composed = height;
  };
  const watchGrowth = () => { if (!grows && $("#compose")) (grows = new ResizeObserver(onGrowth)).observe($("#compose")); };

  /* the clock, by the server's time */
  let expired = null;
  let offset = 0;
  const tick = () => {
    const clock = $(".clock[data-deadline]");
    if (!clock) return;
    if (clock.dataset.now && clock.dataset.seen !== clock.dataset.now) { offset = Date.parse(clock.dataset.now) - Date.now(); clock.dataset.seen = clock.dataset.now; }
    const left = Math.max(0, Math.ceil((Date.parse(clock.dataset.deadline) - Date.now() - offset) / 1000));
    const text = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("late", left <= 30);
    if (left === 0 && expired !== clock.dataset.deadline) { expired = clock.dataset.deadline; press("time-up"); }
  };
  setInterval(tick, 500);

  /* a grade is due and nothing has come for a while: ask the server again, also after it was restarted */
  const sign = (offline) => {
    const line = $(".offline");
    if (offline && line?.hidden && answering()) remember(answering().value);
    if (line) line.hidden = !offline;
  };
  /* why the server cannot serve, if it says so: the records are gone, say */
  const say = async (answer) => {
    const line = $(".offline"), message = answer && (await answer.json().catch(() => ({}))).message?.[document.documentElement.lang.slice(0, 2)];
    if (!line) return;
    line.dataset.usual ??= line.textContent;
    const text = message || line.dataset.usual;
    if (line.textContent !== text) line.textContent = text;
  };
  let backAt = 0;
  const lookAgain = async () => {
    const waiting = $("[data-pending]"), late = $("[data-waiting]"), lost = $(".offline:not([hidden])");
    if (!waiting && !late && !lost) return;
    try {
      const alive = await fetch(new URL("/healthz", location.origin), { cache: "no-store" });
      sign(!alive.ok);
      if (!alive.ok) say(alive);
      if (alive.ok && lost) { backAt = Date.now(); say(null); }
      /* a server that has just come back takes up its grades within its first second */
      const quiet = Date.now() - lastChange, patience = Date.now() - backAt < 10000 ? 600 : 2500;
      if (alive.ok && (lost || (waiting && quiet > patience) || (late && quiet > 10000))) { lastChange = Date.now(); press("refresh"); }
      /* once a request of its own has failed, Gradio hears of no click until it loads the page anew, which it tries every two seconds */
      const pressedAt = Date.now();
      if (alive.ok && lost) setTimeout(() => { if (askedAt < pressedAt) location.reload(); }, 250);
    } catch { sign(true); }
  };
  /* Gradio draws the page anew when a server comes back, with the last draft that it got: what was typed since is put back, and so saved */
  const LOST = "interviewer-typed", SETTLED = 8000;
  const remember = (text, back = 0, why = "") => { try { sessionStorage.setItem(LOST, JSON.stringify({ place: bar()?.dataset.place, text, back, why })); } catch { /* private window */ } };
  const recall = () => { try { return JSON.parse(sessionStorage.getItem(LOST)); } catch { return null; } };
  const answering = () => ($('[data-state="reply"]') ? $("#answer textarea") : null);
  document.addEventListener("input", (event) => {
    if (!event.isTrusted || !event.target.closest("#answer")) return;
    const away = $(".offline:not([hidden])"), kept = recall();
    if (away || kept) remember(event.target.value, away ? 0 : kept.back, kept?.why);
  });
  /* an input method at work would lose what it composes */
  let composing = false;
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; });
  const putBack = () => {
    const kept = recall(), box = answering();
    if (!kept || composing || $(".offline:not([hidden])") || !bar() || bar().dataset.view === "boot") return;
    const first = !kept.back;
    if (first) kept.back = Date.now();
    /* elsewhere it is nobody's: perhaps another person has logged in */
    if (bar().dataset.place !== kept.place || Date.now() - kept.back > SETTLED) { sessionStorage.removeItem(LOST); return; }
    /* sent meanwhile, as an answer or beside it */
    const told = [...document.querySelectorAll("#stage .msg.me .text")].some((part) => part.textContent.trim() === kept.text.trim());
    if (told) { sessionStorage.removeItem(LOST); return; }
    if (!box) return;
    if (kept.why === "login" && kept.text.trim()) $(".put-back").hidden = false;
    if (first) sessionStorage.setItem(LOST, JSON.stringify(kept));
    /* a text that is there already was perhaps not saved: a change, and back, has it saved */
    const { selectionStart, selectionEnd } = box, same = box.value === kept.text;
    for (const text of same ? (first ? [kept.text + " ", kept.text] : []) : [kept.text]) { box.value = text; box.dispatchEvent(new Event("input", { bubbles: true })); }
    if (same) box.setSelectionRange(selectionStart, selectionEnd);
  };
  setInterval(putBack, 250);
  const keepLooking = () => lookAgain().finally(() => setTimeout(keepLooking, $(".offline:not([hidden])") || Date.now() - backAt < 10000 ? 400 : 1500));
  setTimeout(keepLooking, 1500);
  addEventListener("offline", () => sign(true));
  addEventListener("online", () => sign(false));

  /* pointing at a verdict shows its words in the answer, and the other way round */
  const link = (event, on) => {
    const point = event.target.closest?.("[data-point]")?.dataset.point;
    if (!point) return;
    const scope = event.target.closest(".stage-inner, .question") || document;
    scope.querySelectorAll(`[data-point="${CSS.escape(point)}"]`).forEach((part) => part.classList.toggle("lit", on));
  };
  addEventListener("mouseover", (event) => link(event, true));
  addEventListener("mouseout", (event) => link(event, false));

  const watch = () => {
    const root = document.body;
    new MutationObserver((changes) => {
      const within = (parts) => changes.some(({ target: t }) => { const e = t.nodeType === 1 ? t : t.parentElement; return e?.closest(parts) && !e.closest(".clock"); });
      const at = $("#draft [data-at]")?.dataset.at;
      if (at !== savedAt) { savedAt = at; $("#draft")?.classList.remove("stale"); }
      if (within("#bar, #stage, #report, #history, #notice")) onDrawn();
    }).observe(root, { childList: true, subtree: true, characterData: true });
    onDrawn();
  };
  if (document.body) watch(); else document.addEventListener("DOMContentLoaded", watch);
})();
