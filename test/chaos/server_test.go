//go:build chaos

package chaos

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/dbtest"
)

const (
	startLimit = 30 * time.Second
	stopLimit  = 30 * time.Second
	// publicURL is the issuer of all servers, so that one takes the tokens of
	// another.
	publicURL = "http://nexus.example.org"
)

// binary is where TestMain built the server.
var binary string //nolint:gochecknoglobals // set once, before any test

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "nexus-chaos-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "nexus")
	build := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-o", binary, "./cmd/nexus")
	build.Dir = filepath.Join("..", "..")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the server: %v\n%s", err, output)
		return 1
	}
	return m.Run()
}

// setting is what a server or a command is started with.
type setting struct {
	database string
	folder   string
	extra    []string
}

// newSetting names a database and a folder of the test's own.
func newSetting(t *testing.T, extra ...string) setting {
	t.Helper()
	return setting{database: dbtest.URL(t), folder: t.TempDir(), extra: extra}
}

// environment holds none of the caller's settings. Connections come from this
// machine, which counts as a proxy: X-Forwarded-For gives each try an address.
func (s setting) environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "NEXUS_") {
			kept = append(kept, variable)
		}
	}
	return append(append(kept,
		"NEXUS_DATABASE_URL="+s.database, "NEXUS_DATA_DIR="+s.folder, "NEXUS_HTTP_ADDR=127.0.0.1:0",
		"NEXUS_LOG_FORMAT=json", "NEXUS_PUBLIC_URL="+publicURL, "NEXUS_TRUSTED_PROXIES=127.0.0.0/8"), s.extra...)
}

// run runs a subcommand to its end.
func (s setting) run(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, arguments...)
	command.Dir, command.Env = s.folder, s.environment()
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("nexus %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// server is a nexus serve that runs as a child process.
type server struct {
	url     string
	command *exec.Cmd
	log     *tail
	logRead chan struct{}
	killed  bool
}

// start returns a server that is ready. It is stopped when the test ends, which
// fails when it did not end well.
func (s setting) start(t *testing.T) *server {
	t.Helper()
	command := exec.Command(binary, "serve")
	command.Dir, command.Env = s.folder, s.environment()
	pipe, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	running := &server{command: command, log: &tail{}, logRead: make(chan struct{})}
	ready := make(chan string, 1)
	go func() {
		defer close(running.logRead)
		running.follow(pipe, ready)
	}()
	t.Cleanup(func() { running.stop(t) })
	select {
	case running.url = <-ready:
	case <-running.logRead:
		t.Fatalf("the server ended at its start:\n%s", running.log)
	case <-time.After(startLimit):
		t.Fatalf("the server is not ready after %s:\n%s", startLimit, running.log)
	}
	return running
}

// follow reads the log to its end, so that the server never waits for a reader.
func (s *server) follow(log io.Reader, ready chan<- string) {
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		s.log.add(lines.Text())
		var line struct{ Msg, URL string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "ready" {
			ready <- line.URL
		}
	}
}

// kill ends the server as a crash would.
func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.command.Process.Kill(); err != nil {
		t.Errorf("the server had ended: %v\n%s", err, s.log)
	}
	<-s.logRead
	_ = s.command.Wait() // it did not end well
	s.killed = true
}

func (s *server) stop(t *testing.T) {
	t.Helper()
	if s.killed {
		return
	}
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("the server had ended: %v\n%s", err, s.log)
	}
	kill := time.AfterFunc(stopLimit, func() { _ = s.command.Process.Kill() })
	defer kill.Stop()
	<-s.logRead
	if err := s.command.Wait(); err != nil {
		t.Errorf("the server did not end well: %v\n%s", err, s.log)
	}
	if t.Failed() {
		t.Logf("the end of the server's log:\n%s", s.log)
	}
}

// memory returns the resident set in MiB.
func (s *server) memory() (float64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(s.command.Process.Pid) + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kib / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS:\n%s", status)
}

// watchMemory returns a function that ends the watch and tells by how many MiB
// the resident set exceeded that of the beginning at most.
func (s *server) watchMemory(t *testing.T) (growth func() (before, most float64)) {
	t.Helper()
	before, err := s.memory()
	if err != nil {
		t.Fatalf("memory is read from /proc: %v", err)
	}
	end, done := make(chan struct{}), make(chan float64)
	go func() {
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		most := before
		for {
			now, err := s.memory()
			if err != nil {
				t.Error(err)
			}
			most = max(most, now)
			select {
			case <-end:
				done <- most
				return
			case <-ticker.C:
			}
		}
	}()
	return func() (float64, float64) { close(end); return before, <-done - before }
}

// tail keeps the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (l *tail) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines[max(0, len(l.lines)-4):], line)
}

// String returns the lines.
func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// newHTTP returns a client of so many connections at most.
func newHTTP(connections int) *http.Client {
	return &http.Client{
		Timeout:   20 * time.Second,
		Transport: &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections},
	}
}
