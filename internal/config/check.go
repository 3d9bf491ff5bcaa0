package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxPort  = 65535
	maxConns = 1000

	minPassword = 12
	maxPassword = 1000
)

// check finds values that did not parse, values that parsed and make no sense all
// the same, and what a production set-up lacks or must not have. Only given
// variables are looked at for their values.
func (c Config) check(values map[string]string, unparsed map[string]bool) error {
	valid := c.valid()
	var problems []error
	for field := range reflect.TypeFor[Config]().Fields() {
		ok, checked := valid[field.Name]
		if _, given := values[field.Tag.Get("env")]; given && (unparsed[field.Name] || checked && !ok) {
			problems = append(problems, badValue(field, values))
		}
	}
	return joined(append(problems, c.checkProduction()...))
}

// valid tells of each field by its name whether its value is allowed. Fields
// whose type decides that are not in it.
func (c Config) valid() map[string]bool {
	return map[string]bool{
		"HTTPAddr":         isAddress(c.HTTPAddr),
		"RequestTimeout":   c.RequestTimeout > 0,
		"ShutdownTimeout":  c.ShutdownTimeout > 0,
		"OperationTimeout": c.OperationTimeout > 0,

		"PublicURL":      isPublicURL(c.PublicURL),
		"AllowedOrigins": all(c.AllowedOrigins, isOrigin),
		"TrustedProxies": all(c.TrustedProxies, isNetwork),

		"DatabaseURL":      isDatabaseURL(string(c.DatabaseURL)),
		"DatabaseMaxConns": c.DatabaseMaxConns >= 1 && c.DatabaseMaxConns <= maxConns,
		"RedisURL":         isRedisURL(string(c.RedisURL)),
		"SMTPURL":          isServerURL(string(c.SMTPURL), "smtp", "smtps"),
		"MailFrom":         isMailAddress(c.MailFrom),
		"SigningKeyFile":   isSigningKeyFile(c.SigningKeyFile),
		"SamplePassword":   isPassword(string(c.SamplePassword)),

		"RateLimitVisitor": c.RateLimitVisitor >= 1,
		"RateLimitUser":    c.RateLimitUser >= 1,

		"MaxSocketsVisitor": c.MaxSocketsVisitor >= 1,
		"MaxSocketsUser":    c.MaxSocketsUser >= 1,

		"MaxBody":          c.MaxBody >= 1,
		"MaxUpload":        c.MaxUpload >= 1,
		"MaxUploadFiles":   c.MaxUploadFiles >= 1,
		"MaxUploadRequest": c.MaxUploadRequest >= 1,

		"MaxTokens":     c.MaxTokens >= 1,
		"MaxDepth":      c.MaxDepth >= 1,
		"MaxAliases":    c.MaxAliases >= 1,
		"MaxRootFields": c.MaxRootFields >= 1,
		"MaxDirectives": c.MaxDirectives >= 1,
		"MaxSelections": c.MaxSelections >= 1,
		"MaxCost":       c.MaxCost >= 1,
	}
}

// checkProduction finds what is right in development only: a guess at the
// address that links of mails point to, and people with a known password.
func (c Config) checkProduction() []error {
	if !c.Production() {
		return nil
	}
	var problems []error
	if c.PublicURL == "" {
		problems = append(problems, fmt.Errorf("%s: it must be set when %s is %s; allowed: %s",
			tagOf("PublicURL", "env"), tagOf("Env", "env"), Production, tagOf("PublicURL", "allowed")))
	}
	if c.SamplePassword != "" {
		problems = append(problems, fmt.Errorf("%s: it must not be set when %s is %s: there are no sample people",
			tagOf("SamplePassword", "env"), tagOf("Env", "env"), Production))
	}
	return problems
}

func tagOf(field, key string) string {
	f, _ := reflect.TypeFor[Config]().FieldByName(field)
	return f.Tag.Get(key)
}

// all reports whether there are values and each of them is good.
func all(values []string, good func(string) bool) bool {
	for _, value := range values {
		if !good(value) {
			return false
		}
	}
	return len(values) > 0
}

func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	return err == nil && isPort(port)
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= maxPort
}

// isPublicURL takes no query, fragment or user: paths are added to the URL.
func isPublicURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && isServerURL(s, "http", "https") && u.User == nil && !strings.ContainsAny(s, "?# ")
}

// isOrigin takes an origin as browsers write it: they compare and send it byte
// by byte, so one in another form would never match.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !isServerURL(s, "http", "https") || u.User != nil {
		return false
	}
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	return s == u.Scheme+"://"+u.Host && s == strings.ToLower(s) && u.Port() != usual &&
		!strings.HasSuffix(u.Host, ":") && !strings.ContainsFunc(s, notInOrigin)
}

// notInOrigin reports characters that no origin has: names that are not ASCII
// are sent in their xn-- form, and patterns such as * are not understood.
func notInOrigin(r rune) bool {
	return r > 'z' || strings.ContainsRune("*%,; ", r)
}

func isNetwork(s string) bool {
	_, err := parseNetwork(s)
	return err == nil
}

// parseNetwork reads a network, or one address as the network of itself.
func parseNetwork(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		network, err := netip.ParsePrefix(s)
		return network.Masked(), err
	}
	address, err := netip.ParseAddr(s)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, errNotAllowed
	}
	return netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
}

func isDatabaseURL(s string) bool {
	u, err := url.Parse(s)
	if err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return true
	}
	return !strings.Contains(s, "://") && strings.Contains(s, "=")
}

func isRedisURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !isServerURL(s, "redis", "rediss") {
		return false
	}
	number := strings.Trim(u.Path, "/")
	n, err := strconv.Atoi(number)
	return number == "" || err == nil && n >= 0
}

// isServerURL reports whether s is a URL of a host with one of the schemes.
func isServerURL(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Port() != "" && !isPort(u.Port()) {
		return false
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			return true
		}
	}
	return false
}

func isMailAddress(s string) bool {
	_, err := mail.ParseAddress(s)
	return err == nil
}

func isPassword(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= minPassword && n <= maxPassword && utf8.ValidString(s)
}
