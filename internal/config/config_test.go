package config

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// noFile stands for a working folder without .env.
const noFile = "testdata/absent"

func defaults() Config {
	return Config{
		Env:               Development,
		DataDir:           ".nexus",
		HTTPAddr:          "127.0.0.1:8080",
		RequestTimeout:    30 * time.Second,
		ShutdownTimeout:   15 * time.Second,
		OperationTimeout:  5 * time.Second,
		PublicURL:         "http://127.0.0.1:8080",
		Introspection:     Everybody,
		MailFrom:          "Nexus <nexus@example.org>",
		RateLimit:         On,
		RateLimitVisitor:  10_000,
		RateLimitUser:     60_000,
		MaxSocketsVisitor: 20,
		MaxSocketsUser:    50,
		MaxBody:           256 << 10,
		MaxUpload:         5 << 20,
		MaxUploadFiles:    100,
		MaxUploadRequest:  64 << 20,
		MaxTokens:         2000,
		MaxDepth:          15,
		MaxAliases:        15,
		MaxRootFields:     10,
		MaxDirectives:     50,
		MaxSelections:     5000,
		MaxCost:           5000,
		LogLevel:          slog.LevelInfo,
		LogFormat:         LogText,
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		environ []string
		change  func(*Config)
	}{
		{name: "nothing set", change: func(*Config) {}},
		{
			name:    "empty values count as unset",
			environ: []string{"NEXUS_HTTP_ADDR=", "NEXUS_ENV=", "NEXUS_DATABASE_URL=", "NEXUS_LOG_LEVEL=", "NEXUS_DATABASE_MAX_CONNS="},
			change:  func(*Config) {},
		},
		{
			name:    "production logs JSON and shows its schema to users",
			environ: []string{"NEXUS_ENV=production", "NEXUS_PUBLIC_URL=https://nexus.example.org/"},
			change: func(c *Config) {
				c.Env, c.PublicURL, c.LogFormat, c.Introspection = Production, "https://nexus.example.org", LogJSON, Users
			},
		},
		{
			name:    "what is set stays in production",
			environ: []string{"NEXUS_ENV=production", "NEXUS_PUBLIC_URL=http://127.0.0.1:8080", "NEXUS_LOG_FORMAT=text", "NEXUS_INTROSPECTION=everybody"},
			change:  func(c *Config) { c.Env = Production },
		},
		{
			name: "all values",
			environ: []string{
				"NEXUS_HTTP_ADDR=:0", "NEXUS_DATA_DIR=/var/lib/nexus", "NEXUS_REQUEST_TIMEOUT=500ms", "NEXUS_SHUTDOWN_TIMEOUT=1m",
				"NEXUS_DATABASE_URL=postgres://nexus:hush@db/nexus", "NEXUS_DATABASE_MAX_CONNS=25", "NEXUS_LOG_LEVEL=debug",
			},
			change: func(c *Config) {
				c.HTTPAddr, c.DataDir = ":0", "/var/lib/nexus"
				c.RequestTimeout, c.ShutdownTimeout = 500*time.Millisecond, time.Minute
				c.DatabaseURL, c.DatabaseMaxConns = "postgres://nexus:hush@db/nexus", 25
				c.LogLevel = slog.LevelDebug
				c.PublicURL = "http://localhost:0"
			},
		},
		{
			name: "lists may have spaces",
			environ: []string{
				"NEXUS_ALLOWED_ORIGINS=https://app.example.org, http://localhost:3000", "NEXUS_TRUSTED_PROXIES=10.0.0.0/8 ,::1",
			},
			change: func(c *Config) {
				c.AllowedOrigins = []string{"https://app.example.org", "http://localhost:3000"}
				c.TrustedProxies = []string{"10.0.0.0/8", "::1"}
			},
		},
		{
			name:    "keyword form of the database",
			environ: []string{"NEXUS_DATABASE_URL=host=/run/postgresql dbname=nexus"},
			change:  func(c *Config) { c.DatabaseURL = "host=/run/postgresql dbname=nexus" },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := defaults()
			test.change(&want)
			got, err := load(test.environ, noFile)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDotenv(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, content string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), ".env")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Run("fills what the environment leaves unset or empty", func(t *testing.T) {
		t.Parallel()
		path := write(t, "# local\nNEXUS_DATA_DIR=/file\nNEXUS_HTTP_ADDR=:1\nNEXUS_LOG_LEVEL=warn\nNEXUS_ENV=\n")
		got, err := load([]string{"NEXUS_HTTP_ADDR=:2", "NEXUS_LOG_LEVEL="}, path)
		if err != nil {
			t.Fatal(err)
		}
		want := defaults()
		want.DataDir, want.HTTPAddr, want.LogLevel = "/file", ":2", slog.LevelWarn
		want.PublicURL = "http://localhost:2"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("malformed file is refused without quoting it", func(t *testing.T) {
		t.Parallel()
		_, err := load(nil, write(t, "NEXUS_DATA_DIR=.nexus\nNEXUS_DATABASE_URL hush\n"))
		if err == nil || !strings.Contains(err.Error(), ".env is malformed") || strings.Contains(err.Error(), "hush") {
			t.Errorf("got error %v", err)
		}
	})
	t.Run("unreadable file is an error", func(t *testing.T) {
		t.Parallel()
		if _, err := load(nil, t.TempDir()); err == nil {
			t.Error("a folder was accepted")
		}
	})
}

func TestWithDefaultsKeepsWhatIsSet(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(defaults(), Config{}.WithDefaults()); diff != "" {
		t.Errorf("zero value, -want +got:\n%s", diff)
	}
	given := Config{HTTPAddr: ":0", LogLevel: slog.LevelError, DatabaseURL: "postgres://db/nexus"}
	want := defaults()
	want.HTTPAddr, want.LogLevel, want.DatabaseURL = given.HTTPAddr, given.LogLevel, given.DatabaseURL
	want.PublicURL = "http://localhost:0"
	if diff := cmp.Diff(want, given.WithDefaults()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	c := Config{
		DatabaseURL: "postgres://nexus:hush@db/nexus", RedisURL: "redis://:hush@redis", SMTPURL: "smtp://nexus:hush@mail", SamplePassword: "hush hush hush",
		AllowedOrigins: []string{"https://a.example.org", "https://b.example.org"},
	}.WithDefaults()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "config", c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "url", c.DatabaseURL, "struct", struct{ C any }{c})
	fmt.Fprintf(&log, "%v %+v %#v %s", c, c, c, c.DatabaseURL)
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the secret shows in %s", log.String())
	}
	for _, want := range []string{"config.NEXUS_DATABASE_URL=***", "config.NEXUS_HTTP_ADDR=127.0.0.1:8080", "config.NEXUS_LOG_LEVEL=INFO", "config.NEXUS_ALLOWED_ORIGINS=https://a.example.org,https://b.example.org"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s lacks %s", log.String(), want)
		}
	}
}

func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	for _, v := range (Config{}).Variables() {
		if v.Name == "" || v.Allowed == "" || v.Description == "" {
			t.Errorf("a field lacks one of the tags env, allowed and desc: %+v", v)
		}
	}
}
