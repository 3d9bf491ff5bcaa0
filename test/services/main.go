// Command services runs a command with the services that the tests need:
//
//	go run ./test/services -- go test ./...
//
// For each of NEXUS_TEST_DATABASE_URL, NEXUS_TEST_REDIS_URL and
// NEXUS_TEST_AMQP_URL that is not set it starts a private PostgreSQL, Redis or
// RabbitMQ in a temporary folder, on a socket or on free ports of the loopback
// address, and sets the variable for the command. It stops them when the
// command ends, however it ends, and exits with the command's code.
//
// -only names the services to care for, separated by commas.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Exit codes of this program itself; others are the command's.
const (
	exitUsage   = 2
	exitService = 70
	exitCommand = 127
)

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

func run(arguments []string, out io.Writer) int {
	flags := flag.NewFlagSet("services", flag.ContinueOnError)
	flags.SetOutput(out)
	only := flags.String("only", "postgres,redis,rabbitmq", "services to start where their variables are unset")
	if err := flags.Parse(arguments); err != nil {
		return exitUsage
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(out, "usage: services [-only postgres,redis,rabbitmq] -- COMMAND [ARGUMENT]…")
		return exitUsage
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	begin := time.Now()
	group, err := startMissing(strings.Split(*only, ","), signals)
	defer func() {
		if err := group.stop(); err != nil {
			fmt.Fprintln(out, "test services:", err)
		}
	}()
	if err != nil {
		fmt.Fprintln(out, "test services:", err)
		return exitService
	}
	if names := group.names(); names != "" {
		fmt.Fprintf(out, "test services: %s ready in %s\n", names, time.Since(begin).Round(10*time.Millisecond))
	}
	return runCommand(flags.Args(), group.environment(), signals, out)
}

// startMissing starts services until a signal comes.
func startMissing(names []string, signals chan os.Signal) (*group, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	started := make(chan struct{})
	defer close(started)
	go func() {
		select {
		case received := <-signals:
			cancel()
			signals <- received // the command is then stopped at once as well
		case <-started:
		}
	}()
	return start(ctx, names)
}

// runCommand runs the command to its end and returns its exit code. A signal
// is passed on to the command and all its children; a second one, or ten
// seconds, kill them.
func runCommand(arguments, extra []string, signals <-chan os.Signal, out io.Writer) int {
	command := exec.Command(arguments[0], arguments[1:]...) //nolint:gosec,noctx // the caller's command; signals stop it
	command.Env = append(os.Environ(), extra...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	// A process group of its own lets a signal reach `go test` and the tests
	// alike; at a terminal it would lose the keyboard.
	own := !isTerminal(os.Stdin)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: own}
	if err := command.Start(); err != nil {
		fmt.Fprintln(out, "test services:", err)
		return exitCommand
	}
	target := command.Process.Pid
	if own {
		target = -target
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	var timeout <-chan time.Time
	next := syscall.SIGINT // go test hands an interrupt to its tests
	for {
		select {
		case err := <-done:
			return exitCode(err)
		case <-signals:
		case <-timeout:
			next = syscall.SIGKILL
		}
		_ = syscall.Kill(target, next) // it may have just ended
		timeout, next = time.After(10*time.Second), syscall.SIGKILL
	}
}

func exitCode(err error) int {
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return 0
	case !ok:
		return exitCommand
	case exit.ExitCode() >= 0:
		return exit.ExitCode()
	}
	status, _ := exit.Sys().(syscall.WaitStatus)
	return 128 + int(status.Signal())
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Name() != "null"
}
