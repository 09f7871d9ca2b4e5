package pipeline

// rewriteReferences gives references to mapped namespaces their new names. A preview of what Velero does never asks for it.
func rewriteReferences(env *Env, _ Around, it *Item) (Verdict, error) {
	if env.References != nil && env.Rewriting != nil {
		env.References.Rewrite(it.Key.Resource, it.Object, it.FromBackup, env.Rewriting)
	}
	return goOn()
}
