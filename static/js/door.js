// The door list without a network: a tap is kept on this page and sent once when the network is back
// (docs/decisions/0028). Nothing is put into the browser's storage. Without this file, each tap is a
// form of its own.
"use strict";
(() => {
  const PATIENCE = 15_000, AGAIN = 10_000; // milliseconds
  const WET = 700, PRESS = 1000, CLICK = 50; // one tap that came as two; how long a finger is down; until it counts
  const queue = [], failed = [], tapped = new Map();
  const next = { in: "here", out: "left", stays: "here", never: "none" };
  let busy = false, word = "", last = "", timer = 0, pressed = null, lift = () => {};
  const door = () => document.querySelector("[data-door]");
  const token = () => document.querySelector("#main [name=csrfmiddlewaretoken]");
  const digit = () => crypto.getRandomValues(new Uint8Array(1))[0] % 16;
  const uuid = () => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => digit().toString(16));
  const rowOf = (tap) => document.querySelector(`.doors [data-person="${tap.of}"], .doors [data-guest="${tap.of}"]`);
  const clock = (at) => new Date(at).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" }).replace(":", ".");
  const element = (name, text = "", classes = "") => Object.assign(document.createElement(name), { textContent: text, className: classes });

  // Show a tap as if it were sent: what the row says, and what the next tap on it does.
  const show = (tap) => {
    const output = document.querySelector(".counter output"), words = door().dataset;
    if (tap.what === "more" || tap.what === "less") {
      output.value = Math.max(0, Number(output.value) + (tap.what === "more" ? 1 : -1));
      return;
    }
    const row = rowOf(tap) ?? newRow(tap), state = next[tap.what];
    if (!state) return along(row, tap.what === "company" ? 1 : -1);
    const form = row.querySelector("form"), button = form.querySelector("button");
    const said = { here: words.here, left: words.left, none: words.none }[state].replace("0", clock(tap.at));
    form.dataset.tap = { here: "out", left: "stays", none: "in" }[state];
    button.className = state === "none" ? "" : state;
    button.lastElementChild.replaceWith(element("span", said, state === "none" ? "tap" : ""));
    row.querySelectorAll(":scope > :not(form:first-child), small.muted").forEach((one) => one.remove());
    if (state === "none") return;
    const undo = element("form");
    undo.dataset.tap = state === "left" ? "stays" : "never";
    undo.append(element("button", words.undo, "undo"));
    row.append(undo);
    document.getElementById("live").textContent = `${tap.name}: ${said}`;
  };
  const along = (row, change) => {
    const name = row.querySelector("button > span");
    const said = name.querySelector("small") ?? name.appendChild(element("small"));
    const number = Math.max(0, (Number.parseInt(said.textContent.replace(/\D/g, ""), 10) || 0) + change);
    said.textContent = number ? ` ${door().dataset.along.replace("0", number)}` : "";
  };
  const newRow = (tap) => {
    const row = element("li"), form = element("form"), button = element("button", "", "here");
    row.dataset.guest = tap.of;
    button.append(element("span", tap.name), element("span"));
    form.append(button);
    row.append(form);
    document.querySelector(".doors").append(row);
    return row;
  };
  // Say at each row that waits that it waits, and above the list why.
  const mark = () => {
    const banner = door();
    if (!banner) return;
    document.querySelectorAll(".doors [data-late]").forEach((one) => one.remove());
    for (const row of new Set(word ? queue.map(rowOf) : [])) {
      const waits = element("p", word === "offline" ? banner.dataset.waits : banner.dataset.waitsIn, "muted m0");
      waits.dataset.late = "";
      row?.append(waits);
    }
    banner.querySelectorAll("[data-say]").forEach((one) => {
      one.hidden = one.dataset.say === "failed" ? !failed.length : one.dataset.say !== word;
    });
    banner.querySelector("[data-say=failed] span").textContent = failed.join(", ");
    banner.hidden = !word && !failed.length;
  };

  const ask = async (address, options = {}) => {
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(address, { redirect: "manual", signal: stop.signal, ...options });
      return { status: answer.type === "opaqueredirect" ? 302 : answer.status, text: await answer.text() };
    } catch {
      return { status: 0 }; // no network, or an answer that was cut off: what was done is not known
    } finally {
      clearTimeout(late);
    }
  };
  const post = (tap) => {
    const body = new URLSearchParams({ tap_id: tap.id, what: tap.what, who: door().dataset.who });
    if (tap.of) body.set(tap.guest ? "guest" : "person", tap.of);
    if (tap.nickname) body.set("nickname", tap.nickname);
    body.set("ago", String(Math.max(0, Math.round((Date.now() - tap.at) / 1000))));
    return ask(door().dataset.door, { method: "POST", body, headers: { "X-CSRFToken": token().value } });
  };
  const read = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };
  const page = async () => {
    const address = new URL(location.href);
    address.hash = "";
    if (last) address.searchParams.set("senast", last);
    const { status, text } = await ask(address);
    return { status, found: status === 200 ? new DOMParser().parseFromString(text, "text/html") : null };
  };

  // In order, one at a time; what got no answer is sent again under the same name.
  const send = async () => {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    word = await drain();
    if (!word && !queue.length) await renew();
    busy = false;
    mark();
    if (queue.length) timer = setTimeout(send, word ? AGAIN : 0);
  };
  const drain = async () => {
    while (queue.length) {
      const [tap] = queue, { status, text } = await post(tap);
      if (status === 302) return "signed-out";
      if (status === 412) return "other";
      if (status === 403 && !tap.renewed) { // a new sign-in has a new token
        const { status: seen, found } = await page();
        if (!found) return seen === 302 ? "signed-out" : "offline";
        tap.renewed = true;
        token().value = found.querySelector("#main [name=csrfmiddlewaretoken]")?.value ?? "";
        continue;
      }
      const done = status === 200 ? read(text) : null;
      const isOurs = done || (status >= 400 && status < 500 && status !== 408 && status !== 429);
      if (!isOurs) return "offline"; // a café's own page for signing in is no answer either
      queue.shift();
      if (done) last = done.last ?? last;
      else if (!failed.includes(tap.name)) failed.push(tap.name);
    }
    return "";
  };
  // Once all is sent the page is as the server has it; what is being typed stays.
  const renew = async () => {
    const { found } = await page(), main = document.getElementById("main");
    await Promise.race([pressed, new Promise((done) => setTimeout(done, PRESS))]); // else its tap meets nothing
    if (!found?.getElementById("main") || queue.length) return;
    const typed = document.getElementById("id_nickname")?.value, at = document.activeElement;
    const row = at?.closest(".doors li"), key = row?.dataset.person ?? row?.dataset.guest;
    const value = at?.value, id = at?.id, isCounter = at?.closest(".counter") && (value === "less" ? "less" : "more");
    main.replaceChildren(...found.getElementById("main").childNodes);
    const name = document.getElementById("id_nickname");
    if (name && typed) name.value = typed;
    const where = key ? rowOf({ of: key })?.querySelector("button")
      : isCounter ? document.querySelector(`.counter [value=${isCounter}]`)
      : id && document.getElementById(id);
    where?.focus({ preventScroll: true });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target, what = form.dataset.tap, row = form.closest(".doors li");
    if (!what || !door()) return;
    const name = form.querySelector("[name=nickname]");
    if (what === "guest" && !name.value.trim() && !queue.length && navigator.onLine) return; // the server asks
    event.preventDefault();
    form.removeAttribute("aria-busy");
    if (what === "guest" && !name.value.trim()) return name.focus();
    const of = row?.dataset.person ?? row?.dataset.guest ?? "", now = Date.now();
    if (of && now - (tapped.get(of) ?? 0) < WET) return;
    tapped.set(of, now);
    const tap = { id: uuid(), what, of, at: now, guest: Boolean(row?.dataset.guest), nickname: name?.value, name: row?.querySelector("button > span").firstChild.textContent.trim() ?? form.querySelector("button").ariaLabel };
    if (what === "guest") {
      Object.assign(tap, { what: "in", of: uuid(), guest: true, nickname: name.value, name: name.value.trim() });
      name.value = "";
    }
    if (failed.includes(tap.name)) failed.splice(failed.indexOf(tap.name), 1);
    queue.push(tap);
    show(tap);
    mark();
    send();
  }, true);
  addEventListener("pointerdown", () => { pressed = new Promise((done) => { lift = done; }); });
  for (const up of ["pointerup", "pointercancel"]) addEventListener(up, () => setTimeout(lift, CLICK));
  for (const back of ["online", "focus"]) addEventListener(back, () => queue.length && send());
  addEventListener("beforeunload", (event) => {
    if (queue.length) event.returnValue = Boolean(event.preventDefault() ?? true);
  });
})();
