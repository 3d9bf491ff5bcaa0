package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// child is a service that runs as a child process, with its output in a file.
type child struct {
	command *exec.Cmd
	log     string
	done    chan struct{}
}

// launch starts program in folder, which it makes and gives to the account.
func launch(account *syscall.Credential, folder string, environment []string, program string, arguments ...string) (*child, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if account != nil {
		if err := os.Chown(folder, int(account.Uid), int(account.Gid)); err != nil {
			return nil, err
		}
	}
	c := &child{log: filepath.Join(folder, filepath.Base(program)+".log"), done: make(chan struct{})}
	log, err := os.OpenFile(c.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()              // the child has its own descriptor
	c.command = exec.Command(program, arguments...) //nolint:gosec,noctx // stopped by stop
	c.command.Dir = folder
	c.command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LC_ALL=C.UTF-8"}, environment...)
	c.command.Stdout, c.command.Stderr = log, log
	c.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: account}
	if err := c.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(c.done)
		_ = c.command.Wait() // how it ended is in ProcessState
	}()
	return c, nil
}

// stop kills the child and its children: their data are thrown away.
func (c *child) stop() error {
	if err := syscall.Kill(-c.command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	<-c.done
	return nil
}

// waitFor asks ready until it returns nil, the child ends or ctx does.
func (c *child) waitFor(ctx context.Context, ready func(context.Context) error) error {
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-c.done:
			return fmt.Errorf("it ended at its start, %s: %s", c.command.ProcessState, c.lastLines())
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w (%w): %s", ctx.Err(), err, c.lastLines())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *child) lastLines() string {
	content, _ := os.ReadFile(c.log) // without it the message is shorter
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], " | ")
}

// findProgram returns the first of paths that exists, else the command name in
// the PATH.
func findProgram(name, advice string, paths ...string) (string, error) {
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s is not installed: %s", name, advice)
	}
	return path, nil
}
