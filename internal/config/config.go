// Package config reads the settings of Nexus from the environment into one
// struct.
//
// Invariants: a variable that is empty counts as unset; what the environment
// does not set comes from the file .env in the working folder, then from the
// default; the zero Config with its defaults is a usable development set-up.
// Secrets are of type Secret, which prints as stars. The tags of Config are
// also the source of the table in docs/config.md and of .env.example.
//
// Errors are for the operator: they name the variable and what is allowed, all
// bad variables at once, and never the value of a secret.
package config

import (
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"
)

//go:generate go run ./configdoc ../../docs/config.md ../../.env.example

// Config holds the settings of one process. The tag desc describes a variable
// for people, allowed says in words which values it takes.
type Config struct {
	Env     Environment `env:"NEXUS_ENV" envDefault:"development" allowed:"development, production" desc:"Set-up. Development explains more in its answers and prints readable logs"`
	DataDir string      `env:"NEXUS_DATA_DIR" envDefault:".nexus" allowed:"a folder; it is created when absent" desc:"Where the embedded PostgreSQL and files live"`

	HTTPAddr         string        `env:"NEXUS_HTTP_ADDR" envDefault:"127.0.0.1:8080" allowed:"host:port or :port; port 0 picks a free one" desc:"Where the server listens"`
	RequestTimeout   time.Duration `env:"NEXUS_REQUEST_TIMEOUT" envDefault:"30s" allowed:"a positive duration such as 500ms, 30s or 2m" desc:"Longest time for one request"`
	ShutdownTimeout  time.Duration `env:"NEXUS_SHUTDOWN_TIMEOUT" envDefault:"15s" allowed:"a positive duration such as 500ms, 30s or 2m" desc:"Longest wait for running requests when the server stops"`
	OperationTimeout time.Duration `env:"NEXUS_OPERATION_TIMEOUT" envDefault:"5s" allowed:"a positive duration such as 500ms, 30s or 2m" desc:"Longest time for one GraphQL operation, down to its SQL"`

	PublicURL      string   `env:"NEXUS_PUBLIC_URL" allowed:"an absolute http or https URL" desc:"Where clients reach the server: in links of mails and as issuer of tokens. Unset: http:// and the address of NEXUS_HTTP_ADDR; production must set it"`
	AllowedOrigins []string `env:"NEXUS_ALLOWED_ORIGINS" allowed:"origins such as https://app.example.org, separated by commas" desc:"Pages of which other origins may call the server (CORS)"`
	TrustedProxies []string `env:"NEXUS_TRUSTED_PROXIES" allowed:"addresses or networks such as 10.0.0.0/8, separated by commas" desc:"Whose X-Forwarded-For is believed"`
	Introspection  Audience `env:"NEXUS_INTROSPECTION" allowed:"everybody, users, admins, nobody" desc:"Who may read the schema from the server and gets suggestions for mistyped names. Unset: everybody in development, users in production"`

	DatabaseURL      Secret `env:"NEXUS_DATABASE_URL" allowed:"postgres://user:password@host:port/database, or PostgreSQL's keyword=value form" desc:"The PostgreSQL to use. Unset: a private one in the data folder"`
	DatabaseMaxConns int32  `env:"NEXUS_DATABASE_MAX_CONNS" allowed:"a whole number from 1 to 1000" desc:"Greatest number of open connections. Unset: pool_max_conns of the URL, or 10"`

	RedisURL Secret `env:"NEXUS_REDIS_URL" allowed:"redis://user:password@host:port/0, rediss:// with TLS" desc:"The Redis that several servers share budgets by. Unset: each server counts for itself"`

	SMTPURL  Secret `env:"NEXUS_SMTP_URL" allowed:"smtp://user:password@host:587, smtps:// with TLS from the start" desc:"The server that takes outgoing mail. Unset: mails are written as .eml files into the data folder"`
	MailFrom string `env:"NEXUS_MAIL_FROM" envDefault:"Nexus <nexus@example.org>" allowed:"an e-mail address, with or without a name" desc:"Sender of mails"`

	SigningKeyFile string `env:"NEXUS_SIGNING_KEY_FILE" allowed:"a PEM file with an Ed25519 or P-256 private key" desc:"Key that signs access tokens. Unset: keys that the server makes and keeps in the database"`
	SamplePassword Secret `env:"NEXUS_SAMPLE_PASSWORD" allowed:"12 to 1000 characters" desc:"Password of the sample people, whom production refuses. Unset: one is made up and printed"`

	RateLimit        Switch `env:"NEXUS_RATE_LIMIT" envDefault:"on" allowed:"on, off" desc:"Whether budgets of cost are enforced; off is for benchmarks"`
	RateLimitVisitor int    `env:"NEXUS_RATE_LIMIT_VISITOR" envDefault:"10000" allowed:"a whole number from 1" desc:"Cost that a client address without sign-in may use in a minute"`
	RateLimitUser    int    `env:"NEXUS_RATE_LIMIT_USER" envDefault:"60000" allowed:"a whole number from 1" desc:"Cost that a person or an access token may use in a minute"`

	MaxSocketsVisitor int `env:"NEXUS_MAX_SOCKETS_VISITOR" envDefault:"20" allowed:"a whole number from 1" desc:"Greatest number of WebSockets and event streams that a client address without sign-in may have open"`
	MaxSocketsUser    int `env:"NEXUS_MAX_SOCKETS_USER" envDefault:"50" allowed:"a whole number from 1" desc:"Greatest number of WebSockets and event streams that a person may have open"`

	MaxBody          int64 `env:"NEXUS_MAX_BODY" envDefault:"262144" allowed:"a whole number from 1" desc:"Greatest JSON body of a request, in bytes"`
	MaxUpload        int64 `env:"NEXUS_MAX_UPLOAD" envDefault:"5242880" allowed:"a whole number from 1" desc:"Greatest file of a multipart request, in bytes"`
	MaxUploadFiles   int   `env:"NEXUS_MAX_UPLOAD_FILES" envDefault:"100" allowed:"a whole number from 1" desc:"Greatest number of files of a multipart request"`
	MaxUploadRequest int64 `env:"NEXUS_MAX_UPLOAD_REQUEST" envDefault:"67108864" allowed:"a whole number from 1" desc:"Greatest multipart request, in bytes"`

	MaxTokens     int `env:"NEXUS_MAX_TOKENS" envDefault:"2000" allowed:"a whole number from 1" desc:"Greatest number of tokens in a GraphQL document"`
	MaxDepth      int `env:"NEXUS_MAX_DEPTH" envDefault:"15" allowed:"a whole number from 1" desc:"Greatest nesting of fields in an operation"`
	MaxAliases    int `env:"NEXUS_MAX_ALIASES" envDefault:"15" allowed:"a whole number from 1" desc:"How often one field may be asked for under several names in one selection"`
	MaxRootFields int `env:"NEXUS_MAX_ROOT_FIELDS" envDefault:"10" allowed:"a whole number from 1" desc:"Greatest number of fields at the root of an operation"`
	MaxDirectives int `env:"NEXUS_MAX_DIRECTIVES" envDefault:"50" allowed:"a whole number from 1" desc:"Greatest number of directives in a document"`
	MaxSelections int `env:"NEXUS_MAX_SELECTIONS" envDefault:"5000" allowed:"a whole number from 1" desc:"Greatest number of fields of an operation once its fragments are expanded"`
	MaxCost       int `env:"NEXUS_MAX_COST" envDefault:"5000" allowed:"a whole number from 1" desc:"Greatest cost of an operation"`

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
	if c.Introspection == "" {
		c.Introspection = Everybody
		if c.Production() {
			c.Introspection = Users
		}
	}
	if c.PublicURL == "" {
		c.PublicURL = urlOf(c.HTTPAddr)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return c
}

// urlOf returns how a browser on this machine reaches a listening address.
func urlOf(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip, parseErr := netip.ParseAddr(host); err == nil && (host == "" || parseErr == nil && ip.IsUnspecified()) {
		address = net.JoinHostPort("localhost", port)
	}
	return "http://" + address
}

// TrustedNetworks returns TrustedProxies, a single address as a network of its
// own.
func (c Config) TrustedNetworks() []netip.Prefix {
	var networks []netip.Prefix
	for _, proxy := range c.TrustedProxies {
		if network, err := parseNetwork(proxy); err == nil {
			networks = append(networks, network)
		}
	}
	return networks
}

// LogValue lists every variable with its value, secrets masked.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, v := range c.Variables() {
		attrs = append(attrs, slog.String(v.Name, v.Value))
	}
	return slog.GroupValue(attrs...)
}
