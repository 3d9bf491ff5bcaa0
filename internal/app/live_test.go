package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/event"
)

// What is posted on one server reaches the sockets and streams of another one.
func TestSubscriptionsSpanServers(t *testing.T) {
	t.Parallel()
	const password = "rain on the seventh roof"
	var cfg config.Config
	here := serveAt(t, func(c *config.Config) { c.SamplePassword = password; cfg = *c })
	if err := here.nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	there := &serving{stop: func() {}, done: make(chan error, 1)}
	nexus, _ := openAs(t, func(c *config.Config) { c.DatabaseURL = cfg.DatabaseURL })
	there.serve(t, nexus)

	after := `(filter: {text: \"crossing\"}, after: \"` + event.Cursor(0) + `\")`
	conn := there.socket(t, `null`)
	if err := conn.Write(t.Context(), 1, []byte(subscribe("1", `subscription { challengeAdded`+after+` { kind challenge { title } } }`))); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, there.url,
		strings.NewReader(`{"query":"subscription { challengeAdded`+after+` { kind challenge { title } } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()

	c := &caller{t: t, handler: here.nexus.Handler()}
	c.bearer = c.text(`mutation { login(input: {email: "mentor@example.org", password: "`+password+`"}) { session { accessToken } } }`, "login", "session", "accessToken")
	lines := bufio.NewScanner(answer.Body)
	for i := range 3 {
		title := fmt.Sprint("crossing ", i)
		c.text(`mutation { createChallenge(input: {title: "`+title+`", body: "x"}) { challenge { id } } }`, "createChallenge", "challenge", "id")
		want := `{"data":{"challengeAdded":{"kind":"challenge.created","challenge":{"title":"` + title + `"}}`
		if got := say(t, conn, ""); !strings.HasPrefix(got, `{"id":"1","type":"next","payload":`+want) {
			t.Errorf("socket: %s", got)
		}
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
		}
		if got := lines.Text(); !strings.HasPrefix(got, "data: "+want) {
			t.Errorf("stream: %s", got)
		}
	}
}

// serve serves an App until the test ends.
func (s *serving) serve(t *testing.T, nexus *app.App) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ready := make(chan string, 1)
	go func() { s.done <- nexus.Serve(ctx, func(a net.Addr) { ready <- a.String() }) }()
	t.Cleanup(func() {
		stop()
		if err := <-s.done; err != nil {
			t.Error(err)
		}
	})
	s.nexus, s.url = nexus, "http://"+<-ready+"/graphql"
}
