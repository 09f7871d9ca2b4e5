package wire

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// ItemRequest is the request of Execute of a BackupItemAction, in both versions, and of a DeleteItemAction, and that of GetRelatedItems
// of an ItemBlockAction. All but the name is JSON.
type ItemRequest struct {
	Plugin       string
	Item, Backup []byte
}

// Append adds the request.
func (r *ItemRequest) Append(b []byte) []byte {
	b = slices.Grow(b, len(r.Item)+len(r.Backup)+len(r.Plugin)+24)
	return appendBytes(appendBytes(appendText(b, 1, r.Plugin), 2, r.Item), 3, r.Backup)
}

// ParseItemRequest reads the request; what it refers to is part of the message.
func ParseItemRequest(message []byte) (r ItemRequest, err error) {
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			r.Item = f.data
		case 3:
			r.Backup = f.data
		}
		return nil
	})
	return r, err
}

// BackupResponse is the answer to Execute of a BackupItemAction; all behind Additional is of version 2.
type BackupResponse struct {
	Item       []byte // JSON
	Additional []ResourceID

	OperationID   string
	PostOperation []ResourceID // that are backed up once more when the operation is done
}

// Append adds the answer.
func (r *BackupResponse) Append(b []byte) []byte {
	b = appendResourceIDs(appendBytes(b, 1, r.Item), 2, r.Additional)
	return appendResourceIDs(appendText(b, 3, r.OperationID), 4, r.PostOperation)
}

// ParseBackupResponse reads the answer; Item is part of the message.
func ParseBackupResponse(message []byte) (r BackupResponse, err error) {
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Item = f.data
		case 2:
			return addResourceID(&r.Additional, f.data)
		case 3:
			r.OperationID = string(f.data)
		case 4:
			return addResourceID(&r.PostOperation, f.data)
		}
		return nil
	})
	return r, err
}

// AppendRelated adds the answer to GetRelatedItems.
func AppendRelated(b []byte, items []ResourceID) []byte { return appendResourceIDs(b, 1, items) }

// ParseRelated reads the answer to GetRelatedItems.
func ParseRelated(message []byte) (items []ResourceID, err error) {
	err = eachField(message, func(f field) error {
		if f.number != 1 {
			return nil
		}
		return addResourceID(&items, f.data)
	})
	return items, err
}

func appendResourceIDs(b []byte, number protowire.Number, items []ResourceID) []byte {
	for i := range items {
		b = appendMessage(b, number, items[i].append(nil))
	}
	return b
}

func addResourceID(to *[]ResourceID, message []byte) error {
	id, err := parseResourceID(message)
	*to = append(*to, id)
	return err
}
