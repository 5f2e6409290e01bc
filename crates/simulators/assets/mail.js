// Follows the letters on this page. Everything also works without it.
"use strict";
(() => {
  const body = document.body;
  const list = document.querySelector("[data-letters]");
  const lang = document.documentElement.lang;
  const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const whole = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  const localize = (part) => {
    for (const time of part.querySelectorAll("time")) {
      time.textContent = ("whole" in time.dataset ? whole : clock).format(new Date(time.dateTime));
    }
  };

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  localize(document);
  if (!list) return;

  // What is the same is not touched, so focus and readers stay calm.
  let shown = null;
  const show = (html) => {
    if (html === shown) return;
    shown = html;
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    list.innerHTML = html;
    localize(list);
    if (focused) [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  };

  // The stream is closed while nobody looks: browsers allow few connections to one server.
  let stream = null;
  let again = 0;
  let pause = 1000;
  const lost = (is) => {
    document.querySelector(".lost").hidden = !is;
  };
  const follow = () => {
    clearTimeout(again);
    if (stream || document.hidden) return;
    stream = new EventSource(body.dataset.live);
    stream.onmessage = (event) => {
      pause = 1000;
      lost(false);
      show(JSON.parse(event.data));
    };
    stream.onerror = () => {
      lost(!document.hidden);
      stream.close();
      stream = null;
      again = setTimeout(follow, pause);
      pause = Math.min(pause * 2, 15000);
    };
  };
  const rest = () => {
    clearTimeout(again);
    if (stream) stream.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : follow()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", follow);
  follow();
})();
