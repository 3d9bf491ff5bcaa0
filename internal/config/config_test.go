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
		Env:             Development,
		DataDir:         ".nexus",
		HTTPAddr:        "127.0.0.1:8080",
		RequestTimeout:  30 * time.Second,
		ShutdownTimeout: 15 * time.Second,
		LogLevel:        slog.LevelInfo,
		LogFormat:       LogText,
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
			name:    "production logs JSON",
			environ: []string{"NEXUS_ENV=production"},
			change:  func(c *Config) { c.Env, c.LogFormat = Production, LogJSON },
		},
		{
			name:    "a log format that is set stays",
			environ: []string{"NEXUS_ENV=production", "NEXUS_LOG_FORMAT=text"},
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
		{"NEXUS_DATABASE_MAX_CONNS", "many", `NEXUS_DATABASE_MAX_CONNS: "many" is not allowed; allowed: a whole number from 1 to 1000`},
		{"NEXUS_DATABASE_MAX_CONNS", "0", `NEXUS_DATABASE_MAX_CONNS: "0" is not allowed`},
		{"NEXUS_DATABASE_URL", "mysql://root:hush@db/nexus", `NEXUS_DATABASE_URL: the value is not allowed; allowed: postgres://`},
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
	_, err := load([]string{"NEXUS_ENV=staging", "NEXUS_LOG_LEVEL=loud"}, noFile)
	if err == nil || !strings.Contains(err.Error(), "NEXUS_ENV") || !strings.Contains(err.Error(), "NEXUS_LOG_LEVEL") {
		t.Errorf("error %v does not name both variables", err)
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
	if diff := cmp.Diff(want, given.WithDefaults()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	c := Config{DatabaseURL: "postgres://nexus:hush@db/nexus"}.WithDefaults()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "config", c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "url", c.DatabaseURL, "struct", struct{ C any }{c})
	fmt.Fprintf(&log, "%v %+v %#v %s", c, c, c, c.DatabaseURL)
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the secret shows in %s", log.String())
	}
	for _, want := range []string{"config.NEXUS_DATABASE_URL=***", "config.NEXUS_HTTP_ADDR=127.0.0.1:8080", "config.NEXUS_LOG_LEVEL=INFO"} {
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
