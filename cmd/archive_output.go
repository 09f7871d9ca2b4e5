package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/veltx/veltx/transform/sink"
)

// archiveOutput is where an archive goes: a file that shows only after Commit, or standard output, from which nothing
// can be taken back.
type archiveOutput interface {
	io.Writer
	ended
}

// createArchive prepares OUT, which may replace a file with force, but none of the inputs.
func createArchive(streams Streams, out string, force bool, input string) (archiveOutput, error) {
	if out == standard {
		return stream{streams.Out}, nil
	}
	file, err := sink.CreateFile(out, sink.FileOptions{Replace: force, Inputs: inputs(streams.In, input)})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// stream is standard output.
type stream struct{ out io.Writer }

// Write implements io.Writer.
func (s stream) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	var atPath *fs.PathError
	if errors.As(err, &atPath) {
		err = atPath.Err
	}
	if err != nil {
		return n, fmt.Errorf("write %s: %w", standard, err)
	}
	return n, nil
}

// Commit implements ended.
func (stream) Commit() error { return nil }

// Abort implements ended.
func (stream) Abort() {}

// wantFile refuses standard output for a file beside the result, which goes there.
func wantFile(flag, name string) error {
	if name == standard {
		return wrongUsage("--%s -: standard output has the result: name a file", flag)
	}
	return nil
}

// noTerminal refuses to write an archive where people read.
func noTerminal(streams Streams, out string) error {
	if out == standard && isTerminal(streams.Out) {
		return errors.New("the archive would go to the terminal: redirect standard output, or name a file with -o")
	}
	return nil
}

// inputs are the files that the output must not replace. One that cannot be looked at is left to whoever opens it.
func inputs(stdin io.Reader, path string) []os.FileInfo {
	look := func() (os.FileInfo, error) { return os.Stat(path) }
	if file, ok := stdin.(*os.File); ok && path == standard {
		look = file.Stat
	}
	info, err := look()
	if err != nil {
		return nil
	}
	return []os.FileInfo{info}
}
