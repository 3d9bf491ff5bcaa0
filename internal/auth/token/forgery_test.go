package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
)

// answer is what a client sees of an error.
func answer(t *testing.T, err error) errs.Error {
	t.Helper()
	e := errs.As(err)
	if e == nil {
		t.Fatalf("got %v, want an error for clients", err)
	}
	return errs.Error{Code: e.Code, Message: e.Message, Path: e.Path, RetryAfter: e.RetryAfter}
}

func TestForgedTokensAreRefusedAllAlike(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	t.Cleanup(server.Close)
	f := newForger(t)
	// It changes the key, so it goes before what the new key signs.
	tokens := f.foreignKeys(t)
	wantGood(t, f.keys, f.with(nil), f.who)
	for _, forged := range []map[string]string{
		f.algorithms(), f.keyIDs(), f.headers(server.URL), f.times(), f.claims(), f.forms(), f.signatures(),
	} {
		maps.Copy(tokens, forged)
	}
	if len(tokens) < 40 {
		t.Errorf("only %d forgeries", len(tokens))
	}
	t.Logf("%d forgeries", len(tokens))
	_, err := f.keys.Verify(t.Context(), "")
	want := answer(t, err)
	if want.Code != errs.CodeUnauthenticated || want.Message != "The access token is not valid. Renew the session, or sign in." {
		t.Errorf("the answer is %+v", want)
	}
	for name, text := range tokens {
		claims, err := f.keys.Verify(t.Context(), text)
		if claims != (token.Claims{}) || err == nil {
			t.Errorf("%s: accepted as %+v", name, claims)
			continue
		}
		if diff := cmp.Diff(want, answer(t, err), cmp.AllowUnexported(errs.Error{})); diff != "" {
			t.Errorf("%s: another answer (-want +got):\n%s", name, diff)
		}
		for segment := range strings.SplitSeq(text, ".") {
			if len(segment) > 20 && strings.Contains(err.Error(), segment) {
				t.Errorf("%s: the log shows the token: %v", name, err)
			}
		}
	}
	wantGood(t, f.keys, f.with(nil), f.who)
	if calls.Load() != 0 {
		t.Errorf("%d calls went out", calls.Load())
	}
}

// hmacSigned signs with a secret.
func (f *forger) hmacSigned(algorithm string, secret []byte) string {
	input := raw(f.header(object{"alg": algorithm})) + "." + raw(f.payload(nil))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return input + "." + raw(mac.Sum(nil))
}

// jwk returns the public key as it is published.
func (f *forger) jwk() []byte {
	f.t.Helper()
	var set struct{ Keys []json.RawMessage }
	data, err := f.keys.JWKS(f.t.Context())
	if err == nil {
		err = json.Unmarshal(data, &set)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return set.Keys[0]
}

func (f *forger) algorithms() map[string]string {
	public, ok := f.private.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if !ok || err != nil {
		f.t.Fatal(err)
	}
	unsigned := func(algorithm string) string {
		return raw(f.header(object{"alg": algorithm})) + "." + raw(f.payload(nil)) + "."
	}
	return map[string]string{
		"none":                                 unsigned("none"),
		"None":                                 unsigned("None"),
		"nOnE":                                 unsigned("nOnE"),
		"NONE with a signature":                f.headed(object{"alg": "NONE"}),
		"none without a kid":                   raw(f.header(object{"alg": "none", "kid": nil})) + "." + raw(f.payload(nil)) + ".",
		"HS256 with the raw public key":        f.hmacSigned("HS256", public),
		"HS256 with the PEM of the public key": f.hmacSigned("HS256", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HS256 with the JWK of the public key": f.hmacSigned("HS256", f.jwk()),
		"HS256 with an empty secret":           f.hmacSigned("HS256", nil),
		"EdDSA that is an HMAC":                f.hmacSigned("EdDSA", public),
		"RS256 by a key of RSA":                f.rsaSigned(),
		"ES256 by a key of P-256":              f.ecdsaSigned(),
		"ES256 of the right key":               f.headed(object{"alg": "ES256"}),
		"eddsa":                                f.headed(object{"alg": "eddsa"}),
		"Ed25519":                              f.headed(object{"alg": "Ed25519"}),
		"no alg":                               f.headed(object{"alg": nil}),
		"alg is empty":                         f.headed(object{"alg": ""}),
		"alg is a list":                        f.headed(object{"alg": []string{"EdDSA"}}),
	}
}

func (f *forger) rsaSigned() string {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.t.Fatal(err)
	}
	input := raw(f.header(object{"alg": "RS256"})) + "." + raw(f.payload(nil))
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:])
	if err != nil {
		f.t.Fatal(err)
	}
	return input + "." + raw(signature)
}

func (f *forger) ecdsaSigned() string {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	input := raw(f.header(object{"alg": "ES256"})) + "." + raw(f.payload(nil))
	sum := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private, sum[:])
	if err != nil {
		f.t.Fatal(err)
	}
	return input + "." + raw(s.FillBytes(r.FillBytes(make([]byte, 64))[:64]))
}

func (f *forger) keyIDs() map[string]string {
	tokens := map[string]string{}
	for name, kid := range map[string]any{
		"missing": nil, "empty": "", "unknown": "key-1", "a number": 1, "a list": []string{f.kid},
		"a path": "../../etc/passwd", "a path to nothing": "../../../../dev/null", "a path and NUL": "/dev/null\x00" + f.kid,
		"SQL": "x' UNION SELECT 'a' --", "SQL that is true": f.kid + "' OR '1'='1", "an address": "https://127.0.0.1/key",
		"in capitals": strings.ToUpper(f.kid), "with a space": f.kid + " ", "of 1 MB": strings.Repeat("k", 1<<20), "of 2 KB": strings.Repeat("k", 2000),
	} {
		tokens["kid: "+name] = f.headed(object{"kid": kid})
	}
	return tokens
}

// headers carry keys and addresses of keys of an attacker, whose signature fits
// them, or demand what we do not do.
func (f *forger) headers(address string) map[string]string {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	own := object{"kty": "OKP", "crv": "Ed25519", "x": raw(public), "kid": f.kid}
	tokens := map[string]string{}
	for name, change := range map[string]object{
		"jku": {"jku": address + "/jwks.json"}, "jku alone": {"jku": address + "/jwks.json", "kid": nil}, "jwk": {"jwk": own},
		"x5u": {"x5u": address + "/chain.pem"}, "x5c": {"x5c": []string{"MIIB"}}, "x5t": {"x5t": "AAAA"}, "x5t#S256": {"x5t#S256": "AAAA"},
		"crit": {"crit": []string{"exp"}}, "crit, empty": {"crit": []string{}}, "b64": {"b64": true}, "b64 and crit": {"b64": false, "crit": []string{"b64"}},
		"zip": {"zip": "DEF"}, "cty": {"cty": "JWT"}, "enc": {"enc": "A256GCM"}, "epk": {"epk": own}, "a name of nobody": {"x": 1},
		"no typ": {"typ": nil}, "typ JWT": {"typ": "JWT"}, "typ of a refresh token": {"typ": "rt+jwt"}, "typ in capitals": {"typ": "AT+JWT"},
		"typ with a prefix": {"typ": "application/at+jwt"}, "typ a list": {"typ": []string{"at+jwt"}},
	} {
		tokens["header: "+name] = f.headed(change)
		input := raw(f.header(change)) + "." + raw(f.payload(nil))
		tokens["header, signed by another: "+name] = input + "." + raw(ed25519.Sign(private, []byte(input)))
	}
	return tokens
}

func (f *forger) times() map[string]string {
	now := f.clock.Now().Unix()
	number := func(text string) json.Number { return json.Number(text) }
	tokens := map[string]string{}
	for name, change := range map[string]object{
		"no exp": {"exp": nil}, "exp in the past": {"iat": now - 301, "exp": now - 1}, "exp now": {"iat": now - 300, "exp": now},
		"exp a string": {"exp": fmt.Sprint(now + 300)}, "exp 1e400": {"exp": number("1e400")}, "exp 1e10": {"exp": number("1e10")},
		"exp negative": {"exp": -1}, "exp with a fraction": {"exp": float64(now) + 299.5}, "exp true": {"exp": true},
		"exp a list": {"exp": []int64{now + 300}}, "exp of 64 bits": {"exp": number("9223372036854775807")},
		"exp of 65 bits": {"exp": number("18446744073709551616")}, "no iat": {"iat": nil}, "iat a string": {"iat": fmt.Sprint(now)},
		"iat 31 seconds ahead": {"iat": now + 31, "exp": now + 300}, "iat negative": {"iat": -1, "exp": now + 100}, "iat 0": {"iat": 0},
		"iat so early that the life overflows": {"iat": number("-9223372036854775808"), "exp": now + 100},
		"a second too much":                    {"exp": now + 301}, "a year": {"exp": now + 365*24*3600}, "exp before iat": {"iat": now + 20, "exp": now + 10},
	} {
		tokens["times: "+name] = f.with(change)
	}
	return tokens
}

func (f *forger) claims() map[string]string {
	tokens := map[string]string{}
	user, session := f.who.User.String(), f.who.Session.String()
	for name, change := range map[string]object{
		"no iss": {"iss": nil}, "another iss": {"iss": "https://evil.example.org"}, "iss with a slash": {"iss": issuer + "/"},
		"iss a list": {"iss": []string{issuer}}, "ISS": {"iss": nil, "ISS": issuer},
		"no aud": {"aud": nil}, "another aud": {"aud": "https://other.example.org"}, "aud is the issuer": {"aud": issuer},
		"aud a list": {"aud": []string{audience}}, "aud of two": {"aud": []string{audience, "x"}}, "aud an empty list": {"aud": []string{}},
		"no sub": {"sub": nil}, "sub empty": {"sub": ""}, "sub a bare UUID": {"sub": user}, "sub of another type": {"sub": "se_" + user},
		"sub in capitals": {"sub": "us_" + strings.ToUpper(uuid.Max.String())}, "sub a handle": {"sub": "admin"}, "sub with a space": {"sub": " us_" + user},
		"sub a number": {"sub": 1}, "no sid": {"sid": nil}, "sid empty": {"sid": ""}, "sid of another type": {"sid": "us_" + session},
		"sid a bare UUID": {"sid": session}, "sid null": {"sid": json.RawMessage("null")},
		"no jti": {"jti": nil}, "jti empty": {"jti": ""}, "jti a number": {"jti": 7},
	} {
		tokens["claims: "+name] = f.with(change)
	}
	return tokens
}

func (f *forger) forms() map[string]string {
	head, body, good := f.header(nil), f.payload(nil), f.with(nil)
	parts := strings.Split(good, ".")
	tokens := map[string]string{
		"empty": "", "a dot": ".", "two dots": "..", "a space": " ", "spaces around": " " + good + " ", "a line end": good + "\n",
		"the scheme before": "Bearer " + good, "two segments": parts[0] + "." + parts[1], "four segments": good + ".", "five segments, a JWE": good + "." + parts[1] + "." + parts[2],
		"JSON, flattened":     `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"JSON, general":       `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"}]}`,
		"a refresh token":     "nxr_" + strings.Repeat("A7", 21) + "z",
		"an access token":     "nxp_" + strings.Repeat("A7", 21) + "z",
		"1 MB of letters":     strings.Repeat("A", 1<<20),
		"1 MB of dots":        strings.Repeat(".", 1<<20),
		"1 MB, well signed":   f.with(object{"more": strings.Repeat("x", 1<<20)}),
		"4097 bytes":          good + strings.Repeat("A", 4097-len(good)),
		"5 KB, well signed":   f.with(object{"more": strings.Repeat("x", 3500)}),
		"padding":             parts[0] + "." + parts[1] + "." + parts[2] + "==",
		"a line break inside": parts[0] + "." + parts[1] + "." + parts[2][:40] + "\n" + parts[2][40:],
		"a NUL":               good[:30] + "\x00" + good[30:],
		"invalid UTF-8":       good[:30] + "\xff" + good[30:],
		"trailing bits":       good[:len(good)-1] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[strings.IndexByte("AQgw", good[len(good)-1])*16+1]),
		"of 4 KB of commas":   strings.Repeat(",", 4096),
	}
	for name, text := range map[string][2]string{
		"header a list":          {"[" + head + "]", body},
		"header null":            {"null", body},
		"header empty":           {"", body},
		"header cut":             {head[:len(head)-1], body},
		"header and more":        {head + "{}", body},
		"header with alg twice":  {`{"alg":"none",` + head[1:], body},
		"payload a list":         {head, "[" + body + "]"},
		"payload null":           {head, "null"},
		"payload empty":          {head, ""},
		"payload a string":       {head, `"x"`},
		"payload and more":       {head, body + " {}"},
		"payload with exp twice": {head, strings.Replace(body, `"exp":`, `"exp":9999999999,"exp":`, 1)},
		"payload with sub twice": {head, strings.Replace(body, `"sub":`, `"\u0073ub":"us_`+uuid.NewString()+`","sub":`, 1)},
		"payload cut":            {head, body[:len(body)-1]},
		"payload with a comma":   {head, body[:len(body)-1] + ",}"},
	} {
		tokens["form: "+name] = f.signed(text[0], text[1])
	}
	return tokens
}

func (f *forger) signatures() map[string]string {
	good := f.with(nil)
	parts := strings.Split(good, ".")
	head, other := parts[0]+".", strings.Split(f.with(object{"jti": "J-2"}), ".")
	flip := func(i int) string {
		signature := ed25519.Sign(f.private, []byte(parts[0]+"."+parts[1]))
		signature[i] ^= 1
		return head + parts[1] + "." + raw(signature)
	}
	return map[string]string{
		"signature missing":          head + parts[1] + ".",
		"signature cut":              good[:len(good)-2],
		"signature of 63 bytes":      head + parts[1] + "." + raw(ed25519.Sign(f.private, []byte(parts[0]+"."+parts[1]))[:63]),
		"signature of zeros":         head + parts[1] + "." + raw(make([]byte, 64)),
		"signature, first bit":       flip(0),
		"signature, a bit inside":    flip(40),
		"signature, last byte":       flip(63),
		"signature of another token": head + parts[1] + "." + other[2],
		"payload of another token":   head + other[1] + "." + parts[2],
		"payload changed":            head + raw(strings.Replace(f.payload(nil), f.who.User.String(), uuid.NewString(), 1)) + "." + parts[2],
		"header changed":             raw(f.header(nil)+" ") + "." + parts[1] + "." + parts[2],
		"signature of the payload":   head + parts[1] + "." + raw(ed25519.Sign(f.private, []byte(f.payload(nil)))),
	}
}

// foreignKeys signs with keys that look like ours and are not: one that was
// removed, and one that waits in another database.
func (f *forger) foreignKeys(t *testing.T) map[string]string {
	t.Helper()
	removed := &forger{keys: f.keys, clock: f.clock, kid: f.kid, private: f.private, who: f.who, t: f.t}
	if _, err := token.Rotate(t.Context(), f.db, token.RotateOptions{Replace: true, Now: f.clock.Now}); err != nil {
		t.Fatal(err)
	}
	f.keys = open(t, f.db, f.clock)
	f.kid, f.private = privateKey(t, f.db)
	elsewhere := newForger(t)
	if _, err := token.Rotate(t.Context(), elsewhere.db, token.RotateOptions{SignsAfter: time.Hour, Now: f.clock.Now}); err != nil {
		t.Fatal(err)
	}
	signing := elsewhere.with(nil)
	elsewhere.kid, elsewhere.private = privateKey(t, elsewhere.db)
	waiting := elsewhere.with(nil)
	elsewhere.kid = f.kid
	return map[string]string{
		"by a removed key":                      removed.with(nil),
		"by the key of another database":        signing,
		"by a waiting key of another database":  waiting,
		"by another key under the id of ours":   elsewhere.with(nil),
		"by our key under the id of a removed":  f.headed(object{"kid": removed.kid}),
		"by another database, with our session": sign(t, open(t, dbtest.New(t), f.clock), f.who),
	}
}
