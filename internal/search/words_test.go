package search

import "testing"

func TestSlips(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"slow", "slow", 0},
		{"solw", "slow", 1},
		{"slo", "slow", 1},
		{"sloww", "slow", 1},
		{"slew", "slow", 1},
		{"dökcer", "docker", 2},
		{"", "abc", 3},
	} {
		if got := slips(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %d, want %d", test.a, test.b, got, test.want)
		}
		if got := slips(test.b, test.a); got != test.want {
			t.Errorf("%s and %s: %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
