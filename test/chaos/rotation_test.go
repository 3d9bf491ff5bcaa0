//go:build chaos

package chaos

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	rotationTime = 100 * time.Second
	// rotations come every ten seconds from the fifth second on, and sign a minute
	// later, which is the least.
	rotations = 3
	clients   = 20
)

// While keys are rotated, no good token is refused by any of two servers on one
// database.
func TestRotationRefusesNoGoodToken(t *testing.T) { //nolint:paralleltest // the machine is for one run
	set := newSetting(t)
	set.addPeople(t, clients)
	servers := []*client{newClient(set.start(t), 64), newClient(set.start(t), 64)}
	r := newReport(t, "Keys: rotated while two servers sign and verify")
	r.add("bar", "no good token refused")
	ctx, stop := context.WithTimeout(t.Context(), rotationTime)
	defer stop()
	results := make([]holder, clients)
	var running sync.WaitGroup
	for n := range clients {
		results[n] = holder{servers: servers, from: address(1000 + n), keys: map[string]int{}, random: rand.New(rand.NewPCG(seed, uint64(n)))}
		running.Go(func() { results[n].live(ctx, t, n) })
	}
	for n := range rotations {
		select {
		case <-ctx.Done():
		case <-time.After(5*time.Second + time.Duration(min(n, 1))*5*time.Second):
			set.run(t, "keys", "rotate", "--signs-after", "1m")
		}
	}
	running.Wait()
	var sum holder
	sum.keys = map[string]int{}
	for _, one := range results {
		sum.used, sum.refused, sum.refreshed = sum.used+one.used, sum.refused+one.refused, sum.refreshed+one.refreshed
		for key, n := range one.keys {
			sum.keys[key] += n
		}
	}
	r.add("load", "%d clients on 2 servers for %s, %d rotations", clients, rotationTime, rotations)
	r.add("refreshes", "%d, all at another server than the token before", sum.refreshed)
	r.add("uses of tokens up to 100 s old", "%d, %d refused", sum.used, sum.refused)
	r.add("keys that signed", "%d, of tokens %v", len(sum.keys), slices.Sorted(maps.Values(sum.keys)))
	if sum.refused > 0 || sum.used == 0 {
		t.Errorf("%d of %d uses of good tokens were refused", sum.refused, sum.used)
	}
	if len(sum.keys) != rotations+1 {
		t.Errorf("%d keys signed, want %d", len(sum.keys), rotations+1)
	}
	forged := strings.Replace(results[0].tokens[0], ".", ".e30", 1)
	for _, s := range servers {
		if a := s.do(t.Context(), viewer(address(1), forged)); a.status != http.StatusUnauthorized {
			t.Errorf("a forged token is answered %s", a)
		}
	}
}

// holder is a client program with one session.
type holder struct {
	servers []*client
	from    string
	random  *rand.Rand
	// tokens are all access tokens so far, none of which has expired, and refresh
	// the newest refresh token.
	tokens                   []string
	refresh                  string
	used, refused, refreshed int
	keys                     map[string]int
}

// live signs in, then uses one of its tokens five times a second, the newest each
// second time, and refreshes each two seconds.
func (h *holder) live(ctx context.Context, t *testing.T, n int) {
	t.Helper()
	a := h.servers[n%2].do(t.Context(), login(h.from, known(n), rightPassword))
	for a.outcome() == unavailable { // twenty at once are more than are checked at once
		time.Sleep(time.Second)
		a = h.servers[n%2].do(t.Context(), login(h.from, known(n), rightPassword))
	}
	if a.outcome() != signedIn {
		t.Errorf("log-in: %s", a)
		return
	}
	h.keep(a, "login")
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for turn := 1; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if turn%10 == 0 {
			a := h.servers[(n+turn/10)%2].do(t.Context(), refresh(h.from, h.refresh))
			if !h.keep(a, "refreshSession") {
				t.Errorf("refresh: %s", a)
				return
			}
			h.refreshed++
			continue
		}
		token := h.tokens[len(h.tokens)-1]
		if turn%2 == 0 {
			token = h.tokens[h.random.IntN(len(h.tokens))]
		}
		h.used++
		a := h.servers[h.random.IntN(2)].do(t.Context(), viewer(h.from, token))
		if a.status != http.StatusOK || !strings.Contains(string(a.body), `"handle":"known-`) {
			h.refused++
			if h.refused == 1 {
				t.Errorf("a good token is refused: %s", a)
			}
		}
	}
}

// keep takes the tokens of an answer, if it has some.
func (h *holder) keep(a answer, name string) bool {
	got, err := a.result()
	if err != nil || got.Data[name] == nil || got.Data[name].Session == nil {
		return false
	}
	session := got.Data[name].Session
	h.tokens, h.refresh = append(h.tokens, session.AccessToken), session.RefreshToken
	h.keys[keyOf(session.AccessToken)]++
	return true
}

// keyOf returns the id of the key that signed a token.
func keyOf(token string) string {
	first, _, _ := strings.Cut(token, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(first)
	var header struct{ Kid string }
	if err != nil || json.Unmarshal(decoded, &header) != nil {
		return "none"
	}
	return header.Kid
}
