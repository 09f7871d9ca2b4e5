// What ties the page together: filters, buttons, keys, light and dark, paper.

const items = readItems();
const brought = new Brought(items);
const panel = new Panel(find("item"), brought);
const list = new List(find("rows"), items, (item, focus) => {
  history.replaceState(null, "", addressOf(item));
  return panel.show(item, focus);
});
const filters = ["text", "outcome", "step", "severity", "finding", "order"];

function fillChoices() {
  const choices = { outcome: new Set(), step: new Set(), finding: new Set() };
  for (const item of items) {
    choices.outcome.add(item.outcome);
    for (const step of item.steps) choices.step.add(step);
    for (const f of item.findings) choices.finding.add(f.id);
  }
  for (const [id, values] of Object.entries(choices)) {
    for (const value of [...values].sort()) find(id).append(make("option", { value }, value));
  }
}

function filter() {
  for (const id of filters) list.filter[id] = find(id).value;
  list.filter.unchanged = find("unchanged").checked;
  find("rows").scrollTop = 0;
  list.active = 0;
  list.apply();
  tellShown();
}

function tellShown() {
  const all = count(items.length, "item");
  find("shown").textContent = list.passed === items.length ? all : list.passed.toLocaleString("en") + " of " + all;
  find("hidden").hidden = list.hidden === 0;
}

function clearFilters() {
  for (const id of filters) find(id).value = "";
  find("unchanged").checked = false;
}

function showUnchanged() {
  find("unchanged").checked = true;
  filter();
  find("rows").focus({ preventScroll: true });
}

// only sets one filter and clears the others, for the buttons outside of the form.
function only(id, value) {
  clearFilters();
  find(id).value = value;
  list.folded.clear();
  filter();
  find("plan").scrollIntoView();
  find("rows").focus({ preventScroll: true });
}

function click(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { outcome, severity, finding, step, item } = button.dataset;
  if (outcome) only("outcome", outcome);
  if (severity && items.some((i) => i[severity + "s"] > 0)) only("severity", severity);
  else if (severity) find("findings").scrollIntoView(); // they belong to no item
  if (finding) only("finding", finding);
  if (step) only("step", step);
  if (item) openItem(items[Number(item)]);
  if ("close" in button.dataset) closeItem();
  if ("copy" in button.dataset) copy(button);
}

function openItem(item) {
  if (!list.rows.includes(item)) {
    clearFilters();
    find("unchanged").checked = quiet.has(item.outcome);
    filter();
  }
  list.reveal(item);
  list.select(item, true);
  find("plan").scrollIntoView();
}

// addressOf is the address of an item in this page, to be sent to somebody.
const addressOf = (item) => "#item/" + encodeURIComponent(titleOf(item));

// openAddressed opens the item that the page's address names.
function openAddressed() {
  const item = location.hash.startsWith("#item/") && items.find((i) => addressOf(i) === location.hash);
  if (item) openItem(item);
}

// offerCopies puts a button behind each command, and behind what to do about each finding.
function offerCopies() {
  for (const text of document.querySelectorAll(".command, .copied")) {
    const what = text.matches(".command") ? "Copy the command" : "Copy what to do";
    text.after(make("button", { type: "button", class: "copy", "data-copy": true, "aria-label": what }, "Copy"));
  }
}

// copy takes the text before a button; a browser that keeps pages from the clipboard has it selected instead.
async function copy(button) {
  const command = button.previousElementSibling;
  getSelection().selectAllChildren(command);
  try {
    await navigator.clipboard.writeText(command.textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function closeItem() {
  history.replaceState(null, "", location.pathname + location.search);
  panel.close();
  list.opened = undefined;
  list.draw();
  find("rows").focus({ preventScroll: true });
}

function key(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    find("text").focus();
  } else if (event.key === "Escape" && event.target.id === "text" && find("text").value === "") {
    find("rows").focus();
  } else if (event.key === "Escape" && !typing && !find("item").hidden) {
    closeItem();
  } else if ((event.key === "ArrowDown" || event.key === "Enter") && event.target.id === "text") {
    event.preventDefault();
    find("rows").focus();
  }
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

function nameTheme() {
  find("theme").textContent = isDark() ? "Light" : "Dark";
}

function switchTheme() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
}

// Paper gets one page: the verdict, what comes of the restore, and the names of the findings. With Print all it gets every row
// and every fold open, too.
function paper(yes) {
  if (!document.body.classList.contains("whole")) return;
  if (yes) list.drawAll();
  else list.draw();
  for (const details of document.querySelectorAll(yes ? "details:not([open])" : "details[data-shut]")) {
    details.toggleAttribute("data-shut", yes);
    details.open = yes;
  }
  if (!yes) document.body.classList.remove("whole");
}

function printAll() {
  document.body.classList.add("whole");
  window.print();
}

fillChoices();
tellShown();
nameTheme();
find("filters").addEventListener("input", filter);
find("filters").addEventListener("submit", (event) => event.preventDefault());
find("filters").addEventListener("reset", () => setTimeout(filter));
find("fold").addEventListener("click", () => list.foldAll(true));
find("unfold").addEventListener("click", () => list.foldAll(false));
find("draw").addEventListener("click", () => brought.drawIn(find("drawing"), find("draw")));
find("unhide").addEventListener("click", showUnchanged);
find("print").addEventListener("click", printAll);
find("theme").addEventListener("click", switchTheme);
prefersDark.addEventListener("change", nameTheme);
document.addEventListener("click", click);
document.addEventListener("keydown", key);
addEventListener("beforeprint", () => paper(true));
addEventListener("afterprint", () => paper(false));
addEventListener("hashchange", openAddressed);
offerCopies();
openAddressed();
document.documentElement.dataset.ready = "";
