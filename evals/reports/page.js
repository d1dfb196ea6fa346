// Finding, keys and the theme. Everything can be read without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const entries = [...document.querySelectorAll(".entry")];
  const articles = new Map([...document.querySelectorAll("article")].map((a) => [a.dataset.id, a]));
  const find = document.getElementById("find");
  const only = document.getElementById("only");
  const count = document.getElementById("count");

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      const there = words.every((word) => entry.dataset.words.includes(word));
      const keep = there && (!only.checked || entry.dataset.keep);
      entry.classList.toggle("hidden", !keep);
      articles.get(entry.dataset.id).classList.toggle("hidden", !keep);
      if (keep) shown += 1;
    }
    count.textContent = `${shown} of ${entries.length}`;
  }

  function openTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const article = target.closest("article");
    if (!article) return;
    if (article.classList.contains("hidden")) {
      find.value = "";
      only.checked = false;
      filter();
    }
    const transcript = article.querySelector("details.transcript");
    if (transcript) transcript.open = true;
    target.scrollIntoView({ block: "start" });
  }

  function step(by) {
    const shown = [...articles.values()].filter((a) => !a.classList.contains("hidden"));
    const at = shown.findIndex((a) => a.getBoundingClientRect().top > 60);
    const here = at === -1 ? shown.length : at;
    const next = shown[Math.max(0, Math.min(shown.length - 1, by > 0 ? here : here - 2))];
    if (next) location.hash = next.id;
  }

  find.addEventListener("input", filter);
  only.addEventListener("change", filter);
  window.addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-filter]");
    if (!link) return;
    find.value = link.dataset.filter;
    filter();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input") || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "/") { event.preventDefault(); find.focus(); }
  });
  document.getElementById("theme").addEventListener("click", () => {
    const dark = getComputedStyle(root).colorScheme.includes("dark") && root.dataset.theme !== "light";
    root.dataset.theme = dark ? "light" : "dark";
  });
  filter();
  openTarget();
})();
