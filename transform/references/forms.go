package references

import "strings"

// The forms in which a field holds a namespace.

// whole: shop.
func whole(_ *walk, text string, m mention) (from, to int, ok bool) {
	return 0, len(text), m.from == 0 && m.to == len(text)
}

// list: shop, or a,shop.
func list(_ *walk, text string, m mention) (from, to int, ok bool) {
	return m.from, m.to, isList(text, m)
}

// namespaceName: shop/web.
func namespaceName(_ *walk, text string, m mention) (from, to int, ok bool) {
	if m.from != 0 || m.to >= len(text) || text[m.to] != '/' {
		return 0, 0, false
	}
	end := endOfName(text, m.to+1)
	return 0, end, end == len(text) && end > m.to+1
}

// pairs: shop/web,other/api, where a namespace may stand alone.
func pairs(_ *walk, text string, m mention) (from, to int, ok bool) {
	if m.from > 0 && strings.IndexByte(", \n", text[m.from-1]) < 0 {
		return 0, 0, false
	}
	end := m.to
	if end < len(text) && text[end] == '/' {
		if end = m.to + 1; end < len(text) && text[end] == '*' {
			end++
		} else {
			end = endOfName(text, end)
		}
	}
	return m.from, end, end == len(text) || strings.IndexByte(", \n", text[end]) >= 0
}

// userName: system:serviceaccount:shop:web, or the group system:serviceaccounts:shop.
func userName(_ *walk, text string, m mention) (from, to int, ok bool) {
	s := user(text, m)
	return s.from, s.to, s.found()
}

// host: web.shop.svc or web.shop.svc.cluster.local, alone or in a URL. web.shop counts where the backup has the Service.
func host(w *walk, text string, m mention) (from, to int, ok bool) {
	service, from := labelBefore(text, m.from)
	svc, end := domain(text[m.to:])
	if service == "" && !(svc && startsHost(text, m.from)) || isAPIServer(text[m.from:m.to], service) {
		return 0, 0, false
	}
	return from, m.to + end, svc || endsHost(text[m.to:]) && w.hasService(text, m, service)
}

// hostAmong: a host, or web.shop in a list that has web.shop.svc, too, as names of a certificate do.
func hostAmong(w *walk, text string, m mention) (from, to int, ok bool) {
	if from, to, ok = host(w, text, m); ok || m.to != len(text) {
		return from, to, ok
	}
	label, _ := labelBefore(text, m.from)
	if isAPIServer(text[m.from:m.to], label) {
		return 0, 0, false
	}
	for _, e := range w.parent().Elements() {
		if label != "" && strings.HasPrefix(e.Str(), text+".svc") {
			return from, to, true
		}
	}
	return 0, 0, false
}

// istioHost: a host, or one behind the namespace that it is of: shop/web.shop.svc.cluster.local, shop/*.
func istioHost(w *walk, text string, m mention) (from, to int, ok bool) {
	if m.from == 0 && strings.HasPrefix(text[m.to:], "/") {
		return 0, m.to, true
	}
	return host(w, text, m)
}

// principal: cluster.local/ns/shop/sa/web, with a prefix such as spiffe://.
func principal(_ *walk, text string, m mention) (from, to int, ok bool) {
	s := spiffeID(text, m)
	if s.found() {
		return s.from, s.to, true
	}
	rest := text[m.to:]
	return m.from, m.to, strings.HasSuffix(text[:m.from], "ns/") && (rest == "" || rest[0] == '/' || rest[0] == '*')
}
