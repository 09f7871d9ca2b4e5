package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra/doc"

	"github.com/veltx/veltx/cmd"
)

// texts writes man pages and completions.
func texts(dir string, at time.Time) error {
	man, completions := filepath.Join(dir, "man"), filepath.Join(dir, "completions")
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(man, 0o755), os.MkdirAll(completions, 0o755)); err != nil {
		return err
	}
	root := cmd.NewRoot(cmd.Streams{In: os.Stdin, Out: io.Discard, Err: os.Stderr})
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Title: "VELTX", Section: "1", Date: &at, Source: "veltx", Manual: "veltx"}
	return errors.Join(
		doc.GenManTree(root, header, man),
		root.GenBashCompletionFileV2(filepath.Join(completions, "veltx.bash"), true),
		root.GenZshCompletionFile(filepath.Join(completions, "_veltx")),
		root.GenFishCompletionFile(filepath.Join(completions, "veltx.fish"), true),
		root.GenPowerShellCompletionFileWithDesc(filepath.Join(completions, "veltx.ps1")),
	)
}
