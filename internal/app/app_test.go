package app_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// start returns a Nexus on a database of the test's own.
func start(t *testing.T) *app.App {
	t.Helper()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(t)), HTTPAddr: "127.0.0.1:0", SamplePassword: samplePassword}
	nexus, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := nexus.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return nexus
}

func request(t *testing.T, nexus *app.App, r *http.Request) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	nexus.Handler().ServeHTTP(w, r)
	answer := w.Result()
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func body(t *testing.T, answer *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestEveryPathAnswers(t *testing.T) {
	t.Parallel()
	nexus := start(t)
	tests := map[string]struct {
		path        string
		status      int
		contentType string
		contains    string
	}{
		"alive":      {"/healthz", http.StatusOK, "text/plain", "ok"},
		"ready":      {"/readyz", http.StatusOK, "text/plain", "ready"},
		"schema":     {"/schema.graphql", http.StatusOK, "application/graphql", "type Challenge implements Node"},
		"playground": {"/", http.StatusOK, "text/html", "Nexus"},
		"query":      {"/graphql?query=%7B__typename%7D", http.StatusOK, "application/json", `{"data":{"__typename":"Query"}`},
		"elsewhere":  {"/nowhere", http.StatusNotFound, "text/plain", "not found"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := request(t, nexus, httptest.NewRequestWithContext(t.Context(), http.MethodGet, test.path, nil))
			if answer.StatusCode != test.status {
				t.Errorf("status %d, want %d", answer.StatusCode, test.status)
			}
			if got := answer.Header.Get("Content-Type"); !strings.HasPrefix(got, test.contentType) {
				t.Errorf("content type %q, want %q", got, test.contentType)
			}
			if got := body(t, answer); !strings.Contains(got, test.contains) {
				t.Errorf("the answer lacks %q: %.300s", test.contains, got)
			}
			if answer.Header.Get("X-Request-Id") == "" {
				t.Error("the request has no id")
			}
		})
	}
}

func TestARequestKeepsTheIDThatAProxyGave(t *testing.T) {
	t.Parallel()
	nexus := start(t)
	for given, kept := range map[string]bool{"0123456789-abc_DEF": true, "short": false, "not a good id\r\n": false, strings.Repeat("x", 65): false} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil)
		r.Header.Set("X-Request-Id", given)
		if got := request(t, nexus, r).Header.Get("X-Request-Id"); (got == given) != kept || got == "" {
			t.Errorf("given %q, answered %q", given, got)
		}
	}
}

func TestNotReadyWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	nexus := start(t)
	nexus.DB().Close()
	answer := request(t, nexus, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", answer.StatusCode)
	}
}

func TestAFaultOfTheServerShowsNoDetail(t *testing.T) {
	t.Parallel()
	nexus := start(t)
	if err := nexus.DB().Handle(t.Context()).Exec("DROP TABLE comment CASCADE; DROP TABLE channel CASCADE").Error; err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ channels { nodes { name } } }"}`))
	r.Header.Set("Content-Type", "application/json")
	answer := request(t, nexus, r)
	text := body(t, answer)
	var got struct {
		Errors []struct {
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(got.Errors) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	if got.Errors[0].Extensions.Code != "INTERNAL" || got.Errors[0].Extensions.RequestID != answer.Header.Get("X-Request-Id") {
		t.Errorf("got %s", text)
	}
	for _, detail := range []string{"channel\"", "relation", "SELECT", "42P01", ".go"} {
		if strings.Contains(text, detail) {
			t.Errorf("the answer shows %q: %s", detail, text)
		}
	}
}

func TestServeFinishesRequestsBeforeItStops(t *testing.T) {
	t.Parallel()
	nexus := start(t)
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- nexus.Serve(ctx, func(a net.Addr) { ready <- a.String() }) }()
	address := <-ready

	answer, err := (&http.Client{}).Get("http://" + address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the server does not stop")
	}
}

func TestServeNamesAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(t)), HTTPAddr: listener.Addr().String()}
	nexus, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = nexus.Close(context.Background()) }()
	err = nexus.Serve(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), listener.Addr().String()) {
		t.Errorf("got %v, want an error that names the address", err)
	}
}
