package token_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
)

// hooked is a clock that runs fn when it is read for the nth time.
func (c *clock) hooked(n int64, fn func()) func() time.Time {
	var reads atomic.Int64
	return func() time.Time {
		if reads.Add(1) == n {
			fn()
		}
		return c.Now()
	}
}

func TestProcessesThatStartAtOnceMakeOneKey(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	var opening, absent sync.WaitGroup
	tokens := make([]string, 8)
	absent.Add(len(tokens))
	for i := range tokens {
		opening.Go(func() {
			// The first reading of the clock is that of the keys. None makes one
			// before all have seen that there is none.
			now := c.hooked(2, func() { absent.Done(); absent.Wait() })
			keys, err := token.Open(t.Context(), db, token.Options{Issuer: issuer, Audience: audience, Now: now})
			if err != nil {
				t.Error(err)
				return
			}
			tokens[i], _, err = keys.Sign(t.Context(), someone())
			if err != nil {
				t.Error(err)
			}
		})
	}
	opening.Wait()
	if keys := list(t, db, c); len(keys) != 1 || keys[0].State != token.Signing {
		t.Fatalf("the keys are %+v", keys)
	}
	for _, text := range tokens {
		if _, err := open(t, db, c).Verify(t.Context(), text); err != nil {
			t.Error(err)
		}
	}
}

func TestKeysOutliveTheProcess(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	who := someone()
	text := sign(t, open(t, db, c), who)
	wantGood(t, open(t, db, c), text, who)
}

// readings counts how often the keys are read from a database.
type readings struct{ n atomic.Int64 }

func (r *readings) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if strings.Contains(d.SQL, "FROM signing_key") {
		r.n.Add(1)
	}
	return ctx
}

func (*readings) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (r *readings) want(t *testing.T, when string, n int64) {
	t.Helper()
	if got := r.n.Swap(0); got != n {
		t.Errorf("%s: the keys were read %d times, want %d", when, got, n)
	}
}

// counted returns a database of a few connections whose readings are counted.
func counted(t *testing.T, connections int32) (*database.DB, *readings) {
	t.Helper()
	r := &readings{}
	db, err := database.Open(t.Context(), database.Config{URL: dbtest.URL(t), MaxConns: connections, Tracer: r})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db, r
}

func TestAFloodReadsTheKeysOnce(t *testing.T) {
	t.Parallel()
	db, read := counted(t, 4)
	c := newClock()
	keys := open(t, db, c)
	f := &forger{keys: keys, clock: c, who: someone(), t: t}
	f.kid, f.private = privateKey(t, db)
	read.n.Store(0)
	good := sign(t, keys, f.who)
	flood := func(text func(int) string) {
		var all sync.WaitGroup
		for worker := range 20 {
			all.Go(func() {
				for i := range 50 {
					_, _ = keys.Verify(t.Context(), text(worker*50+i))
				}
			})
		}
		all.Wait()
	}
	unknown := func(i int) string { return f.headed(object{"kid": "made-up-" + time.Duration(i).String()}) }
	read.want(t, "signing", 0)
	flood(unknown)
	read.want(t, "1,000 unknown ids", 1)
	c.Add(2*time.Second - 1)
	flood(unknown)
	read.want(t, "a bit later", 0)
	c.Add(1)
	flood(unknown)
	read.want(t, "two seconds later", 1)
	c.Add(5*time.Second - 1)
	flood(func(int) string { return good })
	read.want(t, "good tokens", 0)
	c.Add(1)
	flood(func(int) string { return good })
	read.want(t, "good tokens, five seconds after the last reading", 1)
}

func TestReadingTheKeysIsNoStatementOfTheRequest(t *testing.T) {
	t.Parallel()
	db, read := counted(t, 2)
	c := newClock()
	keys := open(t, db, c)
	c.Add(time.Hour)
	read.n.Store(0)
	ctx, statements := database.CountStatements(t.Context())
	if _, _, err := keys.Sign(ctx, someone()); err != nil || statements.Count() != 0 {
		t.Errorf("%v, %v", err, statements.Texts())
	}
	read.want(t, "after an hour", 1)
}

// A request in a transaction has the only connection, which another one, whose
// turn it is to read the keys, waits for.
func TestSigningInATransactionWaitsForNobody(t *testing.T) {
	t.Parallel()
	db, read := counted(t, 1)
	c := newClock()
	waiting := make(chan struct{})
	// Once to see how old the keys are, and once in turn.
	keys := openWith(t, db, token.Options{Now: c.hooked(readsOfStart+2, func() { close(waiting) })})
	c.Add(time.Hour)
	read.n.Store(0)
	var other sync.WaitGroup
	err := db.InTx(t.Context(), func(ctx context.Context) error {
		if err := db.Handle(ctx).Exec("SELECT 1").Error; err != nil {
			return err
		}
		other.Go(func() { _, _ = keys.JWKS(t.Context()) })
		<-waiting
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, _, err := keys.Sign(ctx, someone())
		return err
	})
	if err != nil {
		t.Error(err)
	}
	other.Wait()
	read.want(t, "by both", 2)
}

// readsOfStart is how often Open reads the clock when it makes a key.
const readsOfStart = 3

// Others wait for what a request reads, so it reads on when its client is gone.
func TestKeysAreReadToTheEnd(t *testing.T) {
	t.Parallel()
	db, read := counted(t, 2)
	c := newClock()
	ctx, cancel := context.WithCancel(t.Context())
	keys := openWith(t, db, token.Options{Now: c.hooked(readsOfStart+2, cancel)})
	c.Add(time.Hour)
	read.n.Store(0)
	_, _ = keys.JWKS(ctx)
	if ctx.Err() == nil {
		t.Fatal("the request was not given up")
	}
	sign(t, keys, someone())
	read.want(t, "by the request that was given up", 1)
}

// Without a database, tokens are still verified, and signed for a minute.
func TestWithoutADatabase(t *testing.T) {
	t.Parallel()
	db, err := database.Open(t.Context(), database.Config{URL: dbtest.URL(t)})
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	keys := open(t, db, c)
	db.Close()
	c.Add(time.Minute)
	who := someone()
	text := sign(t, keys, who)
	c.Add(time.Second)
	wantGood(t, keys, text, who)
	_, _, err = keys.Sign(t.Context(), who)
	e := errs.As(err)
	if errs.CodeOf(err) != errs.CodeUnavailable || e.Message != "Nobody can sign in for the moment. Try again later." {
		t.Errorf("got %v", err)
	}
}

// A clock that goes behind that of the process that made the key is no obstacle.
func TestAClockThatGoesBehindTheFirstKey(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	open(t, db, c)
	c.Add(-20 * time.Second)
	keys, who := open(t, db, c), someone()
	wantGood(t, keys, sign(t, keys, who), who)
}

func TestOpenNeedsAnIssuerAndAnAudience(t *testing.T) {
	t.Parallel()
	for _, o := range []token.Options{{Issuer: issuer}, {Audience: audience}} {
		if _, err := token.Open(t.Context(), nil, o); err == nil || !strings.Contains(err.Error(), "issuer and an audience") {
			t.Errorf("got %v", err)
		}
	}
}

func TestAKeyThatIsDamagedIsNamed(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	open(t, db, c)
	damaged := list(t, db, c)[0].ID
	if err := db.Handle(t.Context()).Exec("UPDATE signing_key SET private_key = '\\x00'").Error; err != nil {
		t.Fatal(err)
	}
	wantOpenToSay(t, db, damaged+" cannot be read")
}

func TestAKeyUnderTheIDOfAnotherIsNamed(t *testing.T) {
	t.Parallel()
	db, c := dbtest.New(t), newClock()
	open(t, db, c)
	moved := list(t, db, c)[0].ID
	if err := db.Handle(t.Context()).Exec("UPDATE signing_key SET id = 'other'").Error; err != nil {
		t.Fatal(err)
	}
	wantOpenToSay(t, db, moved+" is stored under the id of another")
}

func wantOpenToSay(t *testing.T, db *database.DB, want string) {
	t.Helper()
	_, err := token.Open(t.Context(), db, token.Options{Issuer: issuer, Audience: audience})
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
