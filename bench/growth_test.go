package bench

import (
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/ingest/adverse"
	"github.com/project-nexus/nexus/internal/ingest/source"
)

const (
	// maxExponent is how fast time may grow: as size to this power. One is
	// linear; what is above it leaves room for caches and the collector.
	maxExponent = 1.35
	// maxPer10KB is the longest that 10 KB may take.
	maxPer10KB = 100 * time.Millisecond
	unit       = 10 << 10
)

// BenchmarkGrowth extracts documents that are hard to read, at an eighth, a
// quarter, a half and all of the greatest size that the limits let in, up to
// 1 MiB. It fails when time grows faster than size, or is too long.
//
// The exponent is the slope of the line through log(time) over log(size); each
// time is the best of several, since all else that a machine does only adds.
func BenchmarkGrowth(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, shape := range adverse.Shapes() {
		b.Run(shape.Name, func(b *testing.B) {
			exponent, slowest := 0.0, time.Duration(0)
			greatest := greatestSize(shape)
			for b.Loop() {
				exponent, slowest = growth(shape, greatest)
				for range 3 { // again, in case the machine was busy
					if exponent > maxExponent && slowest < maxPer10KB {
						again, _ := growth(shape, greatest)
						exponent = min(exponent, again)
					}
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(exponent, "exponent")
			b.ReportMetric(float64(greatest>>10), "KiB")
			b.ReportMetric(milliseconds(slowest), "ms/10KB")
			if exponent > maxExponent || slowest > maxPer10KB {
				b.Fatalf("time grows as size to the power of %.2f; 10 KB take up to %v", exponent, slowest)
			}
		})
	}
}

// greatestSize is the greatest power of two that the limits let in.
func greatestSize(shape adverse.Shape) int {
	size := 1 << 20
	for size > 1<<10 {
		if _, err := source.Read(shape.Document(size)); err == nil {
			break
		}
		size /= 2
	}
	return size
}

// growth returns the exponent, and the longest time of 10 KB.
func growth(shape adverse.Shape, greatest int) (exponent float64, slowest time.Duration) {
	var x, y []float64
	for size := greatest / 8; size <= greatest; size *= 2 {
		document := shape.Document(size)
		took := best(document, 5)
		x, y = append(x, math.Log(float64(len(document)))), append(y, math.Log(took.Seconds()))
		if slowest = max(slowest, per10KB(took, len(document))); slowest > 10*maxPer10KB {
			return math.Inf(1), slowest // the next would take minutes
		}
	}
	return slope(x, y), slowest
}

// best returns the shortest of several times of extracting a document.
func best(document []byte, tries int) time.Duration {
	shortest := time.Duration(math.MaxInt64)
	for started := time.Now(); tries > 0 && time.Since(started) < time.Second; tries-- {
		start := time.Now()
		_, _ = ingest.Extract(document) // that it is refused is an answer as well
		shortest = min(shortest, time.Since(start))
	}
	return shortest
}

// per10KB is a time for each 10 KB; less than that counts as 10 KB, since what
// any document costs would make a line seem slow.
func per10KB(took time.Duration, size int) time.Duration {
	return took * unit / time.Duration(max(size, unit))
}

// slope is that of the line with the least squares.
func slope(x, y []float64) float64 {
	var meanX, meanY, over, under float64
	for i := range x {
		meanX, meanY = meanX+x[i]/float64(len(x)), meanY+y[i]/float64(len(x))
	}
	for i := range x {
		over += (x[i] - meanX) * (y[i] - meanY)
		under += (x[i] - meanX) * (x[i] - meanX)
	}
	return over / under
}
