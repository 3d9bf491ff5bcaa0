//go:build chaos

package chaos

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	families = 10
	// uses of one refresh token at the same time.
	uses = 20
	// leeway is how long a use once more is a retry.
	leeway = 10 * time.Second
	// revoked is how long a revocation takes at most to reach every request.
	revoked = 5 * time.Second
)

// A refresh token that is used by many at once is a retry, and has one successor;
// used once more after the leeway, it ends its session.
func TestRefreshTokensAreUsedOnce(t *testing.T) { //nolint:paralleltest // times are measured
	set := newSetting(t)
	set.addPeople(t, families)
	c := newClient(set.start(t), families*uses)
	r := newReport(t, "Refresh: one token used by many, then once more after the leeway")
	r.add("bar", "one successor, nobody signed out; later the session ends, its access token within %s", revoked)
	var first, second [families]*field
	for n := range families {
		got, err := c.do(t.Context(), login(address(n), known(n), rightPassword)).result()
		if err != nil || got.Data["login"] == nil || got.Data["login"].Session == nil {
			t.Fatalf("log-in: %v, %v", got, err)
		}
		first[n] = got.Data["login"]
	}
	refused, several := 0, 0
	for n := range families {
		successors, failed := refreshAtOnce(t, c, n, first[n].Session.RefreshToken)
		refused += failed
		if len(successors) != 1 {
			several++
		}
		for _, one := range successors {
			second[n] = one
		}
	}
	used := time.Now()
	signedOut := 0
	for n := range families {
		if second[n] == nil || c.do(t.Context(), viewer(address(n), second[n].Session.AccessToken)).status != http.StatusOK ||
			c.do(t.Context(), viewer(address(n), first[n].Session.AccessToken)).status != http.StatusOK {
			signedOut++
		}
	}
	r.add("parallel uses", "%d tokens, %d uses each: %d refused, %d tokens with more or less than one successor", families, uses, refused, several)
	r.add("sessions signed out by that", "%d", signedOut)
	if refused > 0 || several > 0 || signedOut > 0 {
		t.Fatalf("%d refused, %d with other than one successor, %d signed out", refused, several, signedOut)
	}

	time.Sleep(time.Until(used.Add(leeway + 500*time.Millisecond)))
	latest := make([]time.Duration, families)
	var running sync.WaitGroup
	for n := range families {
		running.Go(func() { latest[n] = reuse(t, c, n, first[n], second[n]) })
	}
	running.Wait()
	r.add("used once more after the leeway", "%d tokens; access tokens were good for %.1f s more at most", families, percentile(latest, 1).Seconds())
	if worst := percentile(latest, 1); worst > revoked {
		t.Errorf("an access token of a session that ended was good for %s", worst)
	}
}

// refreshAtOnce uses one token many times at once and returns what came back, by
// refresh token.
func refreshAtOnce(t *testing.T, c *client, n int, token string) (successors map[string]*field, failed int) {
	t.Helper()
	successors = map[string]*field{}
	var mu sync.Mutex
	atOnce(t, uses, uses, func(ctx context.Context, _ int) {
		a := c.do(ctx, refresh(address(n), token))
		got, err := a.result()
		mu.Lock()
		defer mu.Unlock()
		if err != nil || got.Data["refreshSession"] == nil || got.Data["refreshSession"].Session == nil {
			failed++
			return
		}
		successors[got.Data["refreshSession"].Session.RefreshToken] = got.Data["refreshSession"]
	})
	return successors, failed
}

// reuse uses the first token of a session once more and returns how long after
// that the access token of the second was still good.
func reuse(t *testing.T, c *client, n int, first, second *field) (latest time.Duration) {
	t.Helper()
	from, access := address(n), second.Session.AccessToken
	// The server remembers the token now.
	if a := c.do(t.Context(), viewer(from, access)); a.status != http.StatusOK {
		t.Errorf("the session ended too early: %s", a)
	}
	wantRefused(t, "a token used before", c.do(t.Context(), refresh(from, first.Session.RefreshToken)))
	ended := time.Now()
	wantRefused(t, "the newest token of a session that ended", c.do(t.Context(), refresh(from, second.Session.RefreshToken)))
	for time.Since(ended) < 2*revoked {
		a := c.do(t.Context(), viewer(from, access))
		if a.status == http.StatusUnauthorized {
			return latest
		}
		latest = a.sent.Sub(ended)
		time.Sleep(50 * time.Millisecond)
	}
	return 2 * revoked
}

func wantRefused(t *testing.T, what string, a answer) {
	t.Helper()
	got, err := a.result()
	if err != nil || got.Data["refreshSession"] == nil || got.Data["refreshSession"].Session != nil ||
		len(got.Data["refreshSession"].UserErrors) != 1 || got.Data["refreshSession"].UserErrors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("%s is answered %s", what, a)
	}
}
