package cmd

import (
	"fmt"
	"strconv"
	"strings"
)

// units of sizes; those with an i are binary, as in Kubernetes.
var units = []struct {
	suffix string
	bytes  int64
}{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"Ti", 1 << 40}, {"Gi", 1 << 30}, {"Mi", 1 << 20}, {"Ki", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3},
	{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}, {"K", 1e3}, {"B", 1}, {"", 1},
}

// byteSize is a flag with a size such as 32MiB, 500M or 1048576.
type byteSize struct{ bytes int64 }

// String implements pflag.Value: exact, in the largest binary unit that leaves no rest.
func (f *byteSize) String() string {
	for _, unit := range units[:4] {
		if f.bytes >= unit.bytes && f.bytes%unit.bytes == 0 {
			return strconv.FormatInt(f.bytes/unit.bytes, 10) + unit.suffix
		}
	}
	return strconv.FormatInt(f.bytes, 10)
}

// Set implements pflag.Value.
func (f *byteSize) Set(text string) error {
	for _, unit := range units {
		number, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if total := n * float64(unit.bytes); err == nil && total >= 1 && total < 1<<62 {
			f.bytes = int64(total)
			return nil
		}
		break
	}
	return fmt.Errorf("%q is no size: write 32MiB, 500M or a number of bytes", text)
}

// Type implements pflag.Value.
func (f *byteSize) Type() string { return "size" }
