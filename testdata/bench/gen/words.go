package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

func (g *generator) owner(apiVersion, kind, name string) obj {
	return obj{"apiVersion": apiVersion, "blockOwnerDeletion": true, "controller": true, "kind": kind, "name": name, "uid": g.uuid()}
}

func (g *generator) ip() string {
	return fmt.Sprintf("10.%d.%d.%d", g.r.IntN(256), g.r.IntN(256), g.r.IntN(256))
}

func (g *generator) node() string {
	n := g.r.IntN(60)
	return fmt.Sprintf("ip-10-20-%d-%d.eu-west-1.compute.internal", n%7, n*4)
}

func (g *generator) uuid() string {
	a, b := g.r.Uint64(), g.r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", uint32(a), uint16(a>>32), uint16(a>>48)&0xfff, uint16(b)&0xfff, b>>16)
}

func (g *generator) hex(n int) string   { return g.from("0123456789abcdef", n) }
func (g *generator) alnum(n int) string { return g.from("bcdfghjklmnpqrstvwxz2456789", n) }

func (g *generator) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (g *generator) base64(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.r.Uint32())
	}
	return base64.StdEncoding.EncodeToString(b)
}

var words = strings.Fields(`api gateway billing cache checkout cluster console core customer data delivery device
	edge engine event export feature feed fleet flow frontend graph guard history identity image index ingest
	inventory invoice job ledger loader log mail market media message meter metrics mirror model monitor network
	notify order partner payment pipeline planner platform policy portal pricing profile proxy query queue rating
	relay report resource review router rule scanner scheduler search sensor session shipping signal stock storage
	stream summary sync task tenant ticket token trace tracker user vault video view wallet webhook worker`)

func (g *generator) word() string { return words[g.r.IntN(len(words))] }

func (g *generator) sentence(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(g.word())
		if g.r.IntN(9) == 0 {
			b.WriteString(pick(g.r, " of the", " is", ".\nThe", " must be", ", or", " >= 1"))
		}
	}
	return b.String() + "."
}

// text is about n bytes of configuration file: indented keys and values with some numbers and hashes.
func (g *generator) text(n int) string {
	var b strings.Builder
	b.Grow(n + 80)
	for b.Len() < n {
		b.WriteString("                "[:2*g.r.IntN(6)])
		b.WriteString(g.word())
		b.WriteString(pick(g.r, ": ", "_"+g.word()+": ", " = "))
		switch g.r.IntN(6) {
		case 0:
			b.WriteString(strconv.Itoa(g.r.IntN(100000)))
		case 1:
			b.WriteString(`"` + g.hex(16) + `"`)
		case 2:
			b.WriteString("http://" + g.word() + ".svc:" + strconv.Itoa(8000+g.r.IntN(999)) + "/?q=<" + g.word() + ">")
		default:
			b.WriteString(g.word() + " " + g.word())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func pick[T any](r *rand.Rand, v ...T) T { return v[r.IntN(len(v))] }
