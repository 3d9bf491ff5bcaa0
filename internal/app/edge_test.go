package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// logged is what a server logs; it may be read while the server runs.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// startAs is start with settings of the test's own, the usual level of logging,
// and the tokens "user" and "admin".
func startAs(t *testing.T, change func(*config.Config)) (*app.App, *logged) {
	t.Helper()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(t)), HTTPAddr: "127.0.0.1:0"}
	change(&cfg)
	var log logged
	nexus, err := app.New(t.Context(), cfg, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := nexus.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	person := id.New[id.User]()
	authenticate := func(_ context.Context, token string) (auth.Actor, error) {
		if token != "user" && token != "admin" {
			return auth.Actor{}, errs.New(errs.CodeUnauthenticated, "Unknown.")
		}
		return auth.Actor{User: &person, Admin: token == "admin"}, nil
	}
	keys := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys":[]}`)) })
	return nexus.WithEdge(authenticate, keys), &log
}

// get asks for a path with headers, given as name and value in turns.
func get(t *testing.T, nexus *app.App, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return request(t, nexus, r)
}

func production(c *config.Config) {
	c.Env, c.PublicURL = config.Production, "https://nexus.example.org"
}

// The rules of routes: what a route does with a bearer token.
const (
	ruleActor = "acts for the bearer of a token and refuses a bad one"
	ruleOpen  = "tells everybody the same and looks at no token"
)

// rules are those of all routes, by pattern, with their methods. A new route has
// to be thought about here.
func rules() map[string]struct{ methods, rule string } {
	const all = "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE"
	return map[string]struct{ methods, rule string }{
		"/graphql":               {all, ruleActor},
		"/schema.graphql":        {"GET", ruleActor},
		"/":                      {all, ruleOpen},
		"/playground/*":          {all, ruleOpen},
		"/healthz":               {"GET", ruleOpen},
		"/readyz":                {"GET", ruleOpen},
		"/.well-known/jwks.json": {"GET", ruleOpen},
	}
}

func TestEveryRouteHasARule(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, func(*config.Config) {})
	routes, ok := nexus.Handler().(chi.Routes)
	if !ok {
		t.Fatalf("a %T cannot be walked", nexus.Handler())
	}
	found := map[string]bool{}
	err := chi.Walk(routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		found[pattern] = true
		if !strings.Contains(" "+rules()[pattern].methods+" ", " "+method+" ") {
			t.Errorf("%s %s has no rule", method, pattern)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pattern := range rules() {
		if !found[pattern] {
			t.Errorf("%s has a rule and no route", pattern)
		}
	}
}

func TestRoutesHoldTheirRules(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, func(*config.Config) {})
	for pattern, rule := range rules() {
		path := strings.ReplaceAll(pattern, "*", "absent") + "?query=%7B__typename%7D"
		plain := get(t, nexus, path)
		bad := get(t, nexus, path, "Authorization", "Bearer bad")
		want := plain.StatusCode
		if rule.rule == ruleActor {
			want = http.StatusUnauthorized
		}
		if bad.StatusCode != want {
			t.Errorf("%s: a bad token gets %d, want %d", pattern, bad.StatusCode, want)
		}
		if varies := strings.Contains(strings.Join(plain.Header.Values("Vary"), ","), "Authorization"); varies != (rule.rule == ruleActor) {
			t.Errorf("%s: Vary is %v", pattern, plain.Header.Values("Vary"))
		}
	}
}

func TestEveryAnswerHasSecurityHeaders(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, production)
	paths := []string{"/nowhere", "/graphql?query=%7B__typename%7D", "/graphql?query=%7B"}
	for pattern := range rules() {
		paths = append(paths, strings.ReplaceAll(pattern, "*", "absent"))
	}
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodOptions} {
			answer := request(t, nexus, httptest.NewRequestWithContext(t.Context(), method, path, nil))
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
			} {
				if got := answer.Header.Values(name); len(got) != 1 || got[0] != want {
					t.Errorf("%s %s: %s is %q, want %s", method, path, name, got, want)
				}
			}
			policy := answer.Header.Values("Content-Security-Policy")
			if len(policy) != 1 || !strings.Contains(policy[0], "default-src 'none'") || !strings.Contains(policy[0], "frame-ancestors 'none'") {
				t.Errorf("%s %s: Content-Security-Policy is %q", method, path, policy)
			}
			if answer.Header.Get("Permissions-Policy") == "" {
				t.Errorf("%s %s: no Permissions-Policy", method, path)
			}
		}
	}
}

func TestAnswersForSomebodyAreKeptByNobody(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, func(*config.Config) {})
	for _, path := range []string{"/graphql?query=%7B__typename%7D", "/schema.graphql"} {
		if got := get(t, nexus, path).Header.Get("Cache-Control"); got != "private, no-cache" {
			t.Errorf("%s for a visitor: Cache-Control %q", path, got)
		}
		if got := get(t, nexus, path, "Authorization", "Bearer user").Header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("%s for somebody: Cache-Control %q", path, got)
		}
	}
}

// The edge is in front of the endpoint of the whole: no more than that is asked
// here, its own tests ask the rest.
func TestTheEndpointIsBehindTheEdge(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, func(c *config.Config) { c.AllowedOrigins = []string{"https://app.example.org"} })
	for origin, want := range map[string]int{"https://app.example.org": http.StatusOK, "https://evil.example": http.StatusForbidden} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ __typename }"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", "nexus_refresh=secret")
		r.Header.Set("Origin", origin)
		answer := request(t, nexus, r)
		if answer.StatusCode != want {
			t.Errorf("%s: answered %d, want %d", origin, answer.StatusCode, want)
		}
		if shared := answer.Header.Get("Access-Control-Allow-Origin") == origin; shared != (want == http.StatusOK) {
			t.Errorf("%s: shared %v", origin, shared)
		}
	}
}

func TestAServerWithoutBudgetsSaysSo(t *testing.T) {
	t.Parallel()
	if _, log := startAs(t, func(c *config.Config) { c.RateLimit = config.Off }); !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "NEXUS_RATE_LIMIT") {
		t.Errorf("log: %s", log)
	}
	if _, log := startAs(t, func(*config.Config) {}); strings.Contains(log.String(), "NEXUS_RATE_LIMIT") {
		t.Errorf("log: %s", log)
	}
}

func TestTheSampleIsRefusedInProduction(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, production)
	if err := nexus.ImportSample(t.Context()); err == nil || !strings.Contains(err.Error(), "NEXUS_ENV") {
		t.Errorf("got %v", err)
	}
}
