package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// maxFile is how large a file beside the backup may be: a Restore and the objects of a target, modifiers, policies,
// a baseline, a mapping. Those that people write are a thousandth of it; one over it is no such file.
const maxFile = 256 << 20

// readFile reads a file that a flag names, - for standard input where that may be.
func readFile(name string, stdin io.Reader) ([]byte, error) {
	if name == standard && stdin != nil {
		return readBounded("standard input", stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readBounded(name, file)
}

func readBounded(name string, in io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: is larger than %d MiB, the limit for such a file: use a smaller one, or split it", name, maxFile>>20)
	}
	return text, nil
}

// openFile is readFile for what takes a reader.
func openFile(name string) (io.Reader, error) {
	text, err := readFile(name, nil)
	return bytes.NewReader(text), err
}
