package token_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth/token"
)

// block is a block of a PEM file.
func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t testing.TB, private any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func sec1(t testing.TB, private *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return block("EC PRIVATE KEY", der)
}

func curve(t testing.TB, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func keyFile(t testing.TB, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// fixedSeed is the key of the example in RFC 8037, A.1, whose thumbprint A.3 tells.
func fixedSeed() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte{
		0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
		0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
	})
}

func TestAKeyFileIsTheOneKey(t *testing.T) {
	t.Parallel()
	p256 := curve(t, elliptic.P256())
	parameters := block("EC PARAMETERS", []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7})
	for name, c := range map[string]struct{ content, algorithm string }{
		"Ed25519":                        {pkcs8(t, fixedSeed()), "EdDSA"},
		"P-256, PKCS #8":                 {pkcs8(t, p256), "ES256"},
		"P-256, SEC 1":                   {sec1(t, p256), "ES256"},
		"P-256, SEC 1, after parameters": {parameters + sec1(t, p256), "ES256"},
		"text around":                    {"a key\n" + pkcs8(t, fixedSeed()) + "end\n", "EdDSA"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			o := token.Options{PEMFile: keyFile(t, c.content, 0o400), Now: clock.Now}
			a, b, who := openWith(t, nil, o), openWith(t, nil, o), someone()
			text := sign(t, a, who)
			wantGood(t, b, text, who)
			head, keys := decoded(t, text, 0), published(t, a)
			if len(keys) != 1 || head["alg"] != c.algorithm || keys[0]["alg"] != c.algorithm || keys[0]["kid"] != head["kid"] || keys[0]["d"] != "" {
				t.Errorf("header %v, published %v", head, keys)
			}
			if c.algorithm == "EdDSA" && head["kid"] != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
				t.Errorf("the kid is %v, not that of RFC 8037", head["kid"])
			}
			f := newForger(t)
			wantRefused(t, a, f.with(nil))
			wantRefused(t, f.keys, text)
		})
	}
}

func TestForgedTokensOfP256(t *testing.T) {
	t.Parallel()
	private := curve(t, elliptic.P256())
	c := newClock()
	keys, who := openWith(t, nil, token.Options{PEMFile: keyFile(t, sec1(t, private), 0o400), Now: c.Now}), someone()
	good := sign(t, keys, who)
	f := &forger{keys: keys, clock: c, kid: keyID(t, good), who: who, t: t}
	input := raw(f.header(object{"alg": "ES256"})) + "." + raw(f.payload(nil))
	sum := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		t.Fatal(err)
	}
	pair := func(r, s *big.Int) string {
		return input + "." + raw(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	}
	order := elliptic.P256().Params().N
	wantGood(t, keys, pair(r, s), who)
	for name, text := range map[string]string{
		"of zeros": pair(new(big.Int), new(big.Int)), "of the order": pair(order, order), "r is 0": pair(new(big.Int), s), "s is 0": pair(r, new(big.Int)),
		"of ones": pair(big.NewInt(1), big.NewInt(1)), "swapped": pair(s, r), "in DER": input + "." + raw(der), "empty": input + ".",
		"a byte more": pair(r, s) + "AA", "a byte less": pair(r, s)[:len(pair(r, s))-2],
		"HS256":  f.hmacSigned("HS256", []byte(pkcs8(t, private))),
		"EdDSA":  (&forger{clock: c, kid: f.kid, who: who, t: t, private: fixedSeed()}).with(nil),
		"none":   raw(f.header(object{"alg": "none"})) + "." + raw(f.payload(nil)) + ".",
		"ES384":  raw(f.header(object{"alg": "ES384"})) + "." + strings.SplitN(pair(r, s), ".", 2)[1],
		"by RSA": f.rsaSigned(), "by another": f.ecdsaSigned(),
	} {
		if _, err := keys.Verify(t.Context(), text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestBadKeyFiles(t *testing.T) {
	t.Parallel()
	good := pkcs8(t, fixedSeed())
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(fixedSeed().Public())
	if err != nil {
		t.Fatal(err)
	}
	inProc := strings.Replace(block("EC PRIVATE KEY", []byte{1, 2, 3}), "-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1)
	for name, c := range map[string]struct {
		path, want string
	}{
		"absent":               {filepath.Join(t.TempDir(), "nothing.pem"), "no such file"},
		"a folder":             {t.TempDir(), "is no file"},
		"empty":                {keyFile(t, "", 0o400), "is no PEM file with a private key"},
		"no PEM":               {keyFile(t, "secret", 0o400), "is no PEM file with a private key"},
		"too big":              {keyFile(t, good+strings.Repeat("x", 1<<17), 0o400), "too big"},
		"a public key":         {keyFile(t, block("PUBLIC KEY", public), 0o400), "no private key, only PUBLIC KEY"},
		"RSA, PKCS #8":         {keyFile(t, pkcs8(t, rsaKey), 0o400), "wanted one for Ed25519 or P-256"},
		"RSA, PKCS #1":         {keyFile(t, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), 0o400), "the key is for RSA; wanted one for Ed25519 or P-256"},
		"P-384":                {keyFile(t, sec1(t, curve(t, elliptic.P384())), 0o400), "the key is for the curve P-384"},
		"P-521, PKCS #8":       {keyFile(t, pkcs8(t, curve(t, elliptic.P521())), 0o400), "the key is for the curve P-521"},
		"of OpenSSH":           {keyFile(t, block("OPENSSH PRIVATE KEY", []byte("x")), 0o400), "wanted PKCS #8"},
		"encrypted, PKCS #8":   {keyFile(t, block("ENCRYPTED PRIVATE KEY", []byte("x")), 0o400), "is encrypted"},
		"encrypted, SEC 1":     {keyFile(t, inProc, 0o400), "is encrypted"},
		"damaged":              {keyFile(t, block("PRIVATE KEY", []byte("secret")), 0o400), "cannot be read"},
		"two keys":             {keyFile(t, good+good, 0o400), "more than one private key"},
		"everybody may write":  {keyFile(t, good, 0o602), "mode 0602"},
		"everybody may do all": {keyFile(t, good, 0o777), "mode 0777"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := token.Open(t.Context(), nil, token.Options{Issuer: issuer, Audience: audience, PEMFile: c.path})
			if err == nil || !strings.HasPrefix(err.Error(), "NEXUS_SIGNING_KEY_FILE: "+c.path+": ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows the content: %v", err)
			}
		})
	}
}

func TestAKeyFileThatAllMayReadIsWarnedOf(t *testing.T) {
	t.Parallel()
	warnings := map[os.FileMode]bool{}
	for _, mode := range []os.FileMode{0o400, 0o640, 0o444} {
		var out bytes.Buffer
		openWith(t, nil, token.Options{PEMFile: keyFile(t, pkcs8(t, fixedSeed()), mode), Logger: slog.New(slog.NewTextHandler(&out, nil))})
		warnings[mode] = strings.Contains(out.String(), "level=WARN") && strings.Contains(out.String(), "NEXUS_SIGNING_KEY_FILE")
	}
	if diff := cmp.Diff(map[os.FileMode]bool{0o400: false, 0o640: false, 0o444: true}, warnings); diff != "" {
		t.Errorf("warned (-want +got):\n%s", diff)
	}
}
