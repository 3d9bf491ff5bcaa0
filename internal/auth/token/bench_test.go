package token_test

import (
	"crypto/elliptic"
	"testing"

	"github.com/project-nexus/nexus/internal/auth/token"
)

func BenchmarkVerify(b *testing.B) {
	for name, content := range map[string]string{"EdDSA": pkcs8(b, fixedSeed()), "ES256": sec1(b, curve(b, elliptic.P256()))} {
		b.Run(name, func(b *testing.B) {
			c := newClock()
			keys := openWith(b, nil, token.Options{PEMFile: keyFile(b, content, 0o400), Now: c.Now})
			text := sign(b, keys, someone())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := keys.Verify(b.Context(), text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
