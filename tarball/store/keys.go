package store

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// reserved starts the names of files that are no objects: what is being written. No key has such a part.
const reserved = ".veltx-"

// objectName is the path of an object's file under the root.
func objectName(bucket, key string) (string, error) {
	if err := checkBucket(bucket); err != nil {
		return "", err
	}
	if problem := keyProblem(key); problem != "" {
		return "", fmt.Errorf("%w: %q %s", ErrKey, key, problem)
	}
	return path.Join(bucket, key), nil
}

// checkBucket takes the name of one folder, or NoBucket.
func checkBucket(bucket string) error {
	if bucket == NoBucket {
		return nil
	}
	if problem := partProblem(bucket); problem != "" || strings.Contains(bucket, "/") {
		return fmt.Errorf("bucket %q is not the name of one folder", bucket)
	}
	return nil
}

// keyProblem says why no file can stand for the key. Keys are judged as every system would read them, so that a store
// can be carried from one to another.
func keyProblem(key string) string {
	if key == "" {
		return "is empty"
	}
	for part := range strings.SplitSeq(key, "/") {
		if problem := partProblem(part); problem != "" {
			return problem
		}
	}
	return ""
}

func partProblem(part string) string {
	switch {
	case part == "":
		return "has an empty part"
	case part == ".", part == "..":
		return "leads elsewhere with " + part
	case strings.HasPrefix(part, reserved):
		return "has a part with " + reserved + ", the mark of unfinished files"
	case len(part) > 255:
		return "has a part over 255 bytes"
	case !utf8.ValidString(part), strings.ContainsFunc(part, isForeign), len(part) > 1 && part[1] == ':':
		return "has characters that no file's name should have"
	}
	return ""
}

func isForeign(r rune) bool { return r < 0x20 || r == 0x7f || r == '\\' }
