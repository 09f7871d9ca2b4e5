package layout

import "cmp"

// Address names an item.
type Address struct {
	Resource  string // "pods" or "deployments.apps"; "" for a file that is no item
	Namespace string // "" for cluster-scoped items
	Name      string
}

// String names the item for people: "pods/shop/web" or "nodes/n1".
func (a Address) String() string {
	switch {
	case a.Resource == "":
		return a.Name
	case a.Namespace == "":
		return a.Resource + "/" + a.Name
	}
	return a.Resource + "/" + a.Namespace + "/" + a.Name
}

// Compare orders addresses by resource, then namespace, then name.
func (a Address) Compare(b Address) int {
	return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// Key is the key of the item's plain copy.
func (a Address) Key() ItemKey { return ItemKey{Address: a} }

// NamespacedName names an item among those of its resource.
type NamespacedName struct{ Namespace, Name string }

// String is "shop/web", or the name alone without a namespace.
func (n NamespacedName) String() string {
	if n.Namespace == "" {
		return n.Name
	}
	return n.Namespace + "/" + n.Name
}
