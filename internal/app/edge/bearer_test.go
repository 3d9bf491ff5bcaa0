package edge_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/app/edge"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

func TestAGoodTokenActsForSomebody(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"Bearer " + token, "bearer " + token, "BEARER   " + token} {
		w, got := send(production(), request(t, http.MethodPost, "/graphql", "", "Authorization", header))
		if !got.called || got.actor.User == nil {
			t.Errorf("%s: answered %d %s", header, w.Code, w.Body)
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Authorization") {
			t.Errorf("Vary is %v", w.Header().Values("Vary"))
		}
	}
	if _, got := send(production(), request(t, http.MethodPost, "/graphql", "")); !got.called || got.actor.User != nil {
		t.Errorf("without a token: %+v", got)
	}
}

// A cookie acts for nobody: pages of other origins could use it.
func TestACookieActsForNobody(t *testing.T) {
	t.Parallel()
	_, got := send(production(), request(t, http.MethodPost, "/graphql", "", "Cookie", "__Host-nexus_refresh="+token+"; Authorization=Bearer "+token, "Origin", own))
	if !got.called || got.actor.User != nil {
		t.Errorf("got %+v", got)
	}
}

func TestEveryBadTokenIsRefusedAlike(t *testing.T) {
	t.Parallel()
	headers := map[string][]string{
		"unknown": {"Bearer other"}, "empty": {""}, "scheme alone": {"Bearer"}, "no token": {"Bearer "}, "no space": {"Bearer" + token},
		"another scheme": {"Basic Z29vZDp0b2tlbg=="}, "no scheme": {token}, "two tokens": {"Bearer " + token + " " + token},
		"two in a list": {"Bearer " + token + ", Bearer " + token}, "two headers": {"Bearer " + token, "Bearer " + token}, "a tab": {"Bearer\t" + token},
		"quoted": {`Bearer "` + token + `"`}, "with a semicolon": {"Bearer " + token + ";"}, "long": {"Bearer " + strings.Repeat("x", 5000)},
		"not ASCII": {"Bearer tökén"}, "padding inside": {"Bearer a=b"}, "NUL": {"Bearer a\x00b"}, "leading space": {" Bearer " + token},
	}
	anyID := regexp.MustCompile(`"requestId":"[^"]+"`)
	var first string
	for name, values := range headers {
		for _, media := range []string{"application/json", "application/graphql-response+json"} {
			r := request(t, http.MethodPost, "/graphql", "", "Accept", media)
			r.Header["Authorization"] = values
			w, got := send(production(), r)
			body := anyID.ReplaceAllString(w.Body.String(), `"requestId":"…"`)
			if first == "" {
				first = body
			}
			if got.called || w.Code != http.StatusUnauthorized || body != first {
				t.Errorf("%s: called %v, %d %s", name, got.called, w.Code, body)
			}
			if w.Header().Get("WWW-Authenticate") != `Bearer error="invalid_token"` || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: headers %v", name, w.Header())
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), media) || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
				t.Errorf("%s: %s, %s", name, w.Header(), w.Body)
			}
		}
	}
	if want := `{"errors":[{"message":"The access token is not good; renew the session or sign in.","extensions":{"code":"UNAUTHENTICATED","requestId":"…"}}]}`; first != want {
		t.Errorf("got %s, want %s", first, want)
	}
}

func TestWithoutAnAuthenticatorEveryTokenIsRefused(t *testing.T) {
	t.Parallel()
	o := production()
	o.Authenticate = nil
	if w, got := send(o, request(t, http.MethodPost, "/graphql", "", "Authorization", "Bearer "+token)); got.called || w.Code != http.StatusUnauthorized {
		t.Errorf("answered %d", w.Code)
	}
}

func TestAFaultOfTheAuthenticatorIsNotTheTokens(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func(ctx context.Context) (auth.Actor, error)
		status int
		code   string
	}{
		"down": {func(context.Context) (auth.Actor, error) {
			return auth.Actor{}, errs.New(errs.CodeUnavailable, "Down.")
		}, 503, "UNAVAILABLE"},
		"late":           {func(ctx context.Context) (auth.Actor, error) { <-ctx.Done(); return auth.Actor{}, ctx.Err() }, 504, "TIMEOUT"},
		"broken":         {func(context.Context) (auth.Actor, error) { return auth.Actor{}, errors.New("hush: host 10.1.2.3") }, 500, "INTERNAL"},
		"panics":         {func(context.Context) (auth.Actor, error) { panic("hush: host 10.1.2.3") }, 500, "INTERNAL"},
		"nobody":         {func(context.Context) (auth.Actor, error) { return auth.Actor{}, nil }, 401, "UNAUTHENTICATED"},
		"nobody's admin": {func(context.Context) (auth.Actor, error) { return auth.Actor{Admin: true}, nil }, 401, "UNAUTHENTICATED"},
		"another reason": {func(context.Context) (auth.Actor, error) { return auth.Actor{}, errs.NotFound("No such session.") }, 401, "UNAUTHENTICATED"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			o := production()
			o.Logger = slog.New(slog.NewTextHandler(&log, nil))
			o.Timeout = 10 * time.Millisecond
			o.Authenticate = func(ctx context.Context, _ string) (auth.Actor, error) { return test.answer(ctx) }
			w, got := send(o, request(t, http.MethodPost, "/graphql", "", "Authorization", "Bearer "+token))
			if got.called || w.Code != test.status || !strings.Contains(w.Body.String(), `"`+test.code+`"`) {
				t.Errorf("called %v, answered %d %s", got.called, w.Code, w.Body)
			}
			told := w.Body.String() + log.String()
			if strings.Contains(told, "hush") || strings.Contains(told, "10.1.2.3") || strings.Contains(told, ".go") || strings.Contains(told, "such session") {
				t.Errorf("it tells the cause: %s", told)
			}
			if isFault := test.status == 500; isFault != strings.Contains(log.String(), w.Header().Get("X-Request-Id")) {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

func TestTokensAreNeverLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	o := production()
	o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, header := range []string{"Bearer " + token, "Bearer verysecret", "Basic verysecret", "verysecret"} {
		send(o, request(t, http.MethodPost, "/graphql?query=verysecret", mutation, "Authorization", header, "Cookie", "__Host-nexus_refresh=verysecret", "Origin", own))
	}
	if log.Len() == 0 || strings.Contains(log.String(), "verysecret") || strings.Contains(log.String(), token) {
		t.Errorf("log: %s", log.String())
	}
}

// An answer that has begun cannot become an error: the client must see it break.
func TestAPanicAfterTheBeginningCutsTheAnswer(t *testing.T) {
	t.Parallel()
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler { //nolint:errorlint // a sentinel of panic
			t.Errorf("recovered %v", cause)
		}
	}()
	w := httptest.NewRecorder()
	behind(production(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("hush")
	})).ServeHTTP(w, request(t, http.MethodGet, "/graphql", ""))
	t.Errorf("answered %d %s", w.Code, w.Body)
}

func TestHTTPSIsAskedForBehindHTTPSAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*edge.Options)
		want   bool
	}{
		"production":            {func(*edge.Options) {}, true},
		"production by http":    {func(o *edge.Options) { o.PublicURL = "http://nexus.example.org" }, false},
		"development":           {func(o *edge.Options) { o.Production = false }, false},
		"development, own http": {func(o *edge.Options) { o.Production, o.PublicURL = false, "http://localhost:8080" }, false},
	} {
		o := production()
		test.change(&o)
		w, _ := send(o, request(t, http.MethodGet, "/graphql", ""))
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != test.want {
			t.Errorf("%s: %v", name, w.Header())
		}
	}
}
