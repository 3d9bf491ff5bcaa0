// Package config reads the settings of Nexus from the environment into one
// struct.
//
// Invariants: a variable that is empty counts as unset; what the environment
// does not set comes from the file .env in the working folder, then from the
// default; the zero Config with its defaults is a usable development set-up.
// Secrets are of type Secret, which prints as stars. The tags of Config are
// also the source of the table in docs/configuration.md.
//
// Errors are for the operator: they name the variable and what is allowed, all
// bad variables at once, and never the value of a secret.
package config

import (
	"log/slog"
	"time"
)

//go:generate go run ./configdoc ../../docs/configuration.md

// Config holds the settings of one process. The tag desc describes a variable
// for people, allowed says in words which values it takes.
type Config struct {
	Env     Environment `env:"NEXUS_ENV" envDefault:"development" allowed:"development, production" desc:"Set-up. Development explains more in its answers and prints readable logs"`
	DataDir string      `env:"NEXUS_DATA_DIR" envDefault:".nexus" allowed:"a folder; it is created when absent" desc:"Where the embedded PostgreSQL and files live"`

	HTTPAddr        string        `env:"NEXUS_HTTP_ADDR" envDefault:"127.0.0.1:8080" allowed:"host:port or :port; port 0 picks a free one" desc:"Where the server listens"`
	RequestTimeout  time.Duration `env:"NEXUS_REQUEST_TIMEOUT" envDefault:"30s" allowed:"a positive duration such as 500ms, 30s or 2m" desc:"Longest time for one request"`
	ShutdownTimeout time.Duration `env:"NEXUS_SHUTDOWN_TIMEOUT" envDefault:"15s" allowed:"a positive duration such as 500ms, 30s or 2m" desc:"Longest wait for running requests when the server stops"`

	DatabaseURL      Secret `env:"NEXUS_DATABASE_URL" allowed:"postgres://user:password@host:port/database, or PostgreSQL's keyword=value form" desc:"The PostgreSQL to use. Unset: a private one in the data folder"`
	DatabaseMaxConns int32  `env:"NEXUS_DATABASE_MAX_CONNS" allowed:"a whole number from 1 to 1000" desc:"Greatest number of open connections. Unset: pool_max_conns of the URL, or 10"`

	LogLevel  slog.Level `env:"NEXUS_LOG_LEVEL" envDefault:"info" allowed:"debug, info, warn, error" desc:"Least level of log lines"`
	LogFormat LogFormat  `env:"NEXUS_LOG_FORMAT" allowed:"text, json" desc:"Form of log lines. Unset: text in development, json in production"`
}

// Embedded reports whether the private PostgreSQL of the data folder is used.
func (c Config) Embedded() bool { return c.DatabaseURL == "" }

// Production reports whether this is a production set-up.
func (c Config) Production() bool { return c.Env == Production }

// WithDefaults returns c with each zero field set to its default. Load has
// done so already; it is for a Config that was made by hand.
func (c Config) WithDefaults() Config {
	// Defaults parse: the tests of Load with an empty environment say so.
	_ = parseInto(&c, nil)
	if c.LogFormat == "" {
		c.LogFormat = LogText
		if c.Production() {
			c.LogFormat = LogJSON
		}
	}
	return c
}

// LogValue lists every variable with its value, secrets masked.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, v := range c.Variables() {
		attrs = append(attrs, slog.String(v.Name, v.Value))
	}
	return slog.GroupValue(attrs...)
}
