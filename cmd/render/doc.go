// Package render shows what the other packages found: as tables for people, and as JSON, JSONL, YAML and names for
// programs. Nothing here decides anything, and nothing keeps more than counts: what comes in goes out at once.
//
// Rules of output:
//   - text for people goes through a page, which takes the sting out of whatever a backup calls its items (Clean) and
//     adds colour afterwards; nothing else writes such text;
//   - text for people is as wide as the terminal, and 80 columns in a file or a pipe, where no name is cut; it has no frames;
//   - JSON and YAML keep the text of objects and have everything that a table leaves out.
package render
