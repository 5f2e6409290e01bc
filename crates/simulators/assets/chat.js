// Follows the chats on this page and posts its forms in the background. Everything also works without it.
"use strict";
(() => {
  const body = document.body;
  const phones = new Map([...document.querySelectorAll(".phone")].map((phone) => [phone.dataset.chat, phone]));
  const timers = new Map();

  // Elements are compared by what the server sent, because the clock times in them are changed here.
  const sources = new WeakMap();
  const remember = (element) => {
    sources.set(element, element.outerHTML);
    live.localize(element);
    return element;
  };

  const toast = (phone, text) => {
    const box = document.createElement("p");
    box.textContent = text;
    phone.querySelector(".toasts").append(box);
    setTimeout(() => box.remove(), 4000);
  };

  const alert = (text) => {
    const dialog = document.querySelector("dialog.alert");
    dialog.querySelector("p").textContent = text;
    if (!dialog.open) dialog.showModal();
  };

  // Puts the new elements in place of the old ones; what is the same is not touched, so focus and readers stay calm.
  const patch = (log, html) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const known = new Map([...log.children].map((child) => [child.dataset.key, child]));
    let place = log.firstElementChild;
    let news = false;
    for (const next of [...fresh.content.children]) {
      const old = known.get(next.dataset.key);
      known.delete(next.dataset.key);
      if (old && sources.get(old) === next.outerHTML) {
        if (old !== place) log.insertBefore(old, place);
        place = old.nextElementSibling;
        continue;
      }
      remember(next);
      if (old) {
        const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
        if (old === place) place = old.nextElementSibling;
        old.replaceWith(next);
        if (focused >= 0) (next.querySelectorAll("button, a")[focused] || log.closest(".scroll")).focus();
      } else {
        log.insertBefore(next, place);
        next.classList.add("new");
        news = true;
        if (next.dataset.notice === "alert") alert(next.textContent);
        else if (next.dataset.notice) toast(log.closest(".phone"), next.textContent);
      }
      place = next.nextElementSibling;
    }
    for (const gone of known.values()) gone.remove();
    return news;
  };

  const show = (change) => {
    const phone = phones.get(change.chat);
    if (!phone) return;
    for (const busy of phone.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
    const news = patch(phone.querySelector(".log"), change.log);
    phone.toggleAttribute("data-typing", change.typing);
    clearTimeout(timers.get(phone));
    if (change.typing) timers.set(phone, setTimeout(() => phone.removeAttribute("data-typing"), 5000));
    if (!phone.hasAttribute("data-payload")) {
      const dock = phone.querySelector(".dock");
      if (sources.get(dock) !== change.dock) {
        const focused = dock.contains(document.activeElement);
        dock.innerHTML = change.dock;
        sources.set(dock, change.dock);
        if (focused) (dock.querySelector("button, a") || phone.querySelector(".composer input[type=text]")).focus();
      }
      phone.dataset.mode = change.mode;
    }
    phone.querySelector(".composer [name=text]").placeholder = change.placeholder;
    const tab = [...document.querySelectorAll("[data-tab]")].find((label) => label.dataset.tab === change.chat);
    if (news && tab && !tab.control.checked) tab.classList.add("news");
  };

  const post = async (form, submitter) => {
    const data = new URLSearchParams(new FormData(form, submitter));
    const field = form.matches(".composer") ? form.elements.text : null;
    const phone = form.closest(".phone");
    if (field) field.value = "";
    if (form.matches(".begin")) phone.removeAttribute("data-payload");
    if (submitter && submitter.matches(".inline .key")) submitter.setAttribute("aria-busy", "true");
    const menu = form.closest("details");
    if (menu) menu.open = false;
    const dialog = form.closest("dialog");
    if (dialog) dialog.close();
    phone.querySelector(".scroll").scrollTop = 0;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      // 409: the chat went on meanwhile, and the stream shows how.
      if (!answer.ok && answer.status !== 409) throw new Error(answer.status);
    } catch {
      if (field && !field.value) field.value = data.get("text");
      if (submitter) submitter.removeAttribute("aria-busy");
      toast(phone, body.dataset.failed);
    }
  };

  document.addEventListener("submit", (event) => {
    const dismissed = event.submitter && event.submitter.formMethod === "dialog";
    if (!event.target.matches("[data-quiet]") || dismissed) return;
    event.preventDefault();
    post(event.target, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const share = event.target.closest("[data-share]");
    if (!share) return;
    event.preventDefault();
    share.closest(".phone").querySelector("dialog.share").showModal();
  });

  document.addEventListener("keydown", (event) => {
    // A link that acts as a button obeys the space bar too.
    if (event.key === " " && event.target.matches("[data-share]")) {
      event.preventDefault();
      event.target.click();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.form && event.target.form.id === "choose") event.target.form.requestSubmit();
    if (event.target.name === "tab") event.target.labels[0].classList.remove("news");
  });

  for (const log of document.querySelectorAll(".log")) for (const child of log.children) remember(child);
  if (body.dataset.live) live.follow(show);
})();
