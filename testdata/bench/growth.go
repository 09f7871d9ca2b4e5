package main

import (
	"bytes"
	"fmt"
	"math"
)

// point is what one command costs at one size.
type point struct {
	what      string
	size      string
	items     int
	cpu, peak float64
}

// note keeps the figures of our side, once for each command and size.
func (b *bench) note(c *corpus, row comparison, p *pair) {
	for _, known := range b.growth {
		if known.what == row.what && known.size == c.size {
			return
		}
	}
	b.growth = append(b.growth, point{row.what, c.size, c.items, medianOf(p.ours, cpuOf), medianOf(p.ours, peakOf)})
}

func (b *bench) printGrowth() {
	fmt.Printf("\n| | size | items | CPU s | CPU µs an item | peak MiB |\n|---|---|---|---|---|---|\n")
	for _, p := range b.growth {
		fmt.Printf("| %s | %s | %d | %.2f | %.0f | %.0f |\n", p.what, p.size, p.items, p.cpu, p.cpu/float64(p.items)*1e6, p.peak)
	}
}

const (
	width, height = 640, 360
	left, bottom  = 60, 40
	margin        = 30 // for the last number of the axis
)

// graph draws CPU time against items, both logarithmic.
func (b *bench) graph() []byte {
	var s bytes.Buffer
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width+margin, height)
	fmt.Fprintf(&s, `<rect width="%d" height="%d" fill="white"/>`+"\n", width+margin, height)
	for exponent := 3; exponent <= 6; exponent++ {
		x := across(math.Pow10(exponent))
		fmt.Fprintf(&s, `<path d="M%.0f 10V%d" stroke="#ddd"/><text x="%.0f" y="%d" text-anchor="middle">%d</text>`+"\n",
			x, height-bottom, x, height-bottom+16, int(math.Pow10(exponent)))
	}
	for exponent := -2; exponent <= 2; exponent++ {
		y := up(math.Pow10(exponent))
		fmt.Fprintf(&s, `<path d="M%d %.0fH%d" stroke="#ddd"/><text x="%d" y="%.0f" text-anchor="end">%g s</text>`+"\n",
			left, y, width-10, left-6, y+4, math.Pow10(exponent))
	}
	colours := []string{"#1f77b4", "#d62728", "#2ca02c", "#9467bd"}
	lines := map[string]int{}
	for _, p := range b.growth {
		n, drawn := lines[p.what]
		if !drawn {
			n = len(lines)
			lines[p.what] = n
			fmt.Fprintf(&s, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", left+12, 26+16*n, colours[n%len(colours)], p.what)
			fmt.Fprintf(&s, `<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>`+"\n", colours[n%len(colours)], b.line(p.what))
		}
		fmt.Fprintf(&s, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", across(float64(p.items)), up(p.cpu), colours[n%len(colours)])
	}
	fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="middle">items in the backup; CPU seconds</text>`+"\n</svg>\n", width/2, height-6)
	return s.Bytes()
}

func (b *bench) line(what string) string {
	var points bytes.Buffer
	for _, p := range b.growth {
		if p.what == what {
			fmt.Fprintf(&points, "%.1f,%.1f ", across(float64(p.items)), up(p.cpu))
		}
	}
	return points.String()
}

func across(items float64) float64 {
	return left + (math.Log10(items)-2.8)/(6-2.8)*(width-left-20)
}

func up(seconds float64) float64 {
	return 10 + (2-math.Log10(seconds))/4*(height-bottom-10)
}
