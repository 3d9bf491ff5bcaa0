package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/dbtest"
)

func TestKeysAreRotatedAndListed(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return begin }
	var out bytes.Buffer
	run := func(options token.RotateOptions) string {
		t.Helper()
		out.Reset()
		options.Now = now
		if err := rotateKeys(t.Context(), db, options, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	listed := func(at time.Time) string {
		t.Helper()
		out.Reset()
		if err := listKeys(t.Context(), db, at, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	run(token.RotateOptions{SignsAfter: time.Minute})
	if got := run(token.RotateOptions{}); !regexp.MustCompile(`^key [\w-]{43} is published and signs from 2026-03-01 12:10:00Z on\n$`).MatchString(got) {
		t.Errorf("a rotation prints %q", got)
	}
	first := regexp.MustCompile(`^ID +ALGORITHM +CREATED +SIGNS FROM +STATE\n` +
		`[\w-]{43}  EdDSA      2026-03-01 12:00:00Z  2026-03-01 12:01:00Z  signing\n` +
		`[\w-]{43}  EdDSA      2026-03-01 12:00:00Z  2026-03-01 12:10:00Z  waiting\n$`)
	if got := listed(begin); !first.MatchString(got) {
		t.Errorf("the list is\n%s", got)
	}
	if got := listed(begin.Add(11 * time.Minute)); !strings.Contains(got, "verifying until 2026-03-01 12:15:30Z\n") {
		t.Errorf("the list is\n%s", got)
	}
	if got := run(token.RotateOptions{Replace: true}); !strings.Contains(got, " signs from now on; all others are deleted") {
		t.Errorf("a replacement prints %q", got)
	}
	if got := listed(begin); strings.Count(got, "\n") != 2 || !strings.HasSuffix(got, "signing\n") {
		t.Errorf("the list is\n%s", got)
	}
}

// The keys of the database are not in use then, so changing them would do nothing.
func TestKeysOfAFileAreNotRotated(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o400); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NEXUS_SIGNING_KEY_FILE", path)
	for _, arguments := range [][]string{{"keys", "rotate"}, {"keys", "rotate", "--now"}, {"keys", "list"}} {
		if _, err := execute(t, arguments...); err == nil || !strings.Contains(err.Error(), "NEXUS_SIGNING_KEY_FILE is set") {
			t.Errorf("%v: got %v", arguments, err)
		}
	}
}

func TestARotationIsAtOnceOrLater(t *testing.T) {
	t.Parallel()
	if _, err := execute(t, "keys", "rotate", "--now", "--signs-after", "20m"); err == nil || !strings.Contains(err.Error(), "[now signs-after]") {
		t.Errorf("got %v", err)
	}
}
