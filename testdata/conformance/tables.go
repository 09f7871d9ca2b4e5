package conformance

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Table is the account of one of Velero's own test functions.
type Table struct {
	// File is its path in Velero's source, and Test the function.
	File, Test string
	// Rows is how many the tables of the function have, 0 for a function without.
	Rows int
	// Cases have the rows that are about what is sent, and Topics are folders of cases.
	Cases, Topics []string
	// Others are the numbers of the rows that are in no case, from 1, by why; a reason of no number is for all of them.
	Others map[string][]int
}

// ReadTables reads the account of Velero's own tables: a line for each file, and in it one for each function,
//
//	TestName 12: topic/case topic/*
//	- 3 4 7: why these rows are in no case
//	- why none is
//
// and lines of comment.
func ReadTables(in io.Reader) (list []Table, err error) {
	file := ""
	lines := bufio.NewScanner(in)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasSuffix(line, "_test.go"):
			file = line
		case strings.HasPrefix(line, "-") && len(list) > 0:
			err = list[len(list)-1].except(strings.TrimPrefix(line, "-"))
		default:
			var t Table
			t, err = readTable(file, line)
			list = append(list, t)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return list, lines.Err()
}

func readTable(file, line string) (Table, error) {
	head, cases, ok := strings.Cut(line, ":")
	name, rows, _ := strings.Cut(head, " ")
	t := Table{File: file, Test: name, Others: map[string][]int{}}
	if !ok || file == "" {
		return t, fmt.Errorf("want NAME ROWS: CASES below a file, got %q", line)
	}
	for _, word := range strings.Fields(cases) {
		if topic, all := strings.CutSuffix(word, "/*"); all {
			t.Topics = append(t.Topics, topic)
		} else {
			t.Cases = append(t.Cases, word)
		}
	}
	if rows == "" {
		return t, nil
	}
	var err error
	t.Rows, err = strconv.Atoi(rows)
	return t, err
}

// except notes rows that are in no case: those of the numbers before a colon, or all.
func (t *Table) except(line string) error {
	numbers, why, ok := strings.Cut(line, ":")
	if !ok || strings.Trim(numbers, " 0123456789") != "" {
		numbers, why = "", line
	}
	rows := []int{}
	for _, word := range strings.Fields(numbers) {
		row, err := strconv.Atoi(word)
		if err != nil || row < 1 || row > t.Rows {
			return fmt.Errorf("%s has no row %s", t.Test, word)
		}
		rows = append(rows, row)
	}
	why = strings.TrimSpace(why)
	t.Others[why] = append(t.Others[why], rows...)
	return nil
}

// Explained says whether all rows of a table are either in cases or said not to be.
func (t *Table) Explained() bool {
	if len(t.Cases)+len(t.Topics) > 0 {
		return true
	}
	var rows []int
	for _, numbers := range t.Others {
		if len(numbers) == 0 {
			return true
		}
		rows = append(rows, numbers...)
	}
	slices.Sort(rows)
	return t.Rows > 0 && len(slices.Compact(rows)) == t.Rows
}

// TablesOf counts the rows of the tables of each test function in a Go file: of lists and maps of structures that have one or more elements
// written out.
func TablesOf(path string) (map[string]int, error) {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Clean(path), nil, 0)
	if err != nil {
		return nil, err
	}
	rows := map[string]int{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Test") || fn.Name.Name == "TestMain" {
			continue
		}
		rows[fn.Name.Name] = 0
		ast.Inspect(fn, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok || !isTable(c.Type) {
				return true
			}
			rows[fn.Name.Name] += len(c.Elts)
			return false
		})
	}
	return rows, nil
}

// isTable says whether a type is a list or a map of structures that have no name.
func isTable(of ast.Expr) bool {
	var element ast.Expr
	switch t := of.(type) {
	case *ast.ArrayType:
		element = t.Elt
	case *ast.MapType:
		element = t.Value
	}
	_, ok := element.(*ast.StructType)
	return ok
}
