package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
)

// repeats is how often each fault is forced.
const repeats = 20

// fault is something that goes wrong: breakIt does it to the server, and send
// meets it and returns the answer.
type fault struct {
	breakIt func(t *testing.T, nexus *app.App)
	send    func(t *testing.T, nexus *app.App) (status int, text string)
	status  int
	// says is in the answer; empty where there is nobody left to answer.
	says string
}

func operation(query string) func(t *testing.T, nexus *app.App) (int, string) {
	return func(t *testing.T, nexus *app.App) (int, string) {
		t.Helper()
		answer, text := post(t.Context(), t, nexus, `{"query":"`+query+`"}`)
		return answer.StatusCode, text
	}
}

// raw sends a request as it is.
func raw(method, path, content string, headers ...string) func(t *testing.T, nexus *app.App) (int, string) {
	return func(t *testing.T, nexus *app.App) (int, string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(content))
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		answer := request(t, nexus, r)
		return answer.StatusCode, body(t, answer)
	}
}

func faults() map[string]fault {
	const technologies = `{ technologies { nodes { id } } }`
	none := func(*testing.T, *app.App) {}
	panics := func(change func(*graph.Services)) func(*testing.T, *app.App) {
		return func(_ *testing.T, nexus *app.App) { nexus.Sabotage(change) }
	}
	return map[string]fault{
		"database down":       {closeDatabase, operation(technologies), 200, `"code":"`},
		"database gone away":  {refuseConnections, operation(technologies), 503, `"code":"UNAVAILABLE"`},
		"not ready":           {refuseConnections, raw(http.MethodGet, "/readyz", ""), 503, "the database does not answer"},
		"table dropped":       {dropAliases, operation(`{ technologies { nodes { aliases } } }`), 200, `"code":"INTERNAL"`},
		"panic in a resolver": {panics(func(s *graph.Services) { s.Technologies = &technology.Service{} }), operation(technologies), 200, `"code":"INTERNAL"`},
		"panic in a loader":   {panics(func(s *graph.Services) { s.Users = &user.Service{} }), operation(`{ challenges { nodes { author { handle } } } }`), 200, `"code":"INTERNAL"`},
		"panics in goroutines": {
			panics(func(s *graph.Services) {
				s.Technologies, s.Programs, s.Challenges = &technology.Service{}, &program.Service{}, &challenge.Service{}
			}),
			operation(`{ technologies { totalCount } programs { totalCount } challenges { totalCount } }`), 200, `"code":"INTERNAL"`,
		},
		"panic in a middleware": {panicInAuthenticator, raw(http.MethodPost, "/graphql", `{"query":"{ __typename }"}`, "Authorization", "Bearer user"), 500, `"code":"INTERNAL"`},
		"bad JSON":              {none, raw(http.MethodPost, "/graphql", `{"query": "SELECT`), 400, `"code":"BAD_USER_INPUT"`},
		"broken pipe":           {none, sendToNobody, 200, ""},
		"timeout":               {none, sendIntoLock, 200, `"code":"TIMEOUT"`},
		"cancelled":             {none, sendCancelled, 503, `"code":"UNAVAILABLE"`},
		"unknown route":         {none, raw(http.MethodGet, "/etc/passwd", ""), 404, "not found"},
		"unknown method":        {none, raw(http.MethodDelete, "/graphql", ""), 405, `"code":"METHOD_NOT_ALLOWED"`},
		"oversize":              {none, raw(http.MethodPost, "/graphql", `{"query":"`+strings.Repeat(" ", 300<<10)+`"}`), 413, `"code":"PAYLOAD_TOO_LARGE"`},
		"malformed Accept":      {none, raw(http.MethodPost, "/graphql", `{"query":"{ __typename }"}`, "Accept", `;q=;"`), 406, `"code":"NOT_ACCEPTABLE"`},
	}
}

func closeDatabase(_ *testing.T, nexus *app.App) { nexus.DB().Close() }

func dropAliases(t *testing.T, nexus *app.App) {
	t.Helper()
	if err := nexus.DB().Handle(t.Context()).Exec("DROP TABLE technology_alias CASCADE").Error; err != nil {
		t.Fatal(err)
	}
}

// refuseConnections makes the database server cut all connections to the database
// and take no new one.
func refuseConnections(t *testing.T, nexus *app.App) {
	t.Helper()
	var name string
	if err := nexus.DB().Handle(t.Context()).Raw("SELECT current_database()").Scan(&name).Error; err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), os.Getenv(dbtest.Variable))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), "ALTER DATABASE "+pgx.Identifier{name}.Sanitize()+" ALLOW_CONNECTIONS false"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name); err != nil {
		t.Fatal(err)
	}
}

func panicInAuthenticator(_ *testing.T, nexus *app.App) {
	nexus.WithEdge(func(context.Context, string) (auth.Actor, error) {
		panic("SELECT secret FROM nexus_test_ at 127.0.0.1")
	}, nil)
}

// goneClient is a connection that breaks when it is written to.
type goneClient struct{ *httptest.ResponseRecorder }

func (goneClient) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func sendToNobody(t *testing.T, nexus *app.App) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ technologies { nodes { id } } }"}`))
	r.Header.Set("Content-Type", "application/json")
	w := goneClient{httptest.NewRecorder()}
	nexus.Handler().ServeHTTP(w, r)
	return w.Code, ""
}

func sendIntoLock(t *testing.T, nexus *app.App) (status int, text string) {
	t.Helper()
	whileLocked(t, nexus, "technology", func() {
		status, text = operation(`{ technologies { nodes { id } } }`)(t, nexus)
	})
	return status, text
}

func sendCancelled(t *testing.T, nexus *app.App) (int, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer, text := post(ctx, t, nexus, `{"query":"{ technologies { nodes { id } } }"}`)
	return answer.StatusCode, text
}

// wantNoDetail looks for SQL, tables, paths, hosts and stacks.
func wantNoDetail(t *testing.T, what, text string) {
	t.Helper()
	details := []string{
		"SELECT", "FROM", "SQLSTATE", "42P01", "relation ", "technology_alias", "app_user", "nexus_test_", "127.0.0.1", "localhost", ":5432", "postgres",
		"pool", "goroutine ", ".go:", "runtime", "panic:", "nil pointer", "internal/", "/etc/passwd", "pgconn", "EPIPE", "broken pipe",
	}
	if host, err := os.Hostname(); err == nil {
		details = append(details, host)
	}
	if folder, err := os.Getwd(); err == nil {
		details = append(details, folder)
	}
	for _, detail := range details {
		if strings.Contains(text, detail) {
			t.Errorf("%s tells of %q: %.1000s", what, detail, text)
		}
	}
}

func TestForcedFaultsTellNothing(t *testing.T) {
	t.Parallel()
	for name, f := range faults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nexus, log := startAs(t, func(c *config.Config) {
				if name == "timeout" {
					c.OperationTimeout = 50 * time.Millisecond
				}
			})
			insertChallenge(t, nexus)
			f.breakIt(t, nexus)
			begun := len(log.String())
			for range repeats {
				status, text := f.send(t, nexus)
				if status != f.status || !strings.Contains(text, f.says) {
					t.Errorf("answered %d %.300s, want %d %s", status, text, f.status, f.says)
				}
				wantNoDetail(t, "the answer", text)
				if t.Failed() {
					break
				}
			}
			wantNoDetail(t, "the log", log.String()[begun:])
			if f.says == `"code":"INTERNAL"` && strings.Count(log.String(), "code=INTERNAL") < repeats {
				t.Errorf("not every fault is in the log: %s", log)
			}
			if status, text := operation(`{ __typename }`)(t, nexus); status != http.StatusOK || !strings.Contains(text, "Query") {
				t.Errorf("afterwards the server answers %d %s", status, text)
			}
		})
	}
}

// insertChallenge makes a challenge with an author, and a technology with an alias.
func insertChallenge(t *testing.T, nexus *app.App) {
	t.Helper()
	err := nexus.DB().Handle(t.Context()).Exec(`
		INSERT INTO app_user (id, handle, display_name) VALUES ('01900000-0000-7000-8000-000000000001', 'learner-01', 'Learner');
		INSERT INTO challenge (id, title, body, status, author_id)
			VALUES ('01900000-0000-7000-8000-000000000001', 'Slow', '', 'OPEN', '01900000-0000-7000-8000-000000000001');
		INSERT INTO technology (id, slug, name, category) VALUES ('01900000-0000-7000-8000-000000000001', 'go', 'Go', 'LANGUAGE');
		INSERT INTO technology_alias (folded_name, technology_id, name) VALUES ('go', '01900000-0000-7000-8000-000000000001', 'Go')`).Error
	if err != nil {
		t.Fatal(err)
	}
}
