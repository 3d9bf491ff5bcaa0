package bench

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/ingest"
)

const (
	mutants = 10_000
	// doubtful is from where on a time is taken again: nearly all of what is
	// longer is the machine's doing.
	doubtful = maxPer10KB / 10
)

// BenchmarkMutated extracts 10,000 documents that were changed at random, on one
// core, and fails when one of them takes longer than 100 ms for each 10 KB. Run
// it once:
//
//	make bench FLAGS="-bench Mutated -benchtime 1x"
//
// What is changed are the documents of the corpus and the seeds of the fuzz
// target. The changes are the same in every run. A document of less than 10 KB
// counts as 10 KB. A time that seems long is the best of three, so that what
// else the machine did in between does not count.
func BenchmarkMutated(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	sources := append(documents(b), seeds(b)...)
	var times []time.Duration
	var slowest []byte
	var worst time.Duration
	size, refused := 0, 0
	for b.Loop() {
		m := mutator{random: rand.New(rand.NewPCG(20, 26)), sources: sources}
		times, worst, size, refused = times[:0], 0, 0, 0
		for range mutants {
			document := m.document()
			took, err := timed(document)
			if took > doubtful {
				took = min(took, per10KB(best(document, 2), len(document)))
			}
			if took > worst {
				worst, slowest = took, document
			}
			if err != nil {
				refused++
			}
			size += len(document)
			times = append(times, took)
		}
	}
	slices.Sort(times)
	b.ReportMetric(milliseconds(worst), "worst-ms/10KB")
	b.ReportMetric(milliseconds(times[len(times)*99/100]), "p99-ms/10KB")
	b.ReportMetric(float64(size)/(1<<20), "MiB")
	b.ReportMetric(float64(refused), "refused")
	if worst > maxPer10KB {
		b.Fatalf("10 KB of a document of %d bytes take %v; it begins with %.300q", len(slowest), worst, slowest)
	}
}

// timed extracts a document and returns the time of 10 KB.
func timed(document []byte) (time.Duration, error) {
	start := time.Now()
	_, err := ingest.Extract(document)
	return per10KB(time.Since(start), len(document)), err
}

// seeds are the committed inputs of the fuzz target.
func seeds(b *testing.B) [][]byte {
	b.Helper()
	files := os.DirFS("../internal/ingest/testdata/fuzz/FuzzExtract")
	names, err := fs.Glob(files, "*")
	if err != nil || len(names) == 0 {
		b.Fatalf("no seeds of the fuzz target (%v)", err)
	}
	var list [][]byte
	for _, name := range names {
		content, err := fs.ReadFile(files, filepath.Clean(name))
		if err != nil {
			b.Fatal(err)
		}
		// The second line is a Go expression: []byte("…").
		_, text, _ := strings.Cut(strings.TrimSpace(string(content)), "[]byte(")
		seed, err := strconv.Unquote(strings.TrimSuffix(text, ")"))
		if err != nil {
			b.Fatal(fmt.Errorf("the seed %s: %w", name, err))
		}
		list = append(list, []byte(seed))
	}
	return list
}

// mutator changes documents.
type mutator struct {
	random  *rand.Rand
	sources [][]byte
}

// maxMutant is how long a document may grow, in bytes.
const maxMutant = 256 << 10

// document returns one of the sources with one to eight changes.
func (m *mutator) document() []byte {
	document := slices.Clone(m.source())
	for range 1 + m.random.IntN(8) {
		if document = m.change(document); len(document) > maxMutant {
			document = document[:maxMutant]
		}
	}
	return document
}

func (m *mutator) source() []byte { return m.sources[m.random.IntN(len(m.sources))] }

// span returns two places in a document, mostly near each other.
func (m *mutator) span(document []byte) (from, to int) {
	from = m.random.IntN(len(document) + 1)
	length := len(document) - from
	if m.random.IntN(4) > 0 {
		length = min(length, 200)
	}
	return from, from + m.random.IntN(length+1)
}

func (m *mutator) change(document []byte) []byte {
	from, to := m.span(document)
	part := slices.Clone(document[from:to])
	switch m.random.IntN(10) {
	case 0: // delete
		return slices.Delete(document, from, to)
	case 1: // duplicate
		return slices.Insert(document, to, part...)
	case 2: // swap two halves
		middle := from + m.random.IntN(len(part)+1)
		return slices.Concat(document[:from], document[middle:to], document[from:middle], document[to:])
	case 3: // insert a part of another
		other := m.source()
		first, last := m.span(other)
		return slices.Insert(document, from, other[first:last]...)
	case 4: // splice two
		other := m.source()
		first, _ := m.span(other)
		return slices.Concat(document[:from], other[first:])
	case 5: // flip bits
		for range 1 + len(part)/64 {
			if len(document) > 0 {
				document[m.random.IntN(len(document))] ^= 1 << m.random.IntN(8)
			}
		}
		return document
	case 6: // insert marks of Markdown
		return slices.Insert(document, from, m.marks()...)
	case 7: // repeat marks
		return slices.Insert(document, from, bytes.Repeat(m.marks(), m.random.IntN(1000))...)
	case 8: // repeat a part
		return slices.Insert(document, from, bytes.Repeat(part, m.random.IntN(50))...)
	default: // shuffle the lines of a part
		lines := bytes.SplitAfter(part, []byte("\n"))
		m.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		return slices.Concat(document[:from], bytes.Join(lines, nil), document[to:])
	}
}

// marks returns some of what Markdown gives a meaning.
func (m *mutator) marks() []byte {
	all := []string{
		"#", "\n# ", "\n## Challenges\n", "*", "**", "_", "~~", "`", "```", "\n```\n", "[", "]", "](", ")", "![", "]: ", "<", ">", "<!--",
		"<div>", "<br>", "|", "\n|-|-|\n", "- ", "\n- ", "  ", "\t", "1. ", "\n> ", "---\n", "===\n", "\n\n", "\\", "&", "&amp;", "#x ", ": ",
		" -> ", "**Solution:** ", "www.a ", "\r\n", "\xff", "•", "🔥 ",
	}
	return []byte(all[m.random.IntN(len(all))])
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
