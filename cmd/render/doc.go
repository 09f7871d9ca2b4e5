// Package render shows what the other packages found: as tables for people, and as JSON, JSONL, YAML and names for
// programs. Nothing here decides anything, and nothing keeps more than counts: what comes in goes out at once.
//
// Rules of output:
//   - text for people goes through a page, which takes the sting out of whatever a backup calls its items (Clean) and
//     adds colour afterwards; nothing else writes such text;
//   - text for people fits 80 columns wherever names allow it, has no frames, and reads the same in a pipe;
//   - JSON and YAML keep the text of objects and have everything that a table leaves out.
package render
