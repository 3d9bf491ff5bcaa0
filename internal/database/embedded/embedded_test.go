package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/project-nexus/nexus/internal/database/embedded"
)

// helperVariable makes the test binary hold a server on the folder it names
// until it is killed, instead of running tests.
const helperVariable = "NEXUS_EMBEDDED_TEST_HOLD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(helperVariable); folder != "" {
		if err := hold(folder); err != nil {
			fmt.Fprintln(os.Stdout, "error:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// hold writes the URL of a server and keeps it until standard input ends.
func hold(folder string) error {
	ctx := context.Background()
	server, err := embedded.Start(ctx, folder, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, server.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return server.Close(ctx)
}

func TestDataSurviveARestart(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	first := start(t, folder)
	execute(t, first.URL(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)")
	stop(t, first)

	second := start(t, folder)
	if got := query(t, second.URL(), "SELECT n::text FROM kept"); got != "42" {
		t.Errorf("got %q after the restart, want 42", got)
	}
	stop(t, second)
}

func TestTheDatabaseIsUsableAsTheHubNeedsIt(t *testing.T) {
	t.Parallel()
	server := start(t, newFolder(t), embedded.WithSetting("max_connections", "17"))
	for question, want := range map[string]string{
		"SHOW server_encoding":  "UTF8",
		"SHOW listen_addresses": "",
		"SHOW fsync":            "on",
		"SHOW TimeZone":         "UTC",
		"SHOW max_connections":  "17",
		"SELECT lower('ÄÖ')":    "äö",
		"SELECT current_user":   "nexus",
	} {
		if got := query(t, server.URL(), question); got != want {
			t.Errorf("%s: got %q, want %q", question, got, want)
		}
	}
	execute(t, server.URL(), "CREATE EXTENSION pg_trgm", "CREATE EXTENSION unaccent")
	if user := query(t, server.URL(), "SELECT pg_read_file('/proc/self/status')"); strings.Contains(user, "Uid:\t0") {
		t.Error("the server runs as root")
	}
	stop(t, server)
}

func TestASecondOneIsRefused(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	server := start(t, folder)
	_, err := embedded.Start(t.Context(), folder, slog.New(slog.DiscardHandler))
	want := "is in use by process " + strconv.Itoa(os.Getpid())
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), folder) {
		t.Errorf("got %v, want an error that names %s and says %q", err, folder, want)
	}
	if got := query(t, server.URL(), "SELECT 'alive'"); got != "alive" {
		t.Error("the first one was disturbed")
	}
	stop(t, server)
	stop(t, start(t, folder)) // free again
}

func TestDataSurviveAKill(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	helper, url := startHelper(t, exec.CommandContext(t.Context(), os.Args[0]), folder)
	execute(t, url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)")
	if err := helper.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = helper.Wait()
	if got := query(t, url, "SELECT 'left over'"); got != "left over" {
		t.Fatal("this test expects that the server outlives its parent")
	}

	server := start(t, folder)
	if got := query(t, server.URL(), "SELECT n::text FROM kept"); got != "42" {
		t.Errorf("got %q after the kill, want 42", got)
	}
	stop(t, server)
}

func TestTheNumberOfADeadServerMayBelongToAnother(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	stop(t, start(t, folder))
	pidFile := filepath.Join(clusterOf(t, folder), "postmaster.pid")
	if err := os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o600); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, folder))
}

func TestAnInterruptedBeginningIsMadeAnew(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	half := filepath.Join(folder, "postgres.new", "base")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, folder))
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(newFolder(t), strings.Repeat("long name, ", 10)+`"quoted"`, ".nexus")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	server := start(t, folder)
	if got := query(t, server.URL(), "SELECT 'yes'"); got != "yes" {
		t.Error("no answer")
	}
	config, err := pgx.ParseConfig(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	stop(t, server)
	if _, err := os.Stat(config.Host); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary folder %s of the socket is left", config.Host)
	}
}

func TestBelowAPrivateHomeOfRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Log("as an ordinary user the server runs as oneself: the plain case")
	}
	home := newFolder(t)
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(home, ".nexus")
	t.Cleanup(func() { removeElsewhere(t, folder) })
	var log strings.Builder
	first, err := embedded.Start(t.Context(), folder, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	execute(t, first.URL(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)")
	stop(t, first)
	if cluster := clusterOf(t, folder); os.Geteuid() == 0 && !strings.Contains(log.String(), cluster) {
		t.Errorf("the log does not say that the data are in %s:\n%s", cluster, log.String())
	}
	second := start(t, folder)
	if got := query(t, second.URL(), "SELECT n::text FROM kept"); got != "42" {
		t.Errorf("got %q after the restart, want 42", got)
	}
	stop(t, second)
}

func TestAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Log("every other test of this package is this one")
		return
	}
	const nobody = 65534
	folder := newFolder(t)
	// The test binary lies in a folder of root's own.
	binary := filepath.Join(folder, "helper")
	content, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, content, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), binary)
	command.Dir = folder
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	helper, url := startHelper(t, command, filepath.Join(folder, ".nexus"))
	if got := query(t, url, "SELECT 'yes'"); got != "yes" {
		t.Error("no answer")
	}
	if err := errors.Join(input.Close(), helper.Wait()); err != nil {
		t.Errorf("the helper did not stop well: %v", err)
	}
}

// startHelper runs the test binary as a process that holds a server.
func startHelper(t *testing.T, command *exec.Cmd, folder string) (helper *exec.Cmd, url string) {
	t.Helper()
	command.Env = append(os.Environ(), helperVariable+"="+folder)
	command.Stderr = os.Stderr
	if command.Stdin == nil { // the helper stops when its input ends
		if _, err := command.StdinPipe(); err != nil {
			t.Fatal(err)
		}
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Fatalf("the helper did not start: %v: %s", err, line)
	}
	return command, strings.TrimSpace(line)
}
