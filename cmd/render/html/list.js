// The plan: which items pass the filters, and the rows of them that are in sight.

const rowHeight = 32; // as in report.css
const spare = 6; // rows drawn beyond what is in sight, on each side
const printedRows = 5000;
const outcomes = ["create", "update", "exists", "skip", "refused", "fail"];
const quiet = new Set(["exists", "skip"]); // the target stays as it is

// List shows items below their namespaces and resources in a tree that folds.
class List {
  constructor(box, items, open) {
    Object.assign(this, { box, items, open, rows: [], active: 0, opened: undefined, folded: new Set() });
    this.filter = { text: "", outcome: "", step: "", severity: "", finding: "", order: "", unchanged: false };
    this.hidden = 0; // items that nothing happens to, unless they are asked for
    const compare = new Intl.Collator("en").compare;
    const rank = ranks(items, compare);
    this.grouped = items.slice().sort((a, b) => rank(a) - rank(b) || a.index - b.index);
    this.body = make("div", { role: "presentation", class: "body" });
    box.append(header(), this.body);
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.draw()).observe(box);
    this.apply();
  }

  // apply works out the rows anew; the active one stays if it still is there.
  apply() {
    const was = this.rows[this.active];
    this.rows = this.filter.order === "restore" ? this.passing(this.items) : this.tree(this.passing(this.grouped));
    const at = was ? this.rows.findIndex((row) => row === was || (row.id !== undefined && row.id === was.id)) : -1;
    this.active = Math.max(at, 0);
    this.box.setAttribute("aria-rowcount", this.rows.length + 1);
    this.body.style.height = this.rows.length * rowHeight + "px";
    this.draw();
  }

  passing(items) {
    const { outcome, step, severity, finding } = this.filter;
    const hides = this.hides();
    const terms = this.filter.text.toLowerCase().split(/\s+/).filter((t) => t !== "");
    const passed = items.filter((item) => !(hides && quiet.has(item.outcome)) &&
      (outcome === "" || item.outcome === outcome) &&
      (step === "" || item.steps.includes(step)) &&
      (severity === "" || (severity === "any" ? item.findings.length > 0 : item[severity + "s"] > 0)) &&
      (finding === "" || item.findings.some((f) => f.id === finding)) &&
      terms.every((t) => item.text.includes(t)));
    this.passed = passed.length;
    this.hidden = hides ? items.length - passed.length : 0;
    return passed;
  }

  // hides says that items which nothing happens to are hidden: at first, and unless there are no others.
  hides() {
    const { text, outcome, step, severity, finding, unchanged } = this.filter;
    const asked = [text, outcome, step, severity, finding].some((value) => value !== "");
    return !unchanged && !asked && this.items.some((item) => !quiet.has(item.outcome));
  }

  // tree puts a row for each namespace and resource before its items, and leaves out what is folded.
  tree(items) {
    const rows = [];
    let space, resource;
    for (const item of items) {
      if (space?.name !== item.namespace) {
        space = group(1, item.namespace, "n:" + item.namespace);
        resource = undefined;
        rows.push(space);
      }
      if (resource?.name !== item.resource) {
        resource = group(2, item.resource, "r:" + item.namespace + "/" + item.resource);
        resource.parent = space;
        if (!this.folded.has(space.id)) rows.push(resource);
      }
      add(space, item);
      add(resource, item);
      if (!this.folded.has(space.id) && !this.folded.has(resource.id)) rows.push(item);
    }
    return rows;
  }

  foldAll(yes) {
    this.folded.clear();
    if (yes) {
      for (const item of this.items) {
        this.folded.add("n:" + item.namespace).add("r:" + item.namespace + "/" + item.resource);
      }
    }
    this.active = 0;
    this.box.scrollTop = 0;
    this.apply();
  }

  toggle(row) {
    if (!this.folded.delete(row.id)) this.folded.add(row.id);
    this.apply();
  }

  // draw makes the rows that are in sight.
  draw() {
    const from = Math.max(0, Math.floor(this.box.scrollTop / rowHeight) - spare);
    const to = Math.min(this.rows.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / rowHeight) + spare);
    this.drawRows(from, to);
  }

  drawRows(from, to) {
    const drawn = [];
    for (let at = from; at < to; at++) drawn.push(this.row(at));
    this.body.replaceChildren(...drawn);
    if (this.active >= from && this.active < to) {
      this.box.setAttribute("aria-activedescendant", "row-" + this.active);
    } else {
      this.box.removeAttribute("aria-activedescendant");
    }
  }

  row(at) {
    const row = this.rows[at];
    const isItem = row.id === undefined;
    const tree = this.filter.order === "";
    const element = make("div", {
      role: "row", id: "row-" + at, "data-at": at, "aria-rowindex": at + 2, "aria-level": isItem && tree ? 3 : row.level ?? 1,
      "aria-expanded": isItem ? undefined : String(!this.folded.has(row.id)),
      "aria-selected": String(row === this.opened),
      class: "row level" + (isItem ? (tree ? 3 : 1) : row.level) + (at === this.active ? " active" : "") + (isItem ? " of" : " group"),
    }, ...(isItem ? itemCells(row, tree) : groupCells(row, this.folded.has(row.id))));
    element.style.top = at * rowHeight + "px";
    return element;
  }

  // drawAll draws without regard to what is in sight, for paper.
  drawAll() {
    this.drawRows(0, Math.min(this.rows.length, printedRows));
    if (this.rows.length > printedRows) {
      this.body.append(make("p", {}, "and " + count(this.rows.length - printedRows, "more row") + ": set filters to print others"));
    }
  }

  move(to) {
    this.active = Math.min(Math.max(to, 0), this.rows.length - 1);
    const top = this.active * rowHeight;
    const room = this.box.clientHeight - rowHeight; // the header stays
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top + rowHeight > this.box.scrollTop + room) this.box.scrollTop = top + rowHeight - room;
    this.draw();
  }

  // reveal makes the item's row active, whatever the filters are.
  reveal(item) {
    this.folded.delete("n:" + item.namespace);
    this.folded.delete("r:" + item.namespace + "/" + item.resource);
    this.apply();
    const at = this.rows.indexOf(item);
    if (at >= 0) this.move(at);
  }

  select(item, focus) {
    this.opened = item;
    this.open(item, focus);
    this.draw();
  }

  click(event) {
    const element = event.target.closest("[data-at]");
    if (!element) return;
    this.move(Number(element.dataset.at));
    this.enter(false);
  }

  // enter opens the active item, or folds the active group.
  enter(focus) {
    const row = this.rows[this.active];
    if (row === undefined) return;
    if (row.id === undefined) this.select(row, focus);
    else this.toggle(row);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.rows.length === 0) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / rowHeight) - 2);
    const moves = {
      ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + page, PageUp: this.active - page,
      Home: 0, End: this.rows.length - 1,
    };
    if (event.key in moves) this.move(moves[event.key]);
    else if (event.key === "ArrowRight") this.right();
    else if (event.key === "ArrowLeft") this.left();
    else if (event.key === "Enter" || event.key === " ") this.enter(true);
    else return;
    event.preventDefault();
  }

  right() {
    const row = this.rows[this.active];
    if (row.id === undefined) this.select(row, false);
    else if (this.folded.has(row.id)) this.toggle(row);
    else this.move(this.active + 1);
  }

  left() {
    const row = this.rows[this.active];
    if (row.id !== undefined && !this.folded.has(row.id)) return this.toggle(row);
    const level = row.level ?? 3;
    for (let at = this.active - 1; at >= 0; at--) {
      if ((this.rows[at].level ?? 3) < level) return this.move(at);
    }
  }
}

// ranks numbers the pairs of namespace and resource in the order of the list: comparing names once for each pair is
// cheaper than for each two items. What is cluster-scoped comes first, since its namespace is empty.
function ranks(items, compare) {
  const pairs = new Map();
  for (const item of items) pairs.set(item.namespace + "/" + item.resource, item);
  const sorted = [...pairs].sort(([, a], [, b]) => compare(a.namespace, b.namespace) || compare(a.resource, b.resource));
  const numbers = new Map(sorted.map(([pair], n) => [pair, n]));
  return (item) => numbers.get(item.namespace + "/" + item.resource);
}

const group = (level, name, id) => ({ level, name, id, counts: new Map(), errors: 0, warnings: 0 });

function add(to, item) {
  to.counts.set(item.outcome, (to.counts.get(item.outcome) ?? 0) + 1);
  if (item.errors > 0) to.errors++;
  if (item.warnings > 0) to.warnings++;
}

function header() {
  const cells = ["Item", "Outcome", "Findings", "Changes", "Actions"].map((name) => make("span", { role: "columnheader", class: name === "Changes" && "n" }, name));
  return make("div", { role: "row", class: "row header", "aria-rowindex": 1 }, ...cells);
}

const cell = (attributes, ...children) => make("span", { role: "gridcell", ...attributes }, ...children);
const badge = (kind, text) => make("span", { class: "badge " + kind }, text);

function groupCells(row, folded) {
  const empty = row.level === 1 ? "(cluster-scoped)" : "(not an item)";
  const counts = outcomes.filter((o) => row.counts.has(o)).map((o) => badge(o, row.counts.get(o) + " " + o));
  const findings = [];
  if (row.errors) findings.push(badge("error", row.errors.toLocaleString("en") + " with errors"));
  if (row.warnings) findings.push(badge("warning", row.warnings.toLocaleString("en") + " with warnings"));
  return [
    cell({ class: "name" }, make("span", { class: "arrow", "aria-hidden": "true" }, folded ? "▸" : "▾"), row.name || empty),
    cell({ class: "counts" }, ...counts, ...findings),
  ];
}

function itemCells(item, tree) {
  const findings = [];
  for (const severity of ["error", "warning", "note"]) {
    const n = item[severity + "s"];
    if (n > 0) findings.push(badge(severity, count(n, severity)));
  }
  const name = tree ? item.name : titleOf(item);
  return [
    cell({ class: "name", title: clean(name) }, name),
    cell({}, badge(item.outcome, item.outcome)),
    cell({}, ...findings),
    cell({ class: "n" }, item.changes > 0 ? String(item.changes) : ""),
    cell({ class: "faint", title: clean(item.reason) }, item.reason || item.steps.filter((s) => s.includes("/")).map(short).join(", ")),
  ];
}

const short = (step) => step.replace(/^velero\.io\//, "");
