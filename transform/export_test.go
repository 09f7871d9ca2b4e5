package transform

// The tests of this package run with every room wiped at the end of its item.
var _ = func() struct{} { wipeRooms = true; return struct{}{} }()
