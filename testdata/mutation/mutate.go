package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
)

// mutant is one change in a file.
type mutant struct {
	number int
	file   string // relative to the root of the module
	line   int
	end    int    // the line on which it ends
	change string // what is changed, such as `drop n++`
}

// key names the mutant whatever line it stands on.
func (m *mutant) key() string { return m.file + ": " + m.change }

// place is the key with the line.
func (m *mutant) place() string { return fmt.Sprintf("%d %s", m.line, m.key()) }

// insertion is text that is put into a file.
type insertion struct {
	at, order int
	text      string
}

// source is one file while its mutants are found.
type source struct {
	name       string
	text       []byte
	files      *token.FileSet
	insertions []insertion
	mutants    []*mutant
	next       *int
	skip       map[string]bool // places of mutants that do not compile
}

// mutateFile finds the mutants of a file and returns its text with all of them in it. Every line keeps its number.
func mutateFile(path, name string, next *int, skip map[string]bool) ([]byte, []*mutant, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	s := &source{name: name, text: text, files: token.NewFileSet(), next: next, skip: skip}
	file, err := parser.ParseFile(s.files, path, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
			ast.Inspect(f.Body, s.visit)
		}
	}
	return s.mutated(), s.mutants, nil
}

func (s *source) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		s.condition(n.Cond)
	case *ast.ForStmt:
		s.condition(n.Cond)
	case *ast.BinaryExpr:
		s.binary(n)
	case *ast.ReturnStmt:
		for _, r := range n.Results {
			if id, ok := r.(*ast.Ident); ok && (id.Name == "true" || id.Name == "false") {
				s.add(n, "flip "+s.show(n), around{r, "(", " != mutated(%d))"})
			}
		}
	case *ast.BlockStmt:
		s.statements(n.List)
	case *ast.CaseClause:
		s.statements(n.Body)
	case *ast.CommClause:
		s.statements(n.Body)
	}
	return true
}

// condition negates a condition that is no comparison and no combination; those have mutants of their own.
func (s *source) condition(e ast.Expr) {
	switch e := e.(type) {
	case nil, *ast.BinaryExpr:
	case *ast.ParenExpr:
		s.condition(e.X)
	default:
		s.add(e, "negate "+s.show(e), around{e, "((", ") != mutated(%d))"})
	}
}

func (s *source) binary(e *ast.BinaryExpr) {
	change := func(to string) string { return s.show(e) + " with " + to }
	switch e.Op {
	case token.EQL:
		s.add(e, change("!="), around{e, "((", ") != mutated(%d))"})
	case token.NEQ:
		s.add(e, change("=="), around{e, "((", ") != mutated(%d))"})
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		s.boundary(e)
	case token.LAND, token.LOR:
		s.condition(e.X)
		s.condition(e.Y)
		s.swap(e)
	}
}

var boundaries = map[token.Token]struct{ to, call string }{
	token.LSS: {"<=", "mutatedLess"}, token.LEQ: {"<", "mutatedLessEqual"}, token.GTR: {">=", "mutatedGreater"}, token.GEQ: {">", "mutatedGreaterEqual"},
}

// boundary turns a < b into a call, so that neither side stands twice.
func (s *source) boundary(e *ast.BinaryExpr) {
	b := boundaries[e.Op]
	s.add(e, s.show(e)+" with "+b.to, around{e, b.call + "(%d, ", ")"}, operator{e, ","})
}

func (s *source) swap(e *ast.BinaryExpr) {
	call, to := "mutatedAnd", "||"
	if e.Op == token.LOR {
		call, to = "mutatedOr", "&&"
	}
	s.add(e, s.show(e)+" with "+to, around{e, call + "(%d, ", "})"}, operator{e, ", func() bool { return "})
}

// statements drops statements; what declares something has to stay.
func (s *source) statements(list []ast.Stmt) {
	for _, stmt := range list {
		switch stmt := stmt.(type) {
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.SendStmt:
		case *ast.AssignStmt:
			if stmt.Tok == token.DEFINE {
				continue
			}
		case *ast.BranchStmt:
			if stmt.Tok == token.FALLTHROUGH || stmt.Tok == token.GOTO {
				continue
			}
		default:
			continue
		}
		s.add(stmt, "drop "+s.show(stmt), around{stmt, "if !mutated(%d) { ", " }"})
	}
}

// edit is a part of a mutant.
type edit interface{ insert(s *source, number int) }

type around struct {
	node          ast.Node
	before, after string
}

func (a around) insert(s *source, number int) {
	from, to := s.offset(a.node.Pos()), s.offset(a.node.End())
	size := to - from
	s.insertions = append(s.insertions, insertion{from, -size, numbered(a.before, number)}, insertion{to, size - len(s.text), numbered(a.after, number)})
}

// operator replaces that of a binary expression; blanks stay in its place.
type operator struct {
	of *ast.BinaryExpr
	by string
}

func (o operator) insert(s *source, _ int) {
	at := s.offset(o.of.OpPos)
	copy(s.text[at:], strings.Repeat(" ", len(o.of.Op.String())))
	s.insertions = append(s.insertions, insertion{at, 0, o.by})
}

func numbered(text string, number int) string {
	return strings.ReplaceAll(text, "%d", fmt.Sprint(number))
}

func (s *source) add(n ast.Node, change string, edits ...edit) {
	m := &mutant{file: s.name, line: s.files.Position(n.Pos()).Line, end: s.files.Position(n.End()).Line, change: change}
	if s.skip[m.place()] {
		return
	}
	*s.next++
	m.number = *s.next
	s.mutants = append(s.mutants, m)
	for _, e := range edits {
		e.insert(s, m.number)
	}
}

// mutated is the text with the insertions. At one place, ends come before beginnings, of ends the innermost first and of
// beginnings the outermost.
func (s *source) mutated() []byte {
	slices.SortStableFunc(s.insertions, func(a, b insertion) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.order, b.order))
	})
	var out []byte
	at := 0
	for _, i := range s.insertions {
		out = append(append(out, s.text[at:i.at]...), i.text...)
		at = i.at
	}
	return append(out, s.text[at:]...)
}

func rank(i insertion) int {
	if strings.HasSuffix(i.text, ")") || i.text == " }" {
		return 0
	}
	return 1
}

func (s *source) offset(p token.Pos) int { return s.files.Position(p).Offset }

// show is a node's text in one line, cut where it is long.
func (s *source) show(n ast.Node) string {
	text := strings.Join(strings.Fields(string(s.text[s.offset(n.Pos()):s.offset(n.End())])), " ")
	if len(text) > 100 {
		text = text[:100] + "…"
	}
	return text
}
