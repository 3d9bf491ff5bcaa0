//go:build chaos

package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// keys are sent by triesOfKey clients each, at once.
	keys, triesOfKey = 2000, 5
	// keysAtOnce are those under way at a time.
	keysAtOnce = 8
	// lifetime is how long a server lives until it is killed.
	lifetime = 1500 * time.Millisecond
)

const commentQuery = `mutation ($subject: ID!, $body: Markdown!) {
	addComment(input: {subjectId: $subject, body: $body}) {
		comment { id body createdAt author { handle } subject { ... on Challenge { title author { handle } } } } userErrors { code message } } }`

// Clients send a mutation under a key until they have an answer, several at once,
// while their server is killed again and again: it is done once, and all get the
// same answer.
func TestRepeatedMutationsOutliveTheirServer(t *testing.T) { //nolint:paralleltest // times are measured
	set := newSetting(t, "NEXUS_RATE_LIMIT=off")
	set.addPeople(t, 1)
	running := set.start(t)
	r := newReport(t, "Idempotency: mutations sent again while the server is killed with SIGKILL")
	r.add("bar", "%d keys have exactly %d effects, and each key one answer", keys, keys)
	token, challenge := postChallenge(t, newClient(running, 1))

	var current atomic.Pointer[client]
	current.Store(newClient(running, keysAtOnce*triesOfKey))
	var lost, failed, replayed atomic.Int64
	send := func(ctx context.Context, n int) []byte {
		o := operation{
			query: commentQuery, variables: map[string]any{"subject": challenge, "body": fmt.Sprintf("Comment %d", n)},
			bearer: token, key: fmt.Sprintf("key-%d", n),
		}
		for {
			a := current.Load().do(ctx, o)
			switch {
			case a.err != nil:
				lost.Add(1)
			case a.status == http.StatusOK:
				if a.header.Get("Idempotency-Replayed") == "true" {
					replayed.Add(1)
				}
				return a.body
			case a.status < http.StatusInternalServerError:
				t.Errorf("key %d: %s", n, a)
				return nil
			default:
				failed.Add(1)
			}
			select {
			case <-ctx.Done():
				t.Errorf("key %d: %v", n, ctx.Err())
				return nil
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		atOnce(t, keys, keysAtOnce, func(ctx context.Context, n int) { sameAnswers(ctx, t, n, send) })
	}()
	kills := 0
	for alive := true; alive; {
		select {
		case <-done:
			alive = false
		case <-time.After(lifetime):
			running.kill(t)
			kills++
			running = set.start(t)
			current.Store(newClient(running, keysAtOnce*triesOfKey))
		}
	}
	var comments, distinct, kept int
	err := set.connect(t).QueryRow(t.Context(), `SELECT count(*), count(DISTINCT body), (SELECT count(*) FROM idempotency_key) FROM comment`).
		Scan(&comments, &distinct, &kept)
	if err != nil {
		t.Fatal(err)
	}
	r.add("load", "%d keys, %d clients each at once, %d keys at a time", keys, triesOfKey, keysAtOnce)
	r.add("kills", "%d", kills)
	r.add("tries without an answer", "%d", lost.Load())
	r.add("tries that failed with 5xx", "%d", failed.Load())
	r.add("answers that were repeated", "%d", replayed.Load())
	r.add("effects", "%d, of %d keys; %d answers kept", comments, distinct, kept)
	if comments != keys || distinct != keys || kept != keys {
		t.Errorf("%d comments of %d keys, %d answers kept; want %d", comments, distinct, kept, keys)
	}
	if kills == 0 || lost.Load() == 0 {
		t.Errorf("%d kills lost %d tries: nothing was tested", kills, lost.Load())
	}
}

// sameAnswers sends a mutation several times at once and fails the test unless all
// data and errors are the same bytes.
func sameAnswers(ctx context.Context, t *testing.T, n int, send func(context.Context, int) []byte) {
	t.Helper()
	var bodies [triesOfKey][]byte
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() { bodies[i] = send(ctx, n) })
	}
	all.Wait()
	var first []byte
	for i, body := range bodies {
		var parts struct{ Data, Errors json.RawMessage }
		if err := json.Unmarshal(body, &parts); err != nil || len(parts.Errors) > 0 {
			t.Errorf("key %d: %v, %.500s", n, err, body)
			return
		}
		if i > 0 && !bytes.Equal(parts.Data, first) {
			t.Errorf("key %d: got %s\nand %s", n, parts.Data, first)
		}
		first = parts.Data
	}
}

// postChallenge signs somebody in and posts a challenge for them.
func postChallenge(t *testing.T, c *client) (token, challenge string) {
	t.Helper()
	got, err := c.do(t.Context(), login(address(0), known(0), rightPassword)).result()
	if err != nil || got.Data["login"] == nil || got.Data["login"].Session == nil {
		t.Fatalf("log-in: %v, %v", got, err)
	}
	token = got.Data["login"].Session.AccessToken
	a := c.do(t.Context(), operation{
		query:  `mutation { createChallenge(input: {title: "A server dies", body: "In the middle."}) { challenge { id } userErrors { code message } } }`,
		bearer: token,
	})
	got, err = a.result()
	if err != nil || got.Data["createChallenge"] == nil || got.Data["createChallenge"].Challenge == nil {
		t.Fatalf("post a challenge: %v, %v", a, err)
	}
	return token, got.Data["createChallenge"].Challenge.ID
}
