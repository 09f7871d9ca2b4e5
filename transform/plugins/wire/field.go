package wire

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a message: data of a string, bytes or a message, else a number.
type field struct {
	number protowire.Number
	data   []byte
	value  uint64
}

// eachField calls take with the fields of a message in turn. Fields that are no string, bytes, message or plain number,
// none of which Velero's messages have, are passed over.
func eachField(message []byte, take func(field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return fmt.Errorf("a message that is none: %w", protowire.ParseError(n))
		}
		message = message[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			f.data, n = protowire.ConsumeBytes(message)
		default:
			if n = protowire.ConsumeFieldValue(number, kind, message); n >= 0 {
				message = message[n:]
				continue
			}
		}
		if n < 0 {
			return fmt.Errorf("field %d of a message: %w", number, protowire.ParseError(n))
		}
		message = message[n:]
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
}

// appendText adds a string, or nothing if it is empty, as proto3 does.
func appendText(b []byte, number protowire.Number, text string) []byte {
	if text == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), text)
}

// appendTexts adds each string of a list.
func appendTexts(b []byte, number protowire.Number, list []string) []byte {
	for _, text := range list {
		b = protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), text)
	}
	return b
}

// appendBytes adds bytes, or nothing if there are none.
func appendBytes(b []byte, number protowire.Number, data []byte) []byte {
	if len(data) == 0 {
		return b
	}
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), data)
}

// appendMessage adds a message, also one without fields.
func appendMessage(b []byte, number protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), message)
}

// appendNumber adds a number, or nothing if it is 0.
func appendNumber(b []byte, number protowire.Number, value uint64) []byte {
	if value == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), value)
}

func appendBool(b []byte, number protowire.Number, value bool) []byte {
	return appendNumber(b, number, protowire.EncodeBool(value))
}
