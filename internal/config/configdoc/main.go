// Command configdoc writes the table of variables into a Markdown file, between
// the two marker lines that the file holds.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

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
	if len(args) != 1 {
		return errors.New("usage: configdoc FILE.md")
	}
	old, err := os.ReadFile(args[0]) //nolint:gosec // who calls names the file
	if err != nil {
		return err
	}
	fresh, err := replaceTable(old, config.Config{}.Variables())
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	if bytes.Equal(old, fresh) {
		return nil
	}
	return os.WriteFile(args[0], fresh, 0o644) //nolint:gosec // documentation is for all to read
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
