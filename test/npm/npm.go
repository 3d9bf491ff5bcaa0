// Package npm runs the scripts of npm packages that tests of the project need:
// the browser's driver, the audits of the GraphQL endpoint.
//
// A package's dependencies are installed from its lock file when they are absent
// or older than it. Errors carry what the command printed.
package npm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Run installs what the package in folder needs, runs its script with node and
// returns what the script printed to standard output.
func Run(ctx context.Context, folder, script string, args ...string) ([]byte, error) {
	if err := install(ctx, folder); err != nil {
		return nil, err
	}
	return run(ctx, folder, "node", append([]string{script}, args...)...)
}

// install brings node_modules of folder in step with its lock file.
func install(ctx context.Context, folder string) error {
	lock, err := os.Stat(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("find the lock file: %w", err)
	}
	// npm writes this file last.
	installed, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(lock.ModTime()) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look at node_modules: %w", err)
	}
	_, err = run(ctx, folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	return err
}

func run(ctx context.Context, folder, name string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, name, args...) //nolint:gosec // npm and node, named in this file
	command.Dir = folder
	var output, diagnostics bytes.Buffer
	command.Stdout, command.Stderr = &output, &diagnostics
	err := command.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, fmt.Errorf("%s is missing; `make deps` installs it or says how: %w", name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s in %s: %w\n%s%s", name, strings.Join(args, " "), folder, err, &output, &diagnostics)
	}
	return output.Bytes(), nil
}
