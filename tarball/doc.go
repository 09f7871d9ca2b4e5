// Package tarball reads backups: a tar.gz, a plain tar, standard input, a backup's folder in the object store, or a
// folder with an unpacked backup. It knows bytes and names, and nothing of what is done with them.
//
//	source, err := tarball.Open(ctx, path, tarball.Options{})
//	defer source.Close()
//	err = source.Each(ctx, func(e *tarball.Entry) error {
//		body, err := e.Body()
//		…
//	})
//
// A backup may come from anywhere, so everything in it is hostile until checked: every path stays inside the archive,
// every entry is an ordinary file, no path occurs twice with two contents, and nothing is read past a limit. Whatever
// is wrong is one *Error that names the file and the entry and wraps one of the sentinels below. An archive counts as
// read only when Each has returned nil: damage may stand at its very end, so nothing made from it may be kept before.
//
// Memory does not grow with the bytes of a backup: one window of the stream is held, the largest entry, and ten to
// twenty bytes for each entry to find paths that occur twice.
package tarball
