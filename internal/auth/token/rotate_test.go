package token_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
)

func rotate(t testing.TB, db *database.DB, o token.RotateOptions) token.KeyInfo {
	t.Helper()
	info, err := token.Rotate(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func list(t testing.TB, db *database.DB, c *clock) []token.KeyInfo {
	t.Helper()
	keys, err := token.List(t.Context(), db, c.Now())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestTheLifeOfAKey(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	keys := open(t, db, c)
	begin := c.Now()
	first := list(t, db, c)[0].ID
	second := rotate(t, db, token.RotateOptions{Now: c.Now})
	if second.State != token.Waiting || !second.SignsFrom.Equal(begin.Add(10*time.Minute)) {
		t.Fatalf("the new key is %+v", second)
	}
	followed := begin.Add(10 * time.Minute)
	states := func(one, two token.State) []token.KeyInfo {
		return []token.KeyInfo{
			{ID: first, Algorithm: "EdDSA", CreatedAt: begin, SignsFrom: begin, State: one, VerifiesUntil: followed.Add(5*time.Minute + 30*time.Second)},
			{ID: second.ID, Algorithm: "EdDSA", CreatedAt: begin, SignsFrom: followed, State: two},
		}
	}
	for _, step := range []struct {
		wait      time.Duration
		want      []token.KeyInfo
		signs     string
		published int
	}{
		{5 * time.Second, states(token.Signing, token.Waiting), first, 2},
		{595*time.Second - time.Microsecond, states(token.Signing, token.Waiting), first, 2},
		{time.Microsecond, states(token.Verifying, token.Signing), second.ID, 2},
		{330*time.Second - time.Microsecond, states(token.Verifying, token.Signing), second.ID, 2},
		{time.Microsecond, states(token.Expired, token.Signing), second.ID, 1},
	} {
		c.Add(step.wait)
		// A process that knows nothing of the rotation finds the key in time.
		if signs := keyID(t, sign(t, keys, someone())); signs != step.signs {
			t.Errorf("after %v: %s signs", c.Now().Sub(begin), signs)
		}
		if diff := cmp.Diff(step.want, list(t, db, c)); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", c.Now().Sub(begin), diff)
		}
		if published := len(published(t, keys)); published != step.published {
			t.Errorf("after %v: %d keys are published", c.Now().Sub(begin), published)
		}
	}
	third := rotate(t, db, token.RotateOptions{SignsAfter: time.Minute, Now: c.Now})
	var ids []string
	for _, info := range list(t, db, c) {
		ids = append(ids, info.ID)
	}
	if diff := cmp.Diff([]string{second.ID, third.ID}, ids); diff != "" {
		t.Errorf("the rotation kept (-want +got):\n%s", diff)
	}
}

// A key that has expired is good for nothing, even where its row still stands.
func TestAnExpiredKeyVerifiesNothing(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	rotate(t, f.db, token.RotateOptions{SignsAfter: time.Minute, Now: f.clock.Now})
	f.clock.Add(6*time.Minute + 29*time.Second)
	wantGood(t, f.keys, f.with(nil), f.who)
	f.clock.Add(time.Second)
	wantRefused(t, f.keys, f.with(nil))
}

func TestAKeyIsPublishedBeforeItSigns(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	open(t, db, c)
	for _, after := range []time.Duration{-time.Hour, time.Second, time.Minute - 1} {
		if _, err := token.Rotate(t.Context(), db, token.RotateOptions{SignsAfter: after, Now: c.Now}); err == nil || !strings.Contains(err.Error(), "at least 1m0s") {
			t.Errorf("%v: got %v", after, err)
		}
	}
	if n := len(list(t, db, c)); n != 1 {
		t.Errorf("there are %d keys", n)
	}
}

func TestAReplacedKeyIsRefusedWithinSeconds(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	keys := open(t, db, c)
	rotate(t, db, token.RotateOptions{Now: c.Now})
	old, who := sign(t, keys, someone()), someone()
	fresh := rotate(t, db, token.RotateOptions{Replace: true, Now: c.Now})
	diff := cmp.Diff([]token.KeyInfo{fresh}, list(t, db, c))
	if diff != "" || fresh.State != token.Signing {
		t.Errorf("the keys are (-want +got):\n%s", diff)
	}
	c.Add(5 * time.Second)
	wantRefused(t, keys, old)
	text := sign(t, keys, who)
	wantGood(t, keys, text, who)
	if keyID(t, text) != fresh.ID {
		t.Error("another key signs")
	}
}

// Process b has not read the keys since the rotation; the unknown id makes it.
func TestAnUnknownKeyIsLookedUp(t *testing.T) {
	t.Parallel()
	db, here, there := dbtest.New(t), newClock(), newClock()
	a, b := open(t, db, here), open(t, db, there)
	fresh := rotate(t, db, token.RotateOptions{Replace: true, Now: here.Now})
	here.Add(5 * time.Second)
	who := someone()
	text := sign(t, a, who)
	if keyID(t, text) != fresh.ID {
		t.Fatal("the new key does not sign")
	}
	wantGood(t, b, text, who)
}

// Two processes, one of whose clocks goes behind, sign and verify before, during
// and after a rotation.
func TestNoGoodTokenIsRefusedDuringARotation(t *testing.T) {
	t.Parallel()
	type issued struct {
		text    string
		who     token.Claims
		expires time.Time
	}
	db := dbtest.New(t)
	clocks := []*clock{newClock(), newClock()}
	clocks[1].Add(-25 * time.Second)
	processes := []*token.Keys{open(t, db, clocks[0]), open(t, db, clocks[1])}
	var alive []issued
	signers := map[string]bool{}
	verified := 0
	for step := range 120 {
		if step == 10 || step == 60 {
			rotate(t, db, token.RotateOptions{SignsAfter: 2 * time.Minute, Now: clocks[0].Now})
		}
		for _, keys := range processes {
			who := someone()
			text, expires, err := keys.Sign(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			signers[keyID(t, text)] = true
			alive = append(alive, issued{text, who, expires})
		}
		var verifying sync.WaitGroup
		for i, keys := range processes {
			verifying.Go(func() {
				for _, one := range alive {
					if clocks[i].Now().Before(one.expires) {
						wantGood(t, keys, one.text, one.who)
					} else {
						wantRefused(t, keys, one.text)
					}
				}
			})
		}
		verifying.Wait()
		verified += 2 * len(alive)
		for _, c := range clocks {
			c.Add(10 * time.Second)
		}
		alive = alive[max(0, len(alive)-70):]
	}
	if len(signers) != 3 {
		t.Errorf("%d keys signed, want 3", len(signers))
	}
	t.Logf("%d verifications", verified)
}

// The order of rows is that of signing, whatever the order of rotations was.
func TestTheLastKeyWhoseTimeHasComeSigns(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	keys := open(t, db, c)
	later := rotate(t, db, token.RotateOptions{SignsAfter: time.Hour, Now: c.Now})
	sooner := rotate(t, db, token.RotateOptions{SignsAfter: time.Minute, Now: c.Now})
	c.Add(time.Minute)
	if got := keyID(t, sign(t, keys, someone())); got != sooner.ID {
		t.Errorf("%s signs", got)
	}
	c.Add(time.Hour)
	if got := keyID(t, sign(t, keys, someone())); got != later.ID {
		t.Errorf("%s signs", got)
	}
	var states []token.State
	for _, info := range list(t, db, c) {
		states = append(states, info.State)
	}
	if diff := cmp.Diff([]token.State{token.Expired, token.Verifying, token.Signing}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}
