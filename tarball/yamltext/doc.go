// Package yamltext writes JSON as YAML in the form that kubectl prints: block style, sequences not indented below their
// key, keys in the order in which they come, strings plain where that is safe.
//
//	out = yamltext.Append(out, item)
//
// It goes through the text once and builds nothing, so it costs little more than copying. What it writes means the same
// to readers of YAML 1.1 and of 1.2: a string that one of them could take for a boolean, a number, a date or nothing is
// quoted, texts of several lines become literal blocks where these are exact, and no line is ever folded. Numbers keep
// their digits.
package yamltext
