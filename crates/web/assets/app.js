// What pages cannot do without a script: theme, dialogs, one submit per form, chosen rows, the phone's menu.
// Everything here improves a page that works without it. Listeners sit on the document, so htmx may swap freely.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  root.classList.add("js");

  // Theme. The server writes the choice into the page; the error page does not know it, so read the cookie as well.
  const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  if (chosen && !root.dataset.theme) root.dataset.theme = chosen[1];
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const switchTheme = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax` + (location.protocol === "https:" ? "; secure" : "");
  };

  // A dangerous act leads to a page with one question. Show that question here; if anything fails, go to the page.
  const ask = async (link) => {
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const box = answer.ok && page.querySelector("[data-confirm-box]");
      if (!box) throw new Error("no question");
      const dialog = document.createElement("dialog");
      dialog.append(document.importNode(box, true));
      dialog.setAttribute("aria-label", box.querySelector("h2").textContent);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
      dialog.querySelector("[data-close]").focus();
    } catch {
      location.assign(link.href);
    }
  };

  // Rows chosen for a bulk act.
  const countChosen = (list) => {
    const boxes = all("td.check input", list);
    const count = boxes.filter((box) => box.checked).length;
    const bulk = list.querySelector("[data-bulk]");
    const every = list.querySelector("[data-check-all]");
    if (bulk) {
      bulk.classList.toggle("on", count > 0);
      bulk.querySelector("[data-bulk-count]").textContent = count;
    }
    if (every) {
      every.checked = count > 0 && count === boxes.length;
      every.indeterminate = count > 0 && count < boxes.length;
    }
  };

  const menu = document.getElementById("menu");
  const menuButton = document.querySelector("[data-menu]");
  const showMenu = (open) => {
    menu.classList.toggle("open", open);
    menuButton.setAttribute("aria-expanded", open);
  };
  if (menuButton) {
    menuButton.setAttribute("role", "button");
    showMenu(false);
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    all("details[data-pick][open]").forEach((pick) => { if (!pick.contains(event.target)) pick.open = false; });
    const confirm = at("a[data-confirm]");
    if (confirm && plain) {
      event.preventDefault();
      ask(confirm);
    } else if (at("dialog [data-close]")) {
      event.preventDefault();
      at("dialog").close();
    } else if (event.target.matches("dialog")) {
      event.target.close();
    } else if (at("[data-theme-switch]")) {
      switchTheme();
    } else if (at("[data-dismiss]")) {
      at(".toast").remove();
    } else if (at("[data-menu]")) {
      event.preventDefault();
      showMenu(!menu.classList.contains("open"));
    } else if (at("[data-filters]")) {
      at("[data-filters]").setAttribute("aria-expanded", at(".filters").classList.toggle("open"));
    } else if (at("[data-copy]")) {
      navigator.clipboard.writeText(document.getElementById(at("[data-copy]").dataset.copy).textContent);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details[data-pick][open]").forEach((pick) => { pick.open = false; pick.querySelector("summary").focus(); });
    if (menu?.classList.contains("open")) { showMenu(false); menuButton.focus(); }
  });

  // A search field has already told the list about its text, letter by letter; on leaving it there is no news.
  document.addEventListener("change", (event) => {
    if (event.target.matches(".filters input[type=search]")) event.stopPropagation();
  }, true);

  document.addEventListener("change", (event) => {
    const list = event.target.closest(".list");
    if (!list || !event.target.closest(".check")) return;
    event.stopPropagation();
    if (event.target.matches("[data-check-all]")) all("td.check input", list).forEach((box) => { box.checked = event.target.checked; });
    countChosen(list);
  });

  // One submit per page load. Coming back by the history must not find a dead button.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    all("button[type=submit]", form).forEach((button) => button.setAttribute("aria-busy", "true"));
  });
  window.addEventListener("pageshow", () => {
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
    });
    all(".list").forEach(countChosen);
  });

  // Addresses without empty filters; words that no longer fit the list come from the new page.
  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters, verb } = event.detail;
    if (verb === "get") for (const [name, value] of Object.entries(parameters)) if (value === "") delete parameters[name];
  });

  all("[data-theme-switch], [data-copy]").forEach((button) => { button.hidden = false; });
  document.querySelector("[data-errors]")?.focus();
  // Long enough to read twice; a pointer over it keeps it.
  all(".toast").forEach((toast) => setInterval(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, 8000));
})();
