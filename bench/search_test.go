package bench

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/seed"
)

const (
	searchClients = 8
	searchQueries = 200
	// maxSearchP95 is the longest that 95 of 100 searches may take.
	maxSearchP95 = 80 * time.Millisecond
)

const (
	searchEverything = `query ($text: String!) { search(query: $text, first: 20) {
		totalCount atLeast
		edges { score excerpt highlights { field start end } node { __typename ... on Challenge { id title } ... on Solution { id }
			... on Practice { id title } ... on Document { id title } ... on Technology { id name } ... on Concept { id title } } } } }`
	searchSimilar = `query ($text: String!) { similarChallenges(title: $text, first: 5) { score challenge { id title } } }`
)

// BenchmarkSearch sends a fixed mix of queries from 8 clients to a hub of full
// size, 460,000 things to be found: rare, common and mistyped words, one to three
// in a query. It fails when the 95th percentile is too long.
//
// A hub that is there already is taken from NEXUS_BENCH_HUB_URL, as to make one
// takes minutes.
func BenchmarkSearch(b *testing.B) {
	nexus := newFullHub(b)
	words := wordsByFrequency(b, nexus)
	for name, test := range map[string]struct {
		query string
		texts []string
	}{
		"search":            {searchEverything, searchTexts(words)},
		"similarChallenges": {searchSimilar, similarTitles(b, nexus, words)},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p50, p95 := latencies(b, nexus, test.query, test.texts)
				b.ReportMetric(milliseconds(p50), "ms-p50")
				b.ReportMetric(milliseconds(p95), "ms-p95")
				if p95 > maxSearchP95 {
					b.Errorf("95 of 100 take up to %v, want %v", p95, maxSearchP95)
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func newFullHub(b *testing.B) *app.App {
	b.Helper()
	url, there := os.LookupEnv("NEXUS_BENCH_HUB_URL")
	if !there {
		url = dbtest.URL(b)
	}
	nexus, err := app.New(b.Context(), config.Config{DatabaseURL: config.Secret(url), RateLimit: config.Off}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = nexus.Close(context.Background()) })
	if !there {
		if _, err := seed.Run(b.Context(), nexus.DB(), seed.Options{Scale: 1, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	return nexus
}

// wordsByFrequency returns the words of the hub, the most frequent first.
func wordsByFrequency(b *testing.B, nexus *app.App) []string {
	b.Helper()
	var words []string
	err := nexus.DB().Handle(b.Context()).Raw(`SELECT word FROM ts_stat('SELECT words FROM search_entry TABLESAMPLE SYSTEM (2) REPEATABLE (1)')
		WHERE search_is_word(word) ORDER BY ndoc DESC, word`).Scan(&words).Error
	if err != nil || len(words) < 3000 {
		b.Fatalf("%d words: %v", len(words), err)
	}
	return words
}

// searchTexts makes the queries: a third of common words, a third of rare ones, a
// third with a slip of the keyboard.
func searchTexts(words []string) []string {
	r := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, searchQueries)
	for i := range texts {
		parts := make([]string, 1+i/3%3)
		for j := range parts {
			common, rare := words[r.IntN(60)], words[len(words)/4+r.IntN(len(words)/2)]
			switch i % 3 {
			case 0:
				parts[j] = common
			case 1:
				parts[j] = rare
			default:
				parts[j] = common
				if j == 0 {
					parts[j] = mistype(r, rare)
				}
			}
		}
		texts[i] = strings.Join(parts, " ")
	}
	return texts
}

// mistype swaps two letters in the middle of a word.
func mistype(r *rand.Rand, word string) string {
	if len(word) < 5 {
		return word
	}
	at := 1 + r.IntN(len(word)-3)
	letters := []byte(word)
	letters[at], letters[at+1] = letters[at+1], letters[at]
	return string(letters)
}

// similarTitles are titles of the hub, each with other words in the place of some.
func similarTitles(b *testing.B, nexus *app.App, words []string) []string {
	b.Helper()
	var titles []string
	if err := nexus.DB().Handle(b.Context()).Raw("SELECT title FROM challenge ORDER BY id LIMIT ?", searchQueries).Scan(&titles).Error; err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i, title := range titles {
		parts := strings.Fields(title)
		parts[r.IntN(len(parts))] = words[r.IntN(len(words))]
		at := r.IntN(len(parts))
		parts[at] = mistype(r, parts[at])
		titles[i] = strings.Join(parts, " ")
	}
	return titles
}

// latencies sends each text once and returns the median and the 95th percentile.
func latencies(b *testing.B, nexus *app.App, query string, texts []string) (p50, p95 time.Duration) {
	b.Helper()
	took := make([]time.Duration, len(texts))
	var next atomic.Int64
	var clients sync.WaitGroup
	for range searchClients {
		clients.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(texts); i = int(next.Add(1)) - 1 {
				body := encode(b, query, map[string]any{"text": texts[i]})
				start := time.Now()
				answer := send(b.Context(), b, nexus.Handler(), body)
				took[i] = time.Since(start)
				if !bytes.Contains(answer, []byte(`"data":{`)) {
					b.Errorf("%s: %s", texts[i], answer)
				}
			}
		})
	}
	clients.Wait()
	slices.Sort(took)
	return took[len(took)/2], took[len(took)*95/100]
}
