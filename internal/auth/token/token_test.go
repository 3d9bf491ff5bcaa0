package token_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	issuer   = "https://hub.example.org"
	audience = "https://hub.example.org/graphql"
)

// clock is a time that stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func open(t testing.TB, db *database.DB, c *clock) *token.Keys {
	t.Helper()
	return openWith(t, db, token.Options{Now: c.Now})
}

func openWith(t testing.TB, db *database.DB, o token.Options) *token.Keys {
	t.Helper()
	o.Issuer, o.Audience = issuer, audience
	keys, err := token.Open(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func someone() token.Claims {
	return token.Claims{User: id.New[id.User](), Session: id.New[id.Session]()}
}

func sign(t testing.TB, keys *token.Keys, c token.Claims) string {
	t.Helper()
	text, _, err := keys.Sign(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func wantGood(t *testing.T, keys *token.Keys, text string, want token.Claims) {
	t.Helper()
	got, err := keys.Verify(t.Context(), text)
	if err != nil {
		t.Errorf("a good token is refused: %v", err)
	} else if want.Expires = got.Expires; got != want || got.Expires.IsZero() {
		t.Errorf("the token says %+v, want %+v", got, want)
	}
}

func wantRefused(t *testing.T, keys *token.Keys, text string) {
	t.Helper()
	if got, err := keys.Verify(t.Context(), text); errs.CodeOf(err) != errs.CodeUnauthenticated || got != (token.Claims{}) {
		t.Errorf("got %+v, %v, want UNAUTHENTICATED", got, err)
	}
}

// decoded returns the JSON of a segment of a token.
func decoded(t testing.TB, text string, segment int) map[string]any {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[segment])
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

func keyID(t testing.TB, text string) string {
	t.Helper()
	kid, _ := decoded(t, text, 0)["kid"].(string)
	return kid
}

func TestATokenSaysWhoSignedIn(t *testing.T) {
	t.Parallel()
	c := newClock()
	c.Add(300 * time.Millisecond)
	keys := open(t, dbtest.New(t), c)
	want := someone()
	text, expires, err := keys.Sign(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	begin := c.Now().Truncate(time.Second)
	if !expires.Equal(begin.Add(5 * time.Minute)) {
		t.Errorf("expires at %v", expires)
	}
	wantGood(t, keys, text, want)
	claims := decoded(t, text, 1)
	if jti, _ := claims["jti"].(string); !regexp.MustCompile(`^\w{26}$`).MatchString(jti) {
		t.Errorf("jti is %v", claims["jti"])
	}
	delete(claims, "jti")
	diff := cmp.Diff(map[string]any{
		"iss": issuer, "aud": audience,
		"sub": "us_" + want.User.String(), "sid": "se_" + want.Session.String(),
		"iat": float64(begin.Unix()), "exp": float64(begin.Unix() + 300),
	}, claims)
	if diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	head := decoded(t, text, 0)
	delete(head, "kid")
	if diff := cmp.Diff(map[string]any{"alg": "EdDSA", "typ": "at+jwt"}, head); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if again := sign(t, keys, want); again == text {
		t.Error("two tokens are the same")
	}
}

func TestATokenIsGoodForFiveMinutes(t *testing.T) {
	t.Parallel()
	c := newClock()
	keys := open(t, dbtest.New(t), c)
	who := someone()
	text := sign(t, keys, who)
	c.Add(5*time.Minute - time.Nanosecond)
	wantGood(t, keys, text, who)
	c.Add(time.Nanosecond)
	wantRefused(t, keys, text)
}

// What another version of the server might write, or one whose clock goes a bit
// ahead, is as good.
func TestGoodTokensOfOthers(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	now := f.clock.Now().Unix()
	for name, text := range map[string]string{
		"as we write them":             f.with(nil),
		"a claim more":                 f.with(object{"scope": []string{"x"}}),
		"issued 30 seconds ahead":      f.with(object{"iat": now + 30, "exp": now + 330}),
		"the last second":              f.with(object{"iat": now - 299, "exp": now + 1}),
		"a short life":                 f.with(object{"exp": now + 1}),
		"members in another order":     f.signed(`{"kid":"`+f.kid+`","alg":"EdDSA","typ":"at+jwt"}`, f.payload(nil)),
		"just short enough to look at": f.with(object{"more": strings.Repeat("x", 2500)}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantGood(t, f.keys, text, f.who)
		})
	}
}

type object map[string]any

// forger makes tokens that are right but for what a test changes. It has the
// private key, so that nothing but the change can be why one is refused.
type forger struct {
	keys    *token.Keys
	db      *database.DB
	clock   *clock
	kid     string
	private ed25519.PrivateKey
	who     token.Claims
	t       testing.TB
}

func newForger(t testing.TB) *forger {
	t.Helper()
	f := &forger{db: dbtest.New(t), clock: newClock(), who: someone(), t: t}
	f.keys = open(t, f.db, f.clock)
	f.kid, f.private = privateKey(t, f.db)
	return f
}

// privateKey reads the youngest key of a database.
func privateKey(t testing.TB, db *database.DB) (string, ed25519.PrivateKey) {
	t.Helper()
	var stored struct {
		ID         string
		PrivateKey []byte
	}
	err := db.Handle(t.Context()).Raw("SELECT id, private_key FROM signing_key ORDER BY signs_from DESC LIMIT 1").Scan(&stored).Error
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(stored.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	private, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		t.Fatalf("the key is a %T", parsed)
	}
	return stored.ID, private
}

// header returns the JSON of a good header with changes; nil removes a member.
func (f *forger) header(changes object) string {
	return f.json(object{"typ": "at+jwt", "alg": "EdDSA", "kid": f.kid}, changes)
}

// payload returns the JSON of good claims with changes; nil removes one.
func (f *forger) payload(changes object) string {
	now := f.clock.Now().Unix()
	return f.json(object{
		"iss": issuer, "aud": audience, "iat": now, "exp": now + 300, "jti": "J-1",
		"sub": "us_" + f.who.User.String(), "sid": "se_" + f.who.Session.String(),
	}, changes)
}

func (f *forger) json(base, changes object) string {
	maps.Copy(base, changes)
	maps.DeleteFunc(base, func(_ string, v any) bool { return v == nil })
	data, err := json.Marshal(base)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(data)
}

// raw is base64url without padding.
func raw[T ~string | ~[]byte](data T) string {
	return base64.RawURLEncoding.EncodeToString([]byte(data))
}

// signed signs a header and a payload as they are.
func (f *forger) signed(header, payload string) string {
	input := raw(header) + "." + raw(payload)
	return input + "." + raw(ed25519.Sign(f.private, []byte(input)))
}

// with returns a token whose claims are changed.
func (f *forger) with(claims object) string { return f.signed(f.header(nil), f.payload(claims)) }

// headed returns a token whose header is changed.
func (f *forger) headed(changes object) string { return f.signed(f.header(changes), f.payload(nil)) }
