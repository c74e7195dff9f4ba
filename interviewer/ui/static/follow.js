/* A page that shows work in progress (`data-follow`) follows it to its end: it looks again and takes over what has changed, in the parts
   that may change (`data-live`). Nodes stay what they are, so that focus, typed text, ticks and opened folds stay, too, and a status is
   said when its words change. Without scripts there is a link instead. */
(() => {
  "use strict";
  const EVERY = 2000, PATIENCE = 9; /* ms between two looks; of the time that a look took, how many times the pause is at least */
  let composing = false;
  addEventListener("compositionstart", () => { composing = true; });
  addEventListener("compositionend", () => { composing = false; });

  const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id || "") === (other.id || "");
  const take = (was, now) => {
    if (was.nodeName === "NOSCRIPT") return;
    if (was.nodeType !== Node.ELEMENT_NODE) { if (was.data !== now.data) was.data = now.data; return; }
    const own = was.nodeName === "DETAILS" ? "open" : ""; /* the reader's */
    for (const { name } of [...was.attributes]) if (name !== own && !now.hasAttribute(name)) was.removeAttribute(name);
    for (const { name, value } of now.attributes) if (name !== own && was.getAttribute(name) !== value) was.setAttribute(name, value);
    takeChildren(was, now);
  };
  const takeChildren = (was, now) => {
    const wanted = new Set([...now.children].map((child) => child.id).filter(Boolean));
    let at = was.firstChild;
    const dropFromHere = () => { const gone = at; at = at.nextSibling; gone.remove(); };
    for (const next of now.childNodes) {
      while (at?.id && !wanted.has(at.id)) dropFromHere();
      if (at && !alike(at, next) && next.id) {
        const later = [...was.children].find((child) => child.id === next.id && at.compareDocumentPosition(child) & Node.DOCUMENT_POSITION_FOLLOWING);
        if (later) while (at !== later) dropFromHere();
      }
      if (at && alike(at, next)) { take(at, next); at = at.nextSibling; }
      else was.insertBefore(document.importNode(next, true), at);
    }
    while (at) dropFromHere();
  };

  const look = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.redirected || answer.status === 403 || answer.status === 404) return false;
    if (!answer.ok) return true;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (composing) return true;
    for (const part of document.querySelectorAll("[data-live]")) { const other = now.getElementById(part.id); if (other) take(part, other); }
    return Boolean(document.querySelector("[data-follow]"));
  };
  const follow = async () => {
    const began = Date.now();
    let more = true;
    if (document.visibilityState === "visible") { try { more = await look(); } catch { /* the server is away: it is asked again */ } }
    if (more) setTimeout(follow, Math.max(EVERY, PATIENCE * (Date.now() - began)));
  };
  if (document.querySelector("[data-follow]")) setTimeout(follow, EVERY);
})();
