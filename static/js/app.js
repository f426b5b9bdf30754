// What HTML cannot do by itself. Every page works without this file.
"use strict";
(() => {
  const live = document.getElementById("live");
  const drafts = new WeakMap(); // form: its timer and the request under way

  // (a) After a swap the focus goes where the fragment says, never to the body.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    detail.target.removeAttribute("aria-busy");
    const found = "[autofocus], [data-focus]";
    const next = detail.elt.matches(found) ? detail.elt : detail.elt.querySelector(found);
    next?.focus();
  });

  // (b) HX-Trigger: {"say": "18 personer"} is read out.
  document.addEventListener("say", ({ detail }) => {
    live.textContent = detail.value;
  });

  // (c) What is being fetched says so.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    detail.target.removeAttribute("aria-busy");
    release(detail.elt.closest("form"));
  });

  // (d) What is typed is kept by the server: <form data-draft="/address/">.
  const keep = (form, leaving) => {
    const draft = drafts.get(form);
    if (!draft?.timer) return;
    clearTimeout(draft.timer);
    draft.timer = 0;
    draft.request = new AbortController();
    fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      keepalive: leaving,
      signal: draft.request.signal,
    }).catch(() => {}); // without a network the text still stands in the page
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (!form) return;
    const draft = drafts.get(form) ?? {};
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => keep(form), 1500);
    drafts.set(form, draft);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) document.querySelectorAll("form[data-draft]").forEach((f) => keep(f, true));
  });

  const stop = (form) => {
    const draft = drafts.get(form);
    clearTimeout(draft?.timer);
    if (draft) draft.timer = 0;
    draft?.request?.abort();
  };

  // (e) Pressing twice sends once. Let go after ten seconds: the network may have swallowed it.
  const release = (form) => form?.removeAttribute("aria-busy");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.getAttribute("aria-busy")) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    form.setAttribute("aria-busy", "true");
    setTimeout(release, 10000, form);
    const begins = form.matches("[data-drop]"); // *Börja om* forgets what stands in the others
    (begins ? document.querySelectorAll("form[data-draft]") : [form]).forEach(stop);
  }, true);
  addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
})();
