package config

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoadNamesBadVariables(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, value, want string }{
		{"NEXUS_ENV", "staging", `NEXUS_ENV: "staging" is not allowed; allowed: development, production`},
		{"NEXUS_LOG_FORMAT", "xml", `NEXUS_LOG_FORMAT: "xml" is not allowed; allowed: text, json`},
		{"NEXUS_LOG_LEVEL", "loud", `NEXUS_LOG_LEVEL: "loud" is not allowed; allowed: debug, info, warn, error`},
		{"NEXUS_HTTP_ADDR", "8080", `NEXUS_HTTP_ADDR: "8080" is not allowed; allowed: host:port`},
		{"NEXUS_HTTP_ADDR", "localhost:99999", `NEXUS_HTTP_ADDR: "localhost:99999" is not allowed`},
		{"NEXUS_REQUEST_TIMEOUT", "30", `NEXUS_REQUEST_TIMEOUT: "30" is not allowed; allowed: a positive duration`},
		{"NEXUS_SHUTDOWN_TIMEOUT", "0s", `NEXUS_SHUTDOWN_TIMEOUT: "0s" is not allowed`},
		{"NEXUS_OPERATION_TIMEOUT", "-1s", `NEXUS_OPERATION_TIMEOUT: "-1s" is not allowed`},
		{"NEXUS_DATABASE_MAX_CONNS", "many", `NEXUS_DATABASE_MAX_CONNS: "many" is not allowed; allowed: a whole number from 1 to 1000`},
		{"NEXUS_DATABASE_MAX_CONNS", "0", `NEXUS_DATABASE_MAX_CONNS: "0" is not allowed`},
		{"NEXUS_DATABASE_URL", "mysql://root:hush@db/nexus", `NEXUS_DATABASE_URL: the value is not allowed; allowed: postgres://`},
		{"NEXUS_REDIS_URL", "http://hush@redis", `NEXUS_REDIS_URL: the value is not allowed; allowed: redis://`},
		{"NEXUS_SMTP_URL", "hush.example.org:25", `NEXUS_SMTP_URL: the value is not allowed; allowed: smtp://`},
		{"NEXUS_SAMPLE_PASSWORD", "hush", `NEXUS_SAMPLE_PASSWORD: the value is not allowed; allowed: 12 to 1000 characters`},
		{"NEXUS_INTROSPECTION", "friends", `NEXUS_INTROSPECTION: "friends" is not allowed; allowed: everybody, users, admins, nobody`},
		{"NEXUS_RATE_LIMIT", "false", `NEXUS_RATE_LIMIT: "false" is not allowed; allowed: on, off`},
		{"NEXUS_MAX_DEPTH", "99999999999999999999", `NEXUS_MAX_DEPTH: "99999999999999999999" is not allowed`},
		{"NEXUS_SIGNING_KEY_FILE", "testdata/absent.pem", `NEXUS_SIGNING_KEY_FILE: "testdata/absent.pem" is not allowed; allowed: a PEM file`},
	}
	for _, name := range []string{
		"NEXUS_RATE_LIMIT_VISITOR", "NEXUS_RATE_LIMIT_USER", "NEXUS_MAX_BODY", "NEXUS_MAX_TOKENS", "NEXUS_MAX_DEPTH", "NEXUS_MAX_ALIASES",
		"NEXUS_MAX_ROOT_FIELDS", "NEXUS_MAX_DIRECTIVES", "NEXUS_MAX_SELECTIONS", "NEXUS_MAX_COST",
	} {
		tests = append(tests, struct{ name, value, want string }{name, "0", name + `: "0" is not allowed; allowed: a whole number from 1`})
	}
	for _, test := range tests {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			t.Parallel()
			_, err := load([]string{test.name + "=" + test.value}, noFile)
			if err == nil {
				t.Fatal("the value was accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not say %q", err, test.want)
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("error %q tells the secret", err)
			}
		})
	}
}

func TestLoadNamesAllBadVariablesAtOnce(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string][]string{
		"by their type":  {"NEXUS_ENV=staging", "NEXUS_LOG_LEVEL=loud"},
		"by their value": {"NEXUS_PUBLIC_URL=nexus", "NEXUS_MAX_COST=0", "NEXUS_REDIS_URL=hush"},
		"by both":        {"NEXUS_LOG_LEVEL=loud", "NEXUS_MAX_COST=0", "NEXUS_MAX_DEPTH=deep", "NEXUS_SMTP_URL=hush"},
		"in production":  {"NEXUS_MAX_COST=0", "NEXUS_PUBLIC_URL=", "NEXUS_SAMPLE_PASSWORD=hush hush hush", "NEXUS_ENV=production"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(bad, noFile)
			if err == nil {
				t.Fatal("the values were accepted")
			}
			for _, variable := range bad {
				if name, _, _ := strings.Cut(variable, "="); !strings.Contains(err.Error(), name) {
					t.Errorf("error %v does not name %s", err, name)
				}
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("error %q tells a secret", err)
			}
		})
	}
}

// A value of each variable is good when every claim of its tag allowed is true.
func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ good, bad []string }{
		"NEXUS_PUBLIC_URL": {
			good: []string{"http://localhost:8080", "https://nexus.example.org", "https://example.org/nexus/", "http://[::1]:8080"},
			bad: []string{
				"nexus.example.org", "//nexus.example.org", "/nexus", "ftp://example.org", "https://", "https://:443", "https://user@example.org",
				"https://example.org?", "https://example.org/#top", "https://example.org:99999", "mailto:nexus@example.org",
			},
		},
		"NEXUS_ALLOWED_ORIGINS": {
			good: []string{"https://app.example.org", "http://localhost:3000", "https://a.example.org,https://b.example.org", "http://[::1]:3000", "https://xn--bcher-kva.example"},
			bad: []string{
				"*", "null", "https://*.example.org", "app.example.org", "https://app.example.org/", "https://App.example.org", "HTTPS://app.example.org",
				"https://app.example.org:443", "http://app.example.org:80", "https://app.example.org:", "https://user@app.example.org", "https://bücher.example",
				"https://app.example.org,", "https://a.example.org https://b.example.org", "file://", "https://app.example.org?x",
			},
		},
		"NEXUS_TRUSTED_PROXIES": {
			good: []string{"10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8,192.168.1.1"},
			bad:  []string{"proxy", "10.0.0.0/33", "10.0.0", "10.0.0.1:80", "fe80::1%eth0", "10.0.0.1,", "*"},
		},
		"NEXUS_REDIS_URL": {
			good: []string{"redis://localhost", "redis://:secret@redis:6379/0", "rediss://redis.example.org:6380/15"},
			bad:  []string{"redis:6379", "redis://", "redis://redis/first", "redis://redis/-1", "redis://redis:70000", "unix:///run/redis.sock"},
		},
		"NEXUS_SMTP_URL": {
			good: []string{"smtp://localhost:1025", "smtp://user:secret@mail.example.org:587", "smtps://mail.example.org"},
			bad:  []string{"mail.example.org", "smtp://", "smtp://:25", "http://mail.example.org"},
		},
		"NEXUS_MAIL_FROM": {
			good: []string{"nexus@example.org", "Nexus <nexus@example.org>"},
			bad:  []string{"nexus", "Nexus", "a@example.org, b@example.org", "Nexus <nexus@example.org>\r\nBcc: x@example.org"},
		},
		"NEXUS_SAMPLE_PASSWORD": {
			good: []string{"twelve chars", "zwölf Zeiche", strings.Repeat("x", 1000)},
			bad:  []string{"eleven char", strings.Repeat("x", 1001)},
		},
		"NEXUS_RATE_LIMIT":    {good: []string{"on", "off"}, bad: []string{"On", "0"}},
		"NEXUS_INTROSPECTION": {good: []string{"everybody", "users", "admins", "nobody"}, bad: []string{"all"}},
	}
	for name, test := range tests {
		for _, value := range test.good {
			if _, err := load([]string{name + "=" + value}, noFile); err != nil {
				t.Errorf("%s=%s: %v", name, value, err)
			}
		}
		for _, value := range test.bad {
			if _, err := load([]string{name + "=" + value}, noFile); err == nil {
				t.Errorf("%s=%s was accepted", name, value)
			}
		}
	}
}

func TestSigningKeyFiles(t *testing.T) {
	t.Parallel()
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der := func(bytes []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return bytes
	}
	tests := map[string]struct {
		kind  string
		bytes []byte
		good  bool
	}{
		"Ed25519":             {"PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(edwards)), true},
		"P-256":               {"PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(p256)), true},
		"P-256 in its format": {"EC PRIVATE KEY", der(x509.MarshalECPrivateKey(p256)), true},
		"P-384":               {"PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(p384)), false},
		"P-384 in its format": {"EC PRIVATE KEY", der(x509.MarshalECPrivateKey(p384)), false},
		"RSA":                 {"PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(rsaKey)), false},
		"a public key":        {"PUBLIC KEY", der(x509.MarshalPKIXPublicKey(edwards.Public())), false},
		"no key":              {"PRIVATE KEY", []byte("hello"), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "key.pem")
			if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: test.kind, Bytes: test.bytes}), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := load([]string{"NEXUS_SIGNING_KEY_FILE=" + path}, noFile); (err == nil) != test.good {
				t.Errorf("got %v", err)
			}
		})
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 1, 1}}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der(x509.MarshalECPrivateKey(p256))})...)
	path := filepath.Join(t.TempDir(), "both.pem")
	if err := os.WriteFile(path, both, 0o600); err != nil || !isSigningKeyFile(path) {
		t.Errorf("a key behind its parameters was refused (%v)", err)
	}
	if isSigningKeyFile("check_test.go") {
		t.Error("a file without PEM was accepted")
	}
}

func TestThePublicURLFollowsTheAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80", "[::]:80": "http://localhost:80",
		"127.0.0.1:8080": "http://127.0.0.1:8080", "nexus.example.org:80": "http://nexus.example.org:80",
	} {
		if got := (Config{HTTPAddr: address}).WithDefaults().PublicURL; got != want {
			t.Errorf("listening at %s gives %s, want %s", address, got, want)
		}
	}
}

func TestTrustedNetworks(t *testing.T) {
	t.Parallel()
	got := Config{TrustedProxies: []string{"10.1.2.3/8", "127.0.0.1", "::ffff:192.0.2.1", "fd00::1"}}.TrustedNetworks()
	var want []netip.Prefix
	for _, network := range []string{"10.0.0.0/8", "127.0.0.1/32", "192.0.2.1/32", "fd00::1/128"} {
		want = append(want, netip.MustParsePrefix(network))
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
