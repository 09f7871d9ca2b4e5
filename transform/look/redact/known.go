package redact

import (
	"context"
	"hash/maphash"
	"math"
	"regexp"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/redaction"
)

// known is what the first pass over a backup collects: the values of its Secrets, which are replaced wherever they stand,
// and the names of its items, which are not.
type known struct {
	seed  maphash.Seed
	names map[uint64]bool // hashes of names, of items and namespaces
	// What references are found by: namespaces, and hashes of their Services.
	namespaces map[string]bool
	services   map[uint64]bool

	values []string
	ids    map[string]int // the values' places in the list
	bytes  int
	beyond int // values that there was no room for

	words   redaction.Words // the values, plain and encoded
	encoded []bool          // of a word with this number: it is base64
	plain   []string        // of a word with this number
}

// maxKnown is how many bytes of values are kept. More are replaced in their Secrets only, which the result tells.
const maxKnown = 64 << 20

// learn reads a backup for the first time.
func learn(ctx context.Context, src *tarball.Source) (*known, error) {
	k := &known{seed: maphash.MakeSeed(), names: map[uint64]bool{}, namespaces: map[string]bool{}, services: map[uint64]bool{}, ids: map[string]int{}}
	err := src.Each(ctx, func(e *tarball.Entry) error {
		item, err := layout.Parse(e.Path)
		if err != nil || item.VersionDir != "" {
			return nil
		}
		k.names[maphash.String(k.seed, item.Name)], k.names[maphash.String(k.seed, item.Namespace)] = true, true
		if item.Namespace != "" && !k.namespaces[item.Namespace] {
			k.namespaces[strings.Clone(item.Namespace)] = true
		}
		if item.Resource == layout.Services {
			k.services[k.pair(item.Namespace, item.Name)] = true
		}
		if item.Resource != layout.Secrets {
			return nil
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		if o, err := object.Parse(body); err == nil {
			k.secret(o.OpenAll())
		}
		return nil
	})
	k.index()
	return k, err
}

// secret takes the values of a Secret, those in it that have a name or a form of their own, and those that a tool keeps
// of it.
func (k *known) secret(o *object.Value) {
	for list, encoded := range map[string]bool{"data": true, "stringData": false} {
		for key, v := range o.Get(list).Members() {
			if plain := plainText(v, encoded); plain != "" && key != "namespace" {
				k.add(plain)
				k.within(plain)
			}
		}
	}
	for name, v := range o.Get("metadata", "annotations").Members() {
		if applied, ok := asJSON(v.Str()); ok && redaction.WholeSecret(name) {
			k.secret(applied)
		}
	}
}

// within takes what is secret in a value that is a file.
func (k *known) within(value string) {
	if o, ok := asJSON(value); ok {
		k.leaves("", o)
		return
	}
	for _, hit := range (&scrubber{archive: &archive{known: &known{}}}).spans(value, config) {
		k.add(value[hit.from:hit.to])
	}
}

func (k *known) leaves(name string, v *object.Value) {
	if text := v.Str(); text != "" && isSecretName(name) {
		k.add(text)
	}
	for key, member := range v.Members() {
		k.leaves(key, member)
	}
	for _, e := range v.Elements() {
		k.leaves(name, e)
	}
}

// isName says that an item or namespace is called so.
func (k *known) isName(text string) bool {
	return len(k.names) > 0 && k.names[maphash.String(k.seed, text)]
}

// add takes a value of a Secret that is long and unusual enough to be looked for.
func (k *known) add(value string) {
	if !searched(value) {
		return
	}
	if _, ok := k.ids[value]; ok {
		return
	}
	if k.bytes+len(value) > maxKnown {
		k.beyond++
		return
	}
	k.bytes += len(value)
	k.ids[value] = len(k.values)
	k.values = append(k.values, strings.Clone(value))
}

// index makes the words, when all names are there.
func (k *known) index() {
	for _, value := range k.values {
		if k.isName(value) {
			continue
		}
		for i, form := range redaction.Forms(value) {
			k.words.Add(form, len(k.plain))
			k.plain, k.encoded = append(k.plain, value), append(k.encoded, i == 1)
		}
	}
	k.values, k.ids = nil, nil
}

// fewestBits is how much a value has to tell, at so many bits for each byte as its sorts of characters allow, to be
// replaced outside of its Secret: "postgres", "8080" and "production" stand in half the texts of a backup and stay.
const fewestBits = 48

// searched says that a value of a Secret is replaced wherever it stands. Certificates are public.
func searched(value string) bool {
	if strings.HasPrefix(value, "-----BEGIN CERTIFICATE-----") && !strings.Contains(value, "PRIVATE KEY") {
		return false
	}
	return bits(value) >= fewestBits && (len(value) >= 20 || !plainWords.MatchString(value))
}

// plainWords are such as administrator, cluster.local and kube-system.
var plainWords = regexp.MustCompile(`^[a-z]+([./-][a-z]+)*$`)

func bits(value string) float64 {
	var sorts [4]bool
	distinct := map[byte]bool{}
	for i := range min(len(value), 256) {
		c := value[i]
		distinct[c] = true
		switch {
		case c >= 'a' && c <= 'z':
			sorts[0] = true
		case c >= 'A' && c <= 'Z':
			sorts[1] = true
		case c >= '0' && c <= '9':
			sorts[2] = true
		default:
			sorts[3] = true
		}
	}
	if len(distinct) < 4 {
		return 0
	}
	alphabet := 0
	for i, size := range [...]int{26, 26, 10, 33} {
		if sorts[i] {
			alphabet += size
		}
	}
	return float64(len(value)) * math.Log2(float64(alphabet))
}
