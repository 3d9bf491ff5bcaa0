package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"
)

// dotenvFile is read from the working folder.
const dotenvFile = ".env"

// Load reads the environment and the file .env of the working folder, and
// checks the values.
func Load() (Config, error) {
	return load(os.Environ(), dotenvFile)
}

func load(environ []string, dotenv string) (Config, error) {
	values, err := readDotenv(dotenv)
	if err != nil {
		return Config{}, err
	}
	for name, value := range env.ToMap(environ) {
		if value != "" {
			values[name] = value
		}
	}
	var c Config
	unparsed, err := unparsedFields(parseInto(&c, values))
	if err != nil {
		return Config{}, err
	}
	trim(c.AllowedOrigins, c.TrustedProxies)
	if err := c.check(values, unparsed); err != nil {
		return Config{}, err
	}
	return c.WithDefaults(), nil
}

// trim removes spaces around the elements of lists.
func trim(lists ...[]string) {
	for _, list := range lists {
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
	}
}

// readDotenv returns the values of the file that are not empty.
func readDotenv(path string) (map[string]string, error) {
	values, err := godotenv.Read(path)
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return map[string]string{}, nil
	case errors.As(err, &pathErr):
		return nil, fmt.Errorf("read configuration: %w", err)
	case err != nil:
		// The parser's own message quotes the file, secrets included.
		return nil, fmt.Errorf("read configuration: %s is malformed; each line must be NAME=value or a # comment", path)
	}
	for name, value := range values {
		if value == "" {
			delete(values, name)
		}
	}
	return values, nil
}

// parseInto sets the fields of c that values hold, and the zero ones to their
// defaults.
func parseInto(c *Config, values map[string]string) error {
	if values == nil {
		values = map[string]string{} // nil would mean the process's environment
	}
	return env.ParseWithOptions(c, env.Options{
		Environment:                  values,
		SetDefaultsForZeroValuesOnly: true,
	})
}

// unparsedFields returns the fields that the parser's error is about, by their
// names. Its texts quote values, so they are not used.
func unparsedFields(err error) (map[string]bool, error) {
	if err == nil {
		return nil, nil //nolint:nilnil // no fields
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	fields := map[string]bool{}
	for _, one := range all.Errors {
		var parse env.ParseError
		if !errors.As(one, &parse) {
			return nil, fmt.Errorf("read configuration: %w", one)
		}
		fields[parse.Name] = true
	}
	return fields, nil
}

func badValue(field reflect.StructField, values map[string]string) error {
	name := field.Tag.Get("env")
	value := fmt.Sprintf("%q", values[name])
	if field.Type == reflect.TypeFor[Secret]() {
		value = "the value"
	}
	return fmt.Errorf("%s: %s is not allowed; allowed: %s", name, value, field.Tag.Get("allowed"))
}

// joined makes one error of several; nil when there are none.
func joined(problems []error) error {
	if len(problems) == 0 {
		return nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.Error()
	}
	return fmt.Errorf("configuration: %s", strings.Join(texts, "\nconfiguration: "))
}
