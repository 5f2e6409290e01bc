// Follows the letters on this page. Everything also works without it.
"use strict";
(() => {
  const list = document.querySelector("[data-letters]");
  live.localize(document);
  if (!list) return;

  // What is the same is not touched, so focus and readers stay calm.
  let shown = null;
  const show = (html) => {
    if (html === shown) return;
    shown = html;
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    list.innerHTML = html;
    live.localize(list);
    if (focused) [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  };

  live.follow(show);
})();
