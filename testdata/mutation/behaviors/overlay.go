package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const (
	flipped = "BEHAVIOR_FLIPPED" // names the behavior that is flipped
	asked   = "BEHAVIOR_ASKED_"  // with a name: that behavior was asked for
)

const (
	table  = "actions/behaviors.go"
	clause = "func (p Profile) Does(b Behavior) bool {"
	flips  = `func (p Profile) Does(b Behavior) bool {
	name := pages[b].Name
	if os.Getenv("` + asked + `"+name) == "" {
		os.Setenv("` + asked + `"+name, "1")
	}
	return p.does(b) != (os.Getenv("` + flipped + `") == name)
}

func (p Profile) does(b Behavior) bool {`
)

// overlay writes the table in which a behavior can be flipped into a folder, and the list that has it stand in the place of the real one.
func overlay(dir string) (list string, err error) {
	text, err := os.ReadFile(table)
	if err != nil {
		return "", err
	}
	if bytes.Count(text, []byte(clause)) != 1 {
		return "", fmt.Errorf("%s has no line %q", table, clause)
	}
	text = bytes.Replace(text, []byte(clause), []byte(flips), 1)
	text = bytes.Replace(text, []byte("package actions\n"), []byte("package actions\n\nimport \"os\"\n"), 1)
	changed := filepath.Join(dir, "behaviors.go")
	if err := os.WriteFile(changed, text, 0o600); err != nil {
		return "", err
	}
	original, err := filepath.Abs(table)
	if err != nil {
		return "", err
	}
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return "", err
	}
	list = filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, replace, 0o600)
}
