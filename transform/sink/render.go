package sink

import (
	"bytes"
	"encoding/json"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// largestKept is the size up to which a text's buffer is used again.
const largestKept = 1 << 20

// texts is the buffer of one manifest at a time.
type texts struct{ buffer []byte }

// render returns the manifest, valid until the next one.
func (t *texts) render(v *object.Value, format Format) ([]byte, error) {
	if cap(t.buffer) > largestKept {
		t.buffer = nil
	}
	if format == YAML {
		t.buffer = yamltext.Append(t.buffer[:0], v)
		return t.buffer, nil
	}
	indented := bytes.NewBuffer(t.buffer[:0])
	if err := json.Indent(indented, v.JSON(), "", "  "); err != nil {
		return nil, err
	}
	indented.WriteByte('\n')
	t.buffer = indented.Bytes()
	return t.buffer, nil
}
