package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// minimumMajor is the first PostgreSQL that understands the schema (unique
// constraints whose nulls are equal).
const minimumMajor = 15

// binaries is an installed PostgreSQL server.
type binaries struct {
	folder string
	major  int
}

func (b binaries) postgres() string { return filepath.Join(b.folder, "postgres") }
func (b binaries) initdb() string   { return filepath.Join(b.folder, "initdb") }

// findBinaries returns the server to use: that of the PATH first, then the
// newest. A cluster that exists (major > 0) needs its own major version.
func findBinaries(ctx context.Context, major int) (binaries, error) {
	var found []string
	for _, folder := range candidateFolders() {
		b, err := inspect(ctx, folder)
		switch {
		case err != nil:
			continue
		case b.major >= minimumMajor && (major == 0 || b.major == major):
			return b, nil
		}
		found = append(found, fmt.Sprintf("%d in %s", b.major, folder))
	}
	if err := ctx.Err(); err != nil {
		return binaries{}, err
	}
	if len(found) == 0 {
		return binaries{}, errors.New("no PostgreSQL server is installed: install it " +
			"(Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), " +
			"or set NEXUS_DATABASE_URL to a server of yours")
	}
	wanted := fmt.Sprintf("%d or newer", minimumMajor)
	if major != 0 {
		wanted = fmt.Sprintf("%d, which wrote the data", major)
	}
	return binaries{}, fmt.Errorf("PostgreSQL %s is needed, found only %s", wanted, strings.Join(found, ", "))
}

// candidateFolders lists folders that hold a server, best first.
func candidateFolders() []string {
	var folders []string
	for _, command := range []string{"postgres", "initdb", "pg_ctl"} {
		if path, err := exec.LookPath(command); err == nil {
			// Distributions link single commands into the PATH; the rest of
			// the server lies beside the target.
			if resolved, err := filepath.EvalSymlinks(path); err == nil {
				folders = append(folders, filepath.Dir(resolved))
			}
		}
	}
	var installed []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		matches, _ := filepath.Glob(pattern) // the only error is a bad pattern
		installed = append(installed, matches...)
	}
	slices.SortStableFunc(installed, func(a, b string) int { return lastNumber(b) - lastNumber(a) })
	folders = append(folders, installed...)
	return slices.DeleteFunc(folders, func(folder string) bool {
		return !isExecutable(filepath.Join(folder, "postgres")) || !isExecutable(filepath.Join(folder, "initdb"))
	})
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// lastNumber returns the last whole number in a path, its version; 0 if none.
func lastNumber(path string) int {
	digits := regexp.MustCompile(`\d+`).FindAllString(path, -1)
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[len(digits)-1]) // 0 when out of range
	return n
}

// inspect asks the server in folder for its version.
func inspect(ctx context.Context, folder string) (binaries, error) {
	b := binaries{folder: folder}
	output, err := exec.CommandContext(ctx, b.postgres(), "--version").Output() //nolint:gosec // a path that we found
	if err != nil {
		return b, err
	}
	match := regexp.MustCompile(`\) (\d+)`).FindSubmatch(output)
	if match == nil {
		return b, fmt.Errorf("%s: unknown version %q", b.postgres(), output)
	}
	b.major, err = strconv.Atoi(string(match[1]))
	return b, err
}

// versionOf returns the major version that wrote a cluster, 0 when there is none.
func versionOf(cluster string) int {
	content, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION")) //nolint:gosec // the operator names the folder
	if err != nil {
		return 0
	}
	major, _, _ := strings.Cut(strings.TrimSpace(string(content)), ".")
	n, _ := strconv.Atoi(major) // 0 when damaged: initdb then says so
	return n
}
