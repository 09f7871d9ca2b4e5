package backup

import (
	"context"
	"crypto/sha256"

	"github.com/veltx/veltx/tarball"
)

// keyPurpose stands before the items where a key is made of them, so that it is not their digest.
const keyPurpose = "veltx: key for redacted values of items\x00"

// RedactionKey is a key that whoever has the items can make, and nobody else: equal items have equal keys.
func (s *Source) RedactionKey(ctx context.Context) ([]byte, error) {
	h := sha256.New()
	_, _ = h.Write([]byte(keyPurpose))
	for _, resource := range s.index.Resources() {
		for id := range s.items(resource) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			body, _, err := s.index.Body(id)
			if err != nil {
				return nil, err
			}
			tarball.HashTexts(h, []byte(s.index.Key(id).String()), body)
		}
	}
	return h.Sum(nil), nil
}
