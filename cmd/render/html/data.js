// The items, and how text gets into the page.

// clean makes visible what would otherwise turn text around or hide in it.
const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const clean = (text) => text.replace(harmful, (c) => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));

// make returns an element; children are elements or text, and text never becomes HTML.
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children) {
    if (child !== undefined) element.append(typeof child === "string" ? clean(child) : child);
  }
  return element;
}

const find = (id) => document.getElementById(id);
const count = (n, one, many = one + "s") => n.toLocaleString("en") + " " + (n === 1 ? one : many);

// readItems reads the rows of all blocks, which Page.row in page.go writes.
function readItems() {
  const words = JSON.parse(find("words").textContent);
  const word = (w) => (typeof w === "number" ? words[w] : w ?? "");
  const named = readNamed();
  const items = [];
  document.querySelectorAll("script.rows").forEach((script, block) => {
    JSON.parse(script.textContent).forEach((row, at) => items.push(readItem(row, word, named, items.length, block, at)));
    script.remove();
  });
  return items;
}

// readNamed are the findings of the whole plan that name an item, by the item's name in the backup.
function readNamed() {
  const named = new Map();
  for (const { severity, id, text, items, accepted } of JSON.parse(find("named").textContent) ?? []) {
    const known = new Set(accepted);
    for (const name of items) {
      if (!named.has(name)) named.set(name, []);
      named.get(name).push({ severity, id, text: known.has(name) ? text + " (accepted)" : text });
    }
  }
  return named;
}

function readItem(row, word, named, index, block, at) {
  const item = {
    index, block, at,
    outcome: word(row[0]), resource: word(row[1]), namespace: word(row[2]), name: row[3],
    steps: row[4].map(word), changes: row[5], version: word(row[6]),
    reason: word(row[7]), key: row[8] ?? "", broughtBy: row[9] ?? "", findings: [],
  };
  for (let i = 10; i < row.length; i += 3) {
    item.findings.push({ severity: word(row[i]), id: word(row[i + 1]), text: word(row[i + 2]) });
  }
  item.findings.push(...(named.get(item.key || titleOf(item)) ?? []));
  item.errors = item.findings.filter((f) => f.severity === "error").length;
  item.warnings = item.findings.filter((f) => f.severity === "warning").length;
  item.notes = item.findings.length - item.errors - item.warnings;
  const findings = item.findings.map((f) => f.id + " " + f.text);
  item.text = [titleOf(item), item.reason, item.broughtBy, ...findings].join(" ").toLowerCase();
  return item;
}

const titleOf = (item) => [item.resource, item.namespace, item.name].filter((s) => s !== "").join("/");

// unpacked are the blocks of details that were looked at last.
const unpacked = new Map();
const blocks = document.querySelectorAll("script.details");

async function detailsOf(item) {
  if (!unpacked.has(item.block)) {
    if (unpacked.size === 8) unpacked.delete(unpacked.keys().next().value);
    unpacked.set(item.block, unpack(blocks[item.block].textContent));
  }
  return (await unpacked.get(item.block))[item.at];
}

async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(text).text());
}
