//go:build chaos

package chaos

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// seed makes every run choose the same.
const seed = 20

// report is what a run found, printed as one block when it ends.
type report struct {
	title string
	lines [][2]string
}

func newReport(t *testing.T, title string) *report {
	t.Helper()
	r := &report{title: title}
	begin := time.Now()
	t.Cleanup(func() {
		r.add("took", "%s", time.Since(begin).Round(time.Second))
		r.add("seed", "%d", seed)
		r.add("command", "make chaos FLAGS='-run %s'", t.Name())
		t.Log(r)
	})
	return r
}

func (r *report) add(name, format string, values ...any) {
	r.lines = append(r.lines, [2]string{name, fmt.Sprintf(format, values...)})
}

// counts adds how often each of the outcomes was seen, those first that are named.
func (r *report) counts(seen map[string]int, named ...string) {
	var rest []string
	for name := range seen {
		if !slices.Contains(named, name) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	for _, name := range append(named, rest...) {
		r.add("  "+name, "%d", seen[name])
	}
}

// String returns the block.
func (r *report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.title)
	for _, line := range r.lines {
		fmt.Fprintf(&b, "  %-34s %s\n", line[0], line[1])
	}
	return b.String()
}

// percentile returns the time that a share of all did not exceed.
func percentile(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	rank := int(math.Ceil(share*float64(len(sorted)))) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

// spread describes times by their percentiles.
func spread(times []time.Duration) string {
	return fmt.Sprintf("p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, worst %.1f ms",
		milliseconds(percentile(times, 0.5)), milliseconds(percentile(times, 0.95)),
		milliseconds(percentile(times, 0.99)), milliseconds(percentile(times, 1)))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
