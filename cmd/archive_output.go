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
	Commit() error
	Abort()
}

// createArchive prepares OUT, which may replace a file with force, but none of the inputs.
func createArchive(streams Streams, out string, force bool, args []string) (archiveOutput, error) {
	if out == standard {
		return stream{streams.Out}, nil
	}
	return sink.CreateFile(out, sink.FileOptions{Replace: force, Inputs: inputs(streams.In, args)})
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

// Commit implements archiveOutput.
func (stream) Commit() error { return nil }

// Abort implements archiveOutput.
func (stream) Abort() {}

// wantFile refuses standard output for a file beside the result, which goes there.
func wantFile(flag, name string) error {
	if name == standard {
		return wrongUsage("--%s -: standard output has the result: name a file", flag)
	}
	return nil
}

// inputs are the files that the output must not replace. One that cannot be looked at is left to whoever opens it.
func inputs(stdin io.Reader, args []string) []os.FileInfo {
	if len(args) == 0 {
		return nil
	}
	look := func() (os.FileInfo, error) { return os.Stat(args[0]) }
	if file, ok := stdin.(*os.File); ok && args[0] == standard {
		look = file.Stat
	}
	info, err := look()
	if err != nil {
		return nil
	}
	return []os.FileInfo{info}
}
