// Command configdoc writes the table of variables into a Markdown file, between
// the two marker lines that the file holds, and the example of a file .env.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/project-nexus/nexus/internal/config"
)

const (
	begin = "<!-- variables: written by make generate -->\n"
	end   = "<!-- end of variables -->\n"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "configdoc:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: configdoc FILE.md .env.example")
	}
	variables := config.Config{}.Variables()
	old, err := os.ReadFile(args[0]) //nolint:gosec // who calls names the file
	if err != nil {
		return err
	}
	fresh, err := replaceTable(old, variables)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return errors.Join(write(args[0], fresh), write(args[1], example(variables)))
}

// write leaves a file alone that has the content already.
func write(path string, content []byte) error {
	old, err := os.ReadFile(path) //nolint:gosec // who calls names the file
	if err == nil && bytes.Equal(old, content) {
		return nil
	}
	return os.WriteFile(path, content, 0o644) //nolint:gosec // documentation is for all to read
}

// replaceTable returns the file with its table written anew.
func replaceTable(file []byte, variables []config.Variable) ([]byte, error) {
	before, rest, found := bytes.Cut(file, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !found || !closed {
		return nil, errors.New("the marker lines of the table are missing")
	}
	var out bytes.Buffer
	out.Write(before)
	out.WriteString(begin)
	writeTable(&out, variables)
	out.WriteString(end)
	out.Write(after)
	return out.Bytes(), nil
}

func writeTable(out *bytes.Buffer, variables []config.Variable) {
	out.WriteString("| variable | default | what it is | allowed |\n|---|---|---|---|\n")
	for _, v := range variables {
		value := "unset"
		if v.Default != "" {
			value = "`" + v.Default + "`"
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", v.Name, value, v.Description, v.Allowed)
	}
}

// example returns a file .env in which every variable is commented out.
func example(variables []config.Variable) []byte {
	var out bytes.Buffer
	out.WriteString("# Copy this file to .env and take the # away from what you want to set.\n" +
		"# docs/config.md explains more. Written by make generate.\n")
	for _, v := range variables {
		unset := ""
		if v.Default == "" {
			unset = ", unset by default"
		}
		value := v.Default
		if strings.ContainsAny(value, " #") {
			value = `"` + value + `"`
		}
		fmt.Fprintf(&out, "\n# %s.\n# Allowed: %s%s.\n#%s=%s\n", v.Description, v.Allowed, unset, v.Name, value)
	}
	return out.Bytes()
}
