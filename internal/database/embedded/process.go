package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// startLimit is long because a server that was killed replays its log first.
	startLimit = 3 * time.Minute
	// stopLimit is how long a fast shutdown may take before the hard way.
	stopLimit    = 30 * time.Second
	pollInterval = 10 * time.Millisecond
	// maxLogSize is where the server's log file starts anew.
	maxLogSize = 10 << 20
)

// process is a running postgres, a child of this process.
type process struct {
	command  *exec.Cmd
	done     chan struct{} // closed when the child has ended
	stopping atomic.Bool
}

// initialise makes the cluster. It works in a folder beside it and renames
// that at the end: an interrupted attempt leaves no half cluster.
func (s *Server) initialise(ctx context.Context) error {
	attempt := s.cluster + ".new"
	var failures []error
	// C.UTF-8 sorts alike on every machine and knows the letters of all
	// languages; where it is missing the others come close.
	for _, locale := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		if err := os.RemoveAll(attempt); err != nil {
			return err
		}
		if err := s.account.makeFolder(attempt); err != nil {
			return err
		}
		arguments := []string{
			"--pgdata", attempt, "--username", superuser, "--encoding", "UTF8", "--locale", locale,
			"--auth-local", "trust", "--auth-host", "reject", "--no-instructions",
		}
		if s.settings["fsync"] == "off" {
			arguments = append(arguments, "--no-sync")
		}
		command := exec.CommandContext(ctx, s.binaries.initdb(), arguments...) //nolint:gosec // a path that we found
		command.SysProcAttr = s.account.attributes()
		command.Dir = attempt
		command.Env = environment()
		output, err := command.CombinedOutput()
		if err == nil {
			return os.Rename(attempt, s.cluster)
		}
		failures = append(failures, fmt.Errorf("initdb with locale %s: %w: %s", locale, err, lastLines(output)))
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// run starts postgres and waits until it answers.
func (s *Server) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		complaint, err := s.launch(ctx)
		// Killed hard, a server's last sessions may outlive it for a moment.
		if err == nil || !strings.Contains(complaint, "pre-existing shared memory block") {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * pollInterval):
		}
	}
}

// launch makes one attempt to start; complaint is what the server logged when
// it gave up.
func (s *Server) launch(ctx context.Context) (complaint string, err error) {
	log, err := openLog(s.logFile)
	if err != nil {
		return "", err
	}
	defer func() { _ = log.Close() }() // the child has its own descriptor
	begin, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return "", err
	}
	command := exec.Command(s.binaries.postgres(), s.arguments()...) //nolint:gosec,noctx // outlives ctx; Close stops it
	command.Dir = s.cluster
	command.Env = environment()
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = s.account.attributes()
	if err := command.Start(); err != nil {
		return "", err
	}
	child := &process{command: command, done: make(chan struct{})}
	go func() {
		defer close(child.done)
		_ = command.Wait() // how it ended is in command.ProcessState
		if !child.stopping.Load() {
			s.log.Error("the database server ended by itself", "state", command.ProcessState.String(), "log", s.logFile)
		}
	}()
	s.process = child
	if err := s.waitReady(ctx); err != nil {
		output, _ := io.ReadAll(io.NewSectionReader(log, begin, maxLogSize)) // best effort: err says the rest
		return string(output), fmt.Errorf("%w: %s (log: %s)", err, lastLines(output), s.logFile)
	}
	return "", nil
}

func (s *Server) arguments() []string {
	arguments := []string{
		"-D", s.cluster,
		"-c", "listen_addresses=", "-c", "port=5432",
		"-c", "unix_socket_directories=" + quoteListItem(s.socket), "-c", "unix_socket_permissions=0700",
	}
	for _, name := range slices.Sorted(maps.Keys(s.settings)) {
		arguments = append(arguments, "-c", name+"="+s.settings[name])
	}
	return arguments
}

func (s *Server) waitReady(ctx context.Context) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		if conn, err := pgx.Connect(ctx, s.urlOf("postgres")); err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.process.done:
			return fmt.Errorf("postgres ended at its start: %s", s.process.command.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", ctx.Err())
		case <-ticker.C:
		}
	}
}

// stop ends the server: fast, and the hard way when ctx or stopLimit is over.
func (p *process) stop(ctx context.Context) error {
	p.stopping.Store(true)
	ctx, cancel := context.WithTimeout(ctx, stopLimit)
	defer cancel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := p.command.Process.Signal(signal); errors.Is(err, os.ErrProcessDone) {
			break
		}
		select {
		case <-p.done:
			return nil
		case <-ctx.Done():
			// The next, harder signal gets a little time of its own.
			ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), time.Second) //nolint:fatcontext // three at most
			defer cancel()
		}
	}
	<-p.done
	return nil
}

// environment is that of this process without what would change the server's
// defaults and without our own secrets.
func environment() []string {
	kept := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		for _, prefix := range []string{"PG", "LC_", "LANG", "NEXUS_"} {
			if strings.HasPrefix(entry, prefix) {
				return true
			}
		}
		return false
	})
	return append(kept, "LC_ALL=C")
}

func openLog(path string) (*os.File, error) {
	flags := os.O_RDWR | os.O_CREATE | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLogSize {
		flags |= os.O_TRUNC
	}
	return os.OpenFile(path, flags, 0o600)
}

// quoteListItem quotes a path as one item of a comma-separated setting.
func quoteListItem(path string) string {
	return `"` + strings.ReplaceAll(path, `"`, `""`) + `"`
}

// lastLines returns the end of a program's output on one line.
func lastLines(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], " | ")
}
