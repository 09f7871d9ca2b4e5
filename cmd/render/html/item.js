// One item that was opened: what becomes of it, why, and what is changed.

// Panel shows an item beside the list.
class Panel {
  constructor(box, brought) {
    Object.assign(this, { box, brought, asked: 0 });
  }

  async show(item, focus) {
    const asked = ++this.asked;
    const details = await detailsOf(item);
    if (asked !== this.asked) return; // another one was opened meanwhile
    this.box.replaceChildren(...this.parts(item, details).filter((part) => part !== undefined));
    this.box.hidden = false;
    this.box.parentElement.classList.add("open");
    this.box.scrollTop = 0;
    if (focus) this.box.focus();
    if (getComputedStyle(this.box.parentElement).display === "block") this.box.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.asked++;
    this.box.hidden = true;
    this.box.parentElement.classList.remove("open");
  }

  parts(item, details) {
    return [
      make("div", { class: "head" },
        make("h3", { id: "item-name" }, titleOf(item)),
        make("button", { type: "button", "data-close": true, "aria-label": "Close the item" }, "Close")),
      make("p", {}, badge(item.outcome, item.outcome), " ", item.reason),
      facts(item, details),
      section("Findings", item.findings.map((f) => make("li", {}, badge(f.severity, f.severity), " ", make("b", {}, f.id), " ", f.text)), "ul"),
      diff(details),
      section("Reasons", details.notes?.map(([by, path, text]) => make("li", {}, make("b", {}, by), " ", path ? path + ": " : "", text)), "ul"),
      yaml("What Velero would send as a patch", details.patch),
      yaml("What Velero would write to the status", details.status),
      changes(details.changes),
      this.links("Brought in by", this.brought.parentOf(item)),
      this.links("Brings in", ...this.brought.childrenOf(item)),
    ];
  }

  links(title, ...items) {
    return section(title, items.filter((i) => i !== undefined).map((i) => make("li", {}, itemButton(i))), "ul");
  }
}

const itemButton = (item) => make("button", { type: "button", class: "link", "data-item": item.index }, titleOf(item));

function section(title, parts, list) {
  if (!parts || parts.length === 0) return undefined;
  return make("section", {}, make("h4", {}, title), make(list, {}, ...parts));
}

function facts(item, details) {
  const rows = [
    ["Order", String(item.index + 1)], ["Version", item.version], ["In the backup", details.original ?? ""],
    ["Ran", item.steps.filter((s) => s.includes("/")).join(", ")],
  ].filter(([, text]) => text !== "");
  return make("dl", { class: "facts" }, ...rows.map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, text))));
}

// diff shows a unified diff; added and removed lines are told apart by their sign as well as by colour.
function diff(details) {
  if (!details.diff) {
    return details.noDiff ? make("section", {}, make("h4", {}, "Diff"), make("p", { class: "faint" }, details.noDiff)) : undefined;
  }
  const kinds = { "+": "added", "-": "removed", "@": "hunk" };
  const lines = details.diff.replace(/\n$/, "").split("\n").map((line) => make("span", { class: kinds[line[0]] ?? "same" }, line));
  const rest = details.cut ? make("p", { class: "faint" }, "and " + count(details.cut, "more line") + ": see --diff") : undefined;
  return make("section", {},
    make("h4", {}, "Diff"),
    make("p", { class: "faint" }, "From the backup, without what a restore always drops, to what Velero would send."),
    block("Diff", ...lines), rest);
}

// block is text that scrolls, by keys as well.
const block = (label, ...lines) => make("pre", { tabindex: 0, role: "region", "aria-label": label, class: "code" }, ...lines);

function yaml(title, text) {
  if (!text) return undefined;
  return make("section", {}, make("h4", {}, title), block(title, ...text.replace(/\n$/, "").split("\n").map((line) => make("span", {}, line))));
}

function changes(list) {
  if (!list || list.length === 0) return undefined;
  const rows = list.map(([by, op, path]) => make("tr", {}, make("td", {}, by), make("td", {}, op), make("td", { class: "path" }, path)));
  const names = ["By", "What", "Where"].map((name) => make("th", { scope: "col" }, name));
  return make("details", {},
    make("summary", {}, make("h4", {}, "Changes, step by step"), " ", make("span", { class: "faint" }, "×" + list.length)),
    make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...names)), make("tbody", {}, ...rows))));
}
