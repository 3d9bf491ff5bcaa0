package config

import (
	"errors"
	"log/slog"
)

// Environment is the kind of set-up.
type Environment string

// The set-ups.
const (
	Development Environment = "development"
	Production  Environment = "production"
)

var errNotAllowed = errors.New("not an allowed value")

// UnmarshalText reads a set-up.
func (e *Environment) UnmarshalText(text []byte) error {
	switch v := Environment(text); v {
	case Development, Production:
		*e = v
		return nil
	default:
		return errNotAllowed
	}
}

// LogFormat is the form of log lines.
type LogFormat string

// The forms of log lines.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// UnmarshalText reads a form of log lines.
func (f *LogFormat) UnmarshalText(text []byte) error {
	switch v := LogFormat(text); v {
	case LogText, LogJSON:
		*f = v
		return nil
	default:
		return errNotAllowed
	}
}

// Secret is a value that must not show in logs or errors. Convert it to a
// string where it is used.
type Secret string

const mask = "***"

// String returns stars, or "" for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String, for JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Audience is who may use something.
type Audience string

// The audiences.
const (
	Everybody Audience = "everybody"
	Users     Audience = "users"
	Admins    Audience = "admins"
	Nobody    Audience = "nobody"
)

// UnmarshalText reads an audience.
func (a *Audience) UnmarshalText(text []byte) error {
	switch v := Audience(text); v {
	case Everybody, Users, Admins, Nobody:
		*a = v
		return nil
	default:
		return errNotAllowed
	}
}

// Switch is on or off.
type Switch string

// The positions of a switch.
const (
	On  Switch = "on"
	Off Switch = "off"
)

// UnmarshalText reads a switch.
func (s *Switch) UnmarshalText(text []byte) error {
	switch v := Switch(text); v {
	case On, Off:
		*s = v
		return nil
	default:
		return errNotAllowed
	}
}
