package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/conformance"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codeSpan     = regexp.MustCompile("`([^`\n]+)`")
	codeFence    = regexp.MustCompile("(?ms)^```.*?^```$")
	lineSuffix   = regexp.MustCompile(`:[0-9][0-9,:-]*$`)
	testName     = regexp.MustCompile(`^(Test|Fuzz|Benchmark|Example)[A-Z]\w*$`)
	testFunc     = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark|Example)\w+)\(`)
)

func TestLinksInDocumentsLeadToFiles(t *testing.T) {
	for name, text := range documents(t) {
		for _, match := range markdownLink.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(match[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if !exists(t, filepath.Join(filepath.Dir(name), target)) {
				t.Errorf("%s links to %s, which does not exist", name, match[1])
			}
		}
	}
}

// A code span is held to name a file or folder of the repository if its first part is a top-level folder.
func TestPathsInDocumentsExist(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	for name, text := range documents(t) {
		for _, match := range codeSpan.FindAllStringSubmatch(codeFence.ReplaceAllString(text, ""), -1) {
			span := lineSuffix.ReplaceAllString(match[1], "")
			if !strings.Contains(span, "/") || strings.Contains(span, " ") || !slices.Contains(folders, firstFolder(span)) {
				continue
			}
			if !exists(t, span) {
				t.Errorf("%s names `%s`, which does not exist", name, match[1])
			}
		}
	}
}

func TestTestsNamedInDocumentsExist(t *testing.T) {
	known := map[string]bool{}
	for file := range goFiles(t) {
		for _, match := range testFunc.FindAllStringSubmatch(read(t, file), -1) {
			known[match[1]] = true
		}
	}
	for name, text := range documents(t) {
		for _, match := range codeSpan.FindAllStringSubmatch(text, -1) {
			if testName.MatchString(match[1]) && !known[match[1]] {
				t.Errorf("%s names `%s`, and there is no such test", name, match[1])
			}
		}
	}
}

// What differs from Velero on purpose is said in a comment where it happens, and in docs/PARITY.md.
func TestParityListsEachFileThatDiffersOnPurpose(t *testing.T) {
	text := read(t, parity)
	for file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") || !strings.Contains(read(t, file), "Differs from Velero:") {
			continue
		}
		if !strings.Contains(text, "`"+file+"`") {
			t.Errorf("%s differs from Velero on purpose, and %s does not list it", file, parity)
		}
	}
	for _, purpose := range conformance.Purposes() {
		if !strings.Contains(text, "| "+purpose.Name+" |") {
			t.Errorf("the conformance suite accepts %s, and %s does not list it", purpose.Name, parity)
		}
	}
}

// capture is a block of README.md that shows what a command prints, or what it prints up to a section.
var capture = regexp.MustCompile("(?s)<!-- prints(?:, up to ([A-Z]+))?: veltx (.*?) -->\n```text\n(.*?)```")

func TestTheReadmeShowsWhatCommandsPrint(t *testing.T) {
	readme := read(t, "README.md")
	captures := capture.FindAllStringSubmatchIndex(readme, -1)
	if len(captures) == 0 {
		t.Fatal("README.md shows no command")
	}
	update := os.Getenv("UPDATE_README") != ""
	for _, at := range slices.Backward(captures) {
		command, shown := readme[at[4]:at[5]], readme[at[6]:at[7]]
		var out, problems strings.Builder
		code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, strings.Fields(command))
		if code != 0 {
			t.Errorf("%s: exit code %d: %s", command, code, &problems)
			continue
		}
		prints := out.String()
		if at[2] >= 0 {
			before, _, found := strings.Cut(prints, "\n"+readme[at[2]:at[3]]+"\n")
			if !found {
				t.Errorf("%s prints no %s", command, readme[at[2]:at[3]])
			}
			prints = before
		}
		if prints != shown && !update {
			t.Errorf("%s prints something else than README.md shows; make update writes it there:\n%s", command, &out)
		}
		readme = readme[:at[6]] + prints + readme[at[7]:]
	}
	if !update {
		return
	}
	if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(readme), 0o644); err != nil {
		t.Fatal(err)
	}
}

// documents returns the text of each Markdown file at the root and in docs, by its path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			rel, err := filepath.Rel(root, name)
			if err != nil {
				t.Fatal(err)
			}
			texts[rel] = read(t, rel)
		}
	}
	if len(texts) == 0 {
		t.Fatal("found no documents")
	}
	return texts
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// exists takes wildcards as well.
func exists(t *testing.T, name string) bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}
