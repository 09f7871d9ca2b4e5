package report_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

func TestAShellReadsTheWordsThatWereWritten(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	words := []string{
		"plain", "a-b_c.d/e:f,g=h@i%j+k", "", " ", "two words", "it's", `"`, `\`, "$HOME", "`id`", "a;b", "a|b", "&", "(x)", "<y>", "*", "?", "[z]",
		"#", "~", "!", "{a,b}", "line\nbreak", "tab\there", "ä", "--flag=a b", "^", "\x01",
	}
	line := report.ShellLine(append([]string{"printf", `%s\0`}, words...)...)
	out, err := exec.Command(shell, "-c", line).Output()
	if err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	if got, want := string(out), strings.Join(words, "\x00")+"\x00"; got != want {
		t.Errorf("the shell reads\n%q\nwant\n%q", got, want)
	}
}

func TestAPlainWordIsNotQuoted(t *testing.T) {
	if got, want := report.ShellLine("kubectl", "patch", "pods", "web-0", "-n", "a:b"), "kubectl patch pods web-0 -n a:b"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
