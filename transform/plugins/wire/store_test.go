package wire

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"
)

func TestMessagesOfStoresComeBackAsTheyWere(t *testing.T) {
	check := func(got any, err error, want any) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
	}
	settings := InitRequest{"velero.io/aws", map[string]string{"region": "eu", "empty": ""}}
	i, err := ParseInitRequest(settings.Append(nil))
	check(i, err, settings)
	for _, request := range []ObjectRequest{
		{"velero.io/aws", "velero", "backups/b/b.tar.gz", []byte("part"), 0}, {Plugin: "velero.io/aws", Key: "k", TTL: time.Hour},
	} {
		got, err := ParseObjectRequest(request.Append(nil))
		check(got, err, request)
	}
	for _, request := range []ListRequest{{"p", "velero", "backups/", false, ""}, {"p", "velero", "backups/", true, "/"}} {
		got, err := ParseListRequest(request.Append(nil), request.Common)
		check(got, err, request)
	}
	keys, err := ParseTexts(AppendTexts(nil, []string{"a", ""}))
	check(keys, err, []string{"a", ""})
	data, err := ParseData(AppendData(nil, []byte("data")))
	check(data, err, []byte("data"))
	is, err := ParseExists(AppendExists(nil, true))
	check(is, err, true)
	volume := VolumeRequest{"p", []byte("{}"), "vol-1"}
	v, err := ParseVolumeRequest(volume.Append(nil))
	check(v, err, volume)
}

// The bytes are those that Velero's generated code makes.
func TestMessagesOfStoresAreThoseOfProtobuf(t *testing.T) {
	settings := InitRequest{"p", map[string]string{"b": "2", "a": "1"}}
	put := ObjectRequest{Plugin: "p", Bucket: "v", Key: "k", Body: []byte("xy")}
	common := ListRequest{Plugin: "p", Bucket: "v", Prefix: "backups/", Common: true, Delimiter: "/"}
	for got, want := range map[string]string{
		string(settings.Append(nil)): "\x0a\x01p\x12\x06\x0a\x01a\x12\x011\x12\x06\x0a\x01b\x12\x012",
		string(put.Append(nil)):      "\x0a\x01p\x12\x01v\x1a\x01k\x22\x02xy",
		string(common.Append(nil)):   "\x0a\x01p\x12\x01v\x1a\x01/\x22\x08backups/",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAStreamIsReadMessageByMessage(t *testing.T) {
	var body bytes.Buffer
	for _, text := range []string{"one", "", "three"} {
		body.Write(Frame(append(NewFrame(), text...)))
	}
	body.WriteString("\x00\x00")
	var got []string
	for {
		message, err := NextFrame(&body, 10)
		if err != nil {
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("the end: got %v", err)
			}
			break
		}
		got = append(got, string(message))
	}
	if want := []string{"one", "", "three"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := NextFrame(bytes.NewReader(nil), 10); !errors.Is(err, io.EOF) {
		t.Errorf("nothing: got %v", err)
	}
}
