package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// frameHead is what stands in front of a message: whether it is compressed, and its length.
const frameHead = 5

// Frame is a message as it is sent. The message was appended to what NewFrame returned.
func Frame(message []byte) []byte {
	binary.BigEndian.PutUint32(message[1:frameHead], uint32(len(message)-frameHead))
	return message
}

// NewFrame is the beginning of a frame, to which a message is appended.
func NewFrame() []byte { return make([]byte, frameHead, 512) }

// ErrTooLarge says that a message is larger than the limit.
var ErrTooLarge = errors.New("message too large")

// ReadFrame reads the one message of a body, of at most limit bytes.
func ReadFrame(body io.Reader, limit int64) ([]byte, error) {
	message, err := NextFrame(body, limit)
	if err != nil {
		return nil, err
	}
	more, err := io.Copy(io.Discard, io.LimitReader(body, frameHead)) // up to the trailers
	if err == nil && more > 0 {
		err = errors.New("the answer has more than one message")
	}
	return message, err
}

// NextFrame reads the next message of a stream, of at most limit bytes; io.EOF says that there is none.
func NextFrame(body io.Reader, limit int64) ([]byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(body, head[:]); err != nil {
		return nil, err
	}
	if head[0] != 0 {
		return nil, errors.New("the message is compressed, which was not asked for")
	}
	size := int64(binary.BigEndian.Uint32(head[1:]))
	if size > limit {
		return nil, fmt.Errorf("%w: %d bytes, more than %d", ErrTooLarge, size, limit)
	}
	message := make([]byte, 0, min(size, 64<<10)) // what is announced need not come
	for int64(len(message)) < size {
		if len(message) == cap(message) {
			message = append(message, 0)[:len(message)]
		}
		n, err := body.Read(message[len(message):min(int64(cap(message)), size)])
		message = message[:len(message)+n]
		if err != nil && int64(len(message)) < size {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return message, nil
}
