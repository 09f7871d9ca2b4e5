package wire

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestTheHandshakeOfAPlugin(t *testing.T) {
	for line, want := range map[string]string{
		"1|2|unix|/tmp/plugin1|grpc|\n":           "unix /tmp/plugin1",
		"1|2|unix|/tmp/plugin1|grpc\r\n":          "unix /tmp/plugin1",
		"1|2|tcp|127.0.0.1:10000|grpc||false\n":   "tcp 127.0.0.1:10000",
		Handshake("unix", "/tmp/p"):               "unix /tmp/p",
		"":                                        "its first line is no handshake",
		"hello\n":                                 "its first line is no handshake",
		"2|2|unix|/tmp/plugin1|grpc|\n":           "version 2 of go-plugin's protocol",
		"1|1|unix|/tmp/plugin1|grpc|\n":           "version 1 of Velero's plugin protocol",
		"1|2|unix|/tmp/plugin1|netrpc|\n":         "does not speak gRPC",
		"1|2|unix|/tmp/plugin1\n":                 "does not speak gRPC",
		"1|2|unix|/tmp/plugin1|grpc|MIIBIjANBg\n": "asks for TLS",
	} {
		network, address, err := ParseHandshake(line)
		got := network + " " + address
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestMessagesOfBackupsComeBackAsTheyWere(t *testing.T) {
	request := ItemRequest{"example.com/a", []byte(`{"kind":"Pod"}`), []byte(`{}`)}
	response := BackupResponse{
		[]byte(`{"kind":"Pod"}`), []ResourceID{{"apps", "deployments", "shop", "web"}, {Resource: "pods", Name: "p"}}, "op-1", []ResourceID{{"", "secrets", "shop", "s"}},
	}
	related := []ResourceID{{"", "secrets", "shop", "s"}, {Resource: "nodes", Name: "n"}}
	gotRequest, err1 := ParseItemRequest(request.Append(nil))
	gotResponse, err2 := ParseBackupResponse(response.Append(nil))
	gotRelated, err3 := ParseRelated(AppendRelated(nil, related))
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(gotRequest, request) || !reflect.DeepEqual(gotResponse, response) || !reflect.DeepEqual(gotRelated, related) {
		t.Errorf("got %+v, %+v, %+v", gotRequest, gotResponse, gotRelated)
	}
	for _, spoiled := range [][]byte{{0x0a}, {0x12, 0x05, 0x01}, {0xff}} {
		_, err1 := ParseItemRequest(spoiled)
		_, err2 := ParseBackupResponse(spoiled)
		_, err3 := ParseRelated(append([]byte{0x0a, byte(len(spoiled))}, spoiled...))
		if err1 == nil || err2 == nil || err3 == nil {
			t.Errorf("%x: %v, %v, %v", spoiled, err1, err2, err3)
		}
	}
}

func TestMessagesComeBackAsTheyWere(t *testing.T) {
	identifiers := []Identifier{{"/plugins/a", RestoreItemAction, "example.com/a"}, {Kind: RestoreItemActionV2, Name: "example.com/b"}}
	selector := Selector{[]string{"shop", "shop-*"}, []string{"kube-system"}, []string{"Pod", ""}, []string{"secrets"}, "app in (web)"}
	request := ExecuteRequest{"example.com/a", []byte(`{"kind":"Pod"}`), []byte(`{}`), []byte(`{"kind":"Pod"}`)}
	response := ExecuteResponse{[]byte(`{"kind":"Pod"}`), []ResourceID{{"apps", "deployments", "shop", "web"}, {Resource: "pods", Name: "p"}}, true, "op-1", true, 90*time.Second + 5}
	operation := OperationRequest{"example.com/a", "op-1", []byte(`{}`)}
	progress := Progress{true, "it failed", 3, 7, "items", "copying"}
	ready := ReadyRequest{"example.com/a", []byte(`{}`), response.Additional}
	check := func(got any, err error, want any) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
	}
	list, err := ParseIdentifiers(AppendIdentifiers(nil, identifiers))
	check(list, err, identifiers)
	name, err := ParseName(AppendName(nil, "example.com/a"))
	check(name, err, "example.com/a")
	s, err := ParseSelector(selector.Append(nil))
	check(s, err, selector)
	none, err := ParseSelector(nil)
	check(none, err, Selector{})
	q, err := ParseExecuteRequest(request.Append(nil))
	check(q, err, request)
	a, err := ParseExecuteResponse(response.Append(nil))
	check(a, err, response)
	o, err := ParseOperationRequest(operation.Append(nil))
	check(o, err, operation)
	p, err := ParseProgress(progress.Append(nil))
	check(p, err, progress)
	r, err := ParseReadyRequest(ready.Append(nil))
	check(r, err, ready)
	for _, is := range []bool{true, false} {
		b, err := ParseReady(AppendReady(nil, is))
		check(b, err, is)
	}
}

// The bytes are those that Velero's generated code makes.
func TestAMessageIsThatOfProtobuf(t *testing.T) {
	response := ExecuteResponse{Item: []byte("{}"), Additional: []ResourceID{{Resource: "pods", Name: "p"}}, Skip: true, Timeout: 3 * time.Second}
	want := "\x0a\x02{}" + "\x12\x09\x12\x04pods\x22\x01p" + "\x18\x01" + "\x32\x02\x08\x03"
	if got := string(response.Append(nil)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestADurationIsBounded(t *testing.T) {
	var whole []byte
	whole = appendNumber(whole, 1, 1<<62)
	if d, err := parseDuration(whole); err != nil || d < 200*365*24*time.Hour {
		t.Errorf("got %v, %v", d, err)
	}
}

func TestAStatusReadsAsThatOfGRPC(t *testing.T) {
	for _, test := range []struct{ code, message, want string }{
		{"0", "", ""},
		{"2", "it%20failed: 100%", "rpc error: code = Unknown desc = it failed: 100%"},
		{"10", "plugin panicked", "rpc error: code = Aborted desc = plugin panicked"},
		{"99", EncodeMessage("a\nb % ü"), "rpc error: code = Code(99) desc = a\nb % ü"},
		{"2", "%ff", "rpc error: code = Unknown desc = \uFFFD"},
		{"", "", `rpc error: code = Internal desc = the answer has no status of gRPC but ""`},
	} {
		got := ""
		if err := ParseStatus(test.code, test.message); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.code, test.message, got, test.want)
		}
	}
}

func TestFramesHaveOneMessageOfALimitedSize(t *testing.T) {
	frame := func(text string) []byte { return Frame(append(NewFrame(), text...)) }
	long := strings.Repeat("x", 300<<10)
	for name, test := range map[string]struct {
		body  []byte
		limit int64
		want  string
		fails string
	}{
		"empty":      {frame(""), 10, "", ""},
		"long":       {frame(long), 1 << 20, long, ""},
		"too large":  {frame("0123456789a"), 10, "", "message too large: 11 bytes, more than 10"},
		"cut":        {frame("0123456789")[:8], 10, "", "unexpected EOF"},
		"nothing":    {nil, 10, "", "EOF"},
		"two":        {append(frame("a"), frame("b")...), 10, "", "more than one message"},
		"compressed": {append([]byte{1}, frame("a")[1:]...), 10, "", "compressed"},
		"a lie":      {[]byte{0, 0x7f, 0xff, 0xff, 0xff, 'a'}, 1 << 32, "", "unexpected EOF"},
	} {
		for _, reader := range []io.Reader{bytes.NewReader(test.body), iotest.OneByteReader(bytes.NewReader(test.body)), iotest.DataErrReader(bytes.NewReader(test.body))} {
			got, err := ReadFrame(reader, test.limit)
			switch {
			case test.fails == "" && (err != nil || string(got) != test.want):
				t.Errorf("%s: got %.20q, %v", name, got, err)
			case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
				t.Errorf("%s: got %v, want %q", name, err, test.fails)
			case name == "too large" && !errors.Is(err, ErrTooLarge):
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func FuzzMessages(f *testing.F) {
	f.Add([]byte("\x0a\x02{}\x12\x09\x12\x04pods\x22\x01p\x18\x01\x32\x02\x08\x03"))
	f.Add(AppendIdentifiers(nil, []Identifier{{"c", RestoreItemAction, "n"}}))
	f.Fuzz(func(t *testing.T, message []byte) {
		if a, err := ParseExecuteResponse(message); err == nil {
			if b, err := ParseExecuteResponse(a.Append(nil)); err != nil || !bytes.Equal(a.Item, b.Item) || a.Skip != b.Skip || len(a.Additional) != len(b.Additional) {
				t.Errorf("%q: %+v came back as %+v, %v", message, a, b, err)
			}
		}
		_, _ = ParseIdentifiers(message)
		_, _ = ParseSelector(message)
		_, _ = ParseExecuteRequest(message)
		_, _ = ParseProgress(message)
		_, _ = ParseReadyRequest(message)
		_, _ = ParseReady(message)
	})
}
