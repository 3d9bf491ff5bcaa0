package config

import (
	"net"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

const (
	maxPort  = 65535
	maxConns = 1000
)

// check finds values that parse and make no sense all the same. Only given
// variables are looked at.
func (c Config) check(values map[string]string) error {
	valid := map[string]bool{
		"HTTPAddr":         isAddress(c.HTTPAddr),
		"RequestTimeout":   c.RequestTimeout > 0,
		"ShutdownTimeout":  c.ShutdownTimeout > 0,
		"DatabaseURL":      isDatabaseURL(string(c.DatabaseURL)),
		"DatabaseMaxConns": c.DatabaseMaxConns >= 1 && c.DatabaseMaxConns <= maxConns,
	}
	var problems []error
	for field := range reflect.TypeFor[Config]().Fields() {
		ok, checked := valid[field.Name]
		if _, given := values[field.Tag.Get("env")]; given && checked && !ok {
			problems = append(problems, badValue(field, values))
		}
	}
	return joined(problems)
}

func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= maxPort
}

func isDatabaseURL(s string) bool {
	u, err := url.Parse(s)
	if err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return true
	}
	return !strings.Contains(s, "://") && strings.Contains(s, "=")
}
