package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/plugintest"
)

// blocks are the code blocks of a document behind a comment.
func blocks(t *testing.T, document, comment string) []string {
	t.Helper()
	var all []string
	for _, part := range strings.Split(read(t, document), "<!-- "+comment+" -->\n")[1:] {
		_, rest, _ := strings.Cut(part, "\n")
		text, _, ok := strings.Cut(rest, "\n```\n")
		if !ok {
			t.Fatalf("%s: a block does not end", document)
		}
		all = append(all, text)
	}
	if len(all) == 0 {
		t.Fatalf("%s: no block is %s", document, comment)
	}
	return all
}

// The guides are followed word for word: with the real backups, and with the sample.
func TestTheGuidesCanBeFollowed(t *testing.T) {
	sources := [][]string{{"--sample"}}
	for _, folder := range backups.Folders(t) {
		folder, err := filepath.Abs(folder)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, []string{folder})
	}
	var lines [][2]string // of a document
	for _, document := range []string{"docs/MIGRATE.md", "docs/CI.md"} {
		for _, block := range blocks(t, document, "followed by a test") {
			for line := range strings.Lines(block) {
				lines = append(lines, [2]string{document, strings.TrimSpace(line)})
			}
		}
	}
	for _, source := range sources {
		dir := t.TempDir()
		t.Chdir(dir)
		var problems bytes.Buffer
		line := slices.Concat([]string{"backup"}, source, []string{"-o", ".", "--to-store", "--backup-name", "copy", "--include-cluster-resources", "--fail-on", "never", "-q"})
		if code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &problems, Err: &problems}, line); code != exitFine {
			t.Fatalf("%v: %s", source, &problems)
		}
		if err := os.Rename("backups/copy", "move"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("target.yaml", []byte("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: p}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			follow(t, line[0], line[1])
		}
		if !onDisk("manifests/Kustomization") || !onDisk("restore.yaml") || !onDisk("modifiers.yaml") {
			t.Error("a guide does not write what it says")
		}
	}
}

// follow runs a line of a guide. Findings are no failure: that is what a preview is for.
func follow(t *testing.T, document, line string) {
	t.Helper()
	line, file, _ := strings.Cut(line, " > ")
	words := strings.Fields(line)
	if words[0] != "veltx" {
		t.Fatalf("%s: %q is no line of veltx", document, line)
	}
	var out, problems bytes.Buffer
	code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, words[1:])
	if code != exitFine && code != exitFindings || out.Len() == 0 && words[1] != "transform" {
		t.Errorf("%s: %s: exit code %d, %d bytes\n%s", document, line, code, out.Len(), &problems)
	}
	if file != "" {
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

var commandLine = regexp.MustCompile(`veltx ([a-z-]+)((?: +(?:"[^"]*"|[^\s|>&"]+))*)`)

// What pipelines are made of is YAML, and the flags in it are flags of veltx.
func TestThePipelinesAreRight(t *testing.T) {
	n := 0
	for _, block := range blocks(t, "docs/CI.md", "parsed by a test") {
		var document map[string]any
		if err := yaml.UnmarshalStrict([]byte(block), &document); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
		for _, found := range commandLine.FindAllStringSubmatch(block, -1) {
			c, _, err := NewRoot(Streams{}).Find([]string{found[1]})
			if err != nil || c.Name() != found[1] {
				t.Errorf("%s: no such command", found[0])
				continue
			}
			if err := c.ParseFlags(strings.Fields(found[2])); err != nil {
				t.Errorf("%s: %v", found[0], err)
			}
			n++
		}
	}
	if n < 4 {
		t.Errorf("only %d lines of veltx were found", n)
	}
	for _, file := range []string{".github/workflows/ci.yml", ".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/idea.yml", ".github/ISSUE_TEMPLATE/config.yml"} {
		var document map[string]any
		if err := yaml.UnmarshalStrict([]byte(read(t, file)), &document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// action is as much of action.yml as the test needs.
type action struct {
	Inputs map[string]struct {
		Required bool   `json:"required"`
		Default  string `json:"default"`
	} `json:"inputs"`
	Runs struct {
		Steps []struct {
			Env map[string]string `json:"env"`
			Run string            `json:"run"`
		} `json:"steps"`
	} `json:"runs"`
}

// The steps of the action are run as GitHub runs them.
func TestTheActionRuns(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	var a action
	if err := yaml.Unmarshal([]byte(read(t, "action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "veltx")); err != nil {
		t.Skip(err)
	}
	t.Chdir(dir)
	printed(t, "redact", "--sample", "-o", "shop.tar.gz", "-q")
	printed(t, "restore-preview", "shop.tar.gz", "--write-baseline", "known.json", "--fail-on", "never", "-q")
	for name, row := range map[string]struct {
		inputs map[string]string
		code   int
		writes string
	}{
		"defaults":   {map[string]string{"backup": "shop.tar.gz"}, exitFine, ""},
		"a log":      {map[string]string{"backup": "shop.tar.gz", "sarif": "out.sarif"}, exitFine, "out.sarif"},
		"findings":   {map[string]string{"backup": "shop.tar.gz", "fail-on": "warning"}, exitFindings, ""},
		"a baseline": {map[string]string{"backup": "shop.tar.gz", "fail-on": "warning", "baseline": "known.json"}, exitFine, ""},
		"arguments":  {map[string]string{"backup": "shop.tar.gz", "args": `-l 'app in (web, db)' --include-namespaces nowhere`}, exitFindings, ""},
		"no program": {map[string]string{"backup": "shop.tar.gz", "args": "$(touch ran) `touch ran`"}, exitUsage, ""},
	} {
		code := 0
		for _, step := range a.Runs.Steps {
			command := exec.CommandContext(t.Context(), bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
			command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary.md"))
			for variable, input := range step.Env {
				input = strings.TrimSuffix(strings.TrimPrefix(input, "${{ inputs."), " }}")
				known, ok := a.Inputs[input]
				if !ok {
					t.Fatalf("there is no input %s", input)
				}
				value, given := row.inputs[input]
				if !given {
					value = known.Default
				}
				command.Env = append(command.Env, variable+"="+value)
			}
			text, err := command.CombinedOutput()
			if code = command.ProcessState.ExitCode(); err != nil {
				t.Logf("%s: %v\n%.600s", name, err, text)
				break
			}
		}
		if code != row.code {
			t.Errorf("%s: exit code %d, want %d", name, code, row.code)
		}
		if row.writes != "" && !onDisk(row.writes) {
			t.Errorf("%s: %s was not written", name, row.writes)
		}
	}
	if onDisk("ran") {
		t.Error("an argument was run")
	}
	if !onDisk("summary.md") {
		t.Error("there is no summary of the step")
	}
}

var inBackticks = regexp.MustCompile("`(veltx [^`]*)`")

// Each recipe is run, in documents and in the README, with the sample in the place of BACKUP.
func TestTheRecipesRun(t *testing.T) {
	var lines []string
	for _, document := range []string{"docs/RECIPES.md", "README.md"} {
		text, _, _ := strings.Cut(read(t, document), "## Exit codes")
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "| ") {
				for _, found := range inBackticks.FindAllStringSubmatch(line, -1) {
					lines = append(lines, strings.ReplaceAll(found[1], `\|`, "|"))
				}
			}
		}
	}
	if len(lines) < 40 {
		t.Fatalf("only %d recipes were found", len(lines))
	}
	dir := t.TempDir()
	t.Chdir(dir)
	makeKitchen(t)
	for _, line := range lines {
		line, _, _ = strings.Cut(line, " | ")
		line, file, _ := strings.Cut(line, " > ")
		if strings.Contains(line, "plugin:aws") {
			continue // needs the plugin's binary; make conformance-plugins asks one
		}
		if strings.Contains(line, "$KUBEBUILDER_ASSETS") {
			continue // needs the API server's binary; make conformance-apiserver asks one
		}
		var words []string
		for _, word := range strings.Fields(line)[1:] {
			switch word {
			case "BACKUP", "MONDAY":
				word = "bucket/backups/nightly"
			case "TUESDAY":
				word = "tuesday.tar.gz"
			}
			words = append(words, word)
		}
		var out, problems bytes.Buffer
		code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, append(words, forced(words)...))
		differs := code == exitDiffer && slices.Contains(words, "diff")
		if code != exitFine && code != exitFindings && !differs {
			t.Errorf("%s: exit code %d: %.500s", line, code, &problems)
		}
		if file != "" && out.Len() == 0 {
			t.Errorf("%s: prints nothing", line)
		}
	}
}

// forced lets a recipe write what another has written.
func forced(words []string) []string {
	if slices.Contains([]string{"transform", "redact", "backup"}, words[0]) || slices.Contains(words, "--write-checksums") {
		return []string{"--force"}
	}
	return nil
}

// makeKitchen makes the files that recipes name.
func makeKitchen(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{
		"target.yaml":    obeyedFiles["target.yaml"],
		"restore.yaml":   obeyedFiles["restore.yaml"],
		"modifiers.yaml": obeyedFiles["modifiers.yaml"],
		"policies.yaml":  obeyedFiles["policies.yaml"],
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("bucket", 0o755); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugintest.Link(program, "plugins", "order-a"); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"transform --sample -o bucket --to-store --backup-name nightly -q",
		"redact --sample -o tuesday.tar.gz -q",
		"redact --sample -o target.tar.gz -q",
		"transform --sample -o manifests -q",
		"restore-preview bucket/backups/nightly --write-baseline known.json -q",
		"verify bucket/backups/nightly --write-checksums sums",
	} {
		printed(t, strings.Fields(line)...)
	}
	for name, line := range map[string]string{"plan.json": "restore-preview bucket/backups/nightly -o plan", "reviewed.json": "restore-preview tuesday.tar.gz -o plan"} {
		if err := os.WriteFile(name, []byte(printed(t, strings.Fields(line)...)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
