package wire

import (
	"fmt"
	"strconv"
	"strings"
)

// Code is the code of a gRPC status.
type Code uint32

// The codes that are used here.
const (
	OK                Code = 0
	Unknown           Code = 2
	DeadlineExceeded  Code = 4
	ResourceExhausted Code = 8
	Aborted           Code = 10
	Unimplemented     Code = 12
	Internal          Code = 13
	Unavailable       Code = 14
)

// codeNames are the names by which gRPC's Go library prints them, by number.
var codeNames = [...]string{
	"OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
	"FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
}

// String is the code's name.
func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("Code(%d)", uint32(c))
}

// Status is the error of a call. It reads as that of gRPC's Go library does, as it stands so in Velero's results.
type Status struct {
	Code    Code
	Message string
}

func (s *Status) Error() string {
	return fmt.Sprintf("rpc error: code = %s desc = %s", s.Code, s.Message)
}

// ParseStatus reads the two headers of a status; nil for OK. Without a code there is no gRPC server on the other side.
func ParseStatus(code, message string) error {
	if code == "0" {
		return nil
	}
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil {
		return &Status{Internal, fmt.Sprintf("the answer has no status of gRPC but %.20q", code)}
	}
	return &Status{Code(n), decodeMessage(message)}
}

// EncodeMessage writes a message as it stands in a header: all that is not printable ASCII as % and two digits.
func EncodeMessage(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c >= ' ' && c <= '~' && c != '%' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}

// decodeMessage is the way back; a % without two digits stands for itself.
func decodeMessage(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}
