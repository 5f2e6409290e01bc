// What every page of the simulators does: following what is new, closing menus, telling the time of the place.
"use strict";
const live = (() => {
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  const lang = document.documentElement.lang;
  const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const whole = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" });
  const localize = (part) => {
    for (const time of part.querySelectorAll("time")) {
      time.textContent = ("whole" in time.dataset ? whole : clock).format(new Date(time.dateTime));
    }
  };

  // Shows each change of the page's stream, which is closed while nobody looks: browsers allow few connections to a server.
  const follow = (show) => {
    let stream = null;
    let again = 0;
    let pause = 1000;
    const lost = (is) => {
      document.querySelector(".lost").hidden = !is;
    };
    const rest = () => {
      clearTimeout(again);
      if (stream) stream.close();
      stream = null;
    };
    const listen = () => {
      clearTimeout(again);
      if (stream || document.hidden) return;
      stream = new EventSource(document.body.dataset.live);
      stream.onmessage = (event) => {
        pause = 1000;
        lost(false);
        show(JSON.parse(event.data));
      };
      stream.onerror = () => {
        lost(!document.hidden);
        rest();
        again = setTimeout(listen, pause);
        pause = Math.min(pause * 2, 15000);
      };
    };
    document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
    addEventListener("pagehide", rest);
    addEventListener("pageshow", listen);
    listen();
  };
  return { localize, follow };
})();
