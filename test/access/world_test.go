package access

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// passphrase is everybody's password.
const passphrase = "a long walk in the rain"

// world is a server with the people and cohorts of a test.
type world struct {
	t *testing.T
	// ctx holds the transaction that objects are made in, if there is one.
	ctx        context.Context //nolint:containedctx // as that of the test, which is at hand everywhere too
	app        *app.App
	hash       string
	numbers    int
	principals []*principal
	// cohorts by what they are to the principals: "ours", "foreign", "public",
	// "hidden", "deleted".
	cohorts map[string]*object
	program *object
	// somebody writes what is of none of the principals.
	somebody *object
	// objects are all that were made, by kind.
	objects map[string][]*object
	// extended are the inputs that got more fields than they have.
	extended map[string]bool
	tally    tally
}

// principal is one of those who ask.
type principal struct {
	name string
	// user is nil for a visitor, and viewer what is theirs alone.
	user, viewer *object
	admin        bool
	// bearer is the token of a session that began at since.
	bearer string
	since  time.Time
}

func (p *principal) String() string { return p.name }

// newWorld starts a server in which the six principals are signed in.
func newWorld(t *testing.T) *world {
	t.Helper()
	cfg := config.Config{
		DatabaseURL: config.Secret(dbtest.URL(t)), DataDir: t.TempDir(), HTTPAddr: "127.0.0.1:0", RateLimit: config.Off,
		OperationTimeout: time.Minute, RequestTimeout: 2 * time.Minute,
		MaxBody: 1 << 24, MaxTokens: 1 << 20, MaxDepth: 50, MaxAliases: 1 << 10, MaxRootFields: 1 << 10,
		MaxDirectives: 1 << 10, MaxSelections: 1 << 20, MaxCost: 1 << 40,
	}
	server, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, ctx: t.Context(), app: server, cohorts: map[string]*object{}, objects: map[string][]*object{}, extended: map[string]bool{}}
	if w.hash, err = password.New(password.Options{}).Hash(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	w.program = w.make("Program", state{name: "public"})
	w.somebody = w.make("User", state{name: "somebody"})
	for _, home := range []string{"ours", "foreign", "public", "hidden", "deleted"} {
		w.cohorts[home] = w.make("Cohort", state{name: home, home: home, hidden: home == "hidden", deleted: home == "deleted"})
	}
	w.principals = []*principal{{name: "visitor"}}
	for _, name := range []string{"user", "learner", "mentor", "staff", "admin"} {
		w.principals = append(w.principals, w.newPrincipal(name))
	}
	w.join(w.cohorts["hidden"], w.principal("mentor").user, "MENTOR")
	w.join(w.cohorts["foreign"], w.somebody, "LEARNER")
	w.join(w.cohorts["public"], w.somebody, "STAFF")
	w.join(w.cohorts["deleted"], w.principal("staff").user, "STAFF")
	return w
}

// newPrincipal makes a person with a standing ("user", "learner", "mentor",
// "staff" or "admin") in our cohort, and signs them in.
func (w *world) newPrincipal(standing string) *principal {
	w.t.Helper()
	p := &principal{name: standing, admin: standing == "admin"}
	p.user = w.make("User", state{name: standing})
	p.viewer = &object{kind: "Viewer", state: state{name: standing}, uuid: p.user.uuid, id: p.user.id, links: map[string][]*object{"user": {p.user}}}
	if p.admin {
		w.exec(`UPDATE app_user SET role = 'ADMIN' WHERE id = ?`, p.user.uuid)
	}
	if role := strings.ToUpper(standing); role == "LEARNER" || role == "MENTOR" || role == "STAFF" {
		w.join(w.cohorts["ours"], p.user, role)
	}
	w.exec(`INSERT INTO credential (user_id, email, folded_email, password_hash) VALUES (?, ?, ?, ?)`,
		p.user.uuid, email(p), email(p), w.hash)
	w.login(p)
	return p
}

func email(p *principal) string { return p.user.key + "@example.org" }

// login gives a person the token of a new session.
func (w *world) login(p *principal) {
	w.t.Helper()
	got := w.ask(&principal{}, `mutation($input: LoginInput!) { login(input: $input) { session { accessToken sessionId } } }`,
		map[string]any{"input": map[string]any{"email": email(p), "password": passphrase}})
	session, ok := at(got.Data, "login", "session").(map[string]any)
	if !ok {
		w.t.Fatalf("%s cannot sign in: %s", p, got.text)
	}
	p.since = time.Now()
	p.bearer, _ = session["accessToken"].(string)
	wire, _ := session["sessionId"].(string)
	own := &object{kind: "Session", id: wire, uuid: uuid.MustParse(wire[3:]), links: map[string][]*object{"owner": {p.user}}}
	w.objects["Session"] = append(w.objects["Session"], own)
}

// renew signs the principals in again whose tokens will end soon: on a slow machine
// a test lasts longer than a token.
func (w *world) renew() {
	w.t.Helper()
	for _, p := range w.principals {
		if p.user != nil && time.Since(p.since) > 2*time.Minute {
			w.login(p)
		}
	}
}

// principal returns the principal with a name.
func (w *world) principal(name string) *principal {
	for _, p := range w.principals {
		if p.name == name {
			return p
		}
	}
	w.t.Fatalf("nobody is called %s", name)
	return nil
}

// exec runs a statement.
func (w *world) exec(sql string, values ...any) {
	w.t.Helper()
	if err := w.app.DB().Handle(w.ctx).Exec(sql, values...).Error; err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// texts returns the rows of a query of one column.
func (w *world) texts(sql string, values ...any) []string {
	w.t.Helper()
	var rows []string
	if err := w.app.DB().Handle(w.ctx).Raw(sql, values...).Scan(&rows).Error; err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

// answer is what the server said.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	status int
	text   string
}

// ask sends an operation over HTTP.
func (w *world) ask(p *principal, query string, variables map[string]any) answer {
	w.t.Helper()
	content, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/graphql", bytes.NewReader(content))
	r.Header.Set("Content-Type", "application/json")
	got := w.send(p, r)
	if err := json.Unmarshal([]byte(got.text), &got); err != nil {
		w.t.Fatalf("%s: %v: %.500s", query, err, got.text)
	}
	return got
}

// send sends a request with the token of a principal.
func (w *world) send(p *principal, r *http.Request) answer {
	w.t.Helper()
	if p.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+p.bearer)
	}
	recorder := httptest.NewRecorder()
	w.app.Handler().ServeHTTP(recorder, r)
	return answer{status: recorder.Code, text: recorder.Body.String()}
}

// read is ask for an operation that must have no errors.
func (w *world) read(p *principal, query string, variables map[string]any) answer {
	w.t.Helper()
	got := w.ask(p, query, variables)
	if len(got.Errors) > 0 {
		w.t.Fatalf("%s: %.400s\n%.2000s", p, got.text, query)
	}
	return got
}

// at returns the value at a path, nil where there is none.
func at(value any, path ...string) any {
	for _, step := range path {
		members, _ := value.(map[string]any)
		value = members[step]
	}
	return value
}

// tally counts what was compared.
type tally struct{ checks, wrongAllows, wrongDenies int }

// compare notes one comparison and reports a difference.
func (w *world) compare(may, did bool, format string, values ...any) {
	w.t.Helper()
	w.tally.checks++
	switch {
	case may == did:
	case did:
		w.tally.wrongAllows++
		w.complain("WRONGLY ALLOWED: "+format, values...)
	default:
		w.tally.wrongDenies++
		w.complain("WRONGLY DENIED: "+format, values...)
	}
}

// complain reports a difference; after the first ones it only fails.
func (w *world) complain(format string, values ...any) {
	w.t.Helper()
	const shown = 30
	if w.tally.wrongAllows+w.tally.wrongDenies > shown {
		w.t.Fail()
		return
	}
	w.t.Errorf(format, values...)
}

// report prints the counts.
func (w *world) report() {
	w.t.Helper()
	w.t.Logf("%d checks, %d wrong allows, %d wrong denies", w.tally.checks, w.tally.wrongAllows, w.tally.wrongDenies)
}
