//go:build chaos

package chaos

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// auc is the chance that a classifier by time tells one of a from one of b: the
// share of pairs in which that of a took longer, ties by half (Mann and Whitney's
// U over the number of pairs). 0.5 is a coin, 0 and 1 are certainty.
func auc(a, b []time.Duration) float64 {
	type sample struct {
		time time.Duration
		of   bool
	}
	all := make([]sample, 0, len(a)+len(b))
	for _, d := range a {
		all = append(all, sample{d, true})
	}
	for _, d := range b {
		all = append(all, sample{d, false})
	}
	slices.SortFunc(all, func(x, y sample) int { return int(x.time - y.time) })
	ranks := 0.0 // of a
	for begin := 0; begin < len(all); {
		end := begin + 1
		for end < len(all) && all[end].time == all[begin].time {
			end++
		}
		shared := float64(begin+1+end) / 2 // the mean of the ranks begin+1 to end
		for _, s := range all[begin:end] {
			if s.of {
				ranks += shared
			}
		}
		begin = end
	}
	n, m := float64(len(a)), float64(len(b))
	return (ranks - n*(n+1)/2) / (n * m)
}

// deviation is the standard deviation of auc for samples that do not differ.
func deviation(n, m int) float64 { return math.Sqrt(float64(n+m+1) / (12 * float64(n) * float64(m))) }

func TestTheClassifierTellsTimesApart(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(seed, 0))
	draw := func(n int, mean, noise float64) []time.Duration {
		times := make([]time.Duration, n)
		for i := range times {
			times[i] = time.Duration((mean + noise*random.NormFloat64()) * float64(time.Millisecond))
		}
		return times
	}
	tests := map[string]struct {
		a, b  []time.Duration
		least float64
		most  float64
	}{
		"all the same":      {[]time.Duration{5, 5, 5}, []time.Duration{5, 5}, 0.5, 0.5},
		"always longer":     {[]time.Duration{7, 8}, []time.Duration{5, 6}, 1, 1},
		"always shorter":    {[]time.Duration{1, 2}, []time.Duration{5, 6}, 0, 0},
		"half a tie":        {[]time.Duration{5}, []time.Duration{5, 6}, 0.25, 0.25},
		"of one kind":       {draw(1500, 30, 5), draw(1500, 30, 5), 0.45, 0.55},
		"2 ms apart of 30":  {draw(1500, 32, 5), draw(1500, 30, 5), 0.56, 0.7},
		"a fifth is slower": {slices.Concat(draw(1200, 30, 5), draw(300, 60, 5)), draw(1500, 30, 5), 0.55, 0.7},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := auc(test.a, test.b); got < test.least || got > test.most {
				t.Errorf("AUC %.3f, want %.2f to %.2f", got, test.least, test.most)
			}
		})
	}
}
