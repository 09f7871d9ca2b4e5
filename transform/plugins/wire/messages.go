package wire

import (
	"slices"
	"time"
)

// Identifier names a plugin among those of one binary.
type Identifier struct {
	Command string
	Kind    Kind
	Name    string
}

// AppendIdentifiers adds the answer to ListPlugins.
func AppendIdentifiers(b []byte, list []Identifier) []byte {
	for _, id := range list {
		b = appendMessage(b, 1, appendText(appendText(appendText(nil, 1, id.Command), 2, string(id.Kind)), 3, id.Name))
	}
	return b
}

// ParseIdentifiers reads the answer to ListPlugins.
func ParseIdentifiers(message []byte) (list []Identifier, err error) {
	err = eachField(message, func(f field) error {
		if f.number != 1 {
			return nil
		}
		var id Identifier
		list = append(list, id)
		at := &list[len(list)-1]
		return eachField(f.data, func(f field) error {
			switch f.number {
			case 1:
				at.Command = string(f.data)
			case 2:
				at.Kind = Kind(f.data)
			case 3:
				at.Name = string(f.data)
			}
			return nil
		})
	})
	return list, err
}

// AppendName adds a request that only names the plugin, as AppliesTo is.
func AppendName(b []byte, plugin string) []byte { return appendText(b, 1, plugin) }

// ParseName reads the plugin that a request names.
func ParseName(message []byte) (plugin string, err error) {
	err = eachField(message, func(f field) error {
		if f.number == 1 {
			plugin = string(f.data)
		}
		return nil
	})
	return plugin, err
}

// Selector is Velero's ResourceSelector: the items that an action is for.
type Selector struct {
	IncludedNamespaces, ExcludedNamespaces []string
	IncludedResources, ExcludedResources   []string
	LabelSelector                          string
}

// Append adds the answer to AppliesTo.
func (s *Selector) Append(b []byte) []byte {
	inner := appendTexts(nil, 1, s.IncludedNamespaces)
	inner = appendTexts(inner, 2, s.ExcludedNamespaces)
	inner = appendTexts(inner, 3, s.IncludedResources)
	inner = appendTexts(inner, 4, s.ExcludedResources)
	return appendMessage(b, 1, appendText(inner, 5, s.LabelSelector))
}

// ParseSelector reads the answer to AppliesTo.
func ParseSelector(message []byte) (s Selector, err error) {
	err = eachField(message, func(f field) error {
		if f.number != 1 {
			return nil
		}
		return eachField(f.data, func(f field) error {
			switch text := string(f.data); f.number {
			case 1:
				s.IncludedNamespaces = append(s.IncludedNamespaces, text)
			case 2:
				s.ExcludedNamespaces = append(s.ExcludedNamespaces, text)
			case 3:
				s.IncludedResources = append(s.IncludedResources, text)
			case 4:
				s.ExcludedResources = append(s.ExcludedResources, text)
			case 5:
				s.LabelSelector = text
			}
			return nil
		})
	})
	return s, err
}

// ResourceID names an item of the backup.
type ResourceID struct{ Group, Resource, Namespace, Name string }

func (r *ResourceID) append(b []byte) []byte {
	return appendText(appendText(appendText(appendText(b, 1, r.Group), 2, r.Resource), 3, r.Namespace), 4, r.Name)
}

func parseResourceID(message []byte) (r ResourceID, err error) {
	err = eachField(message, func(f field) error {
		switch text := string(f.data); f.number {
		case 1:
			r.Group = text
		case 2:
			r.Resource = text
		case 3:
			r.Namespace = text
		case 4:
			r.Name = text
		}
		return nil
	})
	return r, err
}

// ExecuteRequest is the request of Execute of a RestoreItemAction, the same in both versions. All but the name is JSON.
type ExecuteRequest struct {
	Plugin                        string
	Item, Restore, ItemFromBackup []byte
}

// Append adds the request.
func (r *ExecuteRequest) Append(b []byte) []byte {
	b = slices.Grow(b, len(r.Item)+len(r.Restore)+len(r.ItemFromBackup)+len(r.Plugin)+32)
	return appendBytes(appendBytes(appendBytes(appendText(b, 1, r.Plugin), 2, r.Item), 3, r.Restore), 4, r.ItemFromBackup)
}

// ParseExecuteRequest reads the request; what it refers to is part of the message.
func ParseExecuteRequest(message []byte) (r ExecuteRequest, err error) {
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			r.Item = f.data
		case 3:
			r.Restore = f.data
		case 4:
			r.ItemFromBackup = f.data
		}
		return nil
	})
	return r, err
}

// ExecuteResponse is the answer; all behind Skip is of version 2.
type ExecuteResponse struct {
	Item       []byte // JSON
	Additional []ResourceID
	Skip       bool

	OperationID string
	Wait        bool          // until AreAdditionalItemsReady says that the additional items are
	Timeout     time.Duration // of that; 0 stands for the server's
}

// Append adds the answer.
func (r *ExecuteResponse) Append(b []byte) []byte {
	b = appendBytes(b, 1, r.Item)
	for i := range r.Additional {
		b = appendMessage(b, 2, r.Additional[i].append(nil))
	}
	b = appendBool(b, 3, r.Skip)
	b = appendText(b, 4, r.OperationID)
	b = appendBool(b, 5, r.Wait)
	if r.Timeout != 0 {
		b = appendMessage(b, 6, appendDuration(nil, r.Timeout))
	}
	return b
}

// ParseExecuteResponse reads the answer; Item is part of the message.
func ParseExecuteResponse(message []byte) (r ExecuteResponse, err error) {
	err = eachField(message, func(f field) (err error) {
		switch f.number {
		case 1:
			r.Item = f.data
		case 2:
			var id ResourceID
			id, err = parseResourceID(f.data)
			r.Additional = append(r.Additional, id)
		case 3:
			r.Skip = f.value != 0
		case 4:
			r.OperationID = string(f.data)
		case 5:
			r.Wait = f.value != 0
		case 6:
			r.Timeout, err = parseDuration(f.data)
		}
		return err
	})
	return r, err
}

// OperationRequest is the request of Progress and of Cancel.
type OperationRequest struct {
	Plugin, OperationID string
	Restore             []byte // JSON; the Backup where the operation is one of a backup
}

// Append adds the request.
func (r *OperationRequest) Append(b []byte) []byte {
	return appendBytes(appendText(appendText(b, 1, r.Plugin), 2, r.OperationID), 3, r.Restore)
}

// ParseOperationRequest reads the request.
func ParseOperationRequest(message []byte) (r OperationRequest, err error) {
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			r.OperationID = string(f.data)
		case 3:
			r.Restore = f.data
		}
		return nil
	})
	return r, err
}

// Progress is how far an operation is.
type Progress struct {
	Completed   bool
	Err         string
	Done, Total int64
	Units       string
	Description string
}

// Append adds the answer to Progress.
func (p *Progress) Append(b []byte) []byte {
	inner := appendText(appendBool(nil, 1, p.Completed), 2, p.Err)
	inner = appendNumber(appendNumber(inner, 3, uint64(p.Done)), 4, uint64(p.Total))
	return appendMessage(b, 1, appendText(appendText(inner, 5, p.Units), 6, p.Description))
}

// ParseProgress reads the answer to Progress.
func ParseProgress(message []byte) (p Progress, err error) {
	err = eachField(message, func(f field) error {
		if f.number != 1 {
			return nil
		}
		return eachField(f.data, func(f field) error {
			switch f.number {
			case 1:
				p.Completed = f.value != 0
			case 2:
				p.Err = string(f.data)
			case 3:
				p.Done = int64(f.value)
			case 4:
				p.Total = int64(f.value)
			case 5:
				p.Units = string(f.data)
			case 6:
				p.Description = string(f.data)
			}
			return nil
		})
	})
	return p, err
}

// ReadyRequest is the request of AreAdditionalItemsReady.
type ReadyRequest struct {
	Plugin     string
	Restore    []byte // JSON
	Additional []ResourceID
}

// Append adds the request.
func (r *ReadyRequest) Append(b []byte) []byte {
	b = appendBytes(appendText(b, 1, r.Plugin), 2, r.Restore)
	for i := range r.Additional {
		b = appendMessage(b, 3, r.Additional[i].append(nil))
	}
	return b
}

// ParseReadyRequest reads the request.
func ParseReadyRequest(message []byte) (r ReadyRequest, err error) {
	err = eachField(message, func(f field) (err error) {
		switch f.number {
		case 1:
			r.Plugin = string(f.data)
		case 2:
			r.Restore = f.data
		case 3:
			var id ResourceID
			id, err = parseResourceID(f.data)
			r.Additional = append(r.Additional, id)
		}
		return err
	})
	return r, err
}

// AppendReady adds the answer to AreAdditionalItemsReady.
func AppendReady(b []byte, ready bool) []byte { return appendBool(b, 1, ready) }

// ParseReady reads the answer to AreAdditionalItemsReady.
func ParseReady(message []byte) (ready bool, err error) {
	err = eachField(message, func(f field) error {
		ready = ready || f.number == 1 && f.value != 0
		return nil
	})
	return ready, err
}

// appendDuration adds the fields of a google.protobuf.Duration.
func appendDuration(b []byte, d time.Duration) []byte {
	return appendNumber(appendNumber(b, 1, uint64(d/time.Second)), 2, uint64(d%time.Second))
}

func parseDuration(message []byte) (d time.Duration, err error) {
	var seconds, nanos int64
	err = eachField(message, func(f field) error {
		switch f.number {
		case 1:
			seconds = int64(f.value)
		case 2:
			nanos = int64(int32(f.value))
		}
		return nil
	})
	const most = int64(1<<63-1) / int64(time.Second)
	seconds = max(-most, min(seconds, most-1)) // as durationpb, which bounds what is too long
	return time.Duration(seconds)*time.Second + time.Duration(nanos), err
}
