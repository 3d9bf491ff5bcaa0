package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// helperVariable makes the test binary behave as the program.
const helperVariable = "NEXUS_SERVICES_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(helperVariable) != "" {
		os.Exit(run(os.Args[1:], os.Stderr))
	}
	os.Exit(m.Run())
}

// program returns the program with none of its variables set and a temporary
// folder of its own.
func program(t *testing.T, arguments ...string) (command *exec.Cmd, folder string) {
	t.Helper()
	// Short, and unlike t.TempDir to be passed by every account.
	folder, err := os.MkdirTemp("", "nexus-st-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	command = exec.CommandContext(t.Context(), os.Args[0], arguments...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + folder, helperVariable + "=1"}
	return command, folder
}

func TestTheCommandFindsTheServices(t *testing.T) {
	t.Parallel()
	command, folder := program(t, "-only", "postgres,redis", "--",
		"sh", "-c", `echo "$NEXUS_TEST_DATABASE_URL"; echo "$NEXUS_TEST_REDIS_URL"; read line; exit 7`)
	input, output := pipes(t, command)
	database, redis := readLine(t, output), readLine(t, output)

	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE another"); err != nil {
		t.Error(err)
	}
	_ = conn.Close(t.Context())
	address := strings.TrimSuffix(strings.TrimPrefix(redis, "redis://"), "/0")
	if err := ask(t.Context(), address, "PING\r\n", '+'); err != nil {
		t.Error(err)
	}

	_, _ = io.WriteString(input, "\n")
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 7 {
		t.Errorf("exit code %d, want that of the command, 7", code)
	}
	wantNothingLeft(t, folder)
	if err := ask(t.Context(), address, "PING\r\n", '+'); err == nil {
		t.Error("Redis still runs")
	}
}

func TestGivenServicesAreUsed(t *testing.T) {
	t.Parallel()
	command, _ := program(t, "-only", "redis", "--", "sh", "-c", `echo "$NEXUS_TEST_REDIS_URL"`)
	command.Env = append(command.Env, "NEXUS_TEST_REDIS_URL=redis://given")
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(output)); got != "redis://given" {
		t.Errorf("the command sees %q", got)
	}
}

func TestASignalStopsEverything(t *testing.T) {
	t.Parallel()
	command, folder := program(t, "-only", "redis", "--", "sh", "-c", `echo started; sleep 600`)
	_, output := pipes(t, command)
	readLine(t, output)
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code == 0 {
		t.Error("exit code 0 after a signal")
	}
	wantNothingLeft(t, folder)
}

func TestTheNextRunClearsAwayWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	killed, folder := program(t, "-only", "redis", "--", "sh", "-c", `echo "$NEXUS_TEST_REDIS_URL"; read line`)
	_, output := pipes(t, killed)
	address := strings.TrimSuffix(strings.TrimPrefix(readLine(t, output), "redis://"), "/0")
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	if _, err := os.Stat("/proc/self/cwd"); err != nil {
		t.Log("without /proc the processes stay")
		return
	}
	next, _ := program(t, "-only", "redis", "--", "true")
	next.Env = append(next.Env, "TMPDIR="+folder)
	if err := next.Run(); err != nil {
		t.Fatal(err)
	}
	wantNothingLeft(t, folder)
	if err := ask(t.Context(), address, "PING\r\n", '+'); err == nil {
		t.Error("the Redis of the killed run still runs")
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	command, folder := program(t, "-only", "redis", "--", "true")
	command.Env = append(command.Env, "PATH=/nowhere")
	var errors bytes.Buffer
	command.Stderr = &errors
	_ = command.Run()
	if code := command.ProcessState.ExitCode(); code != exitService {
		t.Errorf("exit code %d, want %d", code, exitService)
	}
	for _, want := range []string{"redis-server is not installed", "NEXUS_TEST_REDIS_URL"} {
		if !strings.Contains(errors.String(), want) {
			t.Errorf("the message does not say %q: %s", want, errors.String())
		}
	}
	wantNothingLeft(t, folder)
}

func pipes(t *testing.T, command *exec.Cmd) (io.WriteCloser, *bufio.Reader) {
	t.Helper()
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return input, bufio.NewReader(output)
}

func readLine(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func wantNothingLeft(t *testing.T, folder string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 0 {
		t.Errorf("left in the temporary folder: %v", left)
	}
}
