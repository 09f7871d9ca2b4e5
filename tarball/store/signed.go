package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// CreateSignedURL implements ObjectStore with a file: URL that Open takes until it has expired.
//
// The signature keeps a URL from being changed by mistake or reused after its time. It is no security boundary: its
// key follows from the folder's path, and who can reach the folder can read the file anyway.
func (f *FileSystem) CreateSignedURL(bucket, key string, ttl time.Duration) (string, error) {
	name, err := f.name(bucket, key)
	if err != nil {
		return "", err
	}
	expires := strconv.FormatInt(f.now().Add(ttl).Unix(), 10)
	u := url.URL{Scheme: "file", Path: urlPath(f.path(name)), RawQuery: url.Values{
		"expires": {expires}, "signature": {f.sign(name, expires)},
	}.Encode()}
	return u.String(), nil
}

// Open opens the object of a URL made by CreateSignedURL of a store in the same folder. It refuses any other URL with
// ErrURL and one whose time has passed with ErrExpired.
func (f *FileSystem) Open(signed string) (io.ReadCloser, error) {
	u, err := url.Parse(signed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, err)
	}
	name, ok := strings.CutPrefix(u.Path, strings.TrimSuffix(urlPath(f.dir), "/")+"/")
	if u.Scheme != "file" || u.Host != "" || !ok || keyProblem(name) != "" {
		return nil, fmt.Errorf("%w: %s", ErrURL, signed)
	}
	expires := u.Query().Get("expires")
	if !hmac.Equal([]byte(u.Query().Get("signature")), []byte(f.sign(name, expires))) {
		return nil, fmt.Errorf("%w: the signature does not belong to %s", ErrURL, u.Path)
	}
	end, err := strconv.ParseInt(expires, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: expires is no time", ErrURL)
	}
	if !f.now().Before(time.Unix(end, 0)) {
		return nil, fmt.Errorf("%w at %s", ErrExpired, time.Unix(end, 0).UTC().Format(time.RFC3339))
	}
	return f.open(name)
}

func (f *FileSystem) sign(name, expires string) string {
	key := sha256.Sum256([]byte("veltx file-system store\x00" + f.dir))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(name + "\x00" + expires))
	return hex.EncodeToString(mac.Sum(nil))
}

// urlPath is a path as it stands in a file: URL, where a drive comes after a slash.
func urlPath(file string) string {
	file = filepath.ToSlash(file)
	if !strings.HasPrefix(file, "/") {
		return "/" + file
	}
	return file
}
