package sink

import (
	"bytes"
	"encoding/json"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// largestKept is the size up to which a text's buffer is used again.
const largestKept = 1 << 20

// texts are the buffers of one manifest at a time.
type texts struct{ json, buffer []byte }

// render returns the manifest, valid until the next one.
func (t *texts) render(v *object.Value, format Format) ([]byte, error) {
	if cap(t.buffer)+cap(t.json) > largestKept {
		t.buffer, t.json = nil, nil
	}
	t.json = v.Append(t.json[:0])
	if format == YAML {
		t.buffer = yamltext.AppendJSON(t.buffer[:0], t.json)
		return t.buffer, nil
	}
	indented := bytes.NewBuffer(t.buffer[:0])
	if err := json.Indent(indented, t.json, "", "  "); err != nil {
		return nil, err
	}
	indented.WriteByte('\n')
	t.buffer = indented.Bytes()
	return t.buffer, nil
}
