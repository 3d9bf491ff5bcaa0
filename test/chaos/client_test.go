//go:build chaos

package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// client sends operations to one server.
type client struct {
	url  string
	http *http.Client
}

func newClient(s *server, connections int) *client {
	return &client{url: s.url + "graphql", http: newHTTP(connections)}
}

// operation is a request for a document.
type operation struct {
	query     string
	variables map[string]any
	// from is the address that the request comes from, by way of the proxy.
	from   string
	bearer string
	// key is the Idempotency-Key; empty for none.
	key string
}

// answer is what came back, and how long that took from the first byte of the
// request to the last of the answer.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
	sent   time.Time
	err    error
}

// do sends an operation. What goes wrong on the way stands in the answer.
func (c *client) do(ctx context.Context, o operation) answer {
	text, err := json.Marshal(map[string]any{"query": o.query, "variables": o.variables})
	if err != nil {
		return answer{err: err}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(text))
	if err != nil {
		return answer{err: err}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json")
	if o.from != "" {
		request.Header.Set("X-Forwarded-For", o.from)
	}
	if o.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+o.bearer)
	}
	if o.key != "" {
		request.Header.Set("Idempotency-Key", o.key)
	}
	a := answer{sent: time.Now()}
	response, err := c.http.Do(request)
	if err != nil {
		a.took, a.err = time.Since(a.sent), err
		return a
	}
	body, err := io.ReadAll(response.Body)
	a.took = time.Since(a.sent)
	a.status, a.header, a.body = response.StatusCode, response.Header, body
	a.err = errors.Join(err, response.Body.Close())
	return a
}

// field is what the root fields here have in common.
type field struct {
	Session *struct {
		AccessToken, RefreshToken, SessionID string
	}
	User       *struct{ Handle string }
	Challenge  *struct{ ID string }
	UserErrors []struct{ Code, Message string }
}

type result struct {
	Data   map[string]*field
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

func (a answer) result() (result, error) {
	var r result
	if a.err != nil {
		return r, a.err
	}
	if err := json.Unmarshal(a.body, &r); err != nil {
		return r, fmt.Errorf("%w: status %d, %.300s", err, a.status, a.body)
	}
	return r, nil
}

// String says what came back, for messages.
func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return fmt.Sprintf("status %d, Retry-After %q, %.400s", a.status, a.header.Get("Retry-After"), a.body)
}

// outcomes of a log-in.
const (
	signedIn    = "signed in"
	wrong       = "wrong password"
	limited     = "429 with Retry-After"
	unavailable = "503 with Retry-After"
	other       = "anything else"
)

// outcome tells what became of a log-in.
func (a answer) outcome() string {
	again := a.header.Get("Retry-After") != ""
	switch r, err := a.result(); {
	case err != nil:
		return other
	case a.status == http.StatusTooManyRequests && again:
		return limited
	case a.status == http.StatusServiceUnavailable && again:
		return unavailable
	case a.status != http.StatusOK || len(r.Errors) > 0 || r.Data["login"] == nil:
		return other
	case r.Data["login"].Session != nil:
		return signedIn
	case len(r.Data["login"].UserErrors) == 1 && r.Data["login"].UserErrors[0].Code == "UNAUTHENTICATED":
		return wrong
	default:
		return other
	}
}

const loginQuery = `mutation ($email: EmailAddress!, $password: String!) {
	login(input: {email: $email, password: $password}) {
		session { accessToken refreshToken sessionId } userErrors { code message } } }`

func login(from, email, password string) operation {
	return operation{query: loginQuery, variables: map[string]any{"email": email, "password": password}, from: from}
}

const refreshQuery = `mutation ($token: String!) {
	refreshSession(input: {refreshToken: $token}) {
		session { accessToken refreshToken sessionId } userErrors { code message } } }`

func refresh(from, token string) operation {
	return operation{query: refreshQuery, variables: map[string]any{"token": token}, from: from}
}

// viewer is who the request is from; 200 and a handle for a good token.
func viewer(from, token string) operation {
	return operation{query: `{ viewer { handle } }`, from: from, bearer: token}
}

// address returns the nth of many client addresses, each a network of its own.
func address(n int) string { return fmt.Sprintf("10.%d.%d.%d", n>>16&0xff, n>>8&0xff, n&0xff) }
