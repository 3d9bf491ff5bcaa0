package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
)

// post runs one operation and returns the answer and its body.
func post(ctx context.Context, t *testing.T, nexus *app.App, content string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(content))
	r.Header.Set("Content-Type", "application/json")
	answer := request(t, nexus, r)
	return answer, body(t, answer)
}

// whileLocked calls use while nobody else can read the table.
func whileLocked(t *testing.T, nexus *app.App, table string, use func()) {
	t.Helper()
	err := nexus.DB().InTx(t.Context(), func(ctx context.Context) error {
		if err := nexus.DB().Handle(ctx).Exec("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE").Error; err != nil {
			return err
		}
		use()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// running counts the statements that the database is working on. A transaction
// would see the same number again and again.
func running(t *testing.T, nexus *app.App) (count int) {
	t.Helper()
	err := nexus.DB().Handle(t.Context()).Raw(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
		AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state = 'active'`).Scan(&count).Error
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// waitUntil asks again and again until it is so.
func waitUntil(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	patience, tick := time.After(20*time.Second), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for !isSo() {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// The lock is held until the server has nothing to do: a statement that went on
// would wait for it for ever.
func TestAnOperationPastItsDeadlineStopsInTheDatabaseToo(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"a list":               `{"query":"{ technologies { nodes { name } } }"}`,
		"a relation":           `{"query":"{ technology(slug: \"go\") { name } }"}`,
		"several at once":      `{"query":"{ a: technologies { totalCount } b: technologies(first: 2) { nodes { id } } challenges { nodes { technologies { nodes { name } } } } }"}`,
		"a count and a filter": `{"query":"{ challenges(filter: {technology: \"go\"}) { totalCount } }"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nexus, _ := startAs(t, func(c *config.Config) { c.OperationTimeout = 300 * time.Millisecond })
			whileLocked(t, nexus, "technology", func() {
				answer, text := post(t.Context(), t, nexus, query)
				if !strings.Contains(text, `"code":"TIMEOUT"`) || answer.StatusCode >= http.StatusInternalServerError && answer.StatusCode != http.StatusGatewayTimeout {
					t.Errorf("answered %d %s", answer.StatusCode, text)
				}
				waitUntil(t, "the database works on no statement of the operation", func() bool { return running(t, nexus) == 0 })
			})
			if _, text := post(t.Context(), t, nexus, query); strings.Contains(text, "errors") {
				t.Errorf("without the lock: %s", text)
			}
		})
	}
}

func TestAClientThatGoesStopsItsStatements(t *testing.T) {
	t.Parallel()
	nexus, _ := startAs(t, func(*config.Config) {})
	whileLocked(t, nexus, "technology", func() {
		ctx, hangUp := context.WithCancel(t.Context())
		done := make(chan string, 1)
		go func() {
			_, text := post(ctx, t, nexus, `{"query":"{ technologies { nodes { name } } }"}`)
			done <- text
		}()
		waitUntil(t, "the statement runs", func() bool { return running(t, nexus) == 1 })
		hangUp()
		if text := <-done; !strings.Contains(text, `"code":"UNAVAILABLE"`) && !strings.Contains(text, `"code":"TIMEOUT"`) {
			t.Errorf("answered %s", text)
		}
		waitUntil(t, "no statement runs", func() bool { return running(t, nexus) == 0 })
	})
}
