// What the page does beyond what it shows without scripts: sentences appear as
// they are verified, markers show their quotes, questions are remembered in the
// browser. Nothing leaves for anywhere but this server.
"use strict";

const $ = (id) => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

// ---- a marker's quote, on hover, focus and tap

const quote = element("div", { id: "quote", role: "tooltip", hidden: "" });
let shown = null; // the marker whose quote is shown
let leaving = 0;

function showQuote(marker) {
  clearTimeout(leaving);
  if (shown === marker) return;
  hideQuote();
  shown = marker;
  quote.replaceChildren(
    element("p", {}, element("strong", {}, marker.getAttribute("aria-label"))),
    element("div", {}, marker.dataset.quote),
  );
  quote.hidden = false;
  marker.setAttribute("aria-describedby", "quote");
  marker.setAttribute("aria-expanded", "true");
  const at = marker.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - quote.offsetWidth - 16);
  quote.style.left = `${Math.max(8, left) + scrollX}px`;
  const below = at.bottom + 6 + quote.offsetHeight < innerHeight || at.top < quote.offsetHeight;
  quote.style.top = `${scrollY + (below ? at.bottom + 6 : at.top - quote.offsetHeight - 6)}px`;
}

function hideQuote() {
  if (!shown) return;
  shown.removeAttribute("aria-describedby");
  shown.removeAttribute("aria-expanded");
  shown = null;
  quote.hidden = true;
}

const markerOf = (event) => event.target.closest?.(".marker[data-quote]");

$("content").append(quote);
document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const marker = markerOf(event);
  if (marker) showQuote(marker);
  else if (event.target.closest("#quote")) clearTimeout(leaving);
  else if (shown && document.activeElement !== shown) {
    clearTimeout(leaving);
    leaving = setTimeout(hideQuote, 250);
  }
});
document.addEventListener("focusin", (event) => (markerOf(event) ? showQuote(markerOf(event)) : hideQuote()));
let touched = false;
document.addEventListener("pointerdown", (event) => {
  const marker = markerOf(event);
  // The first tap shows the quote, the second follows the link.
  touched = event.pointerType !== "mouse" && marker && shown !== marker;
  if (!marker && !event.target.closest("#quote")) hideQuote();
});
document.addEventListener("click", (event) => {
  const marker = markerOf(event);
  if (marker && touched) {
    event.preventDefault();
    showQuote(marker);
  }
  touched = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideQuote();
});

// ---- the way back from a source

for (const back of document.querySelectorAll("a.back")) {
  back.addEventListener("click", (event) => {
    if (document.referrer.startsWith(location.origin + "/") && history.length > 1) {
      event.preventDefault();
      history.back();
    }
  });
}

// ---- asking

const form = $("ask");
if (form) startAsking();

function startAsking() {
  const talk = $("talk");
  const say = talk.dataset;
  const question = $("question");
  const stored = "zhiwen.conversations";
  const current = "zhiwen.current";
  const kept = 50; // conversations
  let running = null;

  const load = () => {
    try {
      const list = JSON.parse(localStorage.getItem(stored));
      return Array.isArray(list) ? list : [];
    } catch {
      return [];
    }
  };
  const save = (list) => {
    try {
      localStorage.setItem(stored, JSON.stringify(list.slice(0, kept)));
    } catch {
      // a browser that keeps nothing still asks
    }
  };
  let conversation = { id: "", turns: [] };

  const local = (link) => {
    const url = new URL(link, location.href);
    return url.pathname + url.search + url.hash;
  };
  const fill = (format, ...values) => format.replace(/%[ds]/g, () => values.shift());

  function line(text, citations) {
    const p = element("p");
    let done = 0;
    for (const found of text.matchAll(/\[(\d{1,4})\]/g)) {
      const cited = citations.get(Number(found[1]));
      if (!cited) continue;
      p.append(text.slice(done, found.index));
      p.append(element("a", { class: "marker", href: local(cited.link), "aria-label": fill(say.marker, cited.marker, cited.title), "data-quote": cited.quote }, found[0]));
      done = found.index + found[0].length;
    }
    p.append(text.slice(done));
    return p;
  }

  function showText(into, text, citations) {
    const known = new Map(citations.map((c) => [c.marker, c]));
    into.replaceChildren(...text.trim().split("\n").map((l) => line(l, known)));
  }

  function highlighted(c) {
    const q = element("blockquote");
    const runes = [...c.quote];
    let done = 0;
    for (const { start, end } of c.highlights ?? []) {
      if (start < done || start >= end || end > runes.length) continue;
      q.append(runes.slice(done, start).join(""), element("mark", {}, runes.slice(start, end).join("")));
      done = end;
    }
    q.append(runes.slice(done).join(""));
    return q;
  }

  function sources(doc) {
    const list = element("ol");
    for (const c of doc.citations) {
      const day = c.published || say.nodate;
      list.append(element("li", { value: c.marker },
        element("p", {}, element("a", { href: local(c.link) }, c.title), " ", element("span", { class: "about" }, `${day} · ${fill(say.paragraph, c.paragraph)}`)),
        highlighted(c)));
    }
    return element("details", { class: "sources", open: "" }, element("summary", {}, say.sources), list);
  }

  function turn(asked) {
    const text = element("div", { class: "text" });
    const article = element("article", { class: "turn" }, element("h2", {}, asked), text);
    talk.append(article);
    return { article, text };
  }

  function finish(shownTurn, doc) {
    showText(shownTurn.text, doc.answer, doc.citations);
    for (const notice of doc.notices ?? []) shownTurn.article.append(element("p", { class: "notice" }, notice));
    if (doc.citations.length) shownTurn.article.append(sources(doc));
  }

  function problem(shownTurn, text) {
    shownTurn.article.querySelector(".working")?.remove();
    shownTurn.article.append(element("p", { class: "problem", role: "alert" }, text));
  }

  async function ask(asked) {
    const shownTurn = turn(asked);
    const working = element("p", { class: "working" }, say.asking);
    shownTurn.article.append(working);
    shownTurn.article.scrollIntoView({ block: "nearest" });
    running = new AbortController();
    $("send").hidden = true;
    $("stop").hidden = false;
    try {
      const response = await fetch("/v1/ask", {
        method: "POST",
        // What goes wrong is said in the language of the page, not of the browser.
        headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": document.documentElement.lang },
        body: JSON.stringify({ question: asked, history: conversation.turns.slice(-6).map((t) => ({ question: t.question, answer: t.doc.answer })) }),
        signal: running.signal,
      });
      if (response.status === 401) return location.reload(); // the page then asks for the key
      if (!response.ok) return problem(shownTurn, (await response.json()).error);
      let text = "";
      const citations = [];
      for await (const { name, doc } of events(response.body)) {
        if (name === "sentence") {
          text += doc.text;
          citations.push(...(doc.citations ?? []));
          showText(shownTurn.text, text, citations);
        } else if (name === "answer") {
          finish(shownTurn, doc);
          remember(asked, doc);
        } else if (name === "error") {
          problem(shownTurn, doc.error);
        }
      }
    } catch (error) {
      problem(shownTurn, error.name === "AbortError" ? say.stopped : say.network);
    } finally {
      working.remove();
      running = null;
      $("send").hidden = false;
      $("stop").hidden = true;
    }
  }

  // events reads server-sent events.
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      for (let end; (end = buffer.indexOf("\n\n")) >= 0; buffer = buffer.slice(end + 2)) {
        let name = "", data = "";
        for (const l of buffer.slice(0, end).split("\n")) {
          if (l.startsWith("event: ")) name = l.slice(7);
          if (l.startsWith("data: ")) data += l.slice(6);
        }
        if (data) yield { name, doc: JSON.parse(data) };
      }
    }
  }

  function remember(asked, doc) {
    if (!conversation.id) conversation.id = String(Date.now());
    conversation.turns.push({ question: asked, doc });
    save([conversation, ...load().filter((c) => c.id !== conversation.id)]);
    sessionStorage.setItem(current, conversation.id);
    showPast();
  }

  function open(chosen) {
    running?.abort();
    conversation = chosen;
    talk.replaceChildren();
    for (const t of conversation.turns) finish(turn(t.question), t.doc);
    if (conversation.id) sessionStorage.setItem(current, conversation.id);
    else sessionStorage.removeItem(current);
    showPast();
  }

  function showPast() {
    const list = load();
    $("past").hidden = !list.length;
    $("fresh").hidden = !conversation.turns.length;
    $("past").querySelector("ul").replaceChildren(...list.map((c) => {
      const button = element("button", { class: "plain", type: "button" }, c.turns[0].question);
      if (c.id === conversation.id) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => {
        open(c);
        $("content").focus();
      });
      return element("li", {}, button);
    }));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = question.value.trim();
    if (!asked || running) return;
    question.value = "";
    if (talk.querySelector(":scope > .problem")) talk.replaceChildren();
    ask(asked).then(() => question.focus({ preventScroll: true }));
  });
  question.addEventListener("keydown", (event) => {
    // 229 is what Safari says of the Enter that takes a word of the input method.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  $("stop").addEventListener("click", () => running?.abort());
  $("fresh").addEventListener("click", () => {
    open({ id: "", turns: [] });
    question.focus();
  });
  $("forget").addEventListener("click", () => {
    localStorage.removeItem(stored);
    open({ id: "", turns: [] });
    question.focus();
  });

  // Coming back from a source, the conversation is where it was.
  const last = load().find((c) => c.id === sessionStorage.getItem(current));
  if (last && !talk.children.length) open(last);
  else showPast();
}
