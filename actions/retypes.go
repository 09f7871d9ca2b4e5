package actions

// Always is for actions that write every item back from its type.
func Always(*Input) bool { return true }

// UnderMapping is for actions that do so in a restore that maps namespaces.
func UnderMapping(in *Input) bool { return len(in.Restore.Spec.NamespaceMapping) > 0 }
