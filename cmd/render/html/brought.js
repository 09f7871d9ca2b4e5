// What brought what in: an item's action asks for another item, which is restored first.

const rootsAtOnce = 100;

// Brought knows the items that others asked for. It is worked out when it is first asked.
class Brought {
  constructor(items) {
    this.items = items;
  }

  links() {
    if (!this.children) {
      this.children = new Map();
      this.parents = new Map();
      const asked = this.items.filter((item) => item.broughtBy !== "");
      const names = new Set(asked.map((item) => item.broughtBy));
      const byName = new Map();
      for (const item of this.items) if (names.has(nameInBackup(item))) byName.set(nameInBackup(item), item);
      for (const item of asked) this.link(item, byName.get(item.broughtBy));
    }
    return this;
  }

  link(item, parent) {
    if (parent === undefined || parent === item) return;
    this.parents.set(item, parent);
    if (!this.children.has(parent)) this.children.set(parent, []);
    this.children.get(parent).push(item);
  }

  parentOf(item) {
    return this.links().parents.get(item);
  }

  childrenOf(item) {
    return this.links().children.get(item) ?? [];
  }

  // roots brought others in and were brought in by none.
  roots() {
    return [...this.links().children.keys()].filter((item) => !this.parents.has(item)).sort((a, b) => a.index - b.index);
  }

  // drawIn draws trees, some at once.
  drawIn(box, button) {
    const roots = this.roots();
    const shown = box.querySelectorAll(":scope > ul > li").length;
    if (shown === 0) box.append(roots.length ? make("ul", { class: "tree" }) : make("p", { class: "note" }, "No item brought another one in."));
    const list = box.querySelector("ul");
    for (const root of roots.slice(shown, shown + rootsAtOnce)) list.append(this.branch(root, new Set()));
    const rest = roots.length - shown - rootsAtOnce;
    button.hidden = rest <= 0;
    button.textContent = "Draw more of " + rest.toLocaleString("en");
  }

  // branch is an item above those it brought in; path keeps a backup that lies from going round in circles.
  branch(item, path) {
    path.add(item);
    const children = this.childrenOf(item).filter((child) => !path.has(child)).map((child) => this.branch(child, path));
    path.delete(item);
    return make("li", {}, badge(item.outcome, item.outcome), " ", itemButton(item), children.length ? make("ul", {}, ...children) : undefined);
  }
}

const nameInBackup = (item) => item.key || titleOf(item);
