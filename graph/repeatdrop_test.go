package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
)

// Clients that hang up and come again have one effect for each key: some of their
// first tries are undone, some committed unseen. test/chaos kills the server.
func TestClientsThatHangUpAndComeAgainHaveOneEffect(t *testing.T) {
	t.Parallel()
	const keys, tries = 12, 5
	r := newRepeating(t, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.handler.ServeHTTP(w, request.WithContext(actingAs(request.Context(), 0)))
	}))
	defer server.Close()
	send := func(ctx context.Context, key int) (string, error) {
		text, err := json.Marshal(map[string]any{"query": wideComment, "variables": saying(fmt.Sprint("key ", key))})
		if err != nil {
			return "", err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(string(text)))
		if err != nil {
			return "", err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", fmt.Sprint("key-", key))
		answer, err := server.Client().Do(request)
		if err != nil {
			return "", err
		}
		defer func() { _ = answer.Body.Close() }()
		content, err := io.ReadAll(answer.Body)
		return string(content), err
	}
	for key := range keys {
		var all sync.WaitGroup
		var answers [tries]string
		for n := range tries {
			all.Go(func() {
				hungUp, hangUp := context.WithCancel(t.Context())
				defer hangUp()
				if (key+n)%2 == 0 {
					hungUp = httptrace.WithClientTrace(hungUp, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { hangUp() }})
				}
				answer, err := send(hungUp, key)
				if err != nil {
					answer, err = send(t.Context(), key)
				}
				if err != nil {
					t.Error(err)
				}
				answers[n] = answer
			})
		}
		all.Wait()
		for _, answer := range answers {
			if answer != answers[0] || !strings.Contains(answer, `"body":"key `) {
				t.Errorf("key %d: got %s\nand %s", key, answer, answers[0])
			}
		}
	}
	if n := r.count("comment WHERE body LIKE 'key %'"); n != keys || r.keys() != keys {
		t.Errorf("%d comments, %d keys; want %d", n, r.keys(), keys)
	}
}
