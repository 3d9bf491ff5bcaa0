package app_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
)

// spend sends a query from an address and returns the status, the headers and
// extensions.cost of the answer.
func spend(t *testing.T, nexus *app.App, address, query string, headers ...string) (*http.Response, map[string]any) {
	t.Helper()
	text, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(text))
	r.RemoteAddr = net.JoinHostPort(address, "1234")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer := request(t, nexus, r)
	var got struct {
		Extensions struct{ Cost map[string]any }
	}
	if err := json.Unmarshal([]byte(body(t, answer)), &got); err != nil {
		t.Fatal(err)
	}
	return answer, got.Extensions.Cost
}

const hundredNames = `{ technologies(first: 100) { nodes { name } } }`

// An operation pays what it was answered, not what it might have been.
func TestWhatIsNotSpentIsGivenBack(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.RateLimitVisitor = 200 })
	for i := range 20 { // of an empty list: 102 are reserved each time
		answer, cost := spend(t, nexus, "192.0.2.1", hundredNames)
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("request %d is answered %d, cost %v", i, answer.StatusCode, cost)
		}
		if left, ok := cost["remaining"].(float64); !ok || left < 150 || cost["resetAt"] == nil {
			t.Errorf("the cost is told as %v", cost)
		}
		if answer.Header.Get("RateLimit") == "" || answer.Header.Get("RateLimit-Policy") != `"cost";q=200;w=60` {
			t.Errorf("the headers are %q and %q", answer.Header.Get("RateLimit"), answer.Header.Get("RateLimit-Policy"))
		}
	}
}

func TestABudgetIsOnePersonsOwn(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.RateLimitVisitor = 30 })
	const ten = `{ a: __typename technologies(first: 5) { totalCount } }`
	refused := 0
	for range 10 {
		answer, _ := spend(t, nexus, "192.0.2.1", ten)
		if answer.StatusCode == http.StatusTooManyRequests {
			refused++
			if answer.Header.Get("Retry-After") == "" {
				t.Error("nobody says when to come back")
			}
		}
	}
	if refused == 0 || refused > 8 {
		t.Errorf("%d of 10 requests refused", refused)
	}
	if answer, _ := spend(t, nexus, "192.0.2.2", ten); answer.StatusCode != http.StatusOK {
		t.Errorf("another address is answered %d", answer.StatusCode)
	}
}

func TestTheCostAloneCanBeAsked(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(c *config.Config) { c.RateLimitVisitor = 50 })
	for range 10 { // 102 would be too much for one of them
		answer, cost := spend(t, nexus, "192.0.2.1", hundredNames, "Nexus-Cost", "only")
		if answer.StatusCode != http.StatusOK || cost["requested"] == nil {
			t.Fatalf("answered %d, %v", answer.StatusCode, cost)
		}
	}
	answer, cost := spend(t, nexus, "192.0.2.1", hundredNames)
	if answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") != "" {
		t.Errorf("what no budget covers is answered %d, to try again in %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
	if left, ok := cost["remaining"].(float64); !ok || left == 50 {
		t.Errorf("what was refused gave something back: %v", cost)
	}
}

// Two servers with one Redis share one budget; without it each has its own.
func TestServersShareABudget(t *testing.T) {
	t.Parallel()
	redis := os.Getenv("NEXUS_TEST_REDIS_URL")
	if redis == "" {
		t.Fatal("NEXUS_TEST_REDIS_URL is not set: run `make test`")
	}
	budget := 1000 + int(time.Now().UnixNano()%1000) // a bucket of this run's own
	settings := func(c *config.Config) { c.RateLimitVisitor, c.RedisURL = budget, config.Secret(redis) }
	one, _ := openAs(t, settings)
	two, _ := openAs(t, settings)
	left := func(nexus *app.App) float64 {
		_, cost := spend(t, nexus, "198.51.100.7", `{ technologies(first: 1) { totalCount } }`)
		remaining, _ := cost["remaining"].(float64)
		return remaining
	}
	for range 20 {
		left(one)
	}
	if got := left(two); got > float64(budget)-100 {
		t.Errorf("%v of %d are left at the second server after 20 requests to the first", got, budget)
	}
}

// A Redis that never answers is worse than none: the server counts for itself.
func TestAFrozenRedisRefusesNobody(t *testing.T) {
	t.Parallel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	nexus, _ := openAs(t, func(c *config.Config) {
		c.RateLimitVisitor, c.RedisURL = 100, config.Secret("redis://"+silent.Addr().String())
	})
	refused := 0
	for range 40 {
		answer, cost := spend(t, nexus, "192.0.2.1", `{ technologies(first: 1) { totalCount } }`)
		switch answer.StatusCode {
		case http.StatusOK:
		case http.StatusTooManyRequests:
			refused++
		default:
			t.Fatalf("answered %d, %v", answer.StatusCode, cost)
		}
	}
	if refused == 0 || refused > 35 {
		t.Errorf("%d of 40 requests refused: the local budget does not hold", refused)
	}
}

func TestABudgetCanBeRead(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(*config.Config) {})
	answer := request(t, nexus, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query=%7BrateLimit%7Blimit+remaining+resetAt%7D%7D", nil))
	if text := body(t, answer); !strings.Contains(text, `"limit":10000`) {
		t.Errorf("got %s", text)
	}
	off, log := openAs(t, func(c *config.Config) { c.RateLimit = config.Off })
	answer = request(t, off, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query=%7BrateLimit%7Blimit%7D%7D", nil))
	if text := body(t, answer); !strings.Contains(text, `"rateLimit":null`) || !strings.Contains(log.String(), "NEXUS_RATE_LIMIT") {
		t.Errorf("got %s, logged %s", text, log.String())
	}
}
