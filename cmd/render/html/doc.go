// Package html writes the preview of a restore, and a list of references to namespaces, as one HTML file each. A preview needs no network and no other file, and holds
// everything that it shows.
//
//  1. The head: title, a Content-Security-Policy that lets nothing be loaded and only the one script run, style.
//  2. For each block of some hundred items their rows (what the list shows and filters look at) as JSON, and their
//     details (the diff, changes, notes) as JSON, gzip and base64, which the browser unpacks when an item is opened.
//  3. The words that rows refer to by number.
//  4. What people read first: headline, findings, changes by step, volumes. It stands here in plain HTML, as it is
//     known only at the end, so that a block of items is all that is held in memory.
//  5. The script, which draws the rows that are in sight. It makes elements and sets their text, and never HTML.
//
// A list of references (references.go) has no script.
package html
