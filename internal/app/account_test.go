package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// openAs returns a server with real tokens, and its log.
func openAs(t *testing.T, change func(*config.Config)) (*app.App, *logged) {
	t.Helper()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(t)), DataDir: t.TempDir(), HTTPAddr: "127.0.0.1:0"}
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
	return nexus, &log
}

// caller sends operations to a server, as a client program does.
type caller struct {
	t       *testing.T
	handler http.Handler
	bearer  string
	cookies []*http.Cookie
}

// do runs an operation and returns the value at a path of its data.
func (c *caller) do(query string, path ...string) (value any, answer *http.Response) {
	c.t.Helper()
	text, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		c.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/graphql", bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for _, cookie := range c.cookies {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	answer = w.Result()
	defer func() { _ = answer.Body.Close() }()
	var got struct{ Data map[string]any }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		c.t.Fatalf("%v: %.300s", err, w.Body.String())
	}
	value = got.Data
	for _, step := range path {
		members, ok := value.(map[string]any)
		if !ok {
			c.t.Fatalf("the answer has no %s: %.500s", strings.Join(path, "."), w.Body.String())
		}
		value = members[step]
	}
	return value, answer
}

// text is do for a text that must be there.
func (c *caller) text(query string, path ...string) string {
	c.t.Helper()
	value, _ := c.do(query, path...)
	text, ok := value.(string)
	if !ok {
		c.t.Fatalf("%s is %v", strings.Join(path, "."), value)
	}
	return text
}

// served starts a whole server with its background work and returns it once it
// listens, with the folder of its data.
func served(t *testing.T) (nexus *app.App, folder string) {
	t.Helper()
	folder = t.TempDir()
	nexus, _ = openAs(t, func(c *config.Config) { c.DataDir = folder })
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- nexus.Serve(ctx, func(net.Addr) { close(ready) }) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	<-ready
	return nexus, folder
}

// codeOfMail waits for a mail and returns the code in it.
func codeOfMail(t *testing.T, folder string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		files, err := filepath.Glob(filepath.Join(folder, "mail", "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			joined := strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(content))
			if match := regexp.MustCompile(`token=([A-Za-z0-9_-]{43})`).FindStringSubmatch(joined); match != nil {
				return match[1]
			}
		}
		select {
		case <-ctx.Done():
			t.Fatal("no mail came")
		case <-ticker.C:
		}
	}
}

// The way of a person, from registration over the mail to the end of the session,
// through every part of the server.
func TestAPersonSignsUpInAndOut(t *testing.T) {
	t.Parallel()
	nexus, folder := served(t)
	c := &caller{t: t, handler: nexus.Handler()}
	const password = "a long walk in the rain"
	c.text(`mutation { register(input: {email: "ada@example.org", password: "`+password+`", handle: "ada", displayName: "Ada"}) { email } }`, "register", "email")
	code := codeOfMail(t, folder)
	if got := c.text(`mutation { verifyEmail(input: {token: "`+code+`"}) { user { handle } } }`, "verifyEmail", "user", "handle"); got != "ada" {
		t.Errorf("the handle is %q", got)
	}
	login := `mutation { login(input: {email: "ada@example.org", password: "` + password + `"}) { session { accessToken } } }`
	c.bearer = c.text(login, "login", "session", "accessToken")
	const viewer = `{ viewer { handle email user { displayName } sessions { current } } }`
	if got := c.text(viewer, "viewer", "email"); got != "ada@example.org" {
		t.Errorf("the address is %q", got)
	}
	if _, answer := c.do(viewer); answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an answer for one person may be kept: %q", answer.Header.Get("Cache-Control"))
	}
	c.do(`mutation { logout { sessionId } }`, "logout", "sessionId")
	if _, answer := c.do(`{ viewer { handle } }`); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("after the logout the token is answered %d", answer.StatusCode)
	}
}

func TestABrowserKeepsItsSessionInACookie(t *testing.T) {
	t.Parallel()
	nexus, log := openAs(t, func(c *config.Config) { c.SamplePassword = "rain on the seventh roof" })
	if err := nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, handler: nexus.Handler()}
	session, answer := c.do(`mutation { login(input: {email: "mentor@example.org", password: "rain on the seventh roof", mode: COOKIE}) {
		session { accessToken refreshToken } } }`, "login", "session", "refreshToken")
	if session != nil || len(answer.Cookies()) != 1 || !answer.Cookies()[0].HttpOnly || answer.Cookies()[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("the refresh token is %v, the cookies %v", session, answer.Cookies())
	}
	c.cookies = answer.Cookies()
	token, again := c.do(`mutation { refreshSession(input: {}) { session { accessToken } } }`, "refreshSession", "session", "accessToken")
	if token == nil || len(again.Cookies()) != 1 || again.Cookies()[0].Value == c.cookies[0].Value {
		t.Errorf("refreshed to %v with the cookies %v", token, again.Cookies())
	}
	if strings.Contains(log.String(), c.cookies[0].Value) {
		t.Error("the log holds the cookie")
	}
}

// Whoever floods the log-in is told when to come back, by HTTP as well.
func TestTooManyPasswordsAreAnswered429(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(*config.Config) {})
	c := &caller{t: t, handler: nexus.Handler()}
	for range 10 {
		if _, answer := c.do(`mutation { login(input: {email: "nobody@example.org", password: "x"}) { session { sessionId } userErrors { code } } }`); answer.StatusCode != http.StatusOK {
			t.Fatalf("a wrong password is answered %d", answer.StatusCode)
		}
	}
	_, answer := c.do(`mutation { login(input: {email: "nobody@example.org", password: "x"}) { session { sessionId } } }`)
	if answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") == "" {
		t.Errorf("answered %d, Retry-After %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
}

func TestTheKeysOfTokensArePublished(t *testing.T) {
	t.Parallel()
	nexus, _ := openAs(t, func(*config.Config) {})
	answer := request(t, nexus, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/.well-known/jwks.json", nil))
	if text := body(t, answer); answer.StatusCode != http.StatusOK || !strings.Contains(text, `"kty":"OKP"`) || strings.Contains(text, `"d":`) {
		t.Errorf("answered %d %s", answer.StatusCode, text)
	}
}
